// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/app/settings"
)

// setting is something that a person may turn on or off. What it says is in
// words; how it stands is in the State, or among what was chosen for the
// window, and nowhere else.
type setting struct {
	words settingWords
	is    func(*window) bool
	set   func(*window, bool)
	// cannot tells why this system leaves no choice, or "". It is nil where
	// every system leaves one.
	cannot func(*window) string
	// note says what has come of the choice, or "". It is nil where there is
	// never anything to say.
	note func(*window) string
}

// switches are all there are, in the order of the screen.
var switches = []setting{
	{
		words: coverWords,
		is:    func(w *window) bool { return w.state.Cover },
		set: func(w *window, on bool) {
			w.program.SetCover(on)
			w.kept.Change(func(c *settings.Choices) { c.Cover = on })
		},
	},
	{
		words: curtainWords,
		is:    func(w *window) bool { return w.kept.Choices().Curtain },
		set: func(w *window, on bool) {
			w.kept.Change(func(c *settings.Choices) { c.Curtain = on })
			w.chosen()
		},
	},
	{
		words: blockWords,
		is:    func(w *window) bool { return w.kept.Choices().CaptureBlock },
		set: func(w *window, on bool) {
			w.kept.Change(func(c *settings.Choices) { c.CaptureBlock = on })
			w.chosen()
		},
		cannot: func(w *window) string { return blockCannot(w.capture.state) },
	},
	{
		words: rememberWords,
		is:    func(w *window) bool { return w.state.Keeping.Remember },
		set: func(w *window, on bool) {
			w.program.SetRemember(on)
			w.kept.Change(func(c *settings.Choices) { c.Remember = on })
		},
		note: func(w *window) string { return rememberNote(w.state.Keeping) },
	},
	{
		words: stayWords,
		is:    func(w *window) bool { return w.state.Keeping.Stay },
		set: func(w *window, on bool) {
			w.program.SetStay(on)
			w.kept.Change(func(c *settings.Choices) { c.Stay = on })
			if on {
				w.lookNearClock()
			}
		},
		note: func(w *window) string { return stayNote(w.state.Keeping, w.nook) },
	},
}

// settingsScreen lies over whatever goes on and leaves it alone.
type settingsScreen struct {
	overlay
	last    *prose
	problem *notice
	keeping *notice   // what is wrong with what is kept of the network
	guard   []*option // as guardLevels
	toggles []*toggle // as switches, nil where there is no choice
	mores   []*button // as switches, to read more of one, nil where there is no more
	notes   []*prose  // as switches, nil where there is no choice
	updates *updatesCard
}

func newSettings(w *window) *settingsScreen {
	s := &settingsScreen{last: newProse("", sizeBody, regular, colorQuiet), problem: newNotice(), keeping: newNotice()}
	s.be(s, w)
	body := newColumn(2*unit,
		newLine(unit, newProse("Settings", sizeTitle, bold, colorText), s.close),
		s.last, s.problem.Container,
		newCard(s.guardCard()),
	)
	for _, one := range switches {
		if one.words.name == rememberWords.name {
			body.Add(s.keeping.Container) // before the two that it is about
		}
		body.Add(newCard(s.card(one)))
	}
	s.updates = newUpdatesCard(s)
	body.Add(s.updates.Container)
	body.Add(newLine(unit, newSpace(),
		newButton(w.keys, cardsAgain, quiet, w.cards), newButton(w.keys, "Help", quiet, w.help),
	))
	s.page = newPage(body)
	return s
}

// guardCard is the switch of the guard, which has more than two positions.
func (s *settingsScreen) guardCard() *fyne.Container {
	levels := newColumn(unit / 2)
	for _, one := range guardLevels {
		o := newOption(s.w.keys, one.name, one.note, func() {
			s.w.setGuard(one.level)
			s.draw()
		})
		s.guard = append(s.guard, o)
		levels.Add(o)
	}
	return newColumn(1.5*unit,
		newColumn(0, newProse(guardName, sizeBody, semibold, colorText), newSmall(guardTerm)),
		newProse(guardNote, sizeNote, regular, colorQuiet), levels,
	)
}

// card is a switch with what is said of it: what it is for, and the rest for
// whoever wants to read it.
func (s *settingsScreen) card(one setting) *fyne.Container {
	if one.cannot != nil {
		if why := one.cannot(s.w); why != "" {
			s.toggles, s.mores, s.notes = append(s.toggles, nil), append(s.mores, nil), append(s.notes, nil)
			return newColumn(unit,
				newProse(one.words.name, sizeBody, semibold, colorText), newProse(why, sizeNote, regular, colorQuiet),
			)
		}
	}
	t := newToggle(s.w.keys, one.words.name, func(on bool) {
		one.set(s.w, on)
		s.draw()
	})
	more, unfold := s.fold(one.words.parts[1:])
	note := newProse("", sizeNote, semibold, colorText)
	note.Hide()
	s.toggles, s.mores, s.notes = append(s.toggles, t), append(s.mores, unfold), append(s.notes, note)
	return newColumn(1.5*unit,
		newLine(2*unit, newColumn(0,
			newProse(one.words.name, sizeBody, semibold, colorText), newSmall(one.words.term),
		), t),
		newProse(one.words.parts[0].text, sizeNote, regular, colorQuiet),
		note,
		more,
		newLine(0, newSpace(), unfold),
	)
}

// fold returns parts that are not shown until the button is pressed.
func (s *settingsScreen) fold(parts []settingPart) (more *fyne.Container, unfold *button) {
	more = newColumn(1.5 * unit)
	for _, p := range parts {
		more.Add(newColumn(0,
			newProse(p.heading, sizeNote, semibold, colorText), newProse(p.text, sizeNote, regular, colorQuiet),
		))
	}
	more.Hide()
	unfold = newButton(s.w.keys, settingsMore, chip, func() {
		setVisible(more, more.Hidden)
		unfold.set(settingsLess, false)
		if more.Hidden {
			unfold.set(settingsMore, false)
		}
		s.page.reflow()
	})
	return more, unfold
}

func (s *settingsScreen) show(app.State, time.Time) { s.draw() }

// draw shows how the switches stand.
func (s *settingsScreen) draw() {
	changed := false
	for i, one := range switches {
		t := s.toggles[i]
		if t == nil {
			continue
		}
		t.set(one.is(s.w))
		if one.note != nil {
			text := one.note(s.w)
			changed = s.notes[i].set(text) || changed
			setVisible(s.notes[i], text != "")
		}
	}
	for i, one := range guardLevels {
		s.guard[i].set(one.level == s.w.state.Guard)
	}
	v := keeping(s.w.kept)
	changed = s.last.set(v.last) || changed
	setVisible(s.last, v.last != "")
	changed = s.keeping.set(keepingProblem(s.w.state.Keeping)) || changed
	changed = s.updates.draw() || changed
	if s.problem.set(v.problem) || changed {
		s.page.reflow()
	}
}

// setGuard has the guard point out so much, and keeps that.
func (w *window) setGuard(level settings.Guard) {
	w.program.SetGuard(level)
	w.kept.Change(func(c *settings.Choices) { c.Guard = level })
}
