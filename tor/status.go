// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Status is how tor is doing at one moment.
type Status struct {
	Progress int    // of connecting to the network, percent, 0 to 100
	Tag      string // tor's short name for the step it is in, as "conn_done"
	Summary  string // tor's own words for it, as "Connected to a relay"
	// Warning is what holds tor up, in words for a person, or "" while it
	// moves. tor itself decides what is worth a warning.
	Warning string
	// Problem is the same as an error that wraps [ErrClock] or another error
	// of this package where the kind is known, else nil.
	Problem error
	Up      bool // connected: streams and services work
	// Restarts counts how often tor died and was started again.
	Restarts int
	PID      int // of the tor process; 0 while there is none
	// Err is final: tor could not be started again and again, or was closed.
	// It wraps [ErrGaveUp] or [ErrClosed].
	Err error
}

// Watch returns a channel that gives the status at once and after each change.
// Whoever reads slowly misses what has changed back, never the newest. The
// channel is closed when ctx ends and after Close.
func (t *Tor) Watch(ctx context.Context) <-chan Status {
	statuses := make(chan Status)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closing {
		close(statuses)
		return statuses
	}
	t.wg.Go(func() {
		defer close(statuses)
		t.watch(ctx, statuses)
	})
	return statuses
}

func (t *Tor) watch(ctx context.Context, statuses chan<- Status) {
	var last Status
	for first := true; ; {
		t.mu.Lock()
		current, changed := t.status, t.changed
		t.mu.Unlock()
		out := statuses
		if !first && same(current, last) {
			out = nil
		}
		select {
		case out <- current:
			last, first = current, false
		case <-changed:
		case <-ctx.Done():
			return
		case <-t.ctx.Done():
			return
		}
	}
}

// same compares statuses. Errors are made anew at each change, so they are
// compared by identity.
func same(a, b Status) bool { return a == b }

// update changes the status and tells everyone who waits for a change.
func (t *Tor) update(change func(*Status)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.status)
	t.wake()
}

// wake tells everyone who waits that something changed. t.mu is held.
func (t *Tor) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// apply changes the status by what tor says of its bootstrap. A report that
// was overtaken by a newer one changes nothing.
func (s *Status) apply(e bootstrapEvent) {
	switch {
	case e.progress < s.Progress:
		return
	case e.progress > s.Progress && (e.progress == 100 || !errors.Is(s.Problem, ErrClock)):
		// A wrong clock holds tor up at a later step than where it shows.
		s.Warning, s.Problem = "", nil
	}
	s.Progress, s.Tag, s.Summary = e.progress, e.tag, e.summary
	s.Up = e.progress == 100
	// The clock has its own event, which says by how much it is wrong.
	if e.warning != "" && e.reason != "CLOCK_SKEW" && !errors.Is(s.Problem, ErrClock) {
		s.Warning, s.Problem = e.warning, nil
	}
}

// minSkew is the smallest difference that is worth a word. Clocks that are a
// little off hurt nobody, and a consensus is valid for hours.
const minSkew = 5 * time.Minute

// clockError says how wrong the clock is and what to do. skew is positive
// where the clock is ahead.
func clockError(skew time.Duration) error {
	direction := "ahead"
	if skew < 0 {
		direction, skew = "behind", -skew
	}
	return advise(ErrClock, fmt.Sprintf("it is %s %s", roughly(skew), direction),
		"set date, time and time zone of this computer right; Tor then connects by itself")
}

// roughly writes a duration as a person would say it.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := (d + unit.length/2) / unit.length; d >= unit.length {
			if n == 1 {
				return "1 " + unit.name
			}
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a second"
}
