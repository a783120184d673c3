// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"passerby/net/invite"
	"passerby/net/onion"
	"passerby/net/rendezvous"
	"passerby/net/session"
)

const (
	// shakeTime bounds the handshake with somebody met by an invite. A search
	// rests for the second half of it, so whoever has a link and does not go on
	// must not stop one for long.
	shakeTime = 30 * time.Second
	// After a meeting of which no conversation came, the two look for each other
	// again after restFirst, and twice as long each time up to restMost, each
	// times a random factor from 0.5 to 1.5. A link lets one guest in again
	// eight times at once, and every five minutes after that (see package
	// invite): who comes every ten is not told to come later.
	restFirst = 5 * time.Second
	restMost  = 10 * time.Minute
	// renewEvery is how often tor is asked to forget descriptors, at most.
	renewEvery = 30 * time.Second
	// maxStreams is how many streams one circuit may have open at our chat
	// onion: the one that is in use, and those of a stranger who comes back.
	maxStreams = 4
)

var errOccupied = errors.New("one of you was talking to somebody else; it is tried again by itself")

// met takes a stream to somebody who had the same invite. It does not wait.
func (a *App) met(n onion.Network, j *joined, m invite.Meeting) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		m.Conn.Close()
		return
	}
	a.spawn(func() { a.welcome(n, j, m) })
}

// welcome makes a meeting a conversation.
func (a *App) welcome(n onion.Network, j *joined, m invite.Meeting) {
	source := rendezvous.Invite
	for _, s := range a.book.Status() {
		if s.ID == m.ID && s.Link.Kind() == invite.Again {
			source = rendezvous.Friend
		}
	}
	j.introduce(m.Members, source)
	shaken, retired, free := a.reserve()
	if !free {
		a.turnAway(m)
		a.missed(m, errOccupied)
		return
	}
	t, err := a.shake(n, m)
	a.mu.Lock()
	a.meeting = nil
	close(shaken)
	if err != nil {
		if s := a.search; s != nil && s.rests && a.state.Phase == Seeking && !a.closed {
			_ = a.find(a.interests) // they were fit the first time
		}
		a.mu.Unlock()
		a.missed(m, err)
		return
	}
	defer a.mu.Unlock()
	if a.closed {
		a.spawn(func() {
			t.session.Leave(a.parting)
			t.close()
		})
		return
	}
	if a.retired != retired { // met in the moment in which nobody wanted it any more
		a.open(t)
		a.part(t)
		return
	}
	for _, p := range a.appointments {
		if p.book == m.ID {
			t.invite, p.setbacks, p.setback = p.id, 0, ""
		}
	}
	a.open(t)
	a.begin(t)
	_ = a.book.Done(m.ID) // fails where it was cancelled meanwhile
}

// reserve keeps us free for one meeting until the channel that it returns is
// closed, and tells how often Retire was called before. It fails where we are
// not free.
func (a *App) reserve() (shaken chan struct{}, retired uint64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.talk != nil || a.meeting != nil || a.closed {
		return nil, 0, false
	}
	a.meeting = make(chan struct{})
	return a.meeting, a.retired, true
}

