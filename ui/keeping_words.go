// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"runtime"

	"passerby/app"
)

var rememberWords = settingWords{
	name: "Remember members who stay on",
	term: "Known keepers",
	parts: []settingPart{
		{"What it is for", "Keeps the addresses of up to 20 copies that stay on for others and did their work, " +
			"so that your next start does not rest on the public meeting places alone. Anybody with patience can take those, " +
			"and show you a network of their own. They did not choose whom you met last week."},
		{"What it gives away", "A file in Passerby's folder says that Passerby was used here, and when last, to the day. " +
			"It is encrypted with a key that the system's key store keeps for you. Whoever has only the disk cannot read it; " +
			"a program that runs as you can."},
		{"What it costs", "Nothing worth naming. Your system may ask for a password once, when Passerby starts."},
		{"When you turn it off", "The file and its key are deleted at once."},
	},
}

var stayWords = settingWords{
	name: "Stay on for others",
	term: "Being a keeper",
	parts: []settingPart{
		{"What it is for", "When you close the window, this copy goes on as a member of the network, so that others find each other. " +
			"It looks for nobody and talks to nobody: what you had begun ends with the window, as ever."},
		{"How it works", "It begins with the next start. From then on a small picture near the clock stays when the window is closed: " +
			"“" + trayOpen + "” brings it back, “" + trayQuit + "” ends Passerby. " + panicName(runtime.GOOS) + " ends everything at once, as ever."},
		{"What it costs", fmt.Sprintf("At most %d kB a second, both directions together, and what Tor adds to it. "+
			"That is the most: a quiet network needs much less.", app.StayRate)},
		{"What it gives away", "For a week this copy has the same address in the network, and says that it stays on. " +
			"Whoever takes part can note when that address is there, and so when this computer is on; your provider sees Tor in use for as long. " +
			"Where you are they do not learn. Conversations have keys and addresses of their own, new each time, and are never linked to it."},
		{"Where the address is kept", "In a file of Passerby's folder, encrypted with a key that the system's key store keeps for you. " +
			"Where there is no key store, you have another address with each start, and nobody remembers it. " +
			"When you turn this off, file and key are deleted and the address changes at once."},
	},
}

// rememberNote says what has come of remembering, or "".
func rememberNote(k app.Keeping) string {
	switch {
	case !k.Remember, k.Remembered == 0 && k.Problem != "":
		return ""
	case k.Remembered == 0:
		return "Nobody is remembered yet: members are, when they stay on and have done work for this copy."
	}
	return count(k.Remembered, "member is", "members are") + " remembered, of 20 at most."
}

// stayNote says what has come of staying on, or why nothing can, or "".
func stayNote(k app.Keeping, n nook) string {
	switch {
	case n == nookNone:
		return "This desktop has no place for it: Passerby stays on only while its window is open."
	case !k.Stay:
		return ""
	case !k.Staying:
		return "It begins with the next start of Passerby."
	case n == nookHere:
		return "This copy stays on: closing the window leaves it near the clock."
	}
	return "This copy stays on while its window is open."
}

// keepingProblem is what is wrong with what is kept, or nil.
func keepingProblem(k app.Keeping) *app.Problem {
	if k.Problem == "" {
		return nil
	}
	return &app.Problem{What: k.Problem}
}
