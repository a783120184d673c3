// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"passerby/app"
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
	w.do(cmdSettings)
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
	for _, size := range []fyne.Size{narrow, wide} {
		w, _ := open(t, talkingState(theirs("hello")), size)
		w.do(cmdSettings)
		o := w.over[0].cover
		if o.Size() != size {
			t.Errorf("it covers %v of %v", o.Size(), size)
		}
		walk(o, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
			if text, ok := o.(*canvas.Text); ok && (at.X < 0 || at.X+text.MinSize().Width > size.Width || at.Y+text.Size().Height > size.Height) {
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
