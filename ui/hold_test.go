// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"passerby/app/guard"
)

// keyable is what a key can be pressed on.
type keyable interface {
	fyne.Focusable
	desktop.Keyable
}

// goDown presses a key, as Fyne's window reports it.
func goDown(o keyable, name fyne.KeyName) {
	o.KeyDown(&fyne.KeyEvent{Name: name})
	o.TypedKey(&fyne.KeyEvent{Name: name})
}

func goUp(o keyable, name fyne.KeyName) { o.KeyUp(&fyne.KeyEvent{Name: name}) }

// ways are the ways to hold down what sends.
var ways = map[string]struct{ down, up func(*composer) }{
	"Enter in the draft": {
		func(c *composer) { goDown(c.draft, fyne.KeyReturn) },
		func(c *composer) { goUp(c.draft, fyne.KeyReturn) },
	},
	"the keypad's Enter": {
		func(c *composer) { goDown(c.draft, fyne.KeyEnter) },
		func(c *composer) { goUp(c.draft, fyne.KeyEnter) },
	},
	"Enter on Send": {
		func(c *composer) { c.draft.keys.focus(c.button); goDown(c.button, fyne.KeyReturn) },
		func(c *composer) { goUp(c.button, fyne.KeyReturn) },
	},
	"the space bar on Send": {
		func(c *composer) { c.draft.keys.focus(c.button); goDown(c.button, fyne.KeySpace) },
		func(c *composer) { goUp(c.button, fyne.KeySpace) },
	},
	"the mouse": {
		func(c *composer) { c.button.MouseDown(mouse) },
		func(c *composer) { c.button.MouseUp(mouse); c.button.Tapped(nil) },
	},
}

// A secret is sent by whoever holds long enough, and by nobody else.
func TestASecretIsSentByHolding(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			c, f, l := drafting(t, talkingState(), narrow)
			writes(c, l, withCard)
			if c.hint.text != hintHold || !c.button.guarded || c.below.Hidden {
				t.Errorf("before, the hint says %q", c.hint.text)
			}

			// let go early
			way.down(c)
			l.pass(holdTime / 2)
			if c.button.filled < 0.4 || c.button.filled > 0.6 {
				t.Errorf("half of the time, and the button is filled to %v", c.button.filled)
			}
			l.pass(holdTime/2 - time.Millisecond)
			way.up(c)
			l.pass(time.Minute)
			if f.sent != nil || c.draft.Text != withCard || c.button.filled != 0 {
				t.Fatalf("let go early: sent %q, written %q, filled %v", f.sent, c.draft.Text, c.button.filled)
			}
			if c.hint.text != hintHold || c.hint.colour != colorText || c.below.Hidden {
				t.Errorf("let go early, the hint says %q", c.hint.text)
			}

			// and held
			way.down(c)
			l.pass(holdTime - time.Millisecond)
			if f.sent != nil {
				t.Fatal("sent too early")
			}
			l.pass(time.Millisecond)
			if !slices.Equal(f.sent, []string{withCard}) || c.draft.Text != "" || c.button.filled != 0 {
				t.Errorf("held: sent %q, written %q, filled %v", f.sent, c.draft.Text, c.button.filled)
			}
			way.up(c)
			l.pass(time.Minute)
			if len(f.sent) != 1 || c.hint.text != hintSend || c.button.guarded || c.line.Visible() {
				t.Errorf("let go after it: sent %q, the hint says %q", f.sent, c.hint.text)
			}
		})
	}
}

// A press of which nobody tells when it ends does not send a secret.
func TestAShortPressSendsNoSecret(t *testing.T) {
	for name, short := range map[string]func(*composer){
		"Enter":    func(c *composer) { press(c.draft, fyne.KeyReturn) },
		"on Send":  func(c *composer) { press(c.button, fyne.KeySpace) },
		"a tap":    func(c *composer) { test.Tap(c.button) },
		"a repeat": func(c *composer) { goDown(c.draft, fyne.KeyReturn); goUp(c.draft, fyne.KeyReturn) },
	} {
		c, f, l := drafting(t, talkingState(), narrow)
		// written and pressed at once, before the guard has looked
		test.Type(c.draft, withCard)
		short(c)
		l.pass(time.Minute)
		if f.sent != nil || c.hint.text != hintHold || !c.line.Visible() {
			t.Errorf("%s: sent %q, the hint says %q", name, f.sent, c.hint.text)
		}
	}
}

// Held down, a key comes again and again. That neither ends the press nor
// begins another.
func TestAKeyThatRepeats(t *testing.T) {
	c, f, l := drafting(t, talkingState(), narrow)
	writes(c, l, withCard)
	goDown(c.draft, fyne.KeyReturn)
	for range 100 {
		l.pass(30 * time.Millisecond)
		press(c.draft, fyne.KeyReturn)
	}
	goUp(c.draft, fyne.KeyReturn)
	if len(f.sent) != 1 {
		t.Errorf("sent %q", f.sent)
	}
}

