// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"maps"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

// Standing is what a member has been to us so far.
type Standing int

const (
	// Untried is a member that we know too little of to say anything.
	Untried Standing = iota
	// Working is a member that handed on to us what others have gossiped.
	Working
	// Unreachable is a member that somebody named and that never answered,
	// though it was dialed more than once.
	Unreachable
	// Mute is a member that we are or were connected to and that handed on
	// nothing, while others handed on a good deal in topics that it said it
	// is in.
	Mute
)

// ledger knows which members hand gossip on. A payload proves it, and so does
// the name of one: both can only come from somebody who hears gossip. Safe for
// concurrent use.
type ledger struct {
	in func(peer.ID, string) bool // whether a member is in a topic

	mu     sync.Mutex
	recent map[string]struct{} // names of the last ones
	ring   []string            // the same in order, from next on
	next   int
	peers  map[peer.ID]*record
}

// record is what one member did since we met it.
type record struct {
	since  time.Time
	missed int       // payloads that others handed on first, in topics that it is in
	last   time.Time // when the last of them came
	worked bool
}

func newLedger(in func(peer.ID, string) bool) *ledger {
	return &ledger{in: in, recent: make(map[string]struct{}), ring: make([]string, recentNames), peers: make(map[peer.ID]*record)}
}

// met begins the record of a member.
func (l *ledger) met(p peer.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peers[p] == nil {
		l.peers[p] = &record{since: time.Now()}
	}
}

// delivered notes a valid payload, and whom it came from first.
func (l *ledger) delivered(msg *pubsub.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := messageID(msg.Message)
	delete(l.recent, l.ring[l.next])
	l.ring[l.next] = name
	l.next = (l.next + 1) % len(l.ring)
	l.recent[name] = struct{}{}
	l.credit(msg.ReceivedFrom)
	now := time.Now()
	for p, r := range l.peers {
		if !r.worked && now.Sub(r.last) >= missEvery && l.in(p, msg.GetTopic()) {
			r.missed, r.last = r.missed+1, now
		}
	}
}

// sent looks for something that we know to be gossip in what a member sends.
func (l *ledger) sent(p peer.ID, rpc *pubsub.RPC) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.peers[p]; r == nil || r.worked {
		return
	}
	for _, msg := range rpc.GetPublish() {
		if _, known := l.recent[messageID(msg)]; known {
			l.credit(p)
			return
		}
	}
	for _, have := range rpc.GetControl().GetIhave() {
		for _, name := range have.GetMessageIDs() {
			if _, known := l.recent[name]; known {
				l.credit(p)
				return
			}
		}
	}
}

// credit is called with mu held.
func (l *ledger) credit(p peer.ID) {
	if r := l.peers[p]; r != nil {
		r.worked = true
	}
}

// standing tells what a member has been since we met it.
func (l *ledger) standing(p peer.ID) Standing {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch r := l.peers[p]; {
	case r == nil:
		return Untried
	case r.worked:
		return Working
	case time.Since(r.since) > muteAfter && r.missed >= muteProof:
		return Mute
	default:
		return Untried
	}
}

// forget ends the record of a member, and returns what it comes to.
func (l *ledger) forget(p peer.ID) Standing {
	s := l.standing(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.peers, p)
	return s
}

// keep forgets all but those.
func (l *ledger) keep(is func(peer.ID) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.peers, func(p peer.ID, _ *record) bool { return !is(p) })
}

// Standing tells what a member has been to us. What is long past is forgotten.
func (m *Mesh) Standing(a onion.Address) Standing {
	p, err := a.Peer()
	if err != nil {
		return Untried
	}
	if s := m.ledger.standing(p); s != Untried {
		return s
	}
	return m.view.standing(a)
}
