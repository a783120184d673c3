// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/session"
)

// alone is the Mesh of who knows nobody.
type alone struct{}

func (alone) Members(int) []onion.Address                       { return nil }
func (alone) Push(context.Context, onion.Address, []byte) error { return nil }
func (alone) Publish(context.Context, []byte) error             { return nil }

// partners returns both sides of a conversation.
func partners(t *testing.T) (dialer, answerer *session.Session) {
	t.Helper()
	near, far := net.Pipe()
	ours := session.Params{Key: onion.GenerateKey(), Network: "test"}
	theirs := session.Params{Key: onion.GenerateKey(), Network: "test"}
	answered := make(chan *session.Session)
	go func() {
		r, err := session.Receive(t.Context(), far, theirs)
		if err != nil {
			t.Error(err)
			close(answered)
			return
		}
		s, err := r.Accept(t.Context())
		if err != nil {
			t.Error(err)
		}
		answered <- s
	}()
	p, err := session.Propose(t.Context(), near, ours, theirs.Key.Address())
	if err != nil {
		t.Fatal(err)
	}
	if dialer, err = p.Confirm(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dialer, <-answered
}

func TestAPartnerWhomNobodyWantsIsToldAndDoesNotHoldUpTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a partner who came when nobody wanted one any more
		l := New(t.Context(), Params{Network: oniontest.New().Node(), Mesh: alone{}, Name: "test", Cost: Cost{Memory: 8, Effort: 1}})
		partner, other := partners(t)
		if err := l.run(func() { l.dismiss(partner) }); err != nil {
			t.Fatal(err)
		}
		// when the lobby ends
		began := time.Now()
		l.Close()
		// then it waits for the farewell, and for nothing after it
		if took := time.Since(began); took > dismissTime {
			t.Errorf("took %v", took)
		}
		var last session.Event
		for last = range other.Events() {
		}
		if e, ok := last.(session.Ended); !ok || e.Reason != session.TheyLeft {
			t.Errorf("%#v", last)
		}
		other.Close()
	})
}

func TestABlockedStrangerIsBlockedUnderBothAddresses(t *testing.T) {
	// given an address that is blocked, and the one that differs in its sign,
	// which the same key proves to own
	a := onion.GenerateKey().Address()
	b := a
	b[31] ^= 0x80
	if a.X25519() != b.X25519() {
		t.Fatal("two owners")
	}
	for _, blocked := range []onion.Address{a, b} {
		l := new(Lobby)
		l.Block(blocked)
		// then both are
		if !l.isBlocked(a) || !l.isBlocked(b) {
			t.Errorf("blocked: %v and %v", l.isBlocked(a), l.isBlocked(b))
		}
		if l.isBlocked(onion.GenerateKey().Address()) {
			t.Error("somebody else is blocked")
		}
	}
}
