// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"strings"
	"time"

	"passerby/app"
	"passerby/app/settings"
)

// This file turns a State into what the screens say. It knows nothing of
// Fyne, so that every sentence can be tested by itself.

const (
	hintSend   = "Enter sends. Shift+Enter starts a new line."
	placeFirst = "Tea, night trains, chess…"
	placeNext  = "Add another"
)

// homeView is what Home shows.
type homeView struct {
	line     string // one line of truth about the connection
	note     string // beneath it, in small type
	steps    []step // while getting ready, else nil
	progress float32
	button   string
	waiting  bool
}

func home(s app.State) homeView {
	tor := s.Tor
	connected := tor.Progress >= 100
	if s.Ready {
		return homeView{
			line:   reach(s.Mesh),
			note:   sources(s.Mesh),
			button: "Find a stranger",
		}
	}
	v := homeView{
		line:     "Getting ready",
		note:     "This can take a minute on a slow line.",
		progress: float32(min(max(tor.Progress, 0), 100)) / 100,
		waiting:  true,
	}
	if tor.Restarts > 0 {
		v.note = "Tor stopped by itself and was started again. There is nothing to do."
	}
	start := step{text: "Starting Tor", status: now}
	connect := step{text: "Connecting to the Tor network"}
	publish := step{text: "Publishing our address", note: "Others reach you through it, without learning where you are."}
	others := step{text: "Finding others"}
	switch {
	case connected:
		start.status, connect.status = done, done
		publish.status, others.status = now, now
		v.button = "Waiting for our address"
		if s.Published {
			publish.status, publish.note = done, ""
			v.button = "Looking for others"
		}
		if n := s.Mesh.Peers; n > 0 {
			others.status, others.text = done, "Found "+count(n, "other", "others")
			publish.note = ""
		}
	case tor.Progress > 0:
		start.status, connect.status = done, now
		connect.note = progress(tor)
		publish.note = ""
		v.button = "Waiting for the Tor network"
	default:
		publish.note = ""
		v.button = "Waiting for Tor to start"
	}
	v.steps = []step{start, connect, publish, others}
	return v
}

// progress is how far Tor has come, with its own words behind the number.
func progress(t app.Tor) string {
	words := strings.TrimSpace(t.Summary)
	if words == "" {
		return fmt.Sprintf("%d %%", t.Progress)
	}
	return fmt.Sprintf("%d %% · %s", t.Progress, words)
}

func reach(m app.Mesh) string {
	if m.Peers == 0 {
		return "Connected through Tor. Nobody else is in reach yet."
	}
	return fmt.Sprintf("Connected through Tor, %s in reach.", count(m.Peers, "other", "others"))
}

// sources says which ways of finding others answered, since a single one could
// be somebody's trap.
func sources(m app.Mesh) string {
	s := m.Sources
	var ways []string
	if s.Slots > 0 {
		ways = append(ways, count(s.Slots, "public meeting place", "public meeting places"))
	}
	if s.Invites > 0 {
		ways = append(ways, count(s.Invites, "invite", "invites"))
	}
	if s.Remembered > 0 {
		ways = append(ways, count(s.Remembered, "remembered copy", "remembered copies"))
	}
	switch len(ways) {
	case 0:
		return "You can be found. Whoever comes next will find you by themselves."
	case 1:
		only := "Found through " + ways[0] + " only."
		if m.SlotsAlone && m.Peers > 0 {
			only += " Somebody with patience could hold all of them; an invite leads past them."
		}
		return only
	}
	return "Found through " + and(ways) + "."
}

// trouble is what a screen warns of, or nil.
func trouble(s app.State) *app.Problem {
	switch {
	case s.Problem != nil:
		return s.Problem
	case s.Tor.Warning != "":
		return &app.Problem{
			What: "Tor is held up.",
			Advice: fmt.Sprintf("It says: %s. It keeps trying. "+
				"If this stays, check that you are online and that your clock is right. "+
				"Some networks block Tor: another one, such as a phone's, may let it through.",
				strings.TrimRight(strings.TrimSpace(s.Tor.Warning), ".")),
		}
	}
	return nil
}

