// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"bytes"
	"fmt"
	"image"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passerby/app/console/consoletest"
	"passerby/ui"
	"passerby/ui/internal/desktoptest"
)

// panicTime is how long the panic key may take to end the program and its tor.
const panicTime = 300 * time.Millisecond

// Two windows of the real program talk over a private Tor network, and the
// panic key is pressed: in the conversation, over the settings of the other, who
// still hopes for the line to come back, and at home.
//
// Measured is the time from before the start of the program that presses the
// X, Ctrl and Shift being held, until neither process runs, as /proc tells it
// each millisecond. It holds some 10 ms that are not the window's: the start
// of that program, and up to 17 ms until Fyne looks for keys. On a machine
// that is busy with other things every figure may be too high, so the best of
// them decides.
func TestE2EThePanicKey(t *testing.T) {
	e := newEvening(t)
	one := e.open("one", "dark", ui.Dawn.Dark, image.Rect(0, 0, 720, 860))
	two := e.open("two", "light", ui.Dawn.Light, image.Rect(740, 0, 740+720, 860))
	three := e.open("three", "dark", ui.Dawn.Dark, image.Rect(1490, 0, 1490+480, 700))
	one.await("home", patience)
	two.await("home", patience)
	three.await("home", patience)

	// given two who talk about what nobody has ever written, one of whom has
	// copied something and is writing more
	words := make([]string, 6)
	for i := range words {
		words[i] = unheardOf()
	}
	for _, w := range []*window{one, two} {
		w.key("ctrl+k")
		w.typed(words[0])
		w.key("ctrl+Return")
	}
	one.await("talking", patience)
	two.await("talking", patience)
	said := e.talk(one, two, nil, []line{{one, "I say " + words[1], "Return"}, {two, "and I " + words[2], "Return"}})
	if got := one.copied("alt+Up"); got != said[1] {
		t.Fatalf("the newest message is copied as %q", got)
	}
	one.key("Escape")
	one.typed("I was about to say " + words[3])
	two.typed(words[4])

	// when the key is pressed, then all is over at once
	took := []time.Duration{one.vanishes("in a conversation")}
	if text, err := e.desktop.Clipboard(); err == nil && text != "" {
		t.Errorf("on the clipboard is %q", text)
	}
	// while the other sees the line break, and writes on
	two.reconnects()
	two.key("Return")
	e.heard(two, append(said, words[4]))
	e.pictures("reconnecting")
	// also over the settings
	two.key("ctrl+comma")
	e.pictures("settings")
	took = append(took, two.vanishes("over the settings"))
	three.typed(words[5])
	took = append(took, three.vanishes("at home"))

	if best := slices.Min(took); best > panicTime {
		t.Errorf("the program ends after %v at best, not within %v", best, panicTime)
	}
	// and nothing is left on the disk but tor's own state
	for _, w := range []*window{one, two, three} {
		w.leftNothing(words)
	}
}

// unheardOf is a word that nobody has ever written.
func unheardOf() string {
	var b strings.Builder
	for range 16 {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz"[rand.IntN(26)])
	}
	return b.String()
}

// reconnects waits for the notice that the line is being built anew, by its
// edge, the only upright bar below the header.
func (w *window) reconnects() {
	w.e.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pause) {
		picture, err := w.Picture()
		w.ok(err)
		below := picture.SubImage(image.Rect(0, 60, picture.Rect.Dx(), 260)).(*image.NRGBA)
		if _, found := desktoptest.Block(below, w.dawn, image.Pt(2, 30)); found {
			return
		}
	}
	w.e.pictures("failed")
	w.e.t.Fatalf("window %s does not say that it reconnects after %v", w.name, patience)
}

// vanishes presses the panic key and returns how long it takes until the
// program and its tor have ended.
func (w *window) vanishes(where string) time.Duration {
	t := w.e.t
	t.Helper()
	w.ok(w.Focus(), w.Down("ctrl", "shift"))
	time.Sleep(pause)
	pressed := make(chan error, 1)
	start := time.Now()
	go func() { pressed <- w.Strike("x") }()
	var program, tor time.Duration
	for program == 0 || tor == 0 {
		if program == 0 && !running(w.PID()) {
			program = time.Since(start)
		}
		if tor == 0 && !running(w.tor) {
			tor = time.Since(start)
		}
		if time.Since(start) > 10*time.Second {
			t.Fatalf("window %s, %s: after 10 s the program runs %v, tor %v", w.name, where, program == 0, tor == 0)
		}
		time.Sleep(time.Millisecond)
	}
	w.ok(<-pressed, w.e.desktop.Up("shift", "ctrl"))
	<-w.Done()
	w.ok(w.Err())
	t.Logf("%s: from the key to the end of the program %v, of tor %v", where,
		program.Round(time.Millisecond), tor.Round(time.Millisecond))
	return max(program, tor)
}

// running tells whether a process exists and is no mere entry for its parent.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, found := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte{' '})
	return err == nil && found && !bytes.HasPrefix(state, []byte{'Z'}) && !bytes.HasPrefix(state, []byte{'X'})
}

// leftNothing looks through every folder in which a copy may have written.
func (w *window) leftNothing(words []string) {
	t := w.e.t
	t.Helper()
	dir := filepath.Join(w.e.dir, w.name)
	found, files, err := consoletest.FindTraces(dir, words...)
	w.ok(err)
	if len(found) > 0 {
		t.Errorf("window %s left: %s", w.name, strings.Join(found, "\n"))
	}
	if files < 3 {
		t.Errorf("only %d files in %s: tor alone has more", files, dir)
	}
	w.ok(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && !d.IsDir() && !slices.ContainsFunc(mayStay, func(known string) bool {
			return strings.HasPrefix(name, known)
		}) {
			t.Errorf("window %s left %s", w.name, name)
		}
		return err
	}))
}

// mayStay is what a run leaves in its folders: tor's own state, the empty file
// that tells two copies apart, and what the system's libraries keep about
// every program with a window, its shaders and the computer's fonts.
var mayStay = []string{"profile/tor/", "profile/lock", "home/.cache/mesa_shader_cache/", "home/.cache/font_index"}
