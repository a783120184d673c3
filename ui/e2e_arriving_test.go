// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passerby/app/settings"
	"passerby/assets"
	"passerby/ui"
	"passerby/ui/internal/desktoptest"
)

// Two people start Passerby for the first time. One skips the cards, the other
// reads them all; both find Tor connected behind them. When they start it again
// there are none, until one asks for them. All that a copy keeps of this is a
// file of known words.
func TestE2EFirstRun(t *testing.T) {
	e := newEvening(t)
	places := []image.Rectangle{image.Rect(0, 0, 480, 700), image.Rect(600, 0, 600+1200, 800)}
	start := func() (one, two *window) {
		e.windows = nil
		return e.start("one", "dark", ui.Dawn.Dark, places[0]), e.start("two", "light", ui.Dawn.Light, places[1])
	}

	// given two first runs, then both begin with the first card
	one, two := start()
	one.awaitCard(1)
	two.awaitCard(1)
	e.pictures("card-1")

	// when one turns them to and fro, and the other reads on with Enter, then the
	// cards follow
	one.key("Left")
	one.awaitCard(1)
	for card := 2; card <= 5; card++ {
		one.key("Right")
		two.key("Return")
		one.awaitCard(card)
		two.awaitCard(card)
		e.pictures(fmt.Sprint("card-", card))
	}
	one.key("Left")
	one.awaitCard(4)

	// when the one leaves them out by Esc, and the other comes to their end, then
	// behind them Tor is connected
	one.key("Escape")
	two.key("Return")
	one.await("home", patience)
	two.await("home", patience)
	one.noCard()
	two.noCard()
	e.pictures("home")

	// then that is kept, and nothing else
	one.keeps(func(c *settings.Choices) { c.CardsSeen = true })
	two.keeps(func(c *settings.Choices) { c.CardsSeen = true })
	one.closes()
	two.closes()

	// when both start again, then there are no cards, from the beginning
	one, two = start()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(pause) {
		one.noCard()
		two.noCard()
	}
	one.await("home", patience)
	two.await("home", patience)
	e.pictures("again")

	// when the guard is turned down to secrets only, by keyboard in the settings,
	// and the cards are asked for there, then they come, and lead back
	one.key("ctrl+comma")
	time.Sleep(2 * pause)
	one.key("Tab", "Tab", "space")
	time.Sleep(2 * pause)
	e.pictures("settings")
	one.key("shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab", "Return")
	one.awaitCard(1)
	e.pictures("asked-for")
	one.key("Escape", "Escape")
	one.await("home", soon)
	one.noCard()
	one.keeps(func(c *settings.Choices) { c.CardsSeen, c.Guard = true, settings.SecretsOnly })

	// when they are asked for in the help, behind the links to its sections, then
	// they come too
	two.key("F1")
	time.Sleep(2 * pause)
	e.pictures("help")
	two.key(slices.Repeat([]string{"Tab"}, strings.Count("\n"+assets.Help, "\n= "))...)
	two.key("Return")
	two.awaitCard(1)
	two.key("Escape", "Escape")
	two.await("home", soon)
	one.closes()
	two.closes()
}

// card tells which card a window shows, or 0: the long one among the dots above
// the button.
func (w *window) card() int {
	w.e.t.Helper()
	picture, err := w.Picture()
	w.ok(err)
	button, found := desktoptest.Block(picture, w.dawn, image.Pt(50, 30))
	if !found {
		return 0
	}
	above := picture.SubImage(image.Rect(0, button.Min.Y-32, picture.Rect.Max.X, button.Min.Y-6)).(*image.NRGBA)
	dot, found := desktoptest.Block(above, w.dawn, image.Pt(16, 5))
	if !found {
		return 0
	}
	const apart, all = 16, 88 // from one dot to the next, and of all of them
	return (dot.Min.X-(picture.Rect.Dx()-all)/2+apart/2)/apart + 1
}

func (w *window) awaitCard(card int) {
	w.e.t.Helper()
	shown := 0
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(pause) {
		if shown = w.card(); shown == card {
			time.Sleep(pause) // until all of it is drawn
			return
		}
	}
	w.e.pictures("failed")
	w.e.t.Fatalf("window %s shows card %d, and not %d", w.name, shown, card)
}

func (w *window) noCard() {
	w.e.t.Helper()
	if card := w.card(); card != 0 {
		w.e.pictures("failed")
		w.e.t.Fatalf("window %s shows card %d", w.name, card)
	}
}

// keeps looks at what a copy has written: its choices, to the letter, beside
// what every run leaves.
func (w *window) keeps(change func(*settings.Choices)) {
	t := w.e.t
	t.Helper()
	want := settings.Defaults()
	change(&want)
	dir := filepath.Join(w.e.dir, w.name)
	file := filepath.Join("profile", settings.Name)
	got, err := os.ReadFile(filepath.Join(dir, file))
	w.ok(err)
	if string(got) != want.String() {
		t.Errorf("window %s keeps %q, and not %q", w.name, got, want)
	}
	// Fyne, where it is closed in good order, leaves that it has no preferences.
	fynes := filepath.Join("home", ".config", "fyne", "chat.passerby.passerby", "preferences.json")
	if got, err := os.ReadFile(filepath.Join(dir, fynes)); err == nil && string(got) != "{}\n" {
		t.Errorf("window %s has the preferences %q", w.name, got)
	}
	known := append([]string{file, fynes}, mayStay...)
	w.ok(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err == nil && !d.IsDir() && !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(name, k) }) &&
			!strings.HasPrefix(name, filepath.Join("profile", "run")) { // it still runs
			t.Errorf("window %s has written %s", w.name, name)
		}
		return err
	}))
}
