// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// How long the panic key waits for its steps. Together they are under the
// 300 ms in which all must be over, whatever hangs.
const (
	hideTime      = 60 * time.Millisecond  // for the window to be off the screen
	clipboardTime = 50 * time.Millisecond  // for our entry to be off the clipboard
	vanishTime    = 250 * time.Millisecond // from the key to the end of the process
)

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
	late := time.AfterFunc(vanishTime, w.exit) // also where emptying hangs
	w.empty()
	clipboard := w.forgetClipboard
	if clipboard == nil {
		clipboard = func() {}
	}
	go func() {
		// What is waited for is done in the same turn of Fyne's loop as the
		// key, or after it; each turn ends with the drawing. So the window is
		// drawn empty before it hides, and no system that fades windows out
		// has a word left to show.
		within(hideTime, func() { fyne.DoAndWait(w.win.Hide) })
		within(clipboardTime, clipboard)
		w.program.Panic()
		if late.Stop() {
			w.exit()
		}
	}()
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
