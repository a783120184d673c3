// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"passerby/ui/screenguard"
)

// capture is what is known of pictures of a window on this computer.
type capture struct {
	state screenguard.State
	asked bool // the system is asked to keep the window out of them
}

// shielded is a window that the system is asked to keep out of pictures, each
// time that it is shown and each time that the window says so: systems forget.
// All of it belongs on Fyne's goroutine.
type shielded struct {
	fyne.Window
	apply func(window uintptr, out bool) (screenguard.State, error)
	now   capture
	told  func(capture) // what is known has changed; nil for nobody
}

// openWindow makes a window. It is the only way in which the program makes
// any, which a test holds it to, so that none is forgotten.
func openWindow(a fyne.App, title string) *shielded { return shield(a.NewWindow(title)) }

// shield returns a window as a shielded one, which it may be already.
func shield(win fyne.Window) *shielded {
	if s, ok := win.(*shielded); ok {
		return s
	}
	return &shielded{Window: win, apply: screenguard.Apply, now: capture{screenguard.Here(), true}}
}

// Show shows the window. Until then there is none to ask for.
func (s *shielded) Show() {
	s.Window.Show()
	s.ask()
}

// ShowAndRun shows the window and runs the app.
func (s *shielded) ShowAndRun() {
	s.Show()
	fyne.CurrentApp().Run()
}

// RunNative hands on the window that the system knows.
func (s *shielded) RunNative(f func(any)) {
	if n, ok := s.Window.(driver.NativeWindow); ok {
		n.RunNative(f)
	}
}

// want asks for the window to be kept out of pictures, or not to be.
func (s *shielded) want(out bool) {
	next := s.now
	next.asked = out
	s.learn(next)
	s.ask()
}

// ask asks the system, and learns what it answers. Why it does not do what is
// asked is of no use to a person, who learns that it does not.
func (s *shielded) ask() {
	var window uintptr
	s.RunNative(func(context any) {
		switch c := context.(type) {
		case driver.WindowsWindowContext:
			window = c.HWND
		case driver.MacWindowContext:
			window = c.NSWindow
		}
	})
	state, _ := s.apply(window, s.now.asked)
	s.learn(capture{state, s.now.asked})
}

func (s *shielded) learn(next capture) {
	if s.now != next {
		s.now = next
		if s.told != nil {
			s.told(next)
		}
	}
}

// chosen heeds what the person has chosen for the window itself.
func (w *window) chosen() {
	w.shield.want(w.kept.Choices().CaptureBlock)
	w.veil()
}

// learn draws what has become known of pictures of the window.
func (w *window) learn(c capture) {
	w.capture = c
	w.again()
}

// again draws the state once more, where something besides it has changed.
func (w *window) again() {
	if w.screen != nil {
		w.render(w.state, time.Now())
	}
}
