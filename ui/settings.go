// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/app/settings"
)

// setting is something that a person may turn on or off. What it says is in
// words; how it stands is in the State, and nowhere else.
type setting struct {
	words settingWords
	is    func(app.State) bool
	set   func(*window, bool)
}

// switches are all there are, in the order of the screen.
var switches = []setting{
	{
		words: coverWords,
		is:    func(s app.State) bool { return s.Cover },
		set: func(w *window, on bool) {
			w.program.SetCover(on)
			w.kept.Change(func(c *settings.Choices) { c.Cover = on })
		},
	},
}

// settingsScreen lies over whatever goes on and leaves it alone.
type settingsScreen struct {
	page    *page
	toggles []*toggle // as switches
	close   *button
	lift    func()
}

func newSettings(w *window) *settingsScreen {
	s := &settingsScreen{}
	s.lift = func() { w.lift(s) }
	s.close = newButton(w.keys, "Close", quiet, s.lift)
	body := newColumn(2*unit,
		newLine(unit, newProse("Settings", sizeTitle, bold, colorText), s.close),
		newProse(settingsLast, sizeBody, regular, colorQuiet),
	)
	for _, one := range switches {
		t := newToggle(w.keys, one.words.name, func(on bool) { one.set(w, on) })
		s.toggles = append(s.toggles, t)
		rows := []fyne.CanvasObject{
			newLine(2*unit, newColumn(0,
				newProse(one.words.name, sizeBody, semibold, colorText), newSmall(one.words.term),
			), t),
		}
		for _, p := range one.words.parts {
			rows = append(rows, newColumn(0,
				newProse(p.heading, sizeNote, semibold, colorText), newProse(p.text, sizeNote, regular, colorQuiet),
			))
		}
		body.Add(newCard(newColumn(1.5*unit, rows...)))
	}
	s.page = newPage(body)
	return s
}

func (s *settingsScreen) object() fyne.CanvasObject { return s.page }

func (s *settingsScreen) sheet() *page { return s.page }

func (s *settingsScreen) first() fyne.Focusable { return s.close }

func (s *settingsScreen) show(state app.State, _ time.Time) {
	for i, one := range switches {
		s.toggles[i].set(one.is(state))
	}
}

// do takes the key for leaving as the wish to close, as the help page does. The
// others are for what lies beneath, which is not looked at.
func (s *settingsScreen) do(c command) {
	if c == cmdLeave {
		s.lift()
	}
}

func (s *settingsScreen) escape()               { s.lift() }
func (s *settingsScreen) complain(*app.Problem) {}
func (s *settingsScreen) leave()                {}
func (s *settingsScreen) typed(rune)            {}
