// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/settings"
)

// shownSettings returns the settings on the screen, or nil.
func shownSettings(w *window) *settingsScreen {
	s, _ := w.top().(*settingsScreen)
	return s
}

func TestSettingsOpenOverEveryScreenAndLeaveItAlone(t *testing.T) {
	for name, state := range scenes() {
		t.Run(name, func(t *testing.T) {
			w, f := open(t, state, narrow)
			below, had := w.screen, w.win.Canvas().Focused()
			for by, closes := range map[string]func(*settingsScreen){
				"Esc":           func(s *settingsScreen) { press(s.close, fyne.KeyEscape) },
				"the button":    func(s *settingsScreen) { test.Tap(s.close) },
				"Ctrl+L":        func(s *settingsScreen) { s.toggles[0].TypedShortcut(shortcut(fyne.KeyL)) },
				"the key again": func(s *settingsScreen) { s.toggles[0].TypedShortcut(shortcut(fyne.KeyComma)) },
			} {
				had.(fyne.Shortcutable).TypedShortcut(shortcut(fyne.KeyComma))
				s := shownSettings(w)
				if s == nil || w.win.Canvas().Focused() != s.first() {
					t.Fatalf("on top is %T, the keyboard is with %T", w.top(), w.win.Canvas().Focused())
				}
				// Keys and typing do not reach what lies beneath.
				for _, command := range []command{cmdFind, cmdNext, cmdInterests, cmdOlder} {
					w.do(command)
				}
				w.keys.rune('x')
				closes(s)
				if shownSettings(w) != nil || w.win.Canvas().Overlays().Top() != nil {
					t.Errorf("%s: the settings stay", by)
				}
				if w.screen != below || w.win.Canvas().Focused() != had || f.asked != nil {
					t.Errorf("%s: the screen was disturbed: %T, keyboard with %T, asked %q", by, w.screen, w.win.Canvas().Focused(), f.asked)
				}
			}
		})
	}
}

func TestSettingsStayWhileTheScreenBeneathChanges(t *testing.T) {
	w, _ := open(t, seekingState(), narrow)
	w.do(cmdSettings)
	s := shownSettings(w)
	for _, state := range []app.State{talkingState(theirs("hello")), afterState(), ready(), {}} {
		w.render(state, at)
		if shownSettings(w) != s || w.win.Canvas().Focused() != s.first() {
			t.Fatalf("on top is %T, the keyboard is with %T", w.top(), w.win.Canvas().Focused())
		}
	}
	s.lift()
	if w.win.Canvas().Focused() != w.screen.first() {
		t.Errorf("then the keyboard is with %T", w.win.Canvas().Focused())
	}
}

// The switch asks; what it shows is the State.
func TestCoverIsAskedForAndDrawn(t *testing.T) {
	state := ready()
	state.Cover = true
	w, f := open(t, state, narrow)
	w.do(cmdSettings)
	cover := shownSettings(w).toggles[0]
	for _, c := range []struct {
		press func()
		asked string
		word  string
	}{
		{func() { press(cover, fyne.KeySpace) }, "cover false", "On"},
		{func() { test.Tap(cover) }, "cover true", "Off"},
		{func() { press(cover, fyne.KeyReturn) }, "cover false", "On"},
	} {
		f.asked = nil
		if !slices.Contains(words(cover), c.word) || cover.AccessibilityLabel() != coverWords.name+": "+c.word {
			t.Errorf("it shows %q and says %q, not %s", words(cover), cover.AccessibilityLabel(), c.word)
		}
		c.press()
		if !slices.Equal(f.asked, []string{c.asked}) {
			t.Errorf("asked %q, want %q", f.asked, c.asked)
		}
		if !slices.Contains(words(cover), c.word) {
			t.Error("it changes before the State does")
		}
		state.Cover = !state.Cover
		w.render(state, at)
	}
}

func TestCoverSaysWhatItIsWorthAndWhatItCosts(t *testing.T) {
	w, _ := open(t, ready(), wide)
	w.kept = settings.Open(t.TempDir())
	w.do(cmdSettings)
	press(shownSettings(w).mores[0], fyne.KeyReturn)
	all := strings.Join(words(shownSettings(w).object()), " ")
	for _, want := range []string{
		"twice a second", "3.5 MB an hour", "for the stranger to choose", "half a second", "every ten seconds", "can see when somebody types",
		"kept for the next time", "nothing else", "--cover=false",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q does not say %q", all, want)
		}
	}
}

func TestSettingsFit(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(minWidth, minHeight), narrow, wide} {
		w, _ := open(t, talkingState(theirs("hello")), size)
		w.do(cmdSettings)
		for _, more := range shownSettings(w).mores {
			if more != nil {
				test.Tap(more)
			}
		}
		o := w.over[0].cover
		if o.Size() != size {
			t.Errorf("it covers %v of %v", o.Size(), size)
		}
		walk(o, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
			if text, ok := o.(*canvas.Text); ok && (at.X < 0 || at.X+text.MinSize().Width > size.Width) {
				t.Errorf("%q at %v is not in the window", text.Text, at)
			}
		})
	}
}

