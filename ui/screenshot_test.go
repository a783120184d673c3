// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/ui/screenguard"
)

// states are all that can be known.
var states = []screenguard.State{
	screenguard.Unknown, screenguard.NotPossible, screenguard.Off, screenguard.Partial, screenguard.On,
}

// pressPicture presses Print Screen as Fyne hands it on.
func pressPicture(w *window, with fyne.KeyModifier) {
	focused := w.win.Canvas().Focused()
	if with != 0 {
		s := &desktop.CustomShortcut{KeyName: desktop.KeyPrintScreen, Modifier: with}
		if o, ok := focused.(fyne.Shortcutable); ok {
			o.TypedShortcut(s)
		} else {
			w.keys.shortcut(s)
		}
		return
	}
	e := &fyne.KeyEvent{Name: desktop.KeyPrintScreen}
	if focused != nil {
		focused.TypedKey(e)
	} else {
		w.win.Canvas().OnTypedKey()(e)
	}
}

// Wherever the keyboard is, Print Screen shows what a screenshot does, once,
// and what was there is there again.
func TestPrintScreenShowsWhatAPictureDoes(t *testing.T) {
	for name, c := range map[string]struct {
		state app.State
		do    func(*window)
	}{
		"a message being written":  {talk2(), func(*window) {}},
		"a message chosen":         {talk2(), func(w *window) { w.do(cmdOlder) }},
		"a button":                 {talk2(), func(w *window) { w.keys.focus(w.screen.(*talkingScreen).more) }},
		"nothing":                  {talk2(), func(w *window) { w.keys.focus(nil) }},
		"an interest being typed":  {ready(), func(w *window) { w.do(cmdInterests) }},
		"settings":                 {ready(), func(w *window) { w.do(cmdSettings); w.keys.focus(shownSettings(w).toggles[0]) }},
		"help":                     {seekingState(), func(w *window) { w.help() }},
		"a conversation made up":   {talk2(), func(w *window) { w.makeItUp() }},
		"a field of what is so":    {talk2(), func(w *window) { w.makeItUp(); w.top().(*makeItUp).do1(penHeader) }},
		"what is left of one":      {afterState(), func(*window) {}},
		"while Tor is not there":   {app.State{}, func(*window) {}},
		"the panel on the header":  {talk2(), func(w *window) { w.record(); w.lift(w.top()) }},
		"a question that is asked": {talk2(), func(w *window) { w.screen.(*talkingScreen).askLeave() }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, with := range []fyne.KeyModifier{0, fyne.KeyModifierAlt} {
				w, f := open(t, c.state, narrow)
				c.do(w)
				below, had, layers := w.top(), w.win.Canvas().Focused(), len(w.over)
				pressPicture(w, with)
				pressPicture(w, with)
				r, ok := w.top().(*recordScreen)
				if !ok || len(w.over) != layers+1 {
					t.Fatalf("modifier %d: on top is %T, the %d. layer", with, w.top(), len(w.over))
				}
				all := strings.Join(words(r.object()), " ")
				for _, want := range []string{"You pressed Print Screen", "believed would vanish", "proves nothing", "Make it up", "your own", "the clock", "your desktop"} {
					if !strings.Contains(all, want) {
						t.Errorf("%q does not say %q", all, want)
					}
				}
				press(w.win.Canvas().Focused(), fyne.KeyEscape)
				if w.top() != below || w.win.Canvas().Focused() != had && had != nil || f.asked != nil {
					t.Errorf("then on top is %T, the keyboard with %T, asked %q", w.top(), w.win.Canvas().Focused(), f.asked)
				}
			}
		})
	}
}

// A picture of what is made up is not disturbed by taking it.
func TestPrintScreenLeavesAPictureAlone(t *testing.T) {
	for _, with := range []fyne.KeyModifier{0, fyne.KeyModifierAlt} {
		w, m := editor(t, talk2(), narrow)
		m.pose()
		before := seen(w)
		pressPicture(w, with)
		w.keys.focus(m.picture.recorded)
		w.keys.focus(m.picture.composer.draft)
		if with == 0 {
			same(t, before, seen(w))
		}
		if w.top() != screen(m) {
			t.Errorf("on top is %T", w.top())
		}
	}
}

