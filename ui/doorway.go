// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/ui/clipboard"
)

const (
	// startLook is how long the start waits for the desktop to say whether it
	// has a place near the clock, and closeLook how long closing does. A bus
	// that works answers in a millisecond.
	startLook = time.Second
	closeLook = 500 * time.Millisecond
	// lookEvery is how often it is looked whether that place is still there,
	// while there is no window; after two looks without it the window comes.
	lookEvery = 20 * time.Second
)

// nook is what is known of the desktop's place near the clock.
type nook int

const (
	nookUnknown nook = iota
	nookHere
	nookNone
)

// doorway is where the window comes and goes. As a rule there is one window,
// and with it goes the program. Where a person stays on for others the window
// can be closed while the program goes on, and opened again from the picture
// near the clock. It is another window each time: Fyne keeps pictures of words
// as long as the window that they were drawn on. All of it belongs on Fyne's
// goroutine.
type doorway struct {
	app     fyne.App
	program Program
	options Options
	do      func(func())               // runs what belongs on Fyne's goroutine, from any other
	there   func(context.Context) bool // see trayThere; on any goroutine
	board   func(fyne.Window) *clipboard.Board
	quit    func() // ends the program

	w      *window // nil while there is none
	copied *clipboard.Board
	newest app.State
	built  bool // there is a picture near the clock
	nook   nook
	looks  int // counts the times without a window, so that an old look does nothing
}

// open makes a window, which the caller shows.
func (d *doorway) open() *window {
	win := openWindow(d.app, appName)
	w := newWindow(win, d.program)
	if d.options.Settings != nil {
		w.kept = d.options.Settings
	}
	if d.built {
		win.SetCloseIntercept(d.closing)
		w.quit = d.quit
	}
	w.later = func(after time.Duration, f func()) {
		time.AfterFunc(after, func() {
			d.do(func() {
				if d.w == w {
					f()
				}
			})
		})
	}
	w.forgetClipboard = clipboard.Forget
	w.nook, w.lookNearClock, d.w = d.nook, d.learn, w
	w.chosen()
	win.Resize(fyne.NewSize(startWidth, startHeight))
	w.render(d.newest, time.Now())
	return w
}

// build puts a picture near the clock, before the app is run, if the person
// stays on and the desktop has a place for it.
func (d *doorway) build(icon func(open, quit func()) error) {
	if !d.newest.Keeping.Stay {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLook)
	defer cancel()
	if d.nook = nookNone; d.there(ctx) && icon(d.back, d.quit) == nil {
		d.nook, d.built = nookHere, true
	}
}

// learn finds out whether the desktop has a place near the clock, where that is
// not known, for whoever has just chosen to stay on.
func (d *doorway) learn() {
	if d.nook != nookUnknown {
		return
	}
	d.look(startLook, func(is bool) {
		if d.nook = nookNone; is {
			d.nook = nookHere
		}
		if d.w != nil {
			d.w.nook = d.nook
			d.w.again()
		}
	})
}

// started has the window that was there when the app began copy.
func (d *doorway) started() { d.copied = d.board(d.w.win) }

// render draws a state where there is a window. What ends the program's use is
// worth one.
func (d *doorway) render(s app.State, at time.Time) {
	d.newest = s
	switch {
	case d.w != nil:
		d.w.render(s, at)
	case d.failed():
		d.back()
	}
}

func (d *doorway) tick(at time.Time) {
	if d.w != nil {
		d.w.tick(at)
	}
}

func (d *doorway) front(is bool) {
	if d.w != nil {
		d.w.front(is)
	}
}

// stays tells whether closing the window leaves the program.
func (d *doorway) stays() bool {
	k := d.newest.Keeping
	return d.built && k.Stay && k.Staying && !d.failed()
}

func (d *doorway) failed() bool { return d.newest.Problem != nil && d.newest.Problem.Fatal }

// closing is asked when the window is to close. It must never be gone without a
// way back, so the desktop is asked whether there is one.
func (d *doorway) closing() {
	w := d.w
	if w == nil || w.gone {
		return
	}
	if !d.stays() {
		d.quit()
		return
	}
	d.look(closeLook, func(is bool) {
		switch {
		case d.w != w || w.gone:
		case is && d.stays():
			d.shut()
		default:
			d.quit()
		}
	})
}

// look asks whether there is a place near the clock, and runs then with the
// answer.
func (d *doorway) look(most time.Duration, then func(bool)) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), most)
		defer cancel()
		is := d.there(ctx)
		d.do(func() { then(is) })
	}()
}

// shut ends all that the person has begun, and closes the window with all that
// it holds. The program goes on.
func (d *doorway) shut() {
	d.program.Retire()
	w := d.w
	d.w = nil
	w.empty()
	w.win.Close()
	if d.copied != nil {
		d.copied.Close()
		d.copied = nil
	}
	d.looks++
	d.watch(d.looks, 0)
}

// watch opens the window where the way back to it is gone.
func (d *doorway) watch(looks, missed int) {
	time.AfterFunc(lookEvery, func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeLook)
		defer cancel()
		is := d.there(ctx)
		d.do(func() {
			switch {
			case d.looks != looks || d.w != nil:
			case is:
				d.watch(looks, 0)
			case missed == 0:
				d.watch(looks, 1)
			default:
				d.back()
			}
		})
	})
}

// back shows the window, and opens one where there is none.
func (d *doorway) back() {
	if d.w == nil {
		d.looks++
		d.open().win.Show()
		d.copied = d.board(d.w.win)
	} else if !d.w.gone {
		d.w.win.Show()
	}
	d.w.win.RequestFocus()
}

// end lets go of what the last window had, once the app has ended.
func (d *doorway) end() {
	if d.copied != nil {
		d.copied.Close()
	}
}
