// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"passerby/app"
	"passerby/app/settings"
)

// Labels of the button with which more is read of a switch.
const (
	settingsMore = "More"
	settingsLess = "Less"
)

// optionWords are what is said of one position of a switch.
type optionWords struct {
	level      settings.Guard
	name, note string
}

// What is said of the guard.
const (
	guardName = "Point out what I give away"
	guardTerm = "The guard"
	guardNote = "It looks at what you write before you send it, on this computer and in memory alone. " +
		"It does not see everything: the help says what it misses."
)

// guardLevels are the positions of the guard, in the order of the screen.
var guardLevels = []optionWords{
	{settings.Full, "Everything", "Secrets, what leads to you, what adds up, and questions that fish for it."},
	{settings.SecretsOnly, "Secrets only", "Only what does harm by itself, such as a password or the number of a card."},
	{settings.Off, "Off", "Nothing is looked for, and nothing is counted."},
}

// keptView is what the settings say of their own future.
type keptView struct {
	last    string
	problem *app.Problem
}

// keeping says whether what is chosen will be there the next time.
func keeping(s *settings.Store) keptView {
	if err := s.Problem(); err != nil {
		p := app.ProblemOf(err)
		return keptView{problem: &p}
	}
	if s.Kept() == "" {
		return keptView{last: settingsRun}
	}
	return keptView{last: settingsLast}
}

// settingsRun says how long settings last where nothing is kept.
const settingsRun = "What you choose here holds until Passerby is closed."
