// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// glass is a window that tells when it is hidden.
type glass struct {
	fyne.Window
	hidden func()
}

func (g glass) Hide() { g.hidden(); g.Window.Hide() }

// pressPanic sends the panic key the way Fyne sends shortcuts: to what has the
// keyboard, where it takes shortcuts, and else to the canvas. No step is given
// up on, however busy the machine is.
func pressPanic(t *testing.T, w *window) {
	t.Helper()
	w.haste = haste{time.Minute, time.Minute, time.Minute}
	if o, ok := w.win.Canvas().Focused().(fyne.Shortcutable); ok {
		o.TypedShortcut(panicKey)
		return
	}
	// Fyne's canvas for tests keeps no shortcuts.
	if !slices.Contains(shortcuts(), fyne.Shortcut(panicKey)) {
		t.Fatal("the canvas does not know the panic key")
	}
	w.keys.shortcut(panicKey)
}

// ends waits for the end of the pretended process.
func ends(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the program goes on")
	}
}

// situations are all that may be on the screen when the key is pressed.
func situations() map[string]func(t *testing.T) (*window, *fake) {
	all := make(map[string]func(t *testing.T) (*window, *fake))
	for name, s := range scenes() {
		all[name] = func(t *testing.T) (*window, *fake) { return open(t, s, narrow) }
	}
	over := func(name string, show func(*window)) {
		all[name] = func(t *testing.T) (*window, *fake) {
			w, f := open(t, talkingState(theirs("a secret of theirs")), narrow)
			test.Type(w.screen.(*talkingScreen).composer.draft, "a secret of mine")
			show(w)
			return w, f
		}
	}
	over("a draft", func(*window) {})
	over("a question", func(w *window) { w.screen.(*talkingScreen).askLeave() })
	over("a menu", func(w *window) { w.screen.(*talkingScreen).menu() })
	over("a chosen message", func(w *window) { w.screen.(*talkingScreen).do(cmdOlder) })
	over("a message's menu", func(w *window) {
		w.screen.(*talkingScreen).thread.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(20, 20)})
	})
	over("a draft's menu", func(w *window) {
		w.screen.(*talkingScreen).composer.draft.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(20, 20)})
	})
	over("settings", func(w *window) { w.do(cmdSettings) })
	over("a menu over settings", func(w *window) { w.do(cmdSettings); w.screen.(*talkingScreen).menu() })
	over("a made-up conversation", func(w *window) { w.makeItUp() })
	over("nothing with the keyboard", func(w *window) { w.keys.focus(nil) })
	return all
}

// Whatever is on the screen, and whichever control has the keyboard.
func TestThePanicKeyWorksEverywhere(t *testing.T) {
	for name, show := range situations() {
		t.Run(name, func(t *testing.T) {
			w, _ := show(t)
			c := w.win.Canvas()
			controls := 1 // through which Tab leads
			for first := c.Focused(); controls < 30; controls++ {
				if c.FocusNext(); c.Focused() == first {
					break
				}
			}
			for tabs := range controls {
				w, f := show(t)
				for range tabs {
					w.win.Canvas().FocusNext()
				}
				at := fmt.Sprintf("%T", w.win.Canvas().Focused())
				ended := make(chan struct{})
				w.exit = func() { close(ended) }
				pressPanic(t, w)
				ends(t, ended)
				if !slices.Equal(f.asked, []string{"panic"}) {
					t.Errorf("at control %d, a %s: asked %q", tabs, at, f.asked)
				}
			}
		})
	}
}

