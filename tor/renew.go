// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"fmt"
)

// renewal is a SIGNAL NEWNYM under way.
type renewal struct {
	done chan struct{} // closed once it took effect, or failed with err
	err  error
}

// Renew implements Network of passerby/net/onion: it makes tor forget the
// descriptors of services it has looked up, which of the directories it asked
// in vain in the last 15 minutes, and circuits that are in use, as far as new
// streams go (SIGNAL NEWNYM). Open streams stay. A look-up that is under way
// is cancelled: a Dial at the same time may fail with [ErrOnionNotFound].
//
// tor does it at most once in ten seconds, and delays what comes sooner. Calls
// at the same time share one renewal. Renew returns when it took effect; where
// ctx ends first it still will.
func (t *Tor) Renew(ctx context.Context) error {
	i, err := t.await(ctx, running)
	if err != nil {
		return fmt.Errorf("tor: renew: %w", err)
	}
	r, err := t.renewal(i)
	if err != nil {
		return fmt.Errorf("tor: renew: %w", err)
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return fmt.Errorf("tor: renew: %w", context.Cause(ctx))
	}
}

// renewal returns the one under way, or begins one.
func (t *Tor) renewal(i *instance) (*renewal, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closing {
		return nil, ErrClosed
	}
	if t.renewing != nil {
		return t.renewing, nil
	}
	r := &renewal{done: make(chan struct{})}
	t.renewing = r
	t.wg.Go(func() {
		_, err := i.commands.command(t.ctx, "SIGNAL NEWNYM")
		if err == nil {
			return // tor tells when it is done
		}
		if !isRefusal(err) {
			err = nil // a tor that is gone has forgotten everything
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.renewing == r {
			r.err = err
			t.renewed()
		}
	})
	return r, nil
}

// renewed ends the renewal under way, if there is one. t.mu is held.
func (t *Tor) renewed() {
	if t.renewing != nil {
		close(t.renewing.done)
		t.renewing = nil
	}
}
