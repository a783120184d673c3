// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"sync"
	"time"

	"passerby/net/onion"
)

// trial is what came of calling the stranger of one beacon.
type trial struct {
	epoch    uint32
	failures int       // dials that failed, and strangers who hung up on us
	refusals int       // strangers who were busy, as only somebody can be who seeks
	next     time.Time // not to be called before
}

// hopeless tells whether to leave the stranger alone for good.
func (t trial) hopeless() bool { return t.failures >= maxFailures || t.refusals >= maxRefusals }

// trials remembers, from one search to the next, who need not be called:
// nearly all beacons in a pool are of people who have found somebody. A beacon
// of a new epoch gives its owner a new chance. It is safe for concurrent use.
type trials struct {
	mu sync.Mutex
	by map[onion.Address]trial
}

func newTrials() *trials { return &trials{by: make(map[onion.Address]trial)} }

// of returns what is known of the stranger of a beacon.
func (t *trials) of(b Beacon) trial {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.by[b.Address]; ok && known.epoch == b.Epoch {
		return known
	}
	return trial{epoch: b.Epoch}
}

// add notes what became of a call to the stranger of a beacon.
func (t *trials) add(b Beacon, failures, refusals int) {
	known := t.of(b)
	known.failures += failures
	known.refusals += refusals
	wait := failureWait << max(known.failures-1, 0)
	if failures == 0 {
		wait = refusalWait << max(known.refusals-1, 0)
	}
	known.next = time.Now().Add(between(wait/2, wait*3/2))

	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.by[b.Address]; !ok && len(t.by) >= maxTrials {
		for a := range t.by { // any one
			delete(t.by, a)
			break
		}
	}
	t.by[b.Address] = known
}

// expire forgets what was known of beacons that do not count in epoch now.
func (t *trials) expire(now uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for a, known := range t.by {
		if !current(known.epoch, now) {
			delete(t.by, a)
		}
	}
}
