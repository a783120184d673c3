// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// relay bounds what others have us publish in their stead.
type relay struct {
	limit *rate.Limiter

	mu      sync.Mutex
	pending map[Beacon]struct{}
}

func newRelay() *relay {
	return &relay{limit: rate.NewLimiter(pushRate, pushBurst), pending: make(map[Beacon]struct{})}
}

// begin takes a beacon on.
func (r *relay) begin(b Beacon) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.pending[b]; ok {
		return ErrSeen
	}
	if len(r.pending) >= maxPending {
		return ErrBusy
	}
	r.pending[b] = struct{}{}
	return nil
}

func (r *relay) end(b Beacon) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.pending, b)
}

// TakePush takes a beacon that a stranger hands over, to publish it in their
// stead in two to five seconds. It returns at once: nil when the beacon will
// be published, else what Check returns, [ErrSeen], or [ErrBusy].
//
// Who pushed it is not known and not asked. If it is our own, it is treated
// like any other: to do otherwise would tell whoever tries that it is ours.
func (l *Lobby) TakePush(payload []byte) error {
	b, err := l.check(payload, l.relay.limit.Allow)
	if err != nil {
		return err
	}
	if err := l.relay.begin(b); err != nil {
		return err
	}
	err = l.run(func() {
		defer l.relay.end(b)
		l.publish(b)
	})
	if err != nil {
		l.relay.end(b)
	}
	return err
}

func (l *Lobby) publish(b Beacon) {
	if !sleep(l.ctx, between(minMix, maxMix)) {
		return
	}
	ctx, cancel := context.WithTimeout(l.ctx, publishTime)
	defer cancel()
	for payload := b.Encode(); !l.pool.knows(b); { // else another member was first
		if l.params.Mesh.Publish(ctx, payload) == nil {
			break
		}
		// A mesh that has just formed may have nobody to send to yet.
		if !sleep(ctx, between(publishRetry/2, publishRetry*3/2)) {
			break // its owner sees no echo and asks others
		}
	}
	l.deliver(b) // the mesh may not hand us what we publish
}