// commit stops a search, so that nobody else is found from now on. It fails
// where somebody was found already.
func (a *App) commit(ctx context.Context) error {
	a.mu.Lock()
	if a.talk != nil {
		a.mu.Unlock()
		return errOccupied
	}
	s := a.search
	if s != nil {
		s.rests = true
		s.cancel()
	}
	a.mu.Unlock()
	if s != nil {
		select {
		case <-s.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// shake begins a conversation on the stream of a meeting.
func (a *App) shake(n onion.Network, m invite.Meeting) (*talk, error) {
	ctx, cancel := context.WithTimeout(a.ctx, shakeTime)
	defer cancel()
	params := session.Params{Key: m.Key, Network: a.params.Network}
	for i := range params.Tags {
		rand.Read(params.Tags[i][:]) // we have no interests to show
	}
	if m.Dialer {
		return a.propose(ctx, n, m, params)
	}
	return a.receive(ctx, n, m, params)
}

func (a *App) propose(ctx context.Context, n onion.Network, m invite.Meeting, params session.Params) (*talk, error) {
	params.Redial = redial(n, m.Peer)
	p, err := session.Propose(ctx, m.Conn, params, m.Peer)
	if err != nil {
		return nil, err
	}
	if err := a.commit(ctx); err != nil {
		p.Close()
		return nil, err
	}
	s, err := p.Confirm(ctx)
	if err != nil {
		return nil, err
	}
	return &talk{session: s, over: make(chan struct{}), close: func() {
		s.Close()
		clear(m.Key.Private())
	}}, nil
}

func (a *App) receive(ctx context.Context, n onion.Network, m invite.Meeting, params session.Params) (*talk, error) {
	// The other side comes back to this service when the stream breaks.
	// Tor gets a copy of the key of its own: ours is overwritten in the end.
	l, err := n.Listen(ctx, slices.Clone(m.Key.Private()), maxStreams)
	if err != nil {
		m.Conn.Close()
		return nil, fmt.Errorf("publish the chat address: %w", err)
	}
	s, err := a.accept(ctx, m, params)
	if err != nil {
		l.Close()
		return nil, err
	}
	var taking sync.WaitGroup
	taking.Go(func() { takeAll(l, s) })
	return &talk{session: s, over: make(chan struct{}), close: func() {
		s.Close()
		l.Close()
		taking.Wait()
		clear(m.Key.Private())
	}}, nil
}

func (a *App) accept(ctx context.Context, m invite.Meeting, params session.Params) (*session.Session, error) {
	r, err := session.Receive(ctx, m.Conn, params)
	if err != nil {
		return nil, err
	}
	if r.From() != m.Peer {
		r.Refuse()
		return nil, fmt.Errorf("%w: it has another address than it said", session.ErrProtocol)
	}
	if err := a.commit(ctx); err != nil {
		r.Refuse()
		return nil, err
	}
	return r.Accept(ctx)
}

// takeAll hands streams that arrive to a conversation, until l is closed.
func takeAll(l net.Listener, s *session.Session) {
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(time.Second)
		default:
			s.Take(conn)
		}
	}
}

// redial returns how to reach somebody again, on circuits of its own.
func redial(n onion.Network, to onion.Address) func(context.Context) (net.Conn, error) {
	var mu sync.Mutex
	var failed bool
	var renewed time.Time
	return func(ctx context.Context) (net.Conn, error) {
		mu.Lock()
		renew := failed && time.Since(renewed) > renewEvery
		if renew {
			renewed = time.Now()
		}
		mu.Unlock()
		if renew {
			_ = n.Renew(ctx) // where it fails, the dial is as likely to as before
		}
		conn, err := n.Dial(ctx, to.String(), onion.Isolation("chat"))
		mu.Lock()
		failed = err != nil
		mu.Unlock()
		return conn, err
	}
}

// turnAway tells somebody who was met that we are not free.
func (a *App) turnAway(m invite.Meeting) {
	if m.Dialer {
		m.Conn.Close()
		return
	}
	ctx, cancel := context.WithTimeout(a.ctx, shakeTime)
	defer cancel()
	if r, err := session.Receive(ctx, m.Conn, session.Params{Key: m.Key, Network: a.params.Network}); err == nil {
		r.Refuse()
	}
}

// missed has the two look for each other again in a while, because no
// conversation came of their meeting.
func (a *App) missed(m invite.Meeting, err error) {
	clear(m.Key.Private())
	if errors.Is(err, session.ErrBusy) {
		err = errOccupied
	}
	a.mu.Lock()
	rest := restFirst
	for _, p := range a.appointments {
		if p.book != m.ID {
			continue
		}
		rest = min(restFirst<<min(p.setbacks, 16), restMost)
		p.setbacks++
		p.setback = ProblemOf(err).String()
	}
	a.showInvites()
	a.mu.Unlock()
	timer := time.NewTimer(rest/2 + mathrand.N(rest))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-a.ctx.Done():
		return
	}
	_ = a.book.Retry(m.ID) // fails where it was cancelled meanwhile, or is over
}
