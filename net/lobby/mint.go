// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"sync"
	"time"

	"passerby/net/stamp"
)

// purse holds the work that was done for one chat onion.
type purse struct {
	mu   sync.Mutex
	paid map[uint32]paid // by epoch
}

// paid is work done for an epoch.
type paid struct {
	effort int
	nonce  stamp.Nonce
}

func newPurse() *purse { return &purse{paid: make(map[uint32]paid)} }

// get returns the work done for an epoch, if it is of that effort at least.
func (p *purse) get(epoch uint32, effort int) (paid, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := p.paid[epoch]
	return done, done.effort >= effort && done.effort > 0
}

// put adds work for an epoch, and drops that for epochs before the oldest.
func (p *purse) put(epoch uint32, done paid, oldest uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paid[epoch] = done
	for e := range p.paid {
		if e < oldest {
			delete(p.paid, e)
		}
	}
}

// minter does work, one piece at a time, so that it takes one core at most. What
// is needed now goes before what is done ahead. It is safe for concurrent use.
type minter struct {
	turn chan struct{}

	mu     sync.Mutex
	urgent int                // pieces that are needed now
	yield  context.CancelFunc // ends the piece that is being done ahead, or nil
}

func newMinter() *minter { return &minter{turn: make(chan struct{}, 1)} }

// run calls do when it is our turn. Ahead tells that the result is not needed
// yet: do's context may end then before ctx does.
func (m *minter) run(ctx context.Context, ahead bool, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !ahead {
		m.mu.Lock()
		m.urgent++
		if m.yield != nil {
			m.yield()
		}
		m.mu.Unlock()
		defer func() {
			m.mu.Lock()
			m.urgent--
			m.mu.Unlock()
		}()
	}
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if ahead {
		m.mu.Lock()
		m.yield = cancel
		if m.urgent > 0 {
			cancel()
		}
		m.mu.Unlock()
		defer func() {
			m.mu.Lock()
			m.yield = nil
			m.mu.Unlock()
		}()
	}
	return do(ctx)
}

// work returns work of an effort for an epoch and a chat onion, and does it
// where that was not done yet. Ahead makes it rest after each try for as long
// as the try took.
func (l *Lobby) work(ctx context.Context, c *chat, epoch uint32, effort int, ahead bool) (paid, error) {
	if done, ok := c.purse.get(epoch, effort); ok {
		return done, nil
	}
	var done paid
	err := l.minter.run(ctx, ahead, func(ctx context.Context) (err error) {
		var ok bool
		if done, ok = c.purse.get(epoch, effort); ok { // done while we waited
			return nil
		}
		var rest func(time.Duration)
		if ahead {
			rest = func(took time.Duration) { sleep(ctx, took) }
		}
		subject := Beacon{Epoch: epoch, Address: c.address}.subject()
		nonce, err := l.params.Cost.Memory.Mint(ctx, l.params.Name, subject, effort, rest)
		if err == nil {
			done = paid{effort, nonce}
			c.purse.put(epoch, done, l.clock.epoch()-1)
		}
		return err
	})
	return done, err
}

// stock does the work for a chat onion that nobody uses yet, for this epoch and
// the next, and for each new one.
func (l *Lobby) stock(ctx context.Context, c *chat) {
	for {
		epoch := l.clock.epoch()
		home, _ := l.tree.place()
		effort := l.effort(home, 0)
		for _, e := range []uint32{epoch, epoch + 1} {
			_, _ = l.work(ctx, c, e, effort, true) // where it gave way, the next look does it
		}
		if !sleep(ctx, clockEvery) {
			return
		}
	}
}

// effort is what to mint at for a shard, after so many rounds of pushes that
// brought no echo. What we know of the shard is little where we came lately, so
// what is asked at home counts as well.
func (l *Lobby) effort(shard uint16, silent int) int {
	home, _ := l.tree.place()
	load := max(l.tree.load(shard), l.tree.load(home))
	heard := l.pool.heard(shard, time.Now().Add(-Epoch))
	return l.params.Cost.minted(load, heard, silent)
}

// beaconFor makes the beacon of a search for an epoch and a shard.
func (s *search) beaconFor(ctx context.Context, epoch uint32, shard uint16, silent int) (Beacon, error) {
	b := Beacon{Epoch: epoch, Address: s.chat.address, Tags: s.params.Tags, Shard: shard}
	done, err := s.lobby.work(ctx, s.chat, epoch, s.lobby.effort(shard, silent), false)
	if err != nil {
		return Beacon{}, err
	}
	b.Effort, b.Work = uint8(done.effort), done.nonce
	return b, b.seal(ctx, s.chat.key, s.lobby.params.Name, s.lobby.params.Cost)
}
