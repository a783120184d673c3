// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/assets"
	"passerby/ui/clipboard"
)

// house is a doorway with a desktop that only pretends. Its window closes as
// the desktop asks it to.
type house struct {
	*doorway
	f     *fake
	quits int
	icons int
	nook  atomic.Bool // there is a place near the clock
	hangs atomic.Bool // who is asked does not answer
	do    chan func() // what waits for the window's goroutine
}

func newHouse(t *testing.T, s app.State, nook bool) *house {
	t.Helper()
	useApp(t)
	h := &house{f: &fake{state: s}, do: make(chan func(), 16)}
	h.nook.Store(nook)
	h.doorway = &doorway{
		app: fyne.CurrentApp(), program: h.f, newest: s, quit: func() { h.quits++ },
		do: func(f func()) { h.do <- f },
		there: func(ctx context.Context) bool {
			if h.hangs.Load() {
				<-ctx.Done()
				return false
			}
			return h.nook.Load()
		},
		board: func(fyne.Window) *clipboard.Board { return nil },
	}
	h.build(func(open, quit func()) error { h.icons++; return nil })
	h.open()
	t.Cleanup(func() {
		if h.w != nil {
			h.w.win.Close()
		}
	})
	return h
}

// settle lets time pass and does what waits for the window's goroutine.
func (h *house) settle(long time.Duration) {
	for end := time.Now().Add(long); ; {
		synctest.Wait()
		for len(h.do) > 0 {
			(<-h.do)()
			synctest.Wait()
		}
		if !time.Now().Before(end) {
			return
		}
		time.Sleep(min(time.Second, time.Until(end)))
	}
}

// stayingState returns the state of a copy that stays on, with a conversation.
func stayingState() app.State {
	s := talkingState(theirs("hello"))
	s.Keeping = app.Keeping{Stay: true, Staying: true}
	return s
}

func TestClosingLeavesTheProgramWhereSomebodyStaysOn(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*house)
		nook   bool // at the start
		icons  int
		stays  bool
	}{
		"stays on":                {func(*house) {}, true, 1, true},
		"no place near the clock": {func(*house) {}, false, 0, false},
		"the place is gone":       {func(h *house) { h.nook.Store(false) }, true, 1, false},
		"the desktop hangs":       {func(h *house) { h.hangs.Store(true) }, true, 1, false},
		"no longer agreed": {func(h *house) {
			h.f.state.Keeping = app.Keeping{}
			h.render(h.f.state, at)
		}, true, 1, false},
		"agreed for the next start": {func(h *house) {
			h.f.state.Keeping.Staying = false
			h.render(h.f.state, at)
		}, true, 1, false},
		"nothing works any more": {func(h *house) {
			h.f.state.Problem = &app.Problem{What: "Tor is gone.", Fatal: true}
			h.render(h.f.state, at)
		}, true, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, stayingState(), c.nook)
				c.change(h)
				if h.icons != c.icons {
					t.Errorf("%d pictures near the clock", h.icons)
				}
				begun := time.Now()
				h.closing()
				h.settle(2 * time.Second)
				if c.stays {
					if h.w != nil || h.quits != 0 || !slices.Equal(h.f.asked, []string{"retire"}) {
						t.Errorf("window %v, quit %d times, asked %q", h.w != nil, h.quits, h.f.asked)
					}
				} else if h.quits != 1 || slices.Contains(h.f.asked, "retire") {
					t.Errorf("quit %d times, asked %q", h.quits, h.f.asked)
				}
				if took := time.Since(begun); took > 2*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// Without the choice there is no picture near the clock, the desktop is not
// even asked about one, and the window closes by itself.
func TestNothingIsBuiltForWhoDoesNotStayOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := ready()
		h := newHouse(t, s, true)
		if h.icons != 0 || h.w.nook != nookUnknown {
			t.Errorf("%d pictures, it is known %v", h.icons, h.w.nook)
		}
	})
}

