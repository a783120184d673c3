// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"passerby/app"
)

// This file says what invites are and how they stand. It knows nothing of Fyne.

const (
	invitesName    = "Meet somebody in particular"
	invitesLead    = "An invite leads the two of you to each other past the lobby, over onion addresses that only the two of you can know. It needs nobody else, and no meeting place that others could have taken."
	inviteFollow   = "I have a link"
	inviteField    = "passerby:…"
	inviteGo       = "Follow it"
	inviteMake     = "I want to invite"
	inviteOnce     = "One person"
	inviteMany     = "Whoever has the link"
	inviteHow      = "A link counts for two days, and only while Passerby runs. Hand it over in a way that nobody else sees: whoever has it first is the guest, and somebody who swaps it on the way can sit between you."
	inviteCopy     = "Copy"
	inviteCopied   = "Copied"
	inviteShow     = "Show as a picture"
	inviteHide     = "Hide the picture"
	inviteEnd      = "End it"
	inviteRemove   = "Take off the list"
	inviteMeet     = "Look for them now"
	inviteAgain    = "Meet again some other time"
	inviteNotAgain = "Do not meet again"
	againMeans     = "If the stranger chooses it too, the two of you can look for each other later, from Invites on the first page, as long as both copies go on running. Nothing is sent: they do not see what you chose."
)

// inviteView is one invite in words.
type inviteView struct {
	title, state, problem string
	link                  string // to be handed on, or ""
	meet                  bool   // it can be looked for
	end                   string // what the button that ends it says
}

func inviteOf(i app.Invite, now time.Time) inviteView {
	v := inviteView{problem: i.Problem, end: inviteEnd}
	switch {
	case i.Kind == app.Again:
		v.title = "A stranger you talked with"
	case !i.Mine:
		v.title = "A link that you follow"
	case i.Kind == app.Many:
		v.title = "Your link for whoever has it"
	default:
		v.title = "Your link for one person"
	}
	switch i.Phase {
	case app.InviteKept:
		v.state, v.meet = "Kept until Passerby is closed. Nobody is looked for yet.", true
	case app.InvitePreparing:
		v.state = "Being made ready. It can be found in a few seconds."
	case app.InviteWaiting:
		v.state = "Waiting for the other side" + until(i.Until, now) + "."
	case app.InviteMet:
		v.state = "You have met."
	case app.InviteOver:
		v.state, v.end = "Over.", inviteRemove
	}
	if i.Mine && i.Phase != app.InviteOver && i.Phase != app.InviteKept {
		v.link = i.Link
	}
	return v
}

// until says how long something goes on, roughly.
func until(end, now time.Time) string {
	if end.IsZero() {
		return ""
	}
	switch left := end.Sub(now); {
	case left <= 0:
		return ""
	case left < time.Hour:
		return ", for less than an hour more"
	default:
		return ", for " + count(int(left/time.Hour), "hour", "hours") + " more"
	}
}
