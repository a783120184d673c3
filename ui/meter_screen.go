// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// meterScreen says what the meter counts, how, and what it does not see. It
// lies over a conversation, and goes with it.
type meterScreen struct {
	overlay
	read  func() (guard.Meter, bool) // the meter, and whether there still is one
	undo  func(fact int)
	body  *fyne.Container
	undos []*button // one for each thing that is counted
	said  []countedView
}

func newMeterScreen(w *window, read func() (guard.Meter, bool), undo func(fact int)) *meterScreen {
	s := &meterScreen{read: read, undo: undo, body: newColumn(2 * unit)}
	s.be(s, w)
	s.page = newPage(s.body)
	m, _ := read()
	s.write(meter(m))
	return s
}

// write says what is true now.
func (s *meterScreen) write(v meterView) {
	s.said, s.undos = v.counted, nil
	big := newGauge(5 * unit)
	big.set(v.crowd, v.crowd)
	counted := newColumn(1.5*unit, newProse("What was counted", sizeBody, semibold, colorText))
	for _, c := range v.counted {
		b := newButton(s.w.keys, meterUndo, chip, func() { s.undo(c.id); s.show(app.State{}, time.Time{}) })
		s.undos = append(s.undos, b)
		counted.Add(newLine(2*unit, newColumn(0,
			newProse(c.name, sizeNote, semibold, colorText), newProse(c.how, sizeNote, regular, colorQuiet),
		), b))
	}
	if len(v.counted) == 0 {
		counted.Add(newProse(meterNothing, sizeNote, regular, colorQuiet))
	} else {
		counted.Add(newProse(meterTwice, sizeSmall, regular, colorQuiet))
	}
	blind := newColumn(unit, newProse("What it does not see", sizeBody, semibold, colorText))
	for _, text := range meterBlind {
		blind.Add(newProse(text, sizeNote, regular, colorQuiet))
	}
	s.body.Objects = []fyne.CanvasObject{
		newLine(unit, newTitle(meterTitle), s.close),
		newCard(&fyne.Container{Layout: line{gap: 2.5 * unit, flex: 1}, Objects: []fyne.CanvasObject{
			big, newColumn(unit/2, newProse(v.sum, sizeHeading, bold, colorText), newProse(meterMeaning, sizeNote, regular, colorQuiet)),
		}}),
		newCard(counted),
		newCard(blind),
	}
}

// show keeps to what is counted, and goes when there is no meter any more.
func (s *meterScreen) show(app.State, time.Time) {
	m, there := s.read()
	if !there {
		s.lift()
		return
	}
	v := meter(m)
	if slices.Equal(v.counted, s.said) {
		return
	}
	focused := slices.IndexFunc(s.undos, func(b *button) bool { return b.focused })
	s.write(v)
	s.page.reflow()
	switch {
	case focused < 0:
	case len(s.undos) == 0:
		s.w.keys.focus(s.close)
	default:
		s.w.keys.focus(s.undos[min(focused, len(s.undos)-1)])
	}
}

// leave forgets what was told.
func (s *meterScreen) leave() {
	s.body.Objects, s.said, s.undos = nil, nil, nil
	s.page.reflow()
}

// meter shows what the meter counts, over the conversation, or what a meter
// that is made up does.
func (w *window) meter() {
	if m := w.made; m != nil {
		m.w.lay(newMeterScreen(m.w, m.meter, m.notAboutMe))
		return
	}
	talk := w.talk
	w.lay(newMeterScreen(w, func() (guard.Meter, bool) {
		c := w.state.Conversation
		if c == nil || w.state.Phase != app.Talking || c.ID != talk || w.state.Guard != settings.Full {
			return guard.Meter{}, false
		}
		return c.Meter, true
	}, w.program.NotAboutMe))
}
