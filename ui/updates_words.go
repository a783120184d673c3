// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import "passerby/app"

// This file says what is known of newer versions. It knows nothing of Fyne.

const (
	updatesName   = "Updates"
	updatesLead   = "Nothing is asked by itself. The button connects once, through Tor, to whoever publishes Passerby, sends nothing, and reads a signed list. They see that somebody asked, and when: not who, and not which version."
	updatesAsk    = "Ask for updates through Tor"
	updatesAsking = "Asking…"
	updatesWait   = "Waiting for Tor"
	updatesCannot = "This copy asks nobody: updates come from where you got it."
	updatesCopy   = "Copy names and hashes"
	updatesCopied = "Copied"
)

// updatesParts are what there is to know of asking besides.
var updatesParts = []settingPart{
	{"What the answer is worth", "Whoever answers cannot forge a list: it is signed, and the key to check it is in this copy. " +
		"They can keep a newer one back, and nothing here can tell."},
	{"What becomes of it", "Nothing is downloaded or installed for you. The answer is forgotten when Passerby is closed."},
	{"When you have downloaded a file", "“passerby verify” holds it against the signed list that is published beside it, SHA256SUMS.note. " +
		"It needs no network."},
}

// updatesView is what the settings say of newer versions.
type updatesView struct {
	version string // that this copy has
	ask     string // what the button says, or "" where there is none
	waiting bool
	said    string // what came of it, or ""
	files   []app.UpdateFile
	problem *app.Problem
}

func updatesOf(s app.State) updatesView {
	v := updatesView{version: "Version " + app.Version}
	u := s.Update
	if !u.Can {
		return v
	}
	v.ask = updatesAsk
	if s.Tor.Progress < 100 {
		v.ask, v.waiting = updatesWait, true
	}
	switch u.Phase {
	case app.UpdateAsking:
		v.ask, v.waiting = updatesAsking, true
		v.said = "The way there is being built. This can take a minute or two."
	case app.UpdateNewest:
		v.said = "No version newer than this one was shown."
	case app.UpdateNewer:
		v.said = "There is version " + u.Version + ". Get it from where you got this one, and install only a file whose SHA-256 stands here:"
		v.files = u.Files
	case app.UpdateFailed:
		v.problem = u.Problem
	}
	return v
}
