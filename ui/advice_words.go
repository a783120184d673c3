// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"strings"

	"passerby/app"
	"passerby/app/guard"
)

// hintHold is what a draft with a secret says in the place of hintSend.
const hintHold = "Hold to send: keep Enter or Send pressed until the button is full."

// given names what one gives away, by category.
var given = map[guard.Category]string{
	guard.Card:       "A card number",
	guard.IBAN:       "An account number",
	guard.SeedPhrase: "The words of a wallet",
	guard.PrivateKey: "A secret key",
	guard.Password:   "A password or a code",
	guard.NationalID: "A personal number",

	guard.Email:       "An email address",
	guard.Phone:       "A phone number",
	guard.Handle:      "Your name elsewhere",
	guard.URL:         "A link",
	guard.Address:     "A street address",
	guard.Postcode:    "A postcode",
	guard.Coordinates: "A point on the map",
	guard.BirthDate:   "A date of birth",
	guard.Name:        "Your name",
	guard.Workplace:   "Where you work",
	guard.School:      "Where you learn",
	guard.IPAddress:   "Your internet address",
}

// counselView is what the line beneath a draft says.
type counselView struct {
	name  string // of what is given away, or the whole of a quiet line
	why   string
	quick string // offers softer words
	meant string // offers to hear no more of it
	plain bool   // it is a quiet line, and no warning
}

// counsel returns what to say of a draft and of which finding, or nil for
// nothing. Softer words are offered where they fit.
func counsel(a app.Advice, fits func(guard.Finding) bool) (counselView, *guard.Finding) {
	f := a.Warn
	switch {
	case f != nil:
	case a.Softer != nil && fits(*a.Softer):
		return counselView{name: "The meter would say: " + a.Crowd.String() + ".", quick: say(a.Softer.Softer), plain: true}, a.Softer
	default:
		return counselView{}, nil
	}
	v := counselView{name: given[f.Category], why: f.Why, meant: "I meant it"}
	if f.Softer != "" && fits(*f) {
		v.quick = say(f.Softer)
	}
	return v, f
}

func say(softer string) string { return "Say “" + strings.TrimSpace(softer) + "”" }
