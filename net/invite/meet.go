// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"

	"passerby/net/onion"
)

// host waits for the guests of a link that we made.
func (b *Book) host(ctx context.Context, e *entry, key onion.Key) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := &door{
		network: b.params.Network, key: key, terms: hostTerms(e.Link, key), turn: make(chan struct{}, 1),
		judge: func(guest token) byte { return b.judge(e, guest) },
		met: func(s *bond, guest token, theirs card) func() {
			b.count(e, guest) // also where our card does not arrive: it comes again then
			mine, ours := b.card()
			if s.introduce(ours) != nil {
				return nil
			}
			shared := s.shared
			return func() { b.handOver(e, s.conn, shared, false, mine, theirs) }
		},
	}
	var closing sync.WaitGroup
	defer closing.Wait()
	closing.Go(func() {
		select {
		case <-e.done:
			sleep(ctx, aftermath)
			cancel()
		case <-ctx.Done():
		}
	})
	b.keepOpen(ctx, e, d)
	return nil
}

// judge tells whether a guest of our link may come in. A one-time link is used
// when a conversation came of it; until then it is kept for one guest at a time.
func (b *Book) judge(e *entry, guest token) byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, known := e.guests[guest]
	once := e.Link.kind == Once
	switch {
	case e.Phase == Over, !once && !known && len(e.guests) >= maxGuests:
		return spent
	case once && !known && e.Phase == Met, e.returning(guest) && e.returns.Tokens() < 1:
		return later
	}
	return welcome
}

// count notes a meeting with a guest of our link.
func (b *Book) count(e *entry, guest token) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.returning(guest) {
		e.returns.Allow()
	}
	if e.Link.kind == Once {
		clear(e.guests)
	}
	e.guests[guest] = struct{}{}
}

// returning tells whether a meeting with a guest would not be the first: of a
// one-time link with anybody, as who has it can come as another guest each
// time. It is called with the Book's mu held.
func (e *entry) returning(guest token) bool {
	_, known := e.guests[guest]
	return known || e.Link.kind == Once && len(e.guests) > 0
}

// keepOpen publishes a service until ctx ends.
func (b *Book) keepOpen(ctx context.Context, e *entry, d *door) {
	for ctx.Err() == nil {
		err := d.open(ctx, func() {
			b.progress(e, func() {
				if e.Phase == Preparing {
					e.Phase = Waiting
				}
			})
		})
		if err != nil && ctx.Err() == nil { // tor is away or closing
			b.progress(e, func() { e.Err = err })
			sleep(ctx, pollFirst)
		}
	}
}

// visitHost looks for whoever made a link.
func (b *Book) visitHost(ctx context.Context, e *entry) error {
	b.progress(e, func() { e.Phase = Waiting })
	var self token
	rand.Read(self[:])
	for {
		used := false
		poll(ctx, b.params.Network, func(ctx context.Context) bool {
			met, err := b.visitOnce(ctx, e, self)
			used = errors.Is(err, errSpent)
			if !met && !used {
				b.trouble(e, err)
			}
			return met || used
		})
		if used {
			return ErrUsed
		}
		if !e.retried(ctx) {
			return nil
		}
	}
}

// trouble notes why a visit came to nothing, so far as it is worth telling. That
// nobody was there is what waiting means.
func (b *Book) trouble(e *entry, err error) {
	if !errors.Is(err, ErrProtocol) && !errors.Is(err, ErrBusy) {
		err = nil
	}
	b.progress(e, func() { e.Err = err })
}

func (b *Book) visitOnce(ctx context.Context, e *entry, self token) (bool, error) {
	s, err := visit(ctx, b.params.Network, e.Link.address(), linkTerms(e.Link), self)
	if err != nil {
		return false, err
	}
	defer s.forget()
	mine, ours := b.card()
	theirs, err := shake(ctx, s, ours)
	if err != nil {
		s.conn.Close()
		return false, err
	}
	b.handOver(e, s.conn, s.shared, true, mine, theirs)
	return true, nil
}

// retried waits for Retry after a meeting. It returns false at the end.
func (e *entry) retried(ctx context.Context) bool {
	select {
	case <-e.again:
		return ctx.Err() == nil
	case <-e.done:
		return false
	case <-ctx.Done():
		return false
	}
}

// reunite looks for the other of a pair: each publishes its own onion and dials
// the other's. Of two streams the first of the pair chooses one.
func (b *Book) reunite(ctx context.Context, e *entry) error {
	p := newPair(e.Link)
	for {
		b.meetAgain(ctx, e, p)
		if !e.retried(ctx) {
			return nil
		}
	}
}

// meetAgain is one reunion.
func (b *Book) meetAgain(ctx context.Context, e *entry, p *pair) {
	ctx, cancel := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer cancel()
	// It is held by the first while the second can take a stream for the one,
	// so that they never take two.
	turn := make(chan struct{}, 1)
	var once sync.Once
	handOver := func(s *bond, shared [keySize]byte, dialer bool, key onion.Key, theirs card) {
		won := false
		once.Do(func() { won = true })
		if !won {
			s.conn.Close()
			return
		}
		b.handOver(e, s.conn, shared, dialer, key, theirs)
		cancel()
	}
	d := &door{
		network: b.params.Network, key: p.mine(), terms: p.at(p.mine().Address()), turn: turn,
		judge: func(token) byte { return welcome },
		met: func(s *bond, _ token, theirs card) func() {
			key, ours := b.card()
			if ctx.Err() != nil || s.introduce(ours) != nil {
				return nil
			}
			shared := s.shared
			return func() { handOver(s, shared, false, key, theirs) }
		},
	}
	tasks.Go(func() { b.keepOpen(ctx, e, d) })
	poll(ctx, b.params.Network, func(ctx context.Context) bool {
		s, err := visit(ctx, b.params.Network, p.theirs().Address(), p.at(p.theirs().Address()), token{})
		if err != nil {
			return false
		}
		defer s.forget()
		if p.first {
			waiting, stop := context.WithTimeout(ctx, serveTime)
			err := take(waiting, turn)
			stop()
			if err != nil {
				s.conn.Close()
				return false
			}
			defer func() { <-turn }()
		}
		key, ours := b.card()
		theirs, err := shake(ctx, s, ours)
		if err != nil {
			s.conn.Close()
			return false
		}
		handOver(s, s.shared, true, key, theirs)
		return true
	})
	<-ctx.Done()
}
