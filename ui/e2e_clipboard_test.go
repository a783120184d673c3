// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/app/console/consoletest"
	"passerby/ui/clipboard"
	"passerby/ui/internal/desktoptest"
)

// What is copied in the window, by keys alone, asks not to be kept, can be
// pasted elsewhere, and goes by itself. The window is that of the gallery,
// which pretends a conversation.
func TestE2ECopiesAskNotToBeKeptAndGo(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	fine := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "gallery")
	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "migrated_fynedo"}
	if consoletest.Race {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "-o", program, "passerby/ui/internal/gallery")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	desktop, err := desktoptest.Start(1000, 800)
	fine(err)
	t.Cleanup(func() { fine(desktop.Close()) })
	cmd := exec.Command(program, "talking")
	cmd.Env, err = consoletest.Environ(dir)
	fine(err)
	cmd.Env = append(cmd.Env, "LIBGL_ALWAYS_SOFTWARE=1", "FYNE_SCALE=1")
	window, err := desktop.Open(cmd, "Passerby")
	fine(err)
	t.Cleanup(window.Kill)

	form := func(target string) string {
		read := exec.Command("xclip", "-out", "-selection", "clipboard", "-target", target)
		read.Env = append(os.Environ(), "DISPLAY="+desktop.Display())
		out, _ := read.Output() // fails where there is none
		return string(out)
	}
	const nothing = "nothing was copied"
	copied := func(keys ...string) string {
		t.Helper()
		fine(desktop.SetClipboard(nothing))
		for end := time.Now().Add(soon); time.Now().Before(end); {
			fine(window.Key(keys...)) // again where the window was not ready
			time.Sleep(pause)
			if text := form("UTF8_STRING"); text != nothing && text != "" {
				return text
			}
		}
		t.Fatalf("%q copies nothing", keys)
		return ""
	}
	marked := func(what string) {
		t.Helper()
		if got := form("x-kde-passwordManagerHint"); got != "secret" {
			t.Errorf("%s is marked %q: there is %q", what, got, strings.Fields(form("TARGETS")))
		}
	}

	// when a message is chosen and copied
	message := copied("alt+Up", "ctrl+c")
	// then it can be pasted, and asks not to be kept
	scenes, err := os.ReadFile(filepath.Join("internal", "gallery", "scenes.go"))
	fine(err)
	if !strings.Contains(string(scenes), message) {
		t.Errorf("no message says %q", message)
	}
	marked("a message")

	// when a draft is copied, and cut
	fine(window.Key("Escape"), window.Type("a draft"))
	for _, key := range []string{"ctrl+c", "ctrl+x"} {
		if got := copied("ctrl+a", key); got != "a draft" {
			t.Errorf("%s copies %q", key, got)
		}
		marked("a draft by " + key)
	}
	begun := time.Now()
	// and pasted by the window itself
	fine(window.Key("ctrl+v", "ctrl+v"))

	// then it goes by itself, and not before its time
	for form("UTF8_STRING") != "" {
		if time.Since(begun) > clipboard.Life+10*time.Second {
			t.Fatalf("after %v the clipboard holds %q", time.Since(begun), form("UTF8_STRING"))
		}
		time.Sleep(pause)
	}
	if lived := time.Since(begun); lived < clipboard.Life-2*time.Second {
		t.Errorf("a copy lives for %v", lived)
	}

	// when the window is closed, then the last copy goes with it
	if got := copied("ctrl+a", "ctrl+x"); got != "a drafta draft" {
		t.Errorf("pasted was %q", got)
	}
	fine(window.AskToClose())
	select {
	case <-window.Done():
		fine(window.Err())
	case <-time.After(soon):
		t.Fatal("the window does not close")
	}
	if got := form("UTF8_STRING"); got != "" {
		t.Errorf("the window has left %q", got)
	}
}
