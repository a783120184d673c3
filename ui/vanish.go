// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// haste is how long the panic key waits for its steps.
type haste struct {
	hide      time.Duration // for the window to be off the screen
	clipboard time.Duration // for our entry to be off the clipboard
	all       time.Duration // from the key to the end of the process
}

// greatest is the haste of the program: all is over in 300 ms, whatever hangs.
var greatest = haste{hide: 60 * time.Millisecond, clipboard: 50 * time.Millisecond, all: 250 * time.Millisecond}

// vanish is the panic key: the window empties and hides, our entry leaves the
// clipboard, circuits and onion services end, and so does the process.
func (w *window) vanish() {
	if w.made != nil {
		w.made.w.vanish()
		return
	}
	if w.gone {
		return
	}
	w.gone = true
	end := sync.OnceFunc(w.exit)
	time.AfterFunc(w.haste.all, end) // also where emptying hangs
	w.empty()
	hide := func() { fyne.DoAndWait(w.win.Hide) }
	go w.haste.last(hide, w.forgetClipboard, w.program.Panic, end)
}

// last takes the last steps, one after the other. What hide waits for is done
// after the turn of Fyne's loop in which the key came, and each turn ends with
// the drawing. So the window is drawn empty before it hides, and a system that
// fades windows out has no word left to show.
func (h haste) last(hide, clipboard, network, end func()) {
	within(h.hide, hide)
	if clipboard != nil {
		within(h.clipboard, clipboard)
	}
	network()
	end()
}

// within runs f and waits for it no longer than most.
func within(most time.Duration, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(most):
	}
}

// empty takes everything that was said, drafts included, off the window.
func (w *window) empty() {
	for _, l := range w.over {
		l.leave()
	}
	if w.screen != nil {
		w.screen.leave()
	}
	w.screen, w.over, w.interests, w.state = nil, nil, nil, app.State{}
	c := w.win.Canvas()
	for top := c.Overlays().Top(); top != nil; top = c.Overlays().Top() {
		c.Overlays().Remove(top)
	}
	c.Unfocus()
	w.root.Objects = w.root.Objects[:1:1]
	w.root.Refresh()
}
