// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// holdTime is how long one presses to send a secret.
const holdTime = 1500 * time.Millisecond

// In how many steps a button fills while it is held, and in how many where the
// person asked for less movement.
const (
	holdSteps     = 50
	holdStepsCalm = 3
)

// hold is a press that does something only when it has lasted. It runs on
// Fyne's goroutine.
type hold struct {
	later func(time.Duration, func()) // runs something after a while
	fill  func(part float32)          // shows how much of the time has passed, from 0 to 1

	by   any // what is pressed, nil for nothing
	turn int // counts presses, so that an old one does nothing
}

// under tells whether something is being pressed.
func (h *hold) under() bool { return h.by != nil }

// begin starts a press of by. After holdTime it is over, and done.
func (h *hold) begin(by any, done func()) {
	h.by = by
	h.turn++
	turn := h.turn
	now := func() bool { return h.by != nil && h.turn == turn }
	steps := holdSteps
	if !mayMove() {
		steps = holdStepsCalm
	}
	n := 0
	var step func()
	step = func() {
		if !now() {
			return
		}
		h.fill(float32(n) / float32(steps))
		if n++; n < steps {
			h.later(holdTime/time.Duration(steps), step)
		}
	}
	step()
	h.later(holdTime, func() {
		if now() {
			h.stop()
			done()
		}
	})
}

// end tells that by is let go, and returns whether it was too early.
func (h *hold) end(by any) bool {
	if h.by == nil || h.by != by {
		return false
	}
	h.stop()
	return true
}

// stop ends whatever press there is.
func (h *hold) stop() {
	h.by = nil
	h.fill(0)
}

// holding is what a button does that can be held: the mouse goes down on it,
// and whatever held it lets go.
type holding struct {
	down, up func()
	key      bool // a key has just gone down on it
}

// guard has the button show that it must be held.
func (b *button) guard(must bool) {
	if b.guarded != must {
		b.guarded = must
		b.Refresh()
	}
}

// fill shows how long the button was held, from 0 to 1.
func (b *button) fill(part float32) {
	if b.filled != part {
		b.filled = part
		b.Refresh()
	}
}

// MouseDown begins to hold the button.
func (b *button) MouseDown(e *desktop.MouseEvent) {
	if b.hold != nil && e.Button == desktop.MouseButtonPrimary {
		b.hold.down()
	}
}

// MouseUp lets it go.
func (b *button) MouseUp(*desktop.MouseEvent) { b.letGo() }

// KeyDown takes note of a key that presses the button until it goes up.
func (b *button) KeyDown(e *fyne.KeyEvent) {
	if b.hold != nil {
		b.hold.key = e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter
	}
}

// KeyUp lets the button go.
func (b *button) KeyUp(*fyne.KeyEvent) { b.letGo() }

func (b *button) letGo() {
	if b.hold != nil {
		b.hold.key = false
		b.hold.up()
	}
}

// keyDown tells whether a key has gone down on the button since this was last
// asked: held down, it presses again and again.
func (b *button) keyDown() bool {
	was := b.hold.key
	b.hold.key = false
	return was
}
