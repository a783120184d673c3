// SPDX-License-Identifier: GPL-3.0-or-later

package invite_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/invite"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/session"
)

// person is a copy of the program that knows nothing but invites.
type person struct {
	*invite.Book
	node    *oniontest.Node
	meeting chan invite.Meeting
	members []onion.Address
}

func newPerson(t *testing.T, n *oniontest.Net, network string) *person {
	t.Helper()
	node := n.Node()
	p := &person{node: node, meeting: make(chan invite.Meeting, 64), members: []onion.Address{onion.GenerateKey().Address()}}
	p.Book = invite.New(invite.Params{
		Network: &real{Network: node, missed: make(map[string]error)}, Name: network,
		Members: func(int) []onion.Address { return p.members },
		Met:     func(m invite.Meeting) { p.meeting <- m },
	})
	t.Cleanup(func() { p.Close() })
	return p
}

// real is a network with two habits of Tor that its stand-in does not have. A
// look-up that failed is not made again before Renew. And one learns of the end
// of a stream by reading only: what is written to somebody who has just hung up
// seems to go well.
type real struct {
	onion.Network
	mu     sync.Mutex
	missed map[string]error
}

func (n *real) Renew(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.missed)
	return n.Network.Renew(ctx)
}

func (n *real) Dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	n.mu.Lock()
	err := n.missed[host]
	n.mu.Unlock()
	if err != nil {
		return nil, err
	}
	c, err := n.Network.Dial(ctx, host, isolation)
	if errors.Is(err, oniontest.ErrUnreachable) {
		n.mu.Lock()
		n.missed[host] = err
		n.mu.Unlock()
	}
	return lateConn{c}, err
}

func (n *real) Listen(ctx context.Context, key ed25519.PrivateKey, maxStreams int) (net.Listener, error) {
	l, err := n.Network.Listen(ctx, key, maxStreams)
	return lateListener{l}, err
}

type lateListener struct{ net.Listener }

func (l lateListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return lateConn{c}, err
}

type lateConn struct{ net.Conn }

func (c lateConn) Write(p []byte) (int, error) {
	_, _ = c.Conn.Write(p)
	return len(p), nil
}

// invite returns a link that p has made, and its ID.
func (p *person) invite(t *testing.T, kind invite.Kind) (string, uint64) {
	t.Helper()
	id, err := p.Invite(t.Context(), kind)
	if err != nil {
		t.Fatal(err)
	}
	return p.status(t, id).Link.String(), id
}

func (p *person) follow(t *testing.T, link string) uint64 {
	t.Helper()
	id, err := p.Follow(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (p *person) status(t *testing.T, id uint64) invite.Status {
	t.Helper()
	for _, s := range p.Status() {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("invite %d is not listed", id)
	return invite.Status{}
}

// meets waits for a meeting.
func (p *person) meets(t *testing.T, within time.Duration) invite.Meeting {
	t.Helper()
	select {
	case m := <-p.meeting:
		return m
	case <-time.After(within):
		t.Fatalf("nobody met within %v", within)
		return invite.Meeting{}
	}
}

func (p *person) meetsNobody(t *testing.T, within time.Duration) {
	t.Helper()
	select {
	case <-p.meeting:
		t.Fatal("somebody was met")
	case <-time.After(within):
	}
}

func (p *person) ends(t *testing.T, id uint64, want error, within time.Duration) {
	t.Helper()
	for start := time.Now(); ; time.Sleep(time.Second) {
		s := p.status(t, id)
		if s.Phase == invite.Over {
			if !errors.Is(s.Err, want) {
				t.Fatalf("over with %v, not %v", s.Err, want)
			}
			return
		}
		if time.Since(start) > within {
			t.Fatalf("not over within %v: phase %d", within, s.Phase)
		}
	}
}

// talk checks that two meetings are one, by a conversation.
func talk(t *testing.T, a, b invite.Meeting) {
	t.Helper()
	if a.Dialer == b.Dialer || a.Peer != b.Key.Address() || b.Peer != a.Key.Address() {
		t.Fatal("the two did not meet each other")
	}
	if b.Dialer {
		a, b = b, a
	}
	answered := make(chan *session.Session, 1)
	go func() {
		defer close(answered)
		r, err := session.Receive(t.Context(), b.Conn, session.Params{Key: b.Key, Network: "test"})
		if err != nil {
			t.Error(err)
			return
		}
		s, err := r.Accept(t.Context())
		if err != nil {
			t.Error(err)
			return
		}
		answered <- s
	}()
	p, err := session.Propose(t.Context(), a.Conn, session.Params{Key: a.Key, Network: "test"}, a.Peer)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Confirm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := <-answered
	if other == nil {
		t.FailNow()
	}
	if other.Peer() != b.Peer || s.Peer() != a.Peer {
		t.Error("the conversation is with somebody else")
	}
	for _, s := range []*session.Session{s, other} {
		s.Close()
		for range s.Events() { // up to the last
		}
	}
}

func TestTwoMeetByALink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
		// given a link that one has made
		link, made := a.invite(t, invite.Once)
		// when the other follows it
		followed := b.follow(t, link)
		// then both meet, hear of each other's members, and can talk
		ma, mb := a.meets(t, time.Minute), b.meets(t, time.Minute)
		if !slices.Equal(ma.Members, b.members) || !slices.Equal(mb.Members, a.members) {
			t.Error("the members are others")
		}
		if ma.ID != made || mb.ID != followed || a.status(t, made).Phase != invite.Met || b.status(t, followed).Phase != invite.Met {
			t.Error("the meetings are of other invites")
		}
		time.Sleep(5 * time.Minute) // no haste: what bound the handshake is over
		talk(t, ma, mb)
		if ma.Again != mb.Again.Other() || ma.Again == mb.Again {
			t.Error("their notes to meet again do not match")
		}
	})
}

func TestInviterOfflineAtFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, away := range []time.Duration{time.Minute, 30 * time.Minute, 30 * time.Hour} {
			n := oniontest.New()
			a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
			link, _ := a.invite(t, invite.Once)
			// given an inviter who loses Tor before anybody came
			a.node.Kill()
			b.follow(t, link)
			b.meetsNobody(t, away)
			// when it is back, then they meet soon
			a.node.Restart()
			within := 100 * time.Second
			if away > time.Hour {
				within = 5 * time.Minute
			}
			talk(t, a.meets(t, within), b.meets(t, within))
			a.Close()
			b.Close()
		}
	})
}

// reunion is two people who have a secret in common.
func reunion(t *testing.T, n *oniontest.Net) (a, b *person, ia, ib uint64) {
	t.Helper()
	a, b = newPerson(t, n, "test"), newPerson(t, n, "test")
	exported := [32]byte{1, 2, 3}
	ia, err := a.Again(t.Context(), exported, true)
	if err != nil {
		t.Fatal(err)
	}
	ib, err = b.Again(t.Context(), exported, false)
	if err != nil {
		t.Fatal(err)
	}
	return a, b, ia, ib
}

func TestTwoMeetAgain(t *testing.T) {
	for i := range 100 { // which stream wins differs
		synctest.Test(t, func(t *testing.T) {
			n := oniontest.New()
			if i%2 == 0 { // both are found by each other's first dial
				n.Publish = time.Millisecond
			}
			a, b, ia, ib := reunion(t, n)
			ma, mb := a.meets(t, 100*time.Second), b.meets(t, 100*time.Second)
			talk(t, ma, mb)
			if a.Done(ia) != nil || b.Done(ib) != nil {
				t.Error("not met")
			}
			// and once more by what the meeting left
			a.follow(t, ma.Again.String())
			b.follow(t, mb.Again.String())
			talk(t, a.meets(t, 100*time.Second), b.meets(t, 100*time.Second))
		})
	}
}

func TestBothOfflineByTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b, _, _ := reunion(t, n)
		// given two who are never there at the same time
		b.node.Kill()
		for range 5 {
			time.Sleep(20 * time.Minute)
			a.node.Kill()
			b.node.Restart()
			time.Sleep(20 * time.Minute)
			b.node.Kill()
			a.node.Restart()
		}
		if len(a.meeting)+len(b.meeting) > 0 {
			t.Fatal("they met")
		}
		// when both are, then they meet, though they have tried for hours
		b.node.Restart()
		talk(t, a.meets(t, 5*time.Minute), b.meets(t, 5*time.Minute))
	})
}

func TestOneOfAPairAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a := newPerson(t, n, "test")
		id, err := a.Again(t.Context(), [32]byte{1}, true)
		if err != nil {
			t.Fatal(err)
		}
		a.ends(t, id, invite.ErrExpired, invite.Life+time.Hour)
		if got := n.Dials(); got < 500 || got > 1500 {
			t.Errorf("%d dials in two days", got)
		}
	})
}

// A pair whose stream broke before a conversation began meets once more.
func TestMeetingThatCameToNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b, ia, ib := reunion(t, n)
		a.meets(t, 100*time.Second).Conn.Close()
		b.meets(t, 100*time.Second).Conn.Close()
		if a.Retry(ia) != nil || b.Retry(ib) != nil {
			t.Fatal("cannot try again")
		}
		talk(t, a.meets(t, 100*time.Second), b.meets(t, 100*time.Second))
		a.Done(ia)
		if !errors.Is(a.Retry(ia), invite.ErrUnknown) {
			t.Error("what is done is tried again")
		}
	})
}

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
		link, made := a.invite(t, invite.Once)
		a.node.SetIsland(1) // so that b cannot reach it
		followed := b.follow(t, link)
		until := a.status(t, made).Link.Until()
		if left := time.Until(until); left < invite.Life || left > invite.Life+10*time.Minute {
			t.Errorf("it counts for %v", left)
		}
		time.Sleep(time.Until(until) - time.Second)
		if a.status(t, made).Phase != invite.Waiting || b.status(t, followed).Phase != invite.Waiting {
			t.Error("over before its time")
		}
		a.ends(t, made, invite.ErrExpired, 3*time.Second)
		b.ends(t, followed, invite.ErrExpired, 3*time.Second)
		// then nobody comes in any more, nor begins to try
		if _, err := b.Follow(t.Context(), link); !errors.Is(err, invite.ErrExpired) {
			t.Errorf("followed: %v", err)
		}
		a.node.SetIsland(0)
		a.meetsNobody(t, time.Hour)
	})
}
