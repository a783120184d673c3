// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"context"
	"errors"
	"net"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
)

// follow begins to look for whoever made a link.
func (b *Book) follow(l Link, now time.Time) (uint64, error) {
	run := b.visitHost
	if l.Kind() == Again {
		run = b.reunite
	}
	b.mu.Lock()
	for id, e := range b.entries {
		if e.Link.key == l.key && e.Phase != Over {
			b.mu.Unlock()
			if e.Mine {
				return 0, ErrOwn
			}
			return id, nil
		}
	}
	if _, used := b.spent[l.key]; used {
		b.mu.Unlock()
		return 0, ErrUsed
	}
	id, err := b.add(l, false, now, run)
	b.mu.Unlock()
	b.changed()
	return id, err
}

// add starts an invite. It is called with mu held.
func (b *Book) add(l Link, mine bool, now time.Time, run func(context.Context, *entry) error) (uint64, error) {
	begun := time.Now()
	e := &entry{
		Status: Status{Link: l, Mine: mine},
		now:    func() time.Time { return now.Add(time.Since(begun)) },
		again:  make(chan struct{}, 1), done: make(chan struct{}),
		guests: make(map[token]struct{}), returns: rate.NewLimiter(rate.Every(returnEvery), maxReturns),
	}
	if err := b.makeRoom(); err != nil {
		return 0, err
	}
	b.next++
	e.ID = b.next
	b.entries[e.ID] = e
	ctx, cancel := context.WithCancelCause(b.ctx)
	e.cancel = func() { cancel(context.Canceled) }
	b.tasks.Go(func() { b.expire(ctx, e, cancel) })
	b.tasks.Go(func() {
		err := run(ctx, e)
		if errors.Is(context.Cause(ctx), ErrExpired) {
			err = ErrExpired
		}
		cancel(context.Canceled)
		b.end(e, err)
	})
	return e.ID, nil
}

// makeRoom forgets the oldest invite that is over where there are too many. It
// is called with mu held.
func (b *Book) makeRoom() error {
	if b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	open, oldest := 0, (*entry)(nil)
	for _, e := range b.entries {
		switch {
		case e.Phase != Over:
			open++
		case oldest == nil || e.ID < oldest.ID:
			oldest = e
		}
	}
	if open >= maxOpen {
		return ErrTooMany
	}
	if len(b.entries) >= maxListed {
		oldest.cancel()
		delete(b.entries, oldest.ID)
	}
	return nil
}

// expire ends an invite when its time is over. It asks Tor's clock now and
// then because ours stands still while the machine sleeps.
func (b *Book) expire(ctx context.Context, e *entry, cancel context.CancelCauseFunc) {
	for now := e.now(); ; {
		left := e.Link.Until().Sub(now)
		if left <= 0 {
			cancel(ErrExpired)
			return
		}
		sleep(ctx, min(left, step))
		if ctx.Err() != nil {
			return
		}
		now = e.now()
		asking, stop := context.WithTimeout(ctx, time.Second)
		if tor, err := b.params.Network.Now(asking); err == nil {
			now = tor
		}
		stop()
	}
}

// end records that an invite is over.
func (b *Book) end(e *entry, err error) {
	b.mu.Lock()
	if e.Phase != Over {
		e.Phase, e.Err = Over, err
	}
	if errors.Is(err, ErrUsed) {
		b.spend(e.Link)
	}
	b.mu.Unlock()
	b.changed()
}

// spend remembers that a link was used. It is called with mu held.
func (b *Book) spend(l Link) {
	if l.kind != Once {
		return
	}
	if len(b.spent) >= maxSpent {
		for old := range b.spent {
			delete(b.spent, old)
			break
		}
	}
	b.spent[l.key] = struct{}{}
}

// progress changes an invite that is not over.
func (b *Book) progress(e *entry, change func()) {
	b.mu.Lock()
	if e.Phase != Over {
		change()
	}
	b.mu.Unlock()
	b.changed()
}

// Done says that a conversation came of a meeting. An invite that is for one
// then ends; one for many goes on.
func (b *Book) Done(id uint64) error {
	b.mu.Lock()
	e := b.entries[id]
	if e == nil || e.Phase == Over || !e.met {
		b.mu.Unlock()
		return ErrUnknown
	}
	if e.Link.kind == Many && e.Mine {
		e.Phase = Waiting
	} else {
		e.Phase, e.Err = Over, nil
		close(e.done)
	}
	b.mu.Unlock()
	b.changed()
	return nil
}

// Retry says that no conversation came of a meeting, because the stream broke
// or one of the two was busy: the same two look for each other again, and a
// one-time link is anybody's again who has it.
func (b *Book) Retry(id uint64) error {
	b.mu.Lock()
	e := b.entries[id]
	if e == nil || e.Phase != Met {
		b.mu.Unlock()
		return ErrUnknown
	}
	e.Phase = Waiting
	b.mu.Unlock()
	select {
	case e.again <- struct{}{}:
	default:
	}
	b.changed()
	return nil
}

// Cancel ends an invite and takes it off the list.
func (b *Book) Cancel(id uint64) error {
	b.mu.Lock()
	e := b.entries[id]
	if e == nil {
		b.mu.Unlock()
		return ErrUnknown
	}
	delete(b.entries, id)
	b.mu.Unlock()
	e.cancel()
	b.changed()
	return nil
}

// card makes our card for one meeting, with a fresh key.
func (b *Book) card() (onion.Key, card) {
	key := onion.GenerateKey()
	members := b.params.Members(MaxMembers)
	return key, card{key.Address(), members[:min(len(members), MaxMembers)]}
}

// handOver gives a stream away, or closes it where the invite was cancelled.
func (b *Book) handOver(e *entry, conn net.Conn, shared [keySize]byte, dialer bool, key onion.Key, theirs card) {
	b.mu.Lock()
	if b.entries[e.ID] != e {
		b.mu.Unlock()
		conn.Close()
		return
	}
	if e.Phase != Over {
		e.Phase, e.Err, e.met = Met, nil, true
	}
	if !e.Mine {
		b.spend(e.Link)
	}
	b.mu.Unlock()
	conn.SetDeadline(time.Time{}) // the handshake's
	b.params.Met(Meeting{
		ID: e.ID, Conn: conn, Dialer: dialer, Key: key, Peer: theirs.address, Members: theirs.members,
		Again: againLink(b.params.Name, shared, dialer, e.now()),
	})
	b.changed()
}
