// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/app"
	"passerby/app/console/consoletest"
	"passerby/tor/testnet"
	"passerby/ui"
	"passerby/ui/internal/desktoptest"
)

const (
	patience = 90 * time.Second       // for what Tor has to do, on a busy machine
	soon     = 20 * time.Second       // for what the window has to do
	pause    = 200 * time.Millisecond // between two looks
)

// Two windows of the real program, with a tor each, meet on a private Tor
// network and talk. They are driven by keyboard and mouse alone, and what they
// show is read as a person would: by copying it, and by looking. The pictures
// of every step are kept in a folder of $ARTEFACTS with the name of the test.
func TestE2ETwoWindowsMeet(t *testing.T) {
	e := newEvening(t)
	one := e.open("one", "dark", ui.Dawn.Dark, image.Rect(0, 0, 960, 860))
	two := e.open("two", "light", ui.Dawn.Light, image.Rect(1450, 0, 1450+480, 700))
	e.pictures("starting")

	// given two windows that are ready
	one.await("home", patience)
	two.await("home", patience)
	e.pictures("home")

	// when one is asked by keyboard to find a stranger who likes tea, and the
	// other, which likes tea and chess, by mouse
	one.key("ctrl+k")
	one.typed("tea")
	one.key("Return")
	two.typed("chess, tea,") // lands in the interests without a click
	e.pictures("interests")
	one.key("ctrl+Return")
	one.await("nothing to press", soon)
	e.pictures("seeking")
	two.pressButton()

	// then they meet
	one.await("talking", patience)
	two.await("talking", patience)
	e.pictures("met")

	// when both write: with Enter, with Shift+Enter and Enter, and with a
	// click on Send
	said := e.talk(one, two, nil, []line{
		{one, "Good evening. Is the kettle on?", "Return"},
		{two, "It is always on here.", "Return"},
		{two, "Green, with a little mint.\nAnd you?", "Return"},
		{one, "Black, and far too strong.", ""},
	})
	e.pictures("talking")

	// then the newest message can be copied by itself, and afterwards Escape
	// has gone back to the composer
	two.key("alt+Up")
	e.pictures("chosen")
	if got := two.copied(); got != "Black, and far too strong." {
		t.Errorf("the newest message is copied as %q", got)
	}
	two.key("Escape")
	said = e.talk(one, two, said, []line{{two, "Then we shall get along.", "Return"}})

	// when a window is pulled to all sizes while the other goes on writing
	wide, high := one.size()
	for i, size := range []image.Point{{300, 200}, {440, 560}, {1400, 950}, {480, 700}, {700, 600}, {wide, high}} {
		one.resize(size)
		text := fmt.Sprintf("Message %d, while you change your size.", i+1)
		two.typed(text)
		two.key("Return")
		said = append(said, text)
		time.Sleep(pause)
		one.picture(fmt.Sprintf("resized-%dx%d", size.X, size.Y))
	}
	e.heard(one, said)

	// when nonsense is pasted and sent, then the other gets the same as the
	// sender shows, made plain
	for _, n := range nonsense {
		one.paste(n.text)
		e.pictures("pasted-" + n.name)
		one.key("Return")
		said = append(said, arrives(n.text))
		e.heard(two, said)
		e.heard(one, said)
		e.pictures("sent-" + n.name)
	}

	// when one leaves, which is asked once and confirmed by the same keys
	one.key("ctrl+l")
	time.Sleep(2 * pause)
	e.pictures("leaving")
	one.still("talking")
	one.key("ctrl+l")
	one.await("after", soon)

	// then the other sees that the stranger has left
	two.await("after", soon)
	e.pictures("after")

	// when both look for another, then they meet again, at each other's size
	one.move(image.Rect(0, 0, 480, 700))
	two.move(image.Rect(1000, 0, 1000+960, 860))
	one.key("Return")
	two.pressButton()
	one.await("talking", patience)
	two.await("talking", patience)
	e.talk(one, two, nil, []line{{two, "Hello again?", "Return"}, {one, "Who knows. I have forgotten you.", ""}})
	e.pictures("again")

	// when the window manager asks a window to close, then it ends in good
	// order, with its tor
	one.closes()
	two.await("after", soon)
	e.pictures("left-alone")

	// when the other is killed, then its tor ends too
	two.dies()
}

