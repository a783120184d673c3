// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"passerby/app"
)

const (
	languagesName = "Languages"
	languagesLead = "A language is an interest like any other: strangers who share one come first, and whoever guesses it can see that somebody looks for it, not who. Nothing is taken from your system."
)

// languagesScreen offers languages as interests.
type languagesScreen struct {
	overlay
	chips []*button
}

// newLanguages has choose called with the language that is chosen; those in
// words are not offered.
func newLanguages(w *window, words []string, choose func(name string)) *languagesScreen {
	s := &languagesScreen{}
	s.be(s, w)
	list := &fyne.Container{Layout: wrapped{unit}}
	for _, l := range app.Languages() {
		name := drawable(l)
		if slices.Contains(words, name) {
			continue
		}
		b := newButton(w.keys, name, chip, func() {
			s.lift()
			choose(name)
		})
		s.chips = append(s.chips, b)
		list.Add(b)
	}
	list.Add(newSpace())
	s.page = newPage(newColumn(2*unit,
		newLine(unit, newTitle(languagesName), s.close),
		newProse(languagesLead, sizeBody, regular, colorQuiet),
		newCard(list),
	))
	return s
}

// drawable is a language's name in itself, or in English where the typefaces
// that Passerby brings along lack its script; both are the same interest.
func drawable(l app.Language) string {
	for _, r := range l.Name {
		if unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew) {
			return l.English
		}
	}
	return l.Name
}

func (s *languagesScreen) show(app.State, time.Time) {}