// What is not looked at, or becomes another message, is not sent.
func TestWhatEndsAPress(t *testing.T) {
	for name, end := range map[string]func(*composer){
		"the mouse leaves":       func(c *composer) { c.button.MouseOut() },
		"the draft changes":      func(c *composer) { test.Type(c.draft, "!") },
		"the draft is emptied":   func(c *composer) { c.draft.SetText("") },
		"another has it":         func(c *composer) { c.draft.keys.focus(nil) },
		"the conversation ends":  func(c *composer) { c.forget() },
		"Send loses the keypad":  func(c *composer) { c.button.FocusLost() },
		"the draft loses Enter":  func(c *composer) { c.draft.FocusLost() },
		"a key is let go":        func(c *composer) { goUp(c.draft, fyne.KeyReturn); goUp(c.button, fyne.KeySpace) },
		"the text is taken back": func(c *composer) { press(c.draft, fyne.KeyBackspace) },
	} {
		for _, way := range []string{"Enter in the draft", "the mouse"} {
			c, f, l := drafting(t, talkingState(), narrow)
			writes(c, l, withCard)
			ways[way].down(c)
			l.pass(holdTime / 2)
			under := c.hold.by
			end(c)
			l.pass(time.Minute)
			other := under == any(c.button) && (name == "another has it" || name == "the draft loses Enter") ||
				under == any(c.draft) && (name == "the mouse leaves" || name == "Send loses the keypad")
			if sent := len(f.sent) == 1; sent != other {
				t.Errorf("%s, by %s: sent %q", name, way, f.sent)
			}
		}
	}
}

// It holds for each message, also where nothing more is said about it.
func TestASilencedSecretIsHeldToo(t *testing.T) {
	s := talkingState()
	s.Conversation.Quiet = []guard.Category{guard.Card}
	c, f, l := drafting(t, s, narrow)
	writes(c, l, withCard)
	goDown(c.draft, fyne.KeyReturn)
	goUp(c.draft, fyne.KeyReturn)
	l.pass(time.Minute)
	if f.sent != nil || c.line.Visible() || c.hint.text != hintHold {
		t.Errorf("sent %q, line %v, hint %q", f.sent, c.line.Visible(), c.hint.text)
	}
	goDown(c.draft, fyne.KeyReturn)
	l.pass(holdTime)
	if len(f.sent) != 1 {
		t.Errorf("sent %q", f.sent)
	}
}

// What was typed in the last moment counts: a secret is seen when it is sent.
func TestASecretIsSeenWhenSending(t *testing.T) {
	c, f, l := drafting(t, talkingState(), narrow)
	test.Type(c.draft, withCard)
	goDown(c.draft, fyne.KeyReturn)
	l.pass(holdTime - time.Millisecond)
	if f.sent != nil || c.button.filled == 0 {
		t.Fatalf("sent %q, filled to %v", f.sent, c.button.filled)
	}
	l.pass(time.Millisecond)
	if len(f.sent) != 1 {
		t.Errorf("sent %q", f.sent)
	}
}

// Nothing moves beneath the mouse while it holds.
func TestNothingMovesWhileHolding(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	test.Type(c.draft, withCard)
	place := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.button)
	c.button.MouseDown(mouse)
	for range 10 {
		l.pass(holdTime / 11)
		if now := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.button); now != place {
			t.Fatalf("the button moved from %v to %v", place, now)
		}
	}
	c.button.MouseUp(mouse)
	l.pass(time.Second)
	if !c.line.Visible() {
		t.Error("let go, the line does not show")
	}
}

// Who asked for less movement sees the button fill in few steps, and waits as
// long.
func TestHoldingWithLessMovement(t *testing.T) {
	c, f, l := drafting(t, talkingState(), narrow)
	stand(t)
	writes(c, l, withCard)
	goDown(c.draft, fyne.KeyReturn)
	var fills []float32
	for range 149 {
		l.pass(10 * time.Millisecond)
		if len(fills) == 0 || fills[len(fills)-1] != c.button.filled {
			fills = append(fills, c.button.filled)
		}
	}
	if len(fills) != holdStepsCalm || f.sent != nil {
		t.Errorf("it filled to %v, sent %q", fills, f.sent)
	}
	l.pass(10 * time.Millisecond)
	if len(f.sent) != 1 {
		t.Errorf("sent %q", f.sent)
	}
}

// Ordinary messages need no holding.
func TestOthersAreSentAtOnce(t *testing.T) {
	for _, text := range []string{harmless, withMail, withAge} {
		for name, way := range ways {
			c, f, l := drafting(t, talkingState(), narrow)
			writes(c, l, text)
			way.down(c)
			way.up(c)
			if !slices.Equal(f.sent, []string{text}) {
				t.Errorf("%s: sent %q", name, f.sent)
			}
		}
	}
}