// On the smallest window, too, every word of the settings can be read without
// a mouse.
func TestTheSettingsAreReadByKeyboard(t *testing.T) {
	w, _ := open(t, talkingState(theirs("hello")), fyne.NewSize(minWidth, minHeight))
	w.do(cmdSettings)
	s := shownSettings(w)
	most := s.page.frame.height - s.page.scroll.Size().Height
	if most <= 0 {
		t.Fatal("all of it is seen at once")
	}
	if s.page.scroll.Offset.Y != 0 {
		t.Errorf("it begins at %v", s.page.scroll.Offset.Y)
	}
	press(s.toggles[0], fyne.KeyEnd)
	if got := s.page.scroll.Offset.Y; got != most {
		t.Errorf("the end is at %v, want %v", got, most)
	}
	w.keys.focus(s.toggles[0])
	if y := s.page.place(s.toggles[0]) - s.page.scroll.Offset.Y; y < 0 {
		t.Errorf("what has the keyboard is at %v", y)
	}
}

// What is said of a switch unfolds, by keyboard too, and folds again.
func TestMoreIsSaidOfASwitchToWhoeverAsks(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	w.do(cmdSettings)
	s := shownSettings(w)
	said := func() bool { return slices.Contains(words(s.object()), coverWords.parts[1].heading) }
	if said() || !strings.Contains(strings.Join(words(s.object()), " "), "cannot see when you write") {
		t.Errorf("at first it says %q", words(s.object()))
	}
	for _, want := range []bool{true, false} {
		press(s.mores[0], fyne.KeySpace)
		if said() != want || s.mores[0].label == map[bool]string{true: settingsMore, false: settingsLess}[want] {
			t.Errorf("unfolded %v, the button says %q", said(), s.mores[0].label)
		}
	}
}

// The guard has three positions; each is chosen by keyboard and mouse, and is
// there the next time.
func TestTheGuardIsTurnedDownAndOff(t *testing.T) {
	dir := t.TempDir()
	w, f := open(t, ready(), narrow)
	w.kept = settings.Open(dir)
	w.do(cmdSettings)
	s := shownSettings(w)
	chosen := func() (all []string) {
		for _, o := range s.guard {
			if o.chosen {
				all = append(all, o.name)
			}
		}
		return all
	}
	for i, c := range []struct {
		choose func()
		want   string
		level  settings.Guard
	}{
		{func() {}, "Everything", settings.Full},
		{func() { press(s.guard[1], fyne.KeySpace) }, "Secrets only", settings.SecretsOnly},
		{func() { test.Tap(s.guard[2]) }, "Off", settings.Off},
		{func() { press(s.guard[2], fyne.KeyReturn) }, "Off", settings.Off},
		{func() { press(s.guard[0], fyne.KeyReturn) }, "Everything", settings.Full},
	} {
		f.asked = nil
		c.choose()
		if want := []string{fmt.Sprint("guard ", int(c.level))}; i > 0 && !slices.Equal(f.asked, want) {
			t.Errorf("asked %q, want %q", f.asked, want)
		}
		f.state.Guard = c.level
		w.render(f.state, at)
		if got := chosen(); !slices.Equal(got, []string{c.want}) {
			t.Errorf("chosen is %q, and not %s", got, c.want)
		}
		if again := settings.Open(dir).Choices(); again.Guard != c.level {
			t.Errorf("%s is kept as %v", c.want, again.Guard)
		}
	}
	if got := s.guard[0].AccessibilityLabel(); got != "Everything: chosen" {
		t.Errorf("it says %q", got)
	}
	if got := s.guard[1].AccessibilityLabel(); got != "Secrets only" {
		t.Errorf("it says %q", got)
	}
	press(s.guard[0], fyne.KeyEscape)
	if shownSettings(w) != nil {
		t.Error("Esc does nothing there")
	}
}

// What is chosen for cover is there the next time; what a flag says is not kept
// by looking at it.
func TestWhatIsChosenIsKept(t *testing.T) {
	dir := t.TempDir()
	w, f := open(t, ready(), narrow) // cover is off, as by a flag
	w.kept = settings.Open(dir)
	w.do(cmdSettings)
	s := shownSettings(w)
	if !strings.Contains(strings.Join(words(s.object()), " "), "kept for the next time") {
		t.Errorf("it says %q", words(s.object()))
	}
	press(s.close, fyne.KeyEscape)
	if kept := settings.Open(dir).Choices(); kept != settings.Defaults() {
		t.Errorf("kept is %+v", kept)
	}
	w.do(cmdSettings)
	s = shownSettings(w)
	f.state.Cover = true
	w.render(f.state, at)
	press(s.toggles[0], fyne.KeySpace)
	if kept := settings.Open(dir).Choices(); kept.Cover || !slices.Equal(f.asked, []string{"cover false"}) {
		t.Errorf("kept is %+v, asked %q", kept, f.asked)
	}
}

// Where nothing can be kept the settings say so, why, and what to do; what is
// chosen holds all the same.
func TestTheSettingsSayWhereNothingIsKept(t *testing.T) {
	w, f := open(t, ready(), narrow)
	w.kept = settings.Open(filepath.Join(t.TempDir(), "nowhere"))
	w.do(cmdSettings)
	s := shownSettings(w)
	if !s.problem.Hidden {
		t.Errorf("before anything is chosen it says %q", s.problem.what.text)
	}
	press(s.guard[2], fyne.KeyReturn)
	said := strings.Join(words(s.object()), " ")
	for _, want := range []string{"What you choose holds until Passerby is closed", "Give this user the right to write there"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
	if strings.Contains(said, "kept for the next time") || !slices.Equal(f.asked, []string{"guard 2"}) {
		t.Errorf("it says %q, asked %q", said, f.asked)
	}

	// A folder that is there, or nothing to keep.
	w, _ = open(t, ready(), narrow)
	w.do(cmdSettings)
	if got := shownSettings(w).last.text; got != settingsRun {
		t.Errorf("without a folder it says %q", got)
	}
}