// A window that comes back is another one, in which nothing of the last is.
func TestTheWindowThatComesBackIsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, stayingState(), true)
		first := h.w
		first.interests = []string{"tea"}
		first.lay(newSettings(first))
		h.closing()
		h.settle(time.Second)
		if first.screen != nil || len(first.over) != 0 || first.interests != nil || first.state.Conversation != nil {
			t.Error("the window that is closed still holds something")
		}
		// States that come meanwhile are not lost, and open nothing.
		s := ready()
		s.Keeping = h.newest.Keeping
		h.render(s, at)
		h.tick(at)
		h.front(true)
		if h.w != nil {
			t.Fatal("a state opens the window")
		}
		h.back()
		if h.w == nil || h.w == first || h.w.phase != app.Home || h.w.interests != nil || len(h.w.over) != 0 {
			t.Fatal("what came back is no fresh window")
		}
		// Asked for again it is the same.
		again := h.w
		h.back()
		if h.w != again {
			t.Error("a second window")
		}
		// And it can go and come again.
		h.closing()
		h.settle(time.Second)
		h.back()
		if h.w == nil || h.w == again || h.quits != 0 {
			t.Error("it does not come a second time")
		}
	})
}

// Nobody is left without a way back to the window.
func TestTheWindowComesWhereTheWayBackIsGone(t *testing.T) {
	for name, lose := range map[string]func(*house){
		"the place is gone": func(h *house) { h.nook.Store(false) },
		"the desktop hangs": func(h *house) { h.hangs.Store(true) },
		"nothing works any more": func(h *house) {
			s := h.newest
			s.Phase, s.Conversation, s.Problem = app.Home, nil, &app.Problem{What: "Tor is gone.", Fatal: true}
			h.render(s, at)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, stayingState(), true)
				h.closing()
				h.settle(time.Second)
				// A desktop that is away for a moment, as when it is started anew,
				// is no reason.
				h.settle(lookEvery - 2*time.Second)
				h.nook.Store(false)
				h.settle(2 * time.Second)
				h.nook.Store(true)
				h.settle(time.Hour)
				if h.w != nil {
					t.Fatal("the window comes without a reason")
				}
				lose(h)
				h.settle(2*lookEvery + 5*time.Second)
				if h.w == nil {
					t.Error("there is no way back to the window")
				}
			})
		})
	}
}

// Who chooses to stay on learns whether the desktop has a place for it.
func TestWhoChoosesToStayOnLearnsWhetherTheDesktopCan(t *testing.T) {
	for _, has := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t, ready(), has)
			h.w.do(cmdSettings)
			s := shownSettings(h.w)
			i := len(switches) - 1
			press(s.toggles[i], fyne.KeySpace)
			state := h.newest
			state.Keeping.Stay = true
			h.render(state, at)
			h.settle(2 * time.Second)
			if want := stayNote(state.Keeping, map[bool]nook{true: nookHere, false: nookNone}[has]); s.notes[i].text != want || want == "" {
				t.Errorf("it says %q, want %q", s.notes[i].text, want)
			}
			if !slices.Equal(h.f.asked, []string{"stay true"}) {
				t.Errorf("asked %q", h.f.asked)
			}
		})
	}
}

// What cannot be built is not promised.
func TestATrayThatCannotBeBuilt(t *testing.T) {
	h := &doorway{newest: stayingState(), there: func(context.Context) bool { return true }}
	h.build(func(open, quit func()) error { return errors.New("no") })
	if h.built || h.nook != nookNone || h.stays() {
		t.Errorf("built %v, %v", h.built, h.nook)
	}
	useApp(t)
	if buildTray(struct{ fyne.App }{fyne.CurrentApp()}, func() {}, func() {}) == nil {
		t.Error("an app without a place near the clock takes a picture")
	}
}

// The picture near the clock is the icon, small.
func TestTheIconIsMadeSmaller(t *testing.T) {
	b, err := smaller(assets.Icon, traySide)
	if err != nil {
		t.Fatal(err)
	}
	small, err := png.Decode(bytes.NewReader(b))
	if err != nil || small.Bounds().Dx() != traySide || small.Bounds().Dy() != traySide {
		t.Fatalf("%v, %v", small.Bounds(), err)
	}
	whole, err := png.Decode(bytes.NewReader(assets.Icon))
	if err != nil {
		t.Fatal(err)
	}
	step := whole.Bounds().Dx() / traySide
	r, g, bl, a := small.At(traySide/2, traySide/8).RGBA() // sky, which is nearly of one colour
	r2, g2, b2, a2 := whole.At(traySide/2*step+step/2, traySide/8*step+step/2).RGBA()
	for i, pair := range [][2]uint32{{r, r2}, {g, g2}, {bl, b2}, {a, a2}} {
		if d := int(pair[0]>>8) - int(pair[1]>>8); d < -8 || d > 8 {
			t.Errorf("channel %d is off by %d", i, d)
		}
	}
	if _, err := smaller([]byte("no picture"), traySide); err == nil {
		t.Error("what is no picture is made smaller")
	}
}
