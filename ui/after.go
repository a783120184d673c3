// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// afterScreen says what is left of a conversation.
type afterScreen struct {
	w         *window
	page      *page
	mark      *fyne.Container
	title     *prose
	summary   *prose
	forgotten *fyne.Container
	kept      *fyne.Container
	problem   *notice
	complaint *notice
	again     *button
	shown     afterView
}

func newAfter(w *window) *afterScreen {
	a := &afterScreen{
		w:         w,
		title:     newTitle("").centred(),
		summary:   newProse("", sizeBody, regular, colorQuiet).centred(),
		forgotten: newColumn(1.5 * unit),
		kept:      newColumn(1.5 * unit),
		problem:   newNotice(),
		complaint: newNotice(),
	}
	a.again = newButton(w.keys, "Find another", primary, a.find)
	a.mark = newCentred(newMark(7 * unit))
	a.page = newPage(newColumn(2*unit,
		newColumn(unit, a.mark, a.title, a.summary),
		a.problem.Container,
		newCard(a.forgotten),
		newCard(a.kept),
		newSpace(),
		a.complaint.Container,
		newLine(unit, a.again, newButton(w.keys, "Home", calm, a.home)),
	))
	return a
}

func (a *afterScreen) object() fyne.CanvasObject { return a.page }

func (a *afterScreen) sheet() *page { return a.page }

func (a *afterScreen) first() fyne.Focusable { return a.again }

func (a *afterScreen) show(s app.State, _ time.Time) {
	if s.Conversation == nil {
		return
	}
	changed := a.problem.set(trouble(s))
	a.mark.Hidden = a.problem.Visible() // the way on is in view on a small window too
	// What is wrong may be known a moment after the end.
	if v := after(*s.Conversation, s.Problem); !reflect.DeepEqual(v, a.shown) {
		a.shown, changed = v, true
		a.title.set(v.title)
		a.summary.set(v.summary)
		a.forgotten.Objects = points("Forgotten", done, v.forgotten)
		a.kept.Objects = points("What the stranger may keep", point, v.kept)
	}
	waiting := !s.Ready
	label := "Find another"
	if waiting {
		label = home(s).button
	}
	a.again.set(label, waiting)
	if changed {
		a.page.reflow()
	}
}

// points are sentences under a heading.
func points(heading string, sign status, sentences []string) []fyne.CanvasObject {
	objects := []fyne.CanvasObject{newProse(heading, sizeBody, semibold, colorText)}
	for _, s := range sentences {
		objects = append(objects, &fyne.Container{
			Layout:  line{gap: 1.5 * unit, flex: 1, top: true},
			Objects: []fyne.CanvasObject{newDot(sign), newBody(s)},
		})
	}
	return objects
}

func (a *afterScreen) find() {
	if !a.again.waiting {
		a.w.find(a.w.interests)
	}
}

func (a *afterScreen) home() { a.w.try(a.w.program.Leave) }

func (a *afterScreen) complain(p *app.Problem) {
	if a.complaint.set(p) {
		a.page.reflow()
	}
}

func (a *afterScreen) do(c command) {
	switch c {
	case cmdFind, cmdNext:
		a.find()
	case cmdLeave, cmdInterests:
		a.home()
	}
}

func (a *afterScreen) escape()    { a.home() }
func (a *afterScreen) leave()     {}
func (a *afterScreen) typed(rune) {}
