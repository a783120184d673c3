// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"errors"
	"hash/maphash"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

// call is one attempt of ours to become somebody's partner.
type call struct {
	to      onion.Address
	beacon  Beacon
	shares  bool // an interest with us
	again   bool // a dial failed before
	stale   bool // the beacon had been there for some time
	since   time.Time
	ctx     context.Context
	cancel  context.CancelFunc
	confirm chan struct{} // closed when pairing says so
}

// seek calls strangers until the search ends.
func (s *search) seek() {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		s.fill()
		select {
		case <-s.look:
		case <-look.C:
		case <-s.ctx.Done():
			return
		}
	}
}

// fill begins as many calls as there may be.
func (s *search) fill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for s.pairing.open() && s.ctx.Err() == nil {
		if s.hasty(now) {
			return
		}
		best, ok := s.best(now)
		if !ok || len(s.calls) >= maxCalls && !s.giveWay(now, best) {
			return
		}
		if !s.pairing.call(best.Address) {
			return
		}
		s.begin(best, now)
	}
}

// hasty tells whether the next call should wait: as long as nothing went
// wrong, the first one is likely to be enough. It is called with mu held.
func (s *search) hasty(now time.Time) bool {
	if s.setbacks >= maxSetbacks {
		return false
	}
	for _, c := range s.calls {
		if now.Sub(c.since) < spacing {
			return true
		}
	}
	return false
}

// begin begins a call. It is called with mu held.
func (s *search) begin(best candidate, now time.Time) {
	c := &call{
		to: best.Address, beacon: best.Beacon, since: now, confirm: make(chan struct{}),
		shares: best.shared > 0, again: best.failures > 0, stale: best.age > 0,
	}
	c.ctx, c.cancel = context.WithCancel(s.ctx)
	s.calls[c.to] = c
	n := len(s.calls)
	s.report.update(func(p *Progress) { p.Dialing = n })
	s.running.Go(func() { s.run(c) })
}

// giveWay ends a call in favour of another stranger: the longest of those that
// take too long. To a new beacon a dial to an old one gives way at once. It is
// called with mu held.
func (s *search) giveWay(now time.Time, to candidate) bool {
	if to.failures > 0 {
		return false
	}
	var slowest *call
	for a, c := range s.calls {
		slow := now.Sub(c.since) >= patience && s.pairing.calls[a] != held
		old := c.stale && to.age == 0 && s.pairing.calls[a] == dialing
		if (slow || old) && (slowest == nil || c.since.Before(slowest.since)) {
			slowest = c
		}
	}
	if slowest == nil {
		return false
	}
	s.pairing.ended(slowest.to)
	s.lobby.trials.add(slowest.beacon, 1, 0)
	slowest.cancel()
	s.remove(slowest.to)
	return true
}

// candidate is a stranger who may be called.
type candidate struct {
	sighting
	shared   int // interests
	failures int // so far
	age      int // in spans of freshFor
	lot      uint64
}

// better tells whether to call a before b: shared interests first, then who
// did not fail us, then who came lately, and among equals by a lot that is
// another for each seeker, so that not all dial the same.
func (a candidate) better(b candidate) bool {
	switch {
	case a.shared != b.shared:
		return a.shared > b.shared
	case a.failures != b.failures:
		return a.failures < b.failures
	case a.age != b.age:
		return a.age < b.age
	}
	return a.lot < b.lot
}

// best finds whom to call next, and notes whether there is anybody who could
// be called. It is called with mu held.
func (s *search) best(now time.Time) (best candidate, ok bool) {
	var ahead bool // somebody with a shared interest is being called
	for _, c := range s.calls {
		ahead = ahead || c.shares && now.Sub(c.since) < headStart
	}
	epoch, wanted := s.lobby.clock.epoch(), s.wanted(now)
	s.lobby.pool.newest(func(seen sighting) bool {
		if seen.Address == s.chat.address || seen.Address == s.pairing.with || s.calls[seen.Address] != nil || !current(seen.Epoch, epoch) {
			return true
		}
		c := candidate{sighting: seen, shared: s.shared(seen.Tags), age: freshness(seen.at, now)}
		if ahead && c.shared == 0 {
			return true
		}
		t := s.lobby.trials.of(seen.Beacon)
		if t.hopeless() || now.Before(t.next) {
			return true
		}
		if s.met = now; c.shared < wanted {
			return true
		}
		c.failures = t.failures
		c.lot = maphash.Bytes(s.seed, seen.Address[:])
		if (!ok || c.better(best)) && !s.lobby.isBlocked(seen.Address) {
			best, ok = c, true
		}
		return true
	})
	return best, ok
}

