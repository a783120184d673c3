// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
)

// Check tells whether a message of the topic is a beacon worth handing on. It
// checks the cheap things first: size, epoch and fields, gate, whether it is
// known, whether it paid what is asked, and then work, key and signature. It
// waits while others are looked at, for some hundredths of a second at most.
// Its errors wrap [ErrInvalid], for which whoever sent it is to blame, or else
// [ErrStale], [ErrSeen], [ErrCheap] or [ErrBusy], for which nobody is.
func (l *Lobby) Check(payload []byte) error {
	_, err := l.check(payload, l.afford)
	return err
}

// afford tells whether there is time to look at the work of one more beacon
// from the mesh.
func (l *Lobby) afford() bool {
	if l.checks.Allow() {
		return true
	}
	l.tree.refuse()
	return false
}

// CheckFrom is Check where the sender is known: the mesh key of the member
// that relayed the message to us. Each member is looked at so often and no
// more. Who relays work that was not done, which nobody does by mistake, is
// not looked at for ten minutes: its error wraps [ErrForged] then, and whoever
// holds the connection should end it.
func (l *Lobby) CheckFrom(from onion.Address, payload []byte) error {
	sender := l.senders.of(from)
	if l.senders.shamed(sender) {
		return ErrForged
	}
	_, err := l.check(payload, func() bool { return sender.limit.Allow() && l.afford() })
	if errors.Is(err, ErrForged) {
		l.senders.shame(sender)
	}
	return err
}

// check is Check. It asks budget before it looks at work.
func (l *Lobby) check(payload []byte, budget func() bool) (Beacon, error) {
	p := l.params
	b, err := parse(payload, p.Name, p.Cost, l.clock.epoch())
	switch {
	case err != nil:
		return Beacon{}, err
	case l.pool.knows(b):
		return Beacon{}, ErrSeen
	case l.vouched.has(b):
		return b, nil
	case int(b.Effort) < p.Cost.accepted(l.tree.load(b.Shard)):
		return Beacon{}, ErrCheap
	}
	if !l.pool.paid(b) {
		if !budget() {
			return Beacon{}, ErrBusy
		}
		ok, err := l.verifier.Valid(l.ctx, p.Name, b.subject(), b.Work, int(b.Effort))
		if err != nil {
			return Beacon{}, ErrBusy // we are ending
		}
		if !ok {
			return Beacon{}, ErrForged
		}
	}
	if err := b.owned(payload, p.Name); err != nil {
		return Beacon{}, err
	}
	l.vouched.add(b)
	return b, nil
}

// vouched remembers the beacons that were checked last: each is met again when
// it is delivered, or pushed by somebody else. It is safe for concurrent use.
type vouched struct {
	mu    sync.Mutex
	order []Beacon // a ring
	next  int
	is    map[Beacon]struct{}
}

func newVouched() *vouched { return &vouched{is: make(map[Beacon]struct{})} }

func (v *vouched) has(b Beacon) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, ok := v.is[b]
	return ok
}

func (v *vouched) add(b Beacon) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.is[b]; ok {
		return
	}
	v.is[b] = struct{}{}
	if len(v.order) < maxVouched {
		v.order = append(v.order, b)
		return
	}
	delete(v.is, v.order[v.next])
	v.order[v.next] = b
	v.next = (v.next + 1) % maxVouched
}

// senders bounds what each member has us look at. It is safe for concurrent
// use.
type senders struct {
	mu sync.Mutex
	by map[onion.Address]*sender
}

type sender struct {
	limit *rate.Limiter
	until time.Time // not to be looked at before
}

func newSenders() *senders { return &senders{by: make(map[onion.Address]*sender)} }

func (s *senders) of(a onion.Address) *sender {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.by[a]; known != nil {
		return known
	}
	if len(s.by) >= maxSenders {
		for old := range s.by { // any one
			delete(s.by, old)
			break
		}
	}
	fresh := &sender{limit: rate.NewLimiter(senderRate, senderBurst)}
	s.by[a] = fresh
	return fresh
}

func (s *senders) shamed(who *sender) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(who.until)
}

func (s *senders) shame(who *sender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who.until = time.Now().Add(shameTime)
}
