// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// recordScreen says what can be kept of a conversation by pictures of it. It
// lies over whatever goes on, and covers it.
type recordScreen struct {
	overlay
	pressed bool // the key that takes a picture was
	body    *fyne.Container
	said    capture
}

func newRecord(w *window, pressed bool) *recordScreen {
	r := &recordScreen{pressed: pressed, body: newColumn(2 * unit)}
	r.be(r, w)
	r.write()
	r.page = newPage(r.body)
	return r
}

// write says what is true now.
func (r *recordScreen) write() {
	r.said = r.w.capture
	v := record(r.said, r.pressed)
	r.body.Objects = []fyne.CanvasObject{newLine(unit, newTitle(v.title), r.close)}
	if v.lead != "" {
		r.body.Add(newProse(v.lead, sizeBody, regular, colorQuiet))
	}
	for _, p := range v.parts {
		c := newColumn(unit, newProse(p.heading, sizeBody, semibold, colorText))
		for _, text := range p.texts {
			c.Add(newProse(text, sizeNote, regular, colorQuiet))
		}
		r.body.Add(newCard(c))
	}
}

func (r *recordScreen) show(app.State, time.Time) {
	if r.said != r.w.capture {
		r.write()
		r.page.reflow()
	}
}

// record says who can record a conversation, over whatever goes on.
func (w *window) record() { w.lay(newRecord(w, false)) }

// printScreen answers the key that takes a picture of the screen. Where a
// conversation that is made up is shown to be pictured, nothing comes between.
func (w *window) printScreen() {
	switch top := w.top().(type) {
	case *recordScreen:
		return
	case *makeItUp:
		if top.shown {
			return
		}
	}
	w.lay(newRecord(w, true))
}