// nonsense is what nobody writes and anybody may paste.
var nonsense = []struct{ name, text string }{
	{"long", strings.Repeat("A very long message has many words. ", 10_000/36)},
	{"marks", "\u202Eevil txt.exe\u202C \u2066isolated\u2069 \x1b[31mred\x1b[0m \x07 " +
		"👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇪🇺 Z" + strings.Repeat("\u0336\u0325\u0489", 40) + "a" + strings.Repeat("\u0301", 200) + "lgo " +
		"שלום مرحبا 你好 ไทย नमस्ते " + strings.Repeat("W", 300)},
}

// arrives is what becomes of a text that is pasted and sent.
func arrives(pasted string) string {
	text := []rune(app.Plain(pasted))
	return strings.TrimSpace(app.Plain(string(text[:min(len(text), app.MaxMessage)])))
}

// evening is what the windows of a test share.
type evening struct {
	t        *testing.T
	program  string
	torrc    string
	dir      string // of all that the windows write
	keep     string // of the pictures
	network  string
	desktop  *desktoptest.Desktop
	windows  []*window
	pictured int
}

func newEvening(t *testing.T) *evening {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	e := &evening{t: t, network: t.Name()}

	artefacts := os.Getenv("ARTEFACTS")
	if artefacts == "" {
		artefacts = filepath.Join("..", "artefacts")
	}
	e.keep = filepath.Join(artefacts, t.Name())
	e.ok(os.RemoveAll(e.keep), os.MkdirAll(e.keep, 0o755))

	// The name is short, as a unix socket's path must be.
	dir, err := os.MkdirTemp("", "e2e-")
	e.ok(err)
	e.dir = dir
	t.Cleanup(func() {
		running, err := livingIn(dir)
		if len(running) > 0 {
			t.Errorf("still running: %q", running)
		}
		if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})

	var builder consoletest.Builder
	t.Cleanup(func() { e.fine(builder.Close()) })
	if e.program, err = builder.Program(); err != nil {
		t.Fatal(err)
	}
	var (
		starting             sync.WaitGroup
		network              testnet.Shared
		noNetwork, noDesktop error
	)
	starting.Go(func() { _, noNetwork = network.Network() })
	e.desktop, noDesktop = desktoptest.Start(2000, 1000)
	starting.Wait()
	t.Cleanup(func() {
		if e.desktop != nil {
			e.fine(e.desktop.Close())
		}
		e.fine(network.Close())
	})
	e.ok(noNetwork, noDesktop)
	n, err := network.Network()
	e.ok(err)
	e.torrc = n.TorrcFile()
	return e
}

