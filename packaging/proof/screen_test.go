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

// begin starts a program that ends with the test at the latest, and shows what
// it said where the test fails.
func begin(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if cmd.Err != nil {
		t.Fatalf("%v: run packaging/install-deps.sh test proof", cmd.Err)
	}
	var said bytes.Buffer
	if cmd.Stderr == nil {
		cmd.Stderr = &said
	}
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // fails where it has ended
		late := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // however it ends
		late.Stop()
		if t.Failed() {
			t.Logf("%s said: %s", filepath.Base(cmd.Path), &said)
		}
	})
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

// window waits for a visible window of this title and returns its number.
func (s screen) window(title string) string {
	s.t.Helper()
	id := ""
	await(s.t, "a window "+title, func() bool {
		out, err := s.tool("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$")
		id = strings.TrimSpace(out)
		_, number := strconv.Atoi(id)
		return err == nil && number == nil
	})
	return id
}

// focus gives a window the keyboard.
func (s screen) focus(id string) {
	s.t.Helper()
	await(s.t, "a window in focus", func() bool {
		if out, err := s.tool("xdotool", "getwindowfocus"); err == nil && strings.TrimSpace(out) == id {
			return true
		}
		_, _ = s.tool("xdotool", "windowactivate", "--sync", id)
		return false
	})
}

// key focuses a window and presses keys there, such as "ctrl+Return".
func (s screen) key(id string, keys ...string) {
	s.t.Helper()
	s.focus(id)
	s.must("xdotool", append([]string{"key", "--clearmodifiers", "--delay", "40"}, keys...)...)
}

// typed focuses a window and types a text of ASCII characters there.
func (s screen) typed(id, text string) {
	s.t.Helper()
	s.focus(id)
	s.must("xdotool", "type", "--clearmodifiers", "--delay", "40", "--", text)
}

// copied presses keys that copy something in a window and returns what is then
// on the clipboard.
func (s screen) copied(id string, keys ...string) string {
	s.t.Helper()
	s.key(id, keys...)
	time.Sleep(300 * time.Millisecond)
	text, _ := s.tool("xclip", "-out", "-selection", "clipboard", "-target", "UTF8_STRING") // fails where there is none
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
