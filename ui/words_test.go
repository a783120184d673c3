// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"passerby/app"
)

func TestHomeWords(t *testing.T) {
	for _, c := range []struct {
		name   string
		state  app.State
		line   string
		button string
		wait   bool
		steps  []status
	}{
		{"just started", app.State{}, "Getting ready", "Waiting for Tor to start", true, []status{now, later, later, later}},
		{
			"Tor on its way", app.State{Tor: app.Tor{Progress: 45, Summary: "Loading"}},
			"Getting ready", "Waiting for the Tor network", true, []status{done, now, later, later},
		},
		{
			"Tor there", app.State{Tor: app.Tor{Progress: 100}},
			"Getting ready", "Waiting for our address", true, []status{done, done, now, now},
		},
		{
			"others found before we are", app.State{Tor: app.Tor{Progress: 100}, Mesh: app.Mesh{Peers: 2}},
			"Getting ready", "Waiting for our address", true, []status{done, done, now, done},
		},
		{
			"ready", app.State{Ready: true, Tor: app.Tor{Progress: 100}, Mesh: app.Mesh{Peers: 1}},
			"Connected through Tor, 1 other in reach.", "Find a stranger", false, nil,
		},
		{
			"ready and alone", app.State{Ready: true, Tor: app.Tor{Progress: 100}},
			"Connected through Tor. Nobody else is in reach yet.", "Find a stranger", false, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := home(c.state)
			if v.line != c.line || v.button != c.button || v.waiting != c.wait {
				t.Errorf("got %q, %q, %v", v.line, v.button, v.waiting)
			}
			if got := statuses(v.steps); !slices.Equal(got, c.steps) {
				t.Errorf("steps are %v, want %v", got, c.steps)
			}
		})
	}
}

func statuses(steps []step) []status {
	var all []status
	for _, s := range steps {
		all = append(all, s.status)
	}
	return all
}

func TestHomeSaysTorsOwnWordsAndRestarts(t *testing.T) {
	v := home(app.State{Tor: app.Tor{Progress: 45, Summary: "Loading descriptors", Restarts: 1}})
	if got := v.steps[1].note; got != "45 % · Loading descriptors" {
		t.Errorf("note is %q", got)
	}
	if !strings.Contains(v.note, "started again") {
		t.Errorf("a restart is told as %q", v.note)
	}
}

func TestSourcesAreCounted(t *testing.T) {
	for want, s := range map[string]app.Sources{
		"You can be found. Whoever comes next will find you by themselves.":        {},
		"Found through 1 public meeting place only.":                               {Slots: 1},
		"Found through 3 public meeting places, 1 invite and 2 remembered copies.": {Slots: 3, Invites: 1, Remembered: 2},
		"Found through 2 invites only.":                                            {Invites: 2},
	} {
		if got := sources(app.Mesh{Sources: s}); got != want {
			t.Errorf("%+v: got %q, want %q", s, got, want)
		}
	}
	alone := sources(app.Mesh{Sources: app.Sources{Slots: 3}, SlotsAlone: true, Peers: 2})
	if !strings.Contains(alone, "could hold all of them") {
		t.Errorf("of slots alone it says %q", alone)
	}
}

func TestTrouble(t *testing.T) {
	if p := trouble(app.State{}); p != nil {
		t.Errorf("trouble where there is none: %v", p)
	}
	p := trouble(app.State{Tor: app.Tor{Warning: "Connection refused."}})
	if p == nil || !strings.Contains(p.Advice, "Connection refused. ") {
		t.Errorf("Tor's warning is told as %v", p)
	}
	problem := &app.Problem{What: "x"}
	if got := trouble(app.State{Problem: problem, Tor: app.Tor{Warning: "y"}}); got != problem {
		t.Errorf("a problem is told as %v", got)
	}
}

func TestSeekingFillsIn(t *testing.T) {
	search := app.Search{}
	for i, c := range []struct {
		change func()
		want   []status
	}{
		{func() {}, []status{now, later, later, later, later}},
		{func() { search.Published = true }, []status{done, now, later, later, later}},
		{func() { search.Stamped = true }, []status{done, done, now, later, later}},
		{func() { search.Pushed = 1 }, []status{done, done, done, now, later}},
		{func() { search.Echoed = true }, []status{done, done, done, done, now}},
		{func() { search.Beacons, search.Dialing = 4, 2 }, []status{done, done, done, done, now}},
	} {
		c.change()
		if got := statuses(seeking(search)); !slices.Equal(got, c.want) {
			t.Errorf("%d: got %v, want %v", i, got, c.want)
		}
	}
	if last := seeking(search)[4]; last.text != "4 strangers seen" || last.note != "Asking 2 of them now." {
		t.Errorf("got %+v", last)
	}
}

