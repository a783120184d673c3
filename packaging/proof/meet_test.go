// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

// annsCopy starts a copy without a window, of a program that under runs as ann,
// in a folder of its own within dir, and waits until its tor is ready.
func annsCopy(t *testing.T, name, program, dir, torrc string, under []string) *consoletest.Copy {
	t.Helper()
	own := filepath.Join(dir, name)
	if _, err := consoletest.Environ(own); err != nil {
		t.Fatal(err)
	}
	giveToAnn(t, own)
	c, err := consoletest.Start(consoletest.Options{
		Program: program, Name: name, Dir: own, Torrc: torrc, Network: t.Name(), Under: under,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	bootstraps(t, c)
	return c
}

// giveToAnn makes ann the owner of all that is in a folder.
func giveToAnn(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, annID, annID)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// event waits for an event of a copy.
func event(t *testing.T, c *consoletest.Copy, kinds ...string) consoletest.Event {
	t.Helper()
	e, err := c.Await(within(t, patience), kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// bootstraps waits until the tor of a copy has joined the private network. It
// must be the one that stands beside the program.
func bootstraps(t *testing.T, c *consoletest.Copy) {
	t.Helper()
	_, err := c.AwaitThat(within(t, patience), "tor at 100 %", func(e consoletest.Event) bool { return e.Event == "tor" && e.Progress == 100 })
	if err != nil {
		t.Fatal(err)
	}
	// The program may have been started by another name.
	all, err := consoletest.Processes()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.Parent)) // fails where it has ended
		if p.Name != "tor" || !p.Running || !strings.Contains(string(line), c.Profile()) {
			continue
		}
		tor, err1 := os.Readlink(fmt.Sprintf("/proc/%d/exe", p.PID))
		program, err2 := os.Readlink(fmt.Sprintf("/proc/%d/exe", p.Parent))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(filepath.Dir(program), "tor", "tor"); tor != want {
			t.Errorf("%s runs, and not %s", tor, want)
		}
		return
	}
	t.Error("its tor is not found")
}

// meets has the window find the copy, and both say something.
func (w window) meets(c *consoletest.Copy, picture string) {
	t := w.screen.t
	t.Helper()
	// given a copy that looks for somebody
	event(t, c, "ready")
	if err := c.Find(); err != nil {
		t.Fatal(err)
	}
	event(t, c, "seeking")
	// when the window is asked to, as soon as it can
	met := make(chan error, 1)
	ctx := within(t, patience)
	go func() {
		_, err := c.Await(ctx, "matched")
		met <- err
	}()
	for meeting := true; meeting; {
		w.key("ctrl+Return")
		select {
		case err := <-met:
			if err != nil {
				w.picture(picture + "-failed")
				t.Fatal(err)
			}
			meeting = false
		case <-time.After(3 * time.Second):
		}
	}
	// then what the copy says is shown in the window, which is then a conversation
	w.shows(c, "Good evening to you.", picture)
	// and what is typed in the window arrives
	for _, text := range []string{"Good evening from the window.", "It was installed a minute ago."} {
		w.typed(text)
		w.key("Return")
		if e := event(t, c, "received", "ended", "error"); e.Text != text {
			w.picture(picture + "-failed")
			t.Fatalf("%q arrives as %v", text, e)
		}
	}
	w.shows(c, "Then all is well.", picture)
	w.picture(picture)
}

// shows has the copy say something, and waits until the window shows it.
func (w window) shows(c *consoletest.Copy, text, picture string) {
	t := w.screen.t
	t.Helper()
	if err := c.Send(text); err != nil {
		t.Fatal(err)
	}
	event(t, c, "delivered")
	shown := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Second) {
		// The newest message is chosen and copied. Where no conversation is shown
		// yet, these keys do nothing.
		if shown = strings.TrimSpace(w.copied("alt+Up", "ctrl+c")); shown == text {
			w.key("Escape") // back to where one types
			return
		}
		w.key("alt+Down")
	}
	w.picture(picture + "-failed")
	t.Fatalf("%q is shown as %q", text, shown)
}
