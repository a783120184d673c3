// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// measure is the width of the screens that are read rather than talked on.
const measureRead = 58 * unit

// homeScreen is where nobody is being looked for. While Tor connects it shows
// how far that is; then it is the door to a stranger.
type homeScreen struct {
	w         *window
	page      *page
	line      *prose
	note      *prose
	dot       *dot
	bar       *bar
	steps     *stepList
	problem   *notice
	complaint *notice
	interests *interests
	likes     *fyne.Container
	recorded  *prose
	find      *button
}

func newHome(w *window) *homeScreen {
	h := &homeScreen{
		w:         w,
		line:      newProse("", sizeBody, semibold, colorText),
		note:      newNote(),
		dot:       newDot(done),
		bar:       newBar(),
		steps:     newStepList(),
		problem:   newNotice(),
		complaint: newNotice(),
	}
	h.find = newButton(w.keys, "", primary, h.start)
	h.recorded = newProse(recordFirst, sizeNote, regular, colorQuiet).centred()
	h.recorded.Hidden = w.met
	h.interests = newInterests(w.keys, w.interests, func() { h.page.reflow() }, h.start)
	h.likes = newColumn(unit,
		newLine(unit, newProse("Interests, if you like", sizeNote, semibold, colorText), newButton(w.keys, languagesName, chip, h.languages)),
		h.interests.Container,
		newSmall("Strangers who share one come first. Whoever guesses a word can see that somebody looks for it, not who."),
	)
	status := newCard(newColumn(1.5*unit,
		&fyne.Container{Layout: line{gap: 1.5 * unit, flex: 1, top: true}, Objects: []fyne.CanvasObject{
			h.dot, newColumn(0, h.line, h.note),
		}},
		h.bar, h.steps.Container,
	))
	h.page = newPage(newColumn(3*unit,
		newColumn(unit,
			newCentred(newMark(9*unit)),
			newTitle("Talk with a stranger").centred(),
			newProse("No account, no server in between, nothing kept.", sizeBody, regular, colorQuiet).centred(),
		),
		h.problem.Container,
		status,
		h.likes,
		h.complaint.Container,
		h.recorded,
		h.find,
		newCentred(&fyne.Container{Layout: line{gap: unit, flex: -1}, Objects: []fyne.CanvasObject{
			newButton(w.keys, "Invites", quiet, w.invites), newButton(w.keys, "Settings", quiet, w.settings), newButton(w.keys, "Help", quiet, w.help),
		}}),
	))
	return h
}

func (h *homeScreen) object() fyne.CanvasObject { return h.page }

func (h *homeScreen) sheet() *page { return h.page }

func (h *homeScreen) first() fyne.Focusable { return h.find }

func (h *homeScreen) show(s app.State, _ time.Time) {
	v := home(s)
	changed := h.line.set(v.line)
	changed = h.note.set(v.note) || changed
	changed = h.steps.set(v.steps) || changed
	changed = h.problem.set(trouble(s)) || changed
	getting := v.steps != nil
	if h.dot.Hidden != getting || h.bar.Hidden == getting {
		h.steps.Hidden, h.bar.Hidden, h.dot.Hidden = !getting, !getting, getting
		changed = true
	}
	// In trouble the way out of it comes first, on a small window too.
	if stuck := getting && !h.problem.Hidden; h.likes.Hidden != stuck {
		h.likes.Hidden = stuck
		h.recorded.Hidden = stuck || h.w.met
		changed = true
	}
	h.bar.set(v.progress)
	h.find.set(v.button, v.waiting)
	if changed {
		h.page.reflow()
	}
}

// languages offers languages as interests.
func (h *homeScreen) languages() {
	h.w.lay(newLanguages(h.w, h.interests.words, func(name string) {
		h.interests.add(name)
		h.w.keys.focus(h.find)
	}))
}

// start looks for a stranger, with what is still being typed as an interest.
func (h *homeScreen) start() {
	if h.find.waiting {
		return
	}
	h.interests.take()
	h.w.find(h.interests.words)
}

func (h *homeScreen) complain(p *app.Problem) {
	if h.complaint.set(p) {
		h.page.reflow()
	}
}

func (h *homeScreen) do(c command) {
	switch c {
	case cmdFind, cmdNext:
		h.start()
	case cmdInterests:
		if !h.interests.field.Hidden && !h.likes.Hidden {
			h.w.keys.focus(h.interests.field)
		}
	}
}

func (h *homeScreen) escape() {}
func (h *homeScreen) leave()  { h.w.interests = h.interests.words }

// typed begins an interest: there is nothing else to type here.
func (h *homeScreen) typed(r rune) {
	if !h.interests.field.Hidden && !h.likes.Hidden {
		h.w.keys.focus(h.interests.field)
		h.interests.field.TypedRune(r)
	}
}