// shared counts the interests that a stranger's tags share with ours.
func (s *search) shared(tags [session.MaxTags]session.Tag) int {
	var n int
	for _, tag := range s.own {
		if slices.Contains(tags[:], tag) {
			n++
		}
	}
	return n
}

var errDropped = errors.New("lobby: call dropped")

// run is one call from dial to the end.
func (s *search) run(c *call) {
	defer c.cancel()
	proposal, err := s.propose(c)
	if err != nil {
		s.hangUp(c, err)
		return
	}
	s.mu.Lock()
	if s.calls[c.to] == c {
		s.do(s.pairing.accepted(c.to))
	}
	s.mu.Unlock()
	select {
	case <-c.confirm:
	case <-c.ctx.Done():
		proposal.Close()
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, confirmTime)
	defer cancel()
	partner, err := proposal.Confirm(ctx)
	if err != nil {
		partner = nil
		failures := maxFailures - 1 // left for another: tried once more at most
		if ctx.Err() != nil {
			failures = maxFailures // who accepts and says nothing is no use at all
		}
		s.lobby.trials.add(c.beacon, failures, 0)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resolve(partner)
}

// unreachable is the error of a call that reached nobody.
type unreachable struct{ error }

// propose goes as far as the stranger's acceptance.
func (s *search) propose(c *call) (*session.Proposal, error) {
	conn, err := s.dial(c.ctx, c.to, c.again)
	if err != nil {
		return nil, unreachable{err}
	}
	ctx, cancel := context.WithTimeout(c.ctx, knockTime)
	defer cancel()
	if err := session.Knock(ctx, conn, s.params.Network, c.to); err != nil {
		return nil, err
	}
	s.mu.Lock()
	ok := s.calls[c.to] == c && s.pairing.offer(c.to)
	s.mu.Unlock()
	if !ok {
		conn.Close()
		return nil, errDropped
	}
	ctx, cancel = context.WithTimeout(c.ctx, offerTime)
	defer cancel()
	params := s.params
	params.Redial = s.redial(c.to)
	return session.Propose(ctx, conn, params, c.to)
}

// dial reaches a stranger on a circuit of its own; again tells that a dial
// failed before, so that a new descriptor may be needed.
func (s *search) dial(ctx context.Context, to onion.Address, again bool) (net.Conn, error) {
	network := s.lobby.params.Network
	if again && s.lobby.mayRenew() {
		renewing, cancel := context.WithTimeout(ctx, renewTimeout)
		_ = network.Renew(renewing) // where it fails, the dial is as likely to as before
		cancel()
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	return network.Dial(ctx, to.String(), onion.Isolation("chat"))
}

// redial returns how to reach a partner again.
func (s *search) redial(to onion.Address) func(context.Context) (net.Conn, error) {
	var failed atomic.Bool
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := s.dial(ctx, to, failed.Load())
		failed.Store(err != nil)
		return conn, err
	}
}

// hangUp ends a call that was not accepted.
func (s *search) hangUp(c *call, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls[c.to] != c {
		return // dropped: not the stranger's fault
	}
	switch {
	case errors.As(err, &unreachable{}):
		s.lobby.trials.add(c.beacon, 1, 0)
	case errors.Is(err, session.ErrBusy):
		s.lobby.trials.add(c.beacon, 0, 1)
	default: // hung up on, as by somebody who has found a partner
		s.lobby.trials.add(c.beacon, 1, 0)
	}
	s.setbacks++
	s.pairing.ended(c.to)
	s.remove(c.to)
}
