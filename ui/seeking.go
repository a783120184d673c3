// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// seekingScreen shows what is being tried to find a stranger.
type seekingScreen struct {
	w         *window
	page      *page
	mark      *mark
	time      *prose
	about     *prose
	steps     *stepList
	tip       *prose
	problem   *notice
	complaint *notice
	stop      *button
}

func newSeeking(w *window) *seekingScreen {
	s := &seekingScreen{
		w:         w,
		mark:      newMark(12 * unit),
		time:      newProse("0:00", sizeBody, regular, colorQuiet).centred(),
		about:     newNote().centred(),
		steps:     newStepList(),
		tip:       newNote().centred(),
		problem:   newNotice(),
		complaint: newNotice(),
	}
	s.stop = newButton(w.keys, "Stop", calm, s.end)
	s.page = newPage(newColumn(3*unit,
		newCentred(s.mark),
		newColumn(unit/2, newTitle("Looking for a stranger").centred(), s.time, s.about),
		s.problem.Container,
		newCard(s.steps.Container),
		s.tip,
		s.complaint.Container,
		s.stop,
	))
	return s
}

func (s *seekingScreen) object() fyne.CanvasObject { return s.page }

func (s *seekingScreen) sheet() *page { return s.page }

func (s *seekingScreen) first() fyne.Focusable { return s.stop }

func (s *seekingScreen) show(state app.State, at time.Time) {
	if state.Search == nil {
		return
	}
	search := *state.Search
	changed := s.steps.set(seeking(search))
	changed = s.tip.set(tip(search.Since)) || changed
	words := ""
	if len(search.Interests) > 0 {
		words = "Best of all one who likes " + or(search.Interests)
	}
	changed = s.about.set(words) || changed
	s.about.Hidden = words == ""
	changed = s.problem.set(trouble(state)) || changed
	s.time.set(elapsed(at.Sub(search.Since)))
	if changed {
		s.page.reflow()
	}
	s.move()
}

// move lets the mark walk while somebody may be looking.
func (s *seekingScreen) move() {
	if s.w.away {
		s.mark.stand()
	} else {
		s.mark.walk()
	}
}

func (s *seekingScreen) end() { s.w.try(s.w.program.Leave) }

func (s *seekingScreen) complain(p *app.Problem) {
	if s.complaint.set(p) {
		s.page.reflow()
	}
}

func (s *seekingScreen) do(c command) {
	if c == cmdLeave {
		s.end()
	}
}

func (s *seekingScreen) escape()    { s.end() }
func (s *seekingScreen) leave()     { s.mark.stand() }
func (s *seekingScreen) typed(rune) {}
