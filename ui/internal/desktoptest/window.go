// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package desktoptest

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// keyPause is the time between two keys, in milliseconds: a program that looks
// for input 60 times a second gets each by itself.
const keyPause = "30"

// Window is a program with one window.
type Window struct {
	d  *Desktop
	p  *process
	id string
}

// Open starts a program, with DISPLAY added to its environment, and returns
// when its window of this title is there.
func (d *Desktop) Open(cmd *exec.Cmd, title string) (*Window, error) {
	cmd.Env = append(cmd.Env, "DISPLAY="+d.display)
	p, err := d.starter.start(cmd, syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	w := &Window{d: d, p: p}
	if err := w.AwaitOpen(title); err != nil {
		p.end(syscall.SIGKILL)
		return nil, err
	}
	return w, nil
}

// AwaitOpen waits until the program has a window of this title, which may be
// another than before, and is then the one that is meant.
func (w *Window) AwaitOpen(title string) error {
	return w.d.await("the window", func() (bool, error) {
		found, err := w.find(title)
		if len(found) == 1 {
			w.id = found[0]
		}
		return len(found) == 1, err
	})
}

// AwaitShut waits until the program has no window of this title, although it
// goes on.
func (w *Window) AwaitShut(title string) error {
	return w.d.await("the window to be gone", func() (bool, error) {
		found, err := w.find(title)
		return len(found) == 0, err
	})
}

// find returns the visible windows of the program that have a title.
func (w *Window) find(title string) ([]string, error) {
	if !w.p.running() {
		return nil, w.p.ending()
	}
	ids, _ := w.d.run("xdotool", "search", "--all", "--onlyvisible", "--pid", strconv.Itoa(w.PID()),
		"--name", "^"+title+"$") // it fails where it finds none
	found := strings.Fields(ids)
	if len(found) > 1 {
		return nil, fmt.Errorf("%s has %d windows", w.p.cmd.Path, len(found))
	}
	return found, nil
}

// PID returns the id of the program's process.
func (w *Window) PID() int { return w.p.cmd.Process.Pid }

// Done is closed once the program has ended.
func (w *Window) Done() <-chan struct{} { return w.p.done }

// Err returns how the program ended, nil for status 0, and what it said on
// standard error; before, it returns nil.
func (w *Window) Err() error {
	if w.p.running() || w.p.err == nil {
		return nil
	}
	return w.p.ending()
}

// Said returns the end of what the program said on standard error.
func (w *Window) Said() string { return w.p.said.String() }

// Kill ends the program with SIGKILL and returns when it is gone.
func (w *Window) Kill() { w.p.end(syscall.SIGKILL) }

// xdotool runs xdotool, unless the program has ended.
func (w *Window) xdotool(args ...string) (string, error) {
	if !w.p.running() {
		return "", w.p.ending()
	}
	return w.d.run("xdotool", args...)
}

// Place moves the window and gives it a size, in pixels. The manager may give
// it another, and [Window.Size] tells.
func (w *Window) Place(x, y, width, height int) error {
	if _, err := w.xdotool("windowmove", w.id, strconv.Itoa(x), strconv.Itoa(y)); err != nil {
		return err
	}
	return w.Resize(width, height)
}

// Resize gives the window a size; see [Window.Place].
func (w *Window) Resize(width, height int) error {
	_, err := w.xdotool("windowsize", w.id, strconv.Itoa(width), strconv.Itoa(height))
	return err
}

// Size returns the size of the window in pixels, without its frame.
func (w *Window) Size() (width, height int, err error) {
	out, err := w.xdotool("getwindowgeometry", "--shell", w.id)
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "WIDTH":
			width, err = strconv.Atoi(value)
		case "HEIGHT":
			height, err = strconv.Atoi(value)
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return width, height, nil
}

// Focus gives the window the keyboard.
func (w *Window) Focus() error {
	again := time.Time{}
	return w.d.await("the window in focus", func() (bool, error) {
		if id, err := w.xdotool("getwindowfocus"); err == nil && strings.TrimSpace(id) == w.id {
			return true, nil
		}
		if time.Now().Before(again) {
			return false, nil
		}
		again = time.Now().Add(time.Second)
		_, err := w.xdotool("windowactivate", w.id)
		return false, err
	})
}

// Key focuses the window and presses keys, each by its X name with modifiers
// before it, such as "ctrl+Return".
func (w *Window) Key(keys ...string) error {
	if err := w.Focus(); err != nil {
		return err
	}
	_, err := w.xdotool(append([]string{"key", "--clearmodifiers", "--delay", keyPause}, keys...)...)
	return err
}

// Down presses keys and holds them, in the window that has the focus, which
// should be this one: [Window.Focus]. [Desktop.Up] lets go of them.
func (w *Window) Down(keys ...string) error {
	_, err := w.xdotool(append([]string{"keydown", "--delay", "0"}, keys...)...)
	return err
}

// Strike presses a key in the window that has the focus and lets go of it at
// once, between [Window.Down] and [Desktop.Up].
func (w *Window) Strike(key string) error {
	_, err := w.xdotool("key", "--delay", "0", key)
	return err
}

// Type focuses the window and types a text of ASCII characters, which are on
// every keyboard.
func (w *Window) Type(text string) error {
	if err := w.Focus(); err != nil {
		return err
	}
	_, err := w.xdotool("type", "--clearmodifiers", "--delay", keyPause, "--", text)
	return err
}

// Click focuses the window, presses the mouse at a point of it, and parks the
// mouse, since a button below it may look different.
func (w *Window) Click(at image.Point) error {
	if err := w.Focus(); err != nil {
		return err
	}
	return w.ClickBehind(at)
}

// ClickBehind presses the mouse at a point of the window, whichever has the
// focus, and parks the mouse.
func (w *Window) ClickBehind(at image.Point) error {
	if err := w.mouse(at); err != nil {
		return err
	}
	if _, err := w.xdotool("click", "1"); err != nil {
		return err
	}
	time.Sleep(poll)
	// By way of the window's corner: Fyne does not notice that the mouse has
	// left the window, and would leave the button as it was.
	if err := w.mouse(image.Pt(2, 2)); err != nil {
		return err
	}
	return w.d.ParkMouse()
}

func (w *Window) mouse(at image.Point) error {
	_, err := w.xdotool("mousemove", "--window", w.id, strconv.Itoa(at.X), strconv.Itoa(at.Y))
	time.Sleep(poll)
	return err
}

// AskToClose has the window manager ask the window to close, as its cross in
// the frame does.
func (w *Window) AskToClose() error { return w.Key("alt+F4") }

// Picture returns what the window shows.
func (w *Window) Picture() (*image.NRGBA, error) {
	if !w.p.running() {
		return nil, w.p.ending()
	}
	content, err := w.d.run("import", "-silent", "-window", w.id, "png:-")
	if err != nil {
		return nil, err
	}
	picture, err := png.Decode(strings.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("a picture of the window: %w", err)
	}
	flat := image.NewNRGBA(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(flat, flat.Rect, picture, picture.Bounds().Min, draw.Src)
	return flat, nil
}
