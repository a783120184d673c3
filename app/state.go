// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"slices"
	"time"

	"passerby/app/guard"
	"passerby/app/settings"
	"passerby/net/lobby"
	"passerby/net/session"
)

// Limits on what a person may say, for front ends to show before they are met.
const (
	MaxMessage   = session.MaxText    // characters (Unicode code points) in one message
	MaxInterests = lobby.MaxInterests // interests in one search
	MaxInterest  = lobby.MaxInterest  // characters in one interest
)

// Phase is the screen that the program is on.
type Phase int

// The phases, in the order in which a first visit meets them.
const (
	Home    Phase = iota // nobody is being looked for
	Seeking              // looking for a stranger
	Talking              // in a conversation
	After                // a conversation has ended and nothing else has begun
)

// State is everything that is true of the program at one moment. It is never
// changed after it is handed out: a change makes a new State. Front ends draw
// it and hold no truth of their own.
type State struct {
	Phase Phase
	Tor   Tor
	Mesh  Mesh
	// Published tells that others can look up this copy's member address.
	Published bool
	// Ready tells that this copy can find and can be found.
	Ready bool
	// Search is what is being tried while Phase is Seeking, else nil.
	Search *Search
	// Conversation is the conversation while Phase is Talking, and what is
	// left to say about the last one while Phase is After, else nil.
	Conversation *Conversation
	// Invites are the ways to meet somebody in particular, the oldest first:
	// made and followed ones, and people to be met again.
	Invites []Invite
	// Keeping is what of the network may be kept from one run to the next.
	Keeping Keeping
	// Cover tells that a conversation sends frames whether or not there is
	// something to say, so that whoever watches the line cannot see when
	// somebody types.
	Cover bool
	// Guard is how much the guard says of what one gives away.
	Guard settings.Guard
	// Update is what is known of a newer version.
	Update Update
	// Problem is what is wrong now and what to do about it, or nil.
	Problem *Problem
}

// Tor is how far this copy's own tor has come.
type Tor struct {
	Progress int    // percent, 0 to 100
	Summary  string // tor's own words for the step it is in
	// Warning is tor's own words for what holds it up, or "" while it moves.
	Warning string
	// Restarts counts how often tor died and was started again.
	Restarts int
}

// Mesh is what this copy sees of the others.
type Mesh struct {
	Peers   int // members that this copy is connected to
	Sources Sources
	// SlotsAlone tells that all this copy knows of the others comes from slots.
	// Anybody can hold them, so all it sees could be one person's.
	SlotsAlone bool
}

// Sources tells, for each way of finding first peers, how many answered: how
// many slots; whether members that people met through invites have named
// answered, with one for links and one for people met again; and one where
// members answered that were remembered from before.
type Sources struct{ Slots, Invites, Remembered int }

// Search is how far the search for a stranger has come.
type Search struct {
	Since     time.Time
	Interests []string
	Published bool // our chat address can be reached
	Stamped   bool // our beacon carries its proof of work
	Pushed    int  // members that took our beacon to hand it on
	Echoed    bool // our beacon came back from the mesh: others see it
	Beacons   int  // strangers' beacons seen so far
	Dialing   int  // strangers being asked now
}

// Reason is why a conversation ended.
type Reason string

// The reasons. The words are part of the console's contract.
const (
	YouLeft  Reason = "you left"
	TheyLeft Reason = "they left"
	Lost     Reason = "lost"
	Blocked  Reason = "blocked"
)

// Conversation is one talk with one stranger. It lives in memory alone.
type Conversation struct {
	ID        uint64 // counts the conversations of this run, from 1
	Since     time.Time
	Interests []string // what both look for
	// Invite is the invite by which the two met, or 0 where the stranger is
	// one. The invite itself may be gone.
	Invite uint64
	// Again tells that this side has kept what it takes to meet again.
	Again    bool
	Messages []Message
	// Meter adds up what we have given away. It counts while the guard is not
	// off, and is meant to be shown while the guard says everything.
	Meter guard.Meter
	// Quiet are the categories that the guard has spoken of, or that the person
	// meant to give away: it says no more about them in this conversation.
	Quiet []guard.Category
	// Reminders are the places at which to say how long one has known the
	// stranger, and that they can keep everything.
	Reminders []Reminder
	disclosed int // findings in what we said
	// Reconnecting tells that the way to the stranger broke and is being built
	// anew. What is said meanwhile waits.
	Reconnecting bool
	// Ended is "" while it goes on. Once it has ended, Messages is nil: what
	// was said is forgotten before the screen changes.
	Ended Reason
	// Until is when it ended, and Said and Heard how many messages there were.
	Until       time.Time
	Said, Heard int
	// Undelivered are our messages that, as far as is known, the stranger
	// never received, oldest first. It is set once the conversation has ended.
	Undelivered []uint64
}

// Delivery is how far a message of ours has come. Only what is known to be
// true is shown.
type Delivery int

// The steps of a delivery.
const (
	Waiting   Delivery = iota // not yet handed to Tor
	Sent                      // handed to Tor
	Delivered                 // the stranger's program has it
)

// Message is one message of a conversation.
type Message struct {
	ID       uint64 // counts within the conversation and the side, from 1
	Mine     bool
	Text     string    // already stripped of controls where it is the stranger's
	At       time.Time // local clock, when typed or received
	Delivery Delivery  // where Mine
	// Probes are what the stranger's message fishes for, where it is the first
	// in the conversation to do so.
	Probes []guard.Finding
}

// Problem is something wrong, in words for a tired person.
type Problem struct {
	What   string // what is, and what it means
	Advice string // what the person can do
	// Fatal tells that nothing will work until the program is started again.
	Fatal bool
}

func (p Problem) String() string {
	if p.Advice == "" {
		return p.What
	}
	return p.What + " " + p.Advice
}

// with returns a copy of the conversation with one more message.
func (c *Conversation) with(m Message, level settings.Guard) *Conversation {
	next := *c
	next.heed(&m, level)
	// A new array: two States must never grow into the same cell.
	next.Messages = slices.Concat(c.Messages, []Message{m})
	if m.Mine {
		next.Said++
	} else {
		next.Heard++
	}
	return &next
}

// reached returns a copy with our messages up to and including id at least
// at step d.
func (c *Conversation) reached(id uint64, d Delivery) *Conversation {
	next := *c
	next.Messages = slices.Clone(c.Messages)
	for i := range next.Messages {
		if m := &next.Messages[i]; m.Mine && m.ID <= id && m.Delivery < d {
			m.Delivery = d
		}
	}
	return &next
}

// reconnecting returns a copy with the way to the stranger broken, or whole.
func (c *Conversation) reconnecting(is bool) *Conversation {
	next := *c
	next.Reconnecting = is
	return &next
}
