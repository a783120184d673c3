// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// failedScreen says why the program cannot go on, and what to do about it. It
// offers to close, since nothing else is left to do here.
type failedScreen struct {
	page         *page
	what, advice *prose
	card         *fyne.Container
	close        *button
	quit         func()
}

func newFailed(w *window) *failedScreen {
	f := &failedScreen{
		what:   newBody("").centred(),
		advice: newBody(""),
		quit:   w.quit,
	}
	f.close = newButton(w.keys, "Close", primary, f.quit)
	f.card = newCard(newColumn(unit,
		newProse("What you can do", sizeBody, semibold, colorText),
		f.advice,
	))
	f.page = newPage(newColumn(3*unit,
		newColumn(unit, newCentred(newMark(8*unit)), newTitle("Passerby cannot go on").centred(), f.what),
		f.card,
		f.close,
	))
	return f
}

func (f *failedScreen) object() fyne.CanvasObject { return f.page }

func (f *failedScreen) sheet() *page { return f.page }

func (f *failedScreen) first() fyne.Focusable { return f.close }

func (f *failedScreen) show(s app.State, _ time.Time) {
	if s.Problem == nil {
		return
	}
	changed := f.what.set(s.Problem.What)
	changed = f.advice.set(s.Problem.Advice) || changed
	f.card.Hidden = s.Problem.Advice == ""
	if changed {
		f.page.reflow()
	}
}

func (f *failedScreen) complain(*app.Problem) {}
func (f *failedScreen) do(command)            {}
func (f *failedScreen) typed(rune)            {}
func (f *failedScreen) escape()               { f.quit() }
func (f *failedScreen) leave()                {}