// The header of every conversation says that it can be recorded, and what the
// system does about it, in one line of the smallest window; pressed, it says
// what that means. Nothing more is said than is known.
func TestTheHeaderSaysWhoCanRecord(t *testing.T) {
	for _, s := range states {
		for _, asked := range []bool{true, false} {
			t.Run(fmt.Sprint(s, asked), func(t *testing.T) {
				w, _ := open(t, talk2(), fyne.NewSize(minWidth, minHeight))
				w.learn(capture{s, asked})
				b := w.screen.(*talkingScreen).recorded
				check := func(begins string) {
					t.Helper()
					if !strings.HasPrefix(b.label, begins) {
						t.Errorf("the header says %q", b.label)
					}
					for word, want := range map[string]bool{
						" blocked here": s != screenguard.Unknown,
						"not blocked":   s == screenguard.Off || s == screenguard.NotPossible,
						"partly":        s == screenguard.Partial,
						"not known":     s == screenguard.Unknown,
					} {
						if strings.Contains(b.label, word) != want {
							t.Errorf("%v: the header says %q", s, b.label)
						}
					}
				}
				check("They can record · ")
				w.win.Resize(wide)
				check("The stranger can record this · ")

				test.Tap(b)
				r := w.top().(*recordScreen)
				all := strings.Join(words(r.object()), " ")
				for _, want := range []string{"Who can record this", "nothing can notice it", "a camera", "proves nothing"} {
					if !strings.Contains(all, want) {
						t.Errorf("%q does not say %q", all, want)
					}
				}
				if got := strings.Contains(all, "keeps this window out of"); got != s.Covers() && s != screenguard.Unknown {
					t.Errorf("%v: the panel says %q", s, all)
				}
				// What becomes known meanwhile is said at once.
				w.learn(capture{screenguard.Partial, true})
				if all := strings.Join(words(r.object()), " "); !strings.Contains(all, "version 15 of macOS") {
					t.Errorf("then the panel says %q", all)
				}
				r.do(cmdLeave)
				if w.top() != w.screen {
					t.Errorf("on top is %T", w.top())
				}
			})
		}
	}
}

// Whatever a header says can be made up on a system that says something else.
func TestTheHeaderCanBeMadeUp(t *testing.T) {
	for _, real := range states {
		for _, here := range []screenguard.State{screenguard.NotPossible, screenguard.On} {
			s := talk2()
			w, _ := open(t, s, narrow)
			w.learn(capture{real, true})
			w.render(s, at)
			took := seen(w)

			w, _ = open(t, s, narrow)
			w.learn(capture{here, true})
			m := newMakeItUp(w, s.Conversation, at)
			w.lay(m)
			for range states {
				if captureWord(m.tale.capture) != captureWord(real) {
					test.Tap(m.tray.capture)
				}
			}
			// What the system says meanwhile is not in the picture.
			w.learn(capture{screenguard.Off, false})
			m.pose()
			same(t, took, seen(w))
			if m.tray.blocked.Visible() {
				t.Error("the tray says that no picture can be taken")
			}
			w.learn(capture{screenguard.On, true})
			m.back()
			if !m.tray.blocked.Visible() {
				t.Error("the tray does not say that no picture can be taken")
			}
			test.Tap(m.picture.recorded)
			if w.top() != screen(m) {
				t.Errorf("pressed in the picture, the header leads to %T", w.top())
			}
		}
	}
}

// It is said before the first conversation of a run, and then in each.
func TestRecordingIsSaidBeforeTheFirstConversation(t *testing.T) {
	says := func(w *window) bool {
		return strings.Contains(strings.Join(words(w.screen.object()), " "), "can record what you both write")
	}
	w, _ := open(t, app.State{}, narrow)
	for _, s := range []app.State{{}, ready(), {}} {
		w.render(s, at)
		if !says(w) {
			t.Error("Home does not say it")
		}
	}
	for _, s := range []app.State{seekingState(), talk2(), afterState(), ready()} {
		w.render(s, at)
	}
	if says(w) {
		t.Error("Home says it again")
	}
}
