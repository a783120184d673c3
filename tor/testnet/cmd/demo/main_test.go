// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// playVariable makes the test binary play a window of Passerby. It names the
// folder in which windows leave a note that they are open, and windowVariable
// what they do then.
const (
	playVariable   = "DEMO_TEST_PLAY"
	windowVariable = "DEMO_TEST_WINDOW"
)

func TestMain(m *testing.M) {
	if notes := os.Getenv(playVariable); notes != "" {
		playWindow(notes, os.Getenv(windowVariable))
	}
	goleak.VerifyTestMain(m)
}

// note is what a window knows about itself.
type note struct {
	PID         int
	Arguments   []string
	Environment map[string]string
	Torrc       string
}

// playWindow is a Passerby that writes its note, and then stays until it is
// interrupted, or closes; or, if it is the first of two, fails.
func playWindow(notes, how string) {
	n := note{PID: os.Getpid(), Arguments: os.Args[1:], Environment: map[string]string{}}
	for _, name := range homes {
		n.Environment[name] = os.Getenv(name)
	}
	if i := slices.Index(os.Args, "--torrc"); i > 0 {
		content, _ := os.ReadFile(os.Args[i+1])
		n.Torrc = string(content)
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	content, err := json.Marshal(n)
	if err == nil {
		path := filepath.Join(notes, fmt.Sprint(os.Getpid()))
		if err = os.WriteFile(path+".new", content, 0o600); err == nil {
			err = os.Rename(path+".new", path)
		}
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	case how == "fail" && strings.HasSuffix(n.Environment["HOME"], "/one/home"):
		fmt.Fprintln(os.Stderr, "there is no display")
		os.Exit(4)
	case how == "stay":
		<-interrupted
	}
	os.Exit(0)
}

var homes = []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"}

// runDemo runs the demo with windows that do what how says, and hands back what
// it told, the windows' notes, and its error. Windows that stay are interrupted
// as Ctrl-C would, once both are open.
func runDemo(t *testing.T, how string, arguments ...string) (told string, windows []note, err error) {
	t.Helper()
	notes, tmp := t.TempDir(), t.TempDir()
	t.Setenv(playVariable, notes)
	t.Setenv(windowVariable, how)
	t.Setenv("TMPDIR", tmp)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	defer cancel()
	go func() {
		done <- run(ctx, append([]string{"-relays", "3", self}, arguments...), io.MultiWriter(&out, t.Output()))
	}()

	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-tick.C:
			if how == "stay" && len(readNotes(t, notes)) == 2 {
				cancel()
			}
		case err = <-done:
			running = false
		}
	}
	windows = readNotes(t, notes)
	if len(windows) != 2 {
		t.Fatalf("%d windows; %v", len(windows), err)
	}
	if left, _ := os.ReadDir(tmp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, w := range windows {
		if syscall.Kill(w.PID, 0) == nil {
			t.Errorf("window %d is still there", w.PID)
		}
	}
	return out.String(), windows, err
}

func readNotes(t *testing.T, dir string) (windows []note) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*[0-9]"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var n note
		if err := json.Unmarshal(content, &n); err != nil {
			t.Fatal(err)
		}
		windows = append(windows, n)
	}
	return windows
}

func TestTwoWindowsUntilCtrlC(t *testing.T) {
	// when
	told, windows, err := runDemo(t, "stay", "--theme", "dark")
	// then
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told, "Press Find a stranger in both.") {
		t.Errorf("told: %s", told)
	}
	one, two := windows[0], windows[1]
	for _, name := range homes {
		if one.Environment[name] == "" || one.Environment[name] == two.Environment[name] {
			t.Errorf("%s is %q for both", name, one.Environment[name])
		}
	}
	for _, w := range windows {
		if !strings.Contains(w.Torrc, "\nDirAuthority ") {
			t.Errorf("torrc: %s", w.Torrc)
		}
		if !slices.Equal(w.Arguments[4:], []string{"--network", "demo", "--cards=false", "--theme", "dark"}) ||
			w.Arguments[0] != "--profile" || w.Arguments[2] != "--torrc" {
			t.Errorf("arguments %q", w.Arguments)
		}
	}
	if one.Arguments[1] == two.Arguments[1] {
		t.Error("one profile for both")
	}
}

func TestWindowThatFailsAndOneThatCloses(t *testing.T) {
	// when
	told, _, err := runDemo(t, "fail")
	// then the failure is told, with what the window said, and when the other
	// is closed all ends
	if err == nil || !strings.Contains(err.Error(), "window one failed") || strings.Contains(err.Error(), "two") {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"there is no display", "exit status 4", "Both windows are closed."} {
		if !strings.Contains(told, want) {
			t.Errorf("%q was not told in: %s", want, told)
		}
	}
}

func TestWrongProgramIsToldBeforeTheNetworkStarts(t *testing.T) {
	for _, arguments := range [][]string{{}, {"./no-such-program"}, {"-unknown"}, {"-relays", "99", "/bin/true"}} {
		t.Run(fmt.Sprint(arguments), func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			if err := run(t.Context(), arguments, io.Discard); err == nil {
				t.Error("no error")
			}
		})
	}
}
