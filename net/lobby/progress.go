// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"sync"
)

// Progress is how far a search has come.
type Progress struct {
	Published bool // our chat onion can be reached
	Stamped   bool // our beacon carries its stamp
	Pushed    int  // members that took our beacon, of this epoch, to hand it on
	Echoed    bool // it came back from the mesh: others see it
	Beacons   int  // strangers' beacons in the pool
	Dialing   int  // strangers being asked now
}

// reporter hands progress on, one call at a time. What changes during a call
// is reported together after it.
type reporter struct {
	wake chan struct{}

	mu  sync.Mutex
	now Progress
}

func newReporter() *reporter { return &reporter{wake: make(chan struct{}, 1)} }

func (r *reporter) update(change func(*Progress)) {
	r.mu.Lock()
	before := r.now
	change(&r.now)
	changed := r.now != before
	r.mu.Unlock()
	if changed {
		signal(r.wake)
	}
}

// run calls report for each change until ctx ends.
func (r *reporter) run(ctx context.Context, report func(Progress)) {
	var last Progress
	for {
		select {
		case <-r.wake:
		case <-ctx.Done():
			return
		}
		r.mu.Lock()
		now := r.now
		r.mu.Unlock()
		if now != last && ctx.Err() == nil {
			last = now
			report(now)
		}
	}
}

// signal wakes whoever waits on c, now or the next time.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