func TestThePanicKeyEmptiesTheWindowFirst(t *testing.T) {
	for name, show := range situations() {
		t.Run(name, func(t *testing.T) {
			// given something on the screen
			w, f := show(t)
			w.interests = []string{"a secret interest"}
			c, win, old := w.win.Canvas(), w.win, w.screen
			if len(words(win.Content())) == 0 {
				t.Fatal("nothing is on the screen")
			}
			var order []string
			w.win = glass{win, func() {
				order = append(order, "hide")
				if got := words(win.Content()); len(got) != 0 {
					t.Errorf("while it hides, it shows %q", got)
				}
				if top := c.Overlays().Top(); top != nil {
					t.Errorf("while it hides, over it lies a %T", top)
				}
			}}
			w.forgetClipboard = func() { order = append(order, "clipboard") }
			ended := make(chan struct{})
			w.exit = func() { close(ended) }

			// when the key is pressed, twice, as somebody in a hurry does
			pressPanic(t, w)
			w.vanish()

			// then all of it is gone, in order
			ends(t, ended)
			if order = append(order, f.asked...); !slices.Equal(order, []string{"hide", "clipboard", "panic"}) {
				t.Errorf("the steps were %q", order)
			}
			if s, ok := old.(*talkingScreen); ok && (s.composer.draft.Text != "" || len(s.thread.messages) != 0) {
				t.Error("the screen that is gone still holds text")
			}
			if w.screen != nil || w.over != nil || w.interests != nil || w.state.Conversation != nil {
				t.Error("the window still holds something")
			}
			// and what comes afterwards does not come back
			w.render(talkingState(theirs("a secret of theirs")), at)
			w.tick(at)
			w.front(false)
			w.do(cmdSettings)
			w.win.Canvas().OnTypedRune()('x')
			w.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
			if got := words(win.Content()); len(got) != 0 {
				t.Errorf("afterwards it shows %q", got)
			}
		})
	}
}

// A step that hangs holds up the next one no longer than its time.
func TestNoStepHoldsUpTheOthers(t *testing.T) {
	quick := func() {}
	hangs := func() { time.Sleep(time.Hour) }
	for _, c := range []struct {
		name            string
		hide, clipboard func()
		network         time.Duration // when it is reached
	}{
		{"nothing hangs", quick, quick, 0},
		{"no clipboard", quick, nil, 0},
		{"the screen hangs", hangs, quick, greatest.hide},
		{"the clipboard hangs", quick, hangs, greatest.clipboard},
		{"both hang", hangs, hangs, greatest.hide + greatest.clipboard},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var network, end time.Duration = -1, -1
				greatest.last(c.hide, c.clipboard, func() { network = time.Since(start) }, func() { end = time.Since(start) })
				if network != c.network || end != c.network {
					t.Errorf("the network ends after %v, the process after %v, want %v", network, end, c.network)
				}
				time.Sleep(2 * time.Hour) // until what hangs has ended
				if c.network > greatest.all/2 {
					t.Errorf("%v leave the network little time", greatest.all-c.network)
				}
			})
		})
	}
}

// stuck is a program whose Panic hangs.
type stuck struct {
	*fake
	reached, free chan struct{}
}

func (s stuck) Panic() { close(s.reached); <-s.free }

func TestAHangingNetworkDoesNotKeepTheProcessAlive(t *testing.T) {
	w, f := open(t, talkingState(theirs("hello")), narrow)
	s := stuck{f, make(chan struct{}), make(chan struct{})}
	w.program = s
	w.haste = haste{time.Minute, time.Minute, greatest.all}
	ended := make(chan struct{})
	w.exit = func() { close(ended) }
	start := time.Now()
	w.vanish()
	ends(t, ended)
	if took := time.Since(start); took < greatest.all || took > greatest.all+5*time.Second {
		t.Errorf("the process ends after %v, not %v", took, greatest.all)
	}
	<-s.reached
	close(s.free) // and the end does not come twice: closing ended again would panic
	time.Sleep(10 * time.Millisecond)
}

// Fyne's text fields take every shortcut for themselves. Ours hand on those of
// the program, so there are no others.
func TestNoTextFieldKeepsThePanicKey(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, plain := range []string{"widget.NewEntry(", "widget.NewMultiLineEntry(", "widget.NewPasswordEntry(", "widget.Entry{"} {
			if strings.Contains(string(source), plain) {
				t.Errorf("%s uses %s, which would swallow the panic key", name, plain)
			}
		}
	}
}