// seeking is what Seeking lists.
func seeking(s app.Search) []step {
	publish := step{text: "Publishing an address for this one talk", status: now}
	stamp := step{text: "Doing the work that keeps spam away", note: "A proof of work: your computer calculates for a few seconds."}
	push := step{text: "Asking others to pass the word"}
	echo := step{text: "Waiting to hear our own call come back"}
	meet := step{text: "Looking at who else is free"}

	if s.Published {
		publish.text, publish.status = "An address for this one talk is published", done
	}
	switch {
	case s.Stamped:
		stamp = step{text: "The work that keeps spam away is done", status: done}
	case s.Published:
		stamp.status = now
	default:
		stamp.note = ""
	}
	if s.Pushed > 0 {
		push.text, push.status = count(s.Pushed, "other passes the word", "others pass the word"), done
	} else if s.Published && s.Stamped {
		push.status = now
	}
	if s.Echoed {
		echo.text, echo.status = "Our call came back: others see it", done
	} else if s.Pushed > 0 {
		echo.status = now
	}
	if s.Beacons > 0 {
		meet.text, meet.status = count(s.Beacons, "stranger seen", "strangers seen"), now
	} else if s.Echoed {
		meet.text, meet.status = "Nobody else is free yet", now
	}
	if s.Dialing > 0 {
		meet.note = "Asking " + count(s.Dialing, "of them", "of them") + " now."
	}
	return []step{publish, stamp, push, echo, meet}
}

// tips are shown one a search.
var tips = []string{
	"Where you live, where you work and what you look like are enough to find you. Talk about anything else.",
	"A stranger can copy what you write, whatever the program does. Write what you could stand by.",
	"If somebody asks you to move to another app, they ask you to give up what protects you here.",
	"How you write is like a voice. Names you use elsewhere and pet phrases are easy to recognise.",
	"You can leave at any moment, without a reason. The stranger only sees that you left.",
	"Nobody here can prove what was said, not even with a screenshot: anyone could forge one.",
	"No picture, no link, no file: only text passes. Nothing you receive can open anything.",
}

func tip(since time.Time) string {
	return tips[int(uint64(since.Unix())%uint64(len(tips)))]
}

