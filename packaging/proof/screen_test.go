// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// screen is an X server that draws into memory, with a window manager, which
// gives a window the keyboard. Nobody is asked who may open windows there.
type screen struct {
	t       *testing.T
	display string // for DISPLAY
}

// openScreen opens a screen for as long as the test runs.
func openScreen(t *testing.T) screen {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// The server chooses a free number and writes it to file 3.
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset", "-ac", "+extension", "GLX")
	server.ExtraFiles = []*os.File{w}
	begin(t, server)
	w.Close()
	r.SetReadDeadline(time.Now().Add(patience))
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("the X server does not say its number: %v", err)
	}
	s := screen{t, ":" + strings.TrimSpace(number)}
	home := folder(t)
	manager := exec.Command("openbox", "--sm-disable")
	manager.Env = append(os.Environ(), "DISPLAY="+s.display, "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_CONFIG_HOME="+home)
	begin(t, manager)
	await(t, "the window manager", func() bool {
		out, err := s.tool("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		return err == nil && strings.Contains(out, "window id")
	})
	return s
}

// process is a program that runs.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended, once done is closed
}

// begin starts a program that ends with the test at the latest, and shows what
// it said where the test fails.
func begin(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	if cmd.Err != nil {
		t.Fatalf("%v: run packaging/install-deps.sh test proof", cmd.Err)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // fails where it has ended
		select {
		case <-p.done:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-p.done
		}
		if t.Failed() {
			t.Logf("%s said: %s", strings.Join(cmd.Args, " "), &said)
		}
	})
	return p
}

// ended waits until the program has ended by itself, with status 0.
func (p *process) ended() {
	p.t.Helper()
	select {
	case <-p.done:
		if p.err != nil {
			p.t.Errorf("%s ends badly: %v", p.cmd.Path, p.err)
		}
	case <-time.After(patience):
		p.t.Fatalf("%s does not end", p.cmd.Path)
	}
}

// await waits until there is what is looked for.
func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if there() {
			return
		}
	}
	t.Fatalf("no sign of %s after %v", what, patience)
}

// tool runs a program on the screen and returns what it says.
func (s screen) tool(name string, args ...string) (string, error) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	return try(s.t, cmd)
}

// must is tool for what cannot fail.
func (s screen) must(name string, args ...string) string {
	s.t.Helper()
	out, err := s.tool(name, args...)
	if err != nil {
		s.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// window is a window on a screen.
type window struct {
	screen
	*process
	id string
}

// open starts a program and waits for its window, of this title.
func (s screen) open(cmd *exec.Cmd, title string) window {
	s.t.Helper()
	w := window{screen: s, process: begin(s.t, cmd)}
	await(s.t, "a window "+title, func() bool {
		select {
		case <-w.done:
			s.t.Fatalf("%s ends before it has a window: %v", cmd.Path, w.err)
		default:
		}
		w.id = s.find(title)
		return w.id != ""
	})
	return w
}

// find returns the number of the visible window of this title, if there is one.
func (s screen) find(title string) string {
	s.t.Helper()
	out, err := s.tool("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$")
	id := strings.TrimSpace(out)
	if _, number := strconv.Atoi(id); err != nil || number != nil {
		return ""
	}
	return id
}

// close has the window manager ask the window to close.
func (w window) close() {
	w.screen.t.Helper()
	w.key("alt+F4")
	w.ended()
}

// focus gives the window the keyboard.
func (w window) focus() {
	w.screen.t.Helper()
	await(w.screen.t, "the window in focus", func() bool {
		if out, err := w.tool("xdotool", "getwindowfocus"); err == nil && strings.TrimSpace(out) == w.id {
			return true
		}
		_, _ = w.tool("xdotool", "windowactivate", "--sync", w.id)
		return false
	})
}

// key focuses the window and presses keys there, such as "ctrl+Return".
func (w window) key(keys ...string) {
	w.screen.t.Helper()
	w.focus()
	w.must("xdotool", append([]string{"key", "--clearmodifiers", "--delay", "40"}, keys...)...)
}

// typed focuses the window and types a text of ASCII characters there.
func (w window) typed(text string) {
	w.screen.t.Helper()
	w.focus()
	w.must("xdotool", "type", "--clearmodifiers", "--delay", "40", "--", text)
}

// copied presses keys that copy something in the window and returns what is
// then on the clipboard.
func (w window) copied(keys ...string) string {
	w.screen.t.Helper()
	w.key(keys...)
	time.Sleep(300 * time.Millisecond)
	text, _ := w.tool("xclip", "-out", "-selection", "clipboard", "-target", "UTF8_STRING") // fails where there is none
	return text
}

// picture keeps a picture of the whole screen in the folder of pictures.
func (s screen) picture(name string) {
	s.t.Helper()
	dir := filepath.Join(artefactsFolder(), "proof")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.must("import", "-silent", "-window", "root", filepath.Join(dir, name+".png"))
}
