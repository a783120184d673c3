// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/settings"
)

// veiled opens a window with the curtain chosen, or not. What is to be done
// later is returned when it is asked for.
func veiled(t *testing.T, s app.State, curtain bool) (w *window, later func()) {
	t.Helper()
	w, _ = open(t, s, fyne.NewSize(minWidth, minHeight))
	w.kept.Change(func(c *settings.Choices) { c.Curtain = curtain })
	var todo []func()
	w.later = func(d time.Duration, f func()) {
		if d != clickTime {
			t.Errorf("the curtain waits %v", d)
		}
		todo = append(todo, f)
	}
	w.chosen()
	return w, func() {
		now := todo
		todo = nil
		for _, f := range now {
			f()
		}
	}
}

// Whatever is on the screen, the curtain over it looks as it does over a window
// in which nothing was ever said, dot by dot; and it leaves the keyboard where
// it was.
func TestNothingIsSeenBeneathTheCurtain(t *testing.T) {
	w, _ := veiled(t, app.State{}, true)
	w.front(false)
	curtain := seen(w)

	for name, situation := range map[string]func(w *window){
		"nothing over it": func(*window) {},
		"the editor":      func(w *window) { w.makeItUp() },
		"a picture":       func(w *window) { w.makeItUp(); w.top().(*makeItUp).pose() },
		"a menu":          func(w *window) { test.Tap(w.screen.(*talkingScreen).more) },
		"a question":      func(w *window) { w.screen.(*talkingScreen).askLeave() },
		"help over settings": func(w *window) {
			w.do(cmdSettings)
			w.help()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, later := veiled(t, talk2(), true)
			later()
			situation(w)
			menus := w.win.Canvas().Overlays().Top()
			had := w.win.Canvas().Focused()

			w.front(false)
			same(t, curtain, seen(w))
			w.front(true)
			if !w.covered || !w.curtain.Visible() {
				t.Error("the curtain opens before the click that came with it is over")
			}
			later()
			for _, l := range w.over {
				if l.curtain.Visible() {
					t.Errorf("the curtain stays over %T", l.screen)
				}
			}
			if w.curtain.Visible() {
				t.Error("the curtain stays")
			}
			if name == "a menu" {
				if w.win.Canvas().Overlays().Top() == menus {
					t.Error("the menu is still open")
				}
				return
			}
			if w.win.Canvas().Focused() != had {
				t.Errorf("the keyboard is with %T, not %T", w.win.Canvas().Focused(), had)
			}
		})
	}
}

// What happens while one is elsewhere happens beneath the curtain.
func TestTheCurtainStaysWhateverHappensBeneath(t *testing.T) {
	w, _ := veiled(t, app.State{}, true)
	w.front(false)
	curtain := seen(w)

	w, later := veiled(t, talk2(), true)
	w.makeItUp() // goes with its conversation
	w.front(false)
	for _, s := range []app.State{talkingState(theirs("new")), afterState(), ready(), seekingState(), talk2()} {
		w.render(s, at)
		w.tick(at)
		same(t, curtain, seen(w))
	}
	w.help() // a screen that is laid over meanwhile
	same(t, curtain, seen(w))
	w.front(true)
	later()
	if w.covered || w.over[0].curtain.Visible() || w.curtain.Visible() {
		t.Error("the curtain does not open")
	}
	if slices.Equal(curtain.Pix, seen(w).Pix) {
		t.Error("the window shows the curtain")
	}
}

func TestTheCurtainIsDrawnOnlyWhereChosenAndElsewhere(t *testing.T) {
	w, later := veiled(t, talk2(), false)
	later()
	before := seen(w)
	w.front(false)
	same(t, before, seen(w))
	w.front(true)
	later()

	// Away again before the curtain has opened, it stays drawn.
	w, later = veiled(t, talk2(), true)
	w.front(false)
	curtain := seen(w)
	w.front(true)
	w.front(false)
	later()
	same(t, curtain, seen(w))
	if settings.Defaults().Curtain {
		t.Error("it is drawn for somebody who chose nothing")
	}
}

// The click that brings the window back does not press what cannot be seen.
func TestTheCurtainTakesTheClick(t *testing.T) {
	w, later := veiled(t, talkingState(), true) // nothing said, so Leave does not ask
	later()
	var leave fyne.Position
	walk(w.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
		if b, ok := o.(*button); ok && b.label == "Leave" {
			leave = at.AddXY(4, 4)
		}
	})
	f := w.program.(*fake)
	w.front(false)
	w.front(true)
	test.TapCanvas(w.win.Canvas(), leave)
	test.Scroll(w.win.Canvas(), leave, 0, 10)
	test.MoveMouse(w.win.Canvas(), leave)
	if f.asked != nil {
		t.Errorf("the click asks for %q", f.asked)
	}
	later()
	test.TapCanvas(w.win.Canvas(), leave)
	if !slices.Equal(f.asked, []string{"leave"}) {
		t.Errorf("a click then asks for %q", f.asked)
	}
}

// A curtain is no way around the panic key, before or after.
func TestThePanicKeyWorksBeneathTheCurtain(t *testing.T) {
	w, later := veiled(t, talk2(), true)
	ended := make(chan struct{})
	w.exit = func() { close(ended) }
	w.front(false)
	w.front(true)
	pressPanic(t, w)
	w.front(false)
	w.front(true)
	later()
	ends(t, ended)
	if got := words(w.win.Content()); len(got) > 0 {
		t.Errorf("the window shows %q", got)
	}
}
