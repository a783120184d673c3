// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"fmt"
	"time"
)

const (
	firstPause = 500 * time.Millisecond
	lastPause  = 30 * time.Second
	// goodRun is how long a tor must have run for its end to be a new story.
	goodRun = time.Minute
	// maxFailures is how many starts in a row may fail, about three minutes,
	// before the supervisor gives up.
	maxFailures = 10
)

// backoff gives pauses that double from first to lastPause.
type backoff struct{ first, next time.Duration }

func (b *backoff) pause() time.Duration {
	d := max(b.next, b.first)
	b.next = min(2*d, lastPause)
	return d
}

func (b *backoff) reset() { b.next = 0 }

// supervise looks after tor, beginning with i, which is adopted, until Close or
// until tor cannot be started any more.
func (t *Tor) supervise(i *instance) {
	pauses := backoff{first: t.pause}
	for i != nil {
		began := time.Now()
		select {
		case <-i.gone:
		case <-t.ctx.Done():
			ctx, cancel := context.WithTimeout(context.Background(), endPatience)
			i.shut(ctx)
			cancel()
		}
		t.lose(i)
		if time.Since(began) >= goodRun {
			pauses.reset()
		}
		if i = t.restart(&pauses); i != nil {
			t.adopt(i)
		}
	}
}

// adopt makes i the tor that everybody uses, and publishes on it what was
// published on the one before.
func (t *Tor) adopt(i *instance) {
	t.mu.Lock()
	t.current = i
	t.status.PID = i.process.pid()
	t.status.Warning, t.status.Problem = "", nil
	t.status.apply(i.phase)
	t.wake()
	var services []*service
	for _, s := range t.services {
		services = append(services, s)
	}
	t.mu.Unlock()
	t.wg.Go(func() { i.follow(t.handle) })
	for _, s := range services {
		t.wg.Go(func() {
			if err := s.publish(t.ctx, i); err != nil && isRefusal(err) {
				s.end(fmt.Errorf("tor: publish the onion service again: %w", err))
			}
		})
	}
}

// lose notes that i is gone.
func (t *Tor) lose(i *instance) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current = nil
	t.status.Progress, t.status.Tag, t.status.Summary = 0, "", ""
	t.status.Up, t.status.PID = false, 0
	t.status.Warning, t.status.Problem = "tor ended unexpectedly and is being started again", i.err
	for _, s := range t.services {
		s.forgetUpload()
	}
	// A tor that is gone has forgotten every descriptor: what Renew is for.
	t.renewed()
	t.wake()
}

// restart starts tor again, after a pause and as often as it takes. It returns
// nil after Close and after giving up.
func (t *Tor) restart(pauses *backoff) *instance {
	for failures := 0; ; {
		timer := time.NewTimer(pauses.pause())
		select {
		case <-timer.C:
		case <-t.ctx.Done():
			timer.Stop()
			return nil
		}
		i, err := t.launch(t.ctx)
		if err == nil {
			t.update(func(s *Status) { s.Restarts++ })
			return i
		}
		if t.ctx.Err() != nil {
			return nil
		}
		failures++
		t.update(func(s *Status) {
			s.Warning, s.Problem = err.Error(), err
			if failures == maxFailures {
				s.Err = fmt.Errorf("%w: %d attempts failed, the last one: %w", ErrGaveUp, failures, err)
			}
		})
		if failures == maxFailures {
			return nil
		}
	}
}

// handle takes in one event. It must not wait for anything: events queue up
// behind it.
func (t *Tor) handle(e event) {
	switch e := e.(type) {
	case bootstrapEvent:
		t.update(func(s *Status) { s.apply(e) })
	case clockEvent:
		t.noteSkew(e.skew)
	case uploadedEvent:
		t.mu.Lock()
		defer t.mu.Unlock()
		if s := t.services[e.serviceID]; s != nil {
			s.noteUpload()
		}
	case renewedEvent:
		t.mu.Lock()
		defer t.mu.Unlock()
		t.renewed()
	}
}

// noteSkew remembers by how much the network thinks our clock is ahead. While
// tor connects, that is what holds it up.
func (t *Tor) noteSkew(skew time.Duration) {
	if skew.Abs() < minSkew {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skew = skew
	if t.status.Up {
		return
	}
	err := clockError(skew)
	t.status.Warning, t.status.Problem = err.Error(), err
	t.wake()
}

// await returns the running tor, once there is one that is fit.
func (t *Tor) await(ctx context.Context, fit func(Status) bool) (*instance, error) {
	for {
		t.mu.Lock()
		i, status, changed := t.current, t.status, t.changed
		t.mu.Unlock()
		switch {
		case status.Err != nil:
			return nil, status.Err
		case ctx.Err() != nil:
			return nil, waitError(ctx, status)
		case i != nil && fit(status):
			return i, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func running(Status) bool     { return true }
func connected(s Status) bool { return s.Up }

// waitError says what a context that ended was waiting for.
func waitError(ctx context.Context, s Status) error {
	if s.Problem != nil {
		return fmt.Errorf("tor: not connected: %w: %w", context.Cause(ctx), s.Problem)
	}
	return fmt.Errorf("tor: not connected, at %d %%: %w", s.Progress, context.Cause(ctx))
}