// livingIn returns the processes whose command line or environment has dir in
// it: also those that a window has started and let go.
func livingIn(dir string) (lines []string, err error) {
	all, err := consoletest.Processes()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		proc := fmt.Sprintf("/proc/%d/", p.PID)
		line, _ := os.ReadFile(proc + "cmdline") // fail where it is gone
		environ, _ := os.ReadFile(proc + "environ")
		if p.Running && bytes.Contains(append(line, environ...), []byte(dir)) {
			lines = append(lines, fmt.Sprintf("%d %s", p.PID, bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return lines, nil
}

// ok ends the test for an error.
func (e *evening) ok(errs ...error) {
	e.t.Helper()
	if err := errors.Join(errs...); err != nil {
		e.t.Fatal(err)
	}
}

// fine notes an error.
func (e *evening) fine(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Error(err)
	}
}

// window is one copy of the program.
type window struct {
	*desktoptest.Window
	e    *evening
	name string
	dawn color.NRGBA
	tor  int // the process of its tor, once known
}

// open starts a copy with a home of its own, without the cards of a first run.
func (e *evening) open(name, look string, dawn color.NRGBA, place image.Rectangle) *window {
	e.t.Helper()
	return e.start(name, look, dawn, place, "--cards=false")
}

// start starts a copy in its home, in which one of that name may have run before.
func (e *evening) start(name, look string, dawn color.NRGBA, place image.Rectangle, flags ...string) *window {
	e.t.Helper()
	dir := filepath.Join(e.dir, name)
	cmd := exec.Command(e.program, append([]string{
		"--profile", filepath.Join(dir, "profile"), "--torrc", e.torrc, "--network", e.network,
	}, flags...)...)
	var err error
	cmd.Env, err = consoletest.Environ(dir)
	e.ok(err)
	cmd.Env = append(cmd.Env, "LIBGL_ALWAYS_SOFTWARE=1", "FYNE_SCALE=1", "FYNE_THEME="+look,
		// As in Environ, but the race detector does not wait a second at the end.
		"GORACE=halt_on_error=1 atexit_sleep_ms=0")
	opened, err := e.desktop.Open(cmd, "Passerby")
	e.ok(err)
	w := &window{Window: opened, e: e, name: name, dawn: dawn}
	e.windows = append(e.windows, w)
	e.t.Cleanup(func() {
		w.Kill() // where the test has failed it still runs
		if e.t.Failed() {
			e.t.Logf("window %s said: %s", name, w.Said())
		}
	})
	w.move(place)
	e.ok(e.desktop.ParkMouse())
	return w
}

// pictures keeps a picture of each window that is open.
func (e *evening) pictures(step string) {
	e.t.Helper()
	e.pictured++
	for _, w := range e.windows {
		select {
		case <-w.Done():
		default:
			w.save(step)
		}
	}
}

func (w *window) picture(step string) {
	w.e.t.Helper()
	w.e.pictured++
	w.save(step)
}

func (w *window) save(step string) {
	w.e.t.Helper()
	picture, err := w.Picture()
	w.ok(err)
	size := picture.Rect.Size()
	f, err := os.Create(filepath.Join(w.e.keep, fmt.Sprintf("%02d-%s-%s-%dx%d.png", w.e.pictured, step, w.name, size.X, size.Y)))
	w.ok(err)
	w.ok(png.Encode(f, picture), f.Close())
}

// ok ends the test for an error.
func (w *window) ok(errs ...error) {
	w.e.t.Helper()
	if err := errors.Join(errs...); err != nil {
		w.e.t.Fatalf("window %s: %v", w.name, err)
	}
}

func (w *window) key(keys ...string) { w.e.t.Helper(); w.ok(w.Key(keys...)) }

func (w *window) typed(text string) { w.e.t.Helper(); w.ok(w.Type(text)) }

func (w *window) move(r image.Rectangle) {
	w.e.t.Helper()
	w.ok(w.Place(r.Min.X, r.Min.Y, r.Dx(), r.Dy()))
	time.Sleep(2 * pause)
}

func (w *window) resize(size image.Point) {
	w.e.t.Helper()
	w.ok(w.Resize(size.X, size.Y))
	time.Sleep(2 * pause)
	if width, height := w.size(); width < min(size.X, 480) || height < min(size.Y, 700) {
		w.e.t.Errorf("window %s has become %dx%d", w.name, width, height)
	}
}

func (w *window) size() (width, height int) {
	w.e.t.Helper()
	width, height, err := w.Size()
	w.ok(err)
	return width, height
}

// shows tells which screen a window shows, by its primary button, and where
// that is. While a conversation lasts that is Send, at the right; on Home it
// is in the middle; and after a conversation there is another beside it.
func (w *window) shows() (screen string, button image.Rectangle) {
	w.e.t.Helper()
	picture, err := w.Picture()
	w.ok(err)
	button, found := desktoptest.Block(picture, w.dawn, image.Pt(50, 30))
	switch middle := desktoptest.Centre(button).X - picture.Rect.Dx()/2; {
	case !found:
		return "nothing to press", button
	case button.Dx() < 130:
		return "talking", button
	case -10 < middle && middle < 10:
		return "home", button
	}
	return "after", button
}

// await waits until a window shows a screen.
func (w *window) await(screen string, long time.Duration) {
	w.e.t.Helper()
	shown := ""
	for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(pause) {
		if shown, _ = w.shows(); shown == screen {
			if tor, err := consoletest.Child(w.PID(), "tor"); err == nil {
				w.tor = tor
			}
			time.Sleep(pause) // until all of it is drawn
			return
		}
	}
	w.e.pictures("failed")
	w.e.t.Fatalf("window %s shows %s after %v, and not %s", w.name, shown, long, screen)
}

func (w *window) still(screen string) {
	w.e.t.Helper()
	if shown, _ := w.shows(); shown != screen {
		w.e.t.Fatalf("window %s shows %s, and not %s", w.name, shown, screen)
	}
}

// pressButton clicks on the primary button.
func (w *window) pressButton() {
	w.e.t.Helper()
	_, button := w.shows()
	if button.Empty() {
		w.e.t.Fatalf("window %s shows no button", w.name)
	}
	w.ok(w.Click(desktoptest.Centre(button)))
}

// paste pastes a text that comes from another program.
func (w *window) paste(text string) {
	w.e.t.Helper()
	w.ok(w.e.desktop.SetClipboard(text))
	w.key("ctrl+v")
	time.Sleep(5 * pause)
}

// copied presses the keys and then Ctrl+C, and returns what that puts on the
// clipboard, or "" where it puts nothing there.
func (w *window) copied(keys ...string) string {
	w.e.t.Helper()
	const nothing = "nothing was copied"
	w.ok(w.e.desktop.SetClipboard(nothing))
	w.key(append(keys, "ctrl+c")...)
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(pause) {
		// It fails while the window is busy.
		if text, err := w.e.desktop.Clipboard(); err == nil && text != nothing {
			return text
		}
	}
	return ""
}

// heard waits until a window shows these messages, and nothing else.
func (e *evening) heard(w *window, messages []string) {
	e.t.Helper()
	want, got := strings.Join(messages, "\n"), ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pause) {
		if got = w.copied("alt+Up", "ctrl+a"); got == want {
			w.key("Escape")
			return
		}
	}
	e.pictures("failed")
	e.t.Fatalf("window %s shows %q, and not %q", w.name, got, want)
}

// line is something that is said; send is the key that sends it, or "" for a
// click on Send.
type line struct {
	by   *window
	text string
	send string
}

// talk has the lines said, after what was said before, and waits after each
// until the other window shows all of them.
func (e *evening) talk(one, two *window, said []string, lines []line) []string {
	e.t.Helper()
	for _, l := range lines {
		for i, part := range strings.Split(l.text, "\n") {
			if i > 0 {
				l.by.key("shift+Return")
			}
			l.by.typed(part)
		}
		if l.send == "" {
			l.by.pressButton()
		} else {
			l.by.key(l.send)
		}
		said = append(said, l.text)
		other := one
		if l.by == one {
			other = two
		}
		e.heard(other, said)
	}
	return said
}

// closes has the window manager ask the window to close.
func (w *window) closes() {
	w.e.t.Helper()
	w.ok(w.AskToClose())
	select {
	case <-w.Done():
		w.ok(w.Err())
	case <-time.After(10 * time.Second):
		w.ok(errors.New("is not closed after 10 s"))
	}
	w.torEnds(time.Second)
}

// dies kills the program.
func (w *window) dies() {
	w.e.t.Helper()
	w.Kill()
	w.torEnds(5 * time.Second)
}

func (w *window) torEnds(long time.Duration) {
	w.e.t.Helper()
	if w.tor == 0 {
		w.e.t.Fatalf("window %s had no tor", w.name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	w.ok(consoletest.AwaitEnd(ctx, w.tor))
}
