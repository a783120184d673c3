// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import "passerby/app/guard"

// This file says how many people one could be, always in words and never in
// figures. It knows nothing of Fyne.

// fits says how many people fit what was told.
func fits(c guard.Crowd) string {
	switch c {
	case guard.Everyone:
		return "You could be anyone"
	case guard.JustYou:
		return "This is probably just you"
	}
	return "You could be one of " + c.String()
}

// fitsNext says how many would, if the draft were sent.
func fitsNext(c guard.Crowd) string {
	if c == guard.JustYou {
		return "Once sent: " + c.String()
	}
	return "Once sent: one of " + c.String()
}

// told names what was told, by category.
func told(c guard.Category) string {
	if name, ok := attributes[c]; ok {
		return name
	}
	return given[c]
}

// attributes names what narrows down who one is.
var attributes = map[guard.Category]string{
	guard.Age:         "Your age",
	guard.Gender:      "Your gender",
	guard.City:        "Your town",
	guard.Country:     "Your country",
	guard.Job:         "Your work",
	guard.Nationality: "Your nationality",
	guard.Family:      "Your family",
	guard.Health:      "Your health",
	guard.Orientation: "Whom you love",
	guard.Religion:    "What you believe",
	guard.Income:      "What you earn or own",
	guard.Travel:      "Where you travel",
}

// countedView is one thing that is counted.
type countedView struct {
	id   int
	name string
	how  string
}

// meterView is what the panel of the meter says.
type meterView struct {
	crowd   guard.Crowd
	sum     string
	counted []countedView
}

// meter says what a meter counts.
func meter(m guard.Meter) meterView {
	v := meterView{crowd: m.Crowd(), sum: fits(m.Crowd()) + "."}
	for _, f := range m.Facts() {
		how := capital(f.How) + "."
		if f.Words != "" {
			how = "“" + f.Words + "”: " + f.How + "."
		}
		v.counted = append(v.counted, countedView{f.ID, told(f.Category), how})
	}
	return v
}

const (
	meterTitle   = "Who you could be"
	meterMeaning = "So many people on earth fit what you told in this conversation, as far as the guard has seen it. " +
		"It is reckoned from how common each thing is: an estimate, and a rough one."
	meterNothing = "Nothing yet."
	meterTwice   = "What says nearly the same, as a town and its country, counts once, by the rarer of the two."
	meterUndo    = "That was not about me"
)

// meterBlind is what the meter does not see.
var meterBlind = []string{
	"How you write. Favourite words and habits can be recognised, as a voice can.",
	"What follows from harmless remarks put together: a dish, the weather, a word that is used in one valley only.",
	"What you said elsewhere, and what the stranger knows or looks up.",
	"So you may be easier to find than it says.",
}