func TestTimes(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0:00", 0: "0:00", 83 * time.Second: "1:23", 3725 * time.Second: "1:02:05",
	} {
		if got := elapsed(d); got != want {
			t.Errorf("elapsed(%v) is %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "less than a minute", time.Minute: "1 minute", 90 * time.Minute: "90 minutes", 3 * time.Hour: "3 hours",
	} {
		if got := lasted(d); got != want {
			t.Errorf("lasted(%v) is %q, want %q", d, got, want)
		}
	}
}

func TestAbout(t *testing.T) {
	c := app.Conversation{Since: at, Interests: []string{"tea", "chess"}}
	if got := about(c, at); got != "You just met · you both like tea and chess" {
		t.Errorf("got %q", got)
	}
	if got := about(app.Conversation{Since: at}, at.Add(5*time.Minute)); got != "5 minutes together" {
		t.Errorf("got %q", got)
	}
}

func TestAfterWords(t *testing.T) {
	for reason, title := range map[app.Reason]string{
		app.YouLeft: "You walked on", app.TheyLeft: "The stranger walked on",
		app.Lost: "The line was lost", app.Blocked: "You blocked this stranger",
	} {
		if got := after(app.Conversation{Ended: reason}, nil).title; got != title {
			t.Errorf("%s: %q", reason, got)
		}
	}
	v := after(app.Conversation{Since: at, Until: at.Add(3 * time.Minute), Said: 2, Heard: 0, Undelivered: []uint64{2}}, nil)
	want := "You talked for 3 minutes: 2 messages from you, none from the stranger. As far as is known, 1 message of yours was not delivered."
	if v.summary != want {
		t.Errorf("got %q", v.summary)
	}
	// Who leaves still hands over what waits, for a moment.
	for _, reason := range []app.Reason{app.YouLeft, app.Blocked} {
		v := after(app.Conversation{Ended: reason, Said: 3, Undelivered: []uint64{2, 3}}, nil)
		if strings.Contains(v.summary, "not delivered") || !strings.Contains(v.summary, "2 messages of yours may still arrive") {
			t.Errorf("%s: %q", reason, v.summary)
		}
	}
	if v := after(app.Conversation{}, nil); v.summary != "Nothing was said." || !strings.HasPrefix(v.kept[0], "Nothing") {
		t.Errorf("after silence: %q, %q", v.summary, v.kept[0])
	}
}

func TestALostConversationSaysWhy(t *testing.T) {
	c := app.Conversation{Ended: app.Lost, Said: 3, Heard: 1, Undelivered: []uint64{2, 3}}

	// given silence, it says how long that was, and what did not arrive
	got := after(c, nil).summary
	for _, want := range []string{"not heard for three minutes", "2 messages of yours were not delivered"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	// given another reason, which the screen shows, it says nothing of silence
	got = after(c, &app.Problem{What: "The stranger sent more than Passerby can hold, so it left."}).summary
	if strings.Contains(got, "three minutes") || !strings.Contains(got, "2 messages of yours were not delivered") {
		t.Errorf("cut for a reason: %q", got)
	}
	// and nobody who left is said to have been silent
	for _, reason := range []app.Reason{app.YouLeft, app.TheyLeft, app.Blocked} {
		if got := after(app.Conversation{Ended: reason}, nil).summary; strings.Contains(got, "three minutes") {
			t.Errorf("%s: %q", reason, got)
		}
	}
}

func TestReconnectingIsSaidOnlyWhileItLasts(t *testing.T) {
	if p := reconnecting(app.Conversation{}); p != nil {
		t.Errorf("on a whole line: %v", p)
	}
	p := reconnecting(app.Conversation{Reconnecting: true})
	for _, want := range []string{"Reconnecting", "waits", "three minutes"} {
		if !strings.Contains(p.String(), want) {
			t.Errorf("%q does not say %q", p, want)
		}
	}
}

// Blocking promises no more than it holds.
func TestBlockingSaysThatANewKeyCanMeet(t *testing.T) {
	for _, said := range []string{blockMeans, after(app.Conversation{Ended: app.Blocked}, nil).summary} {
		for _, want := range []string{"while this copy runs", "has a new key"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q does not say %q", said, want)
			}
		}
	}
}

// The language of the program: no exclamation marks, no blame, no jargon.
func TestTone(t *testing.T) {
	all := slices.Clone(tips)
	for _, s := range []app.State{{}, {Tor: app.Tor{Progress: 50}}, ready()} {
		v := home(s)
		all = append(all, v.line, v.note, v.button)
		for _, s := range v.steps {
			all = append(all, s.text, s.note)
		}
	}
	for _, s := range seeking(app.Search{}) {
		all = append(all, s.text, s.note)
	}
	for _, reason := range []app.Reason{app.YouLeft, app.Lost, app.Blocked} {
		v := after(app.Conversation{Said: 1, Ended: reason, Undelivered: []uint64{1}}, nil)
		all = append(all, v.title, v.summary)
		all = append(append(all, v.forgotten...), v.kept...)
	}
	p := reconnecting(app.Conversation{Reconnecting: true})
	all = append(all, p.What, p.Advice, blockMeans, settingsLast)
	for _, one := range switches {
		all = append(all, one.words.name)
		for _, part := range one.words.parts {
			all = append(all, part.heading, part.text)
		}
	}
	for _, s := range all {
		lower := strings.ToLower(s)
		for _, word := range []string{"!", "oops", "invalid", "error", "failed", "onion", "beacon", "peer", "null"} {
			if strings.Contains(lower, word) {
				t.Errorf("%q says %q", s, word)
			}
		}
	}
}
