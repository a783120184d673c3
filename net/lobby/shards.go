// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"sync"
	"time"
)

// tree is our place in the tree of shards, and what we measure there. It is
// safe for concurrent use.
type tree struct {
	mu    sync.Mutex
	loads map[uint16]*load // of the shards that we follow
}

func newTree() *tree {
	return &tree{loads: map[uint16]*load{0: newLoad(time.Now())}}
}

// home returns the shard that we follow whether we seek or not.
func (t *tree) home() uint16 { return 0 }

// load returns the verified beacons a second that came in a shard over the last
// ten minutes: 0 where we do not follow it.
func (t *tree) load(shard uint16) float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.loads[shard]; l != nil {
		return l.rate(time.Now(), Epoch, loadLeast)
	}
	return 0
}

// count counts a beacon that was verified.
func (t *tree) count(shard uint16, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.loads[shard]; l != nil {
		l.count(now)
	}
}