// elapsed is a running time as minutes and seconds.
func elapsed(d time.Duration) string {
	s := max(0, int(d/time.Second))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// together says how long a conversation has lasted, no more exactly than it
// matters.
func lasted(d time.Duration) string {
	minutes := int(d / time.Minute)
	switch {
	case minutes < 1:
		return "less than a minute"
	case minutes < 120:
		return count(minutes, "minute", "minutes")
	}
	return count(minutes/60, "hour", "hours")
}

// about is the line beneath "A stranger".
func about(c app.Conversation, at time.Time) string {
	d := at.Sub(c.Since)
	line := lasted(d) + " together"
	if d < time.Minute {
		line = "You just met"
	}
	if len(c.Interests) > 0 {
		line += " · you both like " + and(c.Interests)
	}
	return line
}

// opening is the first, quiet line of a conversation. Where it stands for the
// first reminder of the guard, it says how well one knows the stranger.
func opening(s app.State) string {
	met := "You met at " + s.Conversation.Since.Local().Format("15:04")
	if s.Guard == settings.Full {
		return met + " and do not know each other. They can keep everything you write; Passerby keeps nothing. " +
			"Leave when you like."
	}
	return met + ". Say what you like, and leave when you like. Passerby keeps nothing; the stranger could."
}

// reconnecting is what a conversation says while its line is being built anew,
// or nil.
func reconnecting(c app.Conversation) *app.Problem {
	if !c.Reconnecting {
		return nil
	}
	return &app.Problem{
		What: "Reconnecting",
		Advice: "The line to the stranger broke and is being built anew. Write on: what you send waits, " +
			"and arrives when the line is back. After three minutes without it the conversation ends.",
	}
}

// What is said of blocking, where it is asked and where it is done. A key is
// made for each search, and nothing else is known of a stranger.
const blockMeans = "You leave; they only see that you left. The key they have now cannot meet you again while this copy runs. " +
	"Whoever looks for a stranger anew has a new key, and can."

const blockMeant = "The key they had cannot meet you again while this copy runs. " +
	"Whoever looks for a stranger anew, or starts Passerby anew, has a new key: you may meet again, and Passerby cannot tell."

func deliveryWords(d app.Delivery) string {
	switch d {
	case app.Delivered:
		return "delivered"
	case app.Sent:
		return "sent"
	}
	return "waiting"
}

// afterView is what After says.
type afterView struct {
	title     string
	summary   string
	forgotten []string
	kept      []string
}

// after says what is left of a conversation. That it was lost is explained
// here only where the problem that the screen shows beside does not.
func after(c app.Conversation, problem *app.Problem) afterView {
	v := afterView{
		forgotten: []string{
			"Every word that was said, on this side.",
			"The address and the keys of this conversation. Nobody can reach you there any more.",
		},
		kept: []string{
			"What you wrote. Their copy forgets as yours does, but a person can note it down or photograph a screen.",
			"Not who you are or where you are, unless you told them.",
		},
	}
	switch c.Ended {
	case app.TheyLeft:
		v.title = "The stranger walked on"
	case app.Lost:
		v.title = "The line was lost"
	case app.Blocked:
		v.title = "You blocked this stranger"
	default:
		v.title = "You walked on"
	}
	v.summary = fmt.Sprintf("You talked for %s: %s from you, %s from the stranger.",
		lasted(c.Until.Sub(c.Since)), count(c.Said, "message", "messages"), number(c.Heard))
	if c.Said+c.Heard == 0 {
		v.summary = "Nothing was said."
	}
	switch {
	case c.Ended == app.Lost && problem == nil:
		v.summary = "The stranger was not heard for three minutes, so the conversation ended. " + v.summary
	case c.Ended == app.Blocked:
		v.summary = blockMeant
	}
	switch n := len(c.Undelivered); {
	case n == 0:
	case c.Ended == app.YouLeft || c.Ended == app.Blocked:
		// Leaving goes on for a moment and hands over what waits.
		v.summary += " " + count(n, "message of yours", "messages of yours") + " may still arrive."
	default:
		v.summary += " As far as is known, " + count(n, "message of yours was", "messages of yours were") + " not delivered."
	}
	if c.Said == 0 {
		v.kept[0] = "Nothing: you wrote nothing to them."
	}
	return v
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func number(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// and joins words as one says them.
func and(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// or joins words as choices.
func or(words []string) string {
	n := len(words)
	if n < 2 {
		return and(words)
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// settingWords is what is said of a setting.
type settingWords struct {
	name  string // what it does, as a person would say it
	term  string // the technical word
	parts []settingPart
}

// settingPart is one thing to know of a setting.
type settingPart struct{ heading, text string }

// settingsLast says how long settings last, where they can be kept.
const settingsLast = "What you choose here is kept for the next time, in one small file: these switches, " +
	"whether you have seen the cards, and nothing else."

var coverWords = settingWords{
	name: "Hide when you write",
	term: "Cover traffic",
	parts: []settingPart{
		{"What it is for", "In a conversation something goes out about twice a second, always of the same size, " +
			"whether or not you write. Whoever watches your line, as your internet provider and the first Tor relay can, " +
			"cannot see when you write, or how much."},
		{"What it costs", "About 3.5 MB an hour each way while a conversation lasts, and what Tor adds to it. " +
			"A message takes about half a second longer, a very long one some seconds. " +
			"Turned off, it saves what you send: what comes in is for the stranger to choose."},
		{"What turning it off gives away", "Something then goes out when there is something to say, " +
			"and every ten seconds at the latest. Whoever watches your line can see when somebody types, but not what."},
		{"To have it off for one run", "Start Passerby with --cover=false."},
	},
}
