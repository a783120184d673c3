// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// Shards is what the lobby needs of a [Mesh] besides, where the network may be
// split.
type Shards interface {
	// Follow takes the shards whose beacons we hear from now on, in the place
	// of those before, eight at most. A new mesh follows the root, 0.
	Follow(shards []uint16)
	// Depth returns how many levels below the root most members are that we
	// are connected to, 0 where nobody is. The size of the network alone tells
	// how deep one may go only after minutes.
	Depth() int
}

// tree is our place in the tree of shards, and what we measure there. It is
// safe for concurrent use.
type tree struct {
	mesh Shards     // nil where there are no shards
	size func() int // members of the network; nil or 0 where that is not known
	wake chan struct{}

	mu       sync.Mutex
	home     way
	level    int              // of the shard on our way home that we follow
	surveyed time.Time        // when we know at which level the others are; zero until the network is large enough
	settled  time.Time        // until then we do not move again
	joined   time.Time        // when we last went up
	search   []uint16         // what a search wants to hear besides
	loads    map[uint16]*load // of the shards that we follow
	refused  *load            // beacons that nobody had time to look at, whatever their shard
}

func newTree(mesh Mesh, size func() int) *tree {
	t := &tree{size: size, wake: make(chan struct{}, 1), home: wayOf(nil, 0), loads: map[uint16]*load{0: newLoad(time.Now())}, refused: newLoad(time.Now())}
	if m, ok := mesh.(Shards); ok && size != nil {
		t.mesh = m
	}
	return t
}

// run keeps our place right until ctx ends.
func (t *tree) run(ctx context.Context) {
	if t.mesh == nil {
		return
	}
	following := []uint16{0}
	tick := time.NewTicker(treeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-t.wake:
		case <-ctx.Done():
			return
		}
		if now := t.decide(time.Now()); !slices.Equal(now, following) {
			following = now
			t.mesh.Follow(slices.Clone(now))
		}
	}
}

// deepest returns the lowest level at which shards still have company enough:
// who floods a small network must not tear it to pieces. Where the others are
// there is company, too, however small we still take the network for.
func (t *tree) deepest() int {
	if t.mesh == nil {
		return 0
	}
	level := 0
	if n := t.size(); n >= 2*minCompany {
		level = int(math.Log2(float64(n) / minCompany))
	}
	return min(max(level, t.mesh.Depth()), maxLevel)
}

// decide moves us where the load says so, and returns the shards to follow, in
// order.
func (t *tree) decide(now time.Time) []uint16 {
	deepest := t.deepest()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case deepest == 0:
		t.level, t.surveyed = 0, time.Time{}
	case t.surveyed.IsZero():
		t.surveyed = now.Add(surveyTime)
	case now.Before(t.surveyed): // who seeks already goes by what is known so far
		t.level = t.lively(now, deepest)
	case t.settled.Before(t.surveyed): // the survey is over
		t.level, t.settled = t.lively(now, deepest), t.surveyed
	default:
		t.move(now, deepest)
	}
	all := t.search
	if now.Before(t.surveyed) {
		for l := 0; l <= deepest && len(all) < maxFollowed; l++ {
			all = union(all, []uint16{t.home.node(l)})
		}
	} else {
		all = union(all, []uint16{t.home.node(t.level)})
	}
	for s := range t.loads {
		if !slices.Contains(all, s) {
			delete(t.loads, s)
		}
	}
	for _, s := range all {
		if t.loads[s] == nil {
			t.loads[s] = newLoad(now)
		}
	}
	return all
}

// lively returns the deepest level on our way home at which as much is said as
// keeps shards from being joined, or else the one at which most is. That alone
// would not do: newcomers who seek begin at the root, and in a large network
// there are so many of them that they would keep each other there. It is called
// with mu held.
func (t *tree) lively(now time.Time, deepest int) (level int) {
	var most float64
	for l := range deepest + 1 {
		s := t.loads[t.home.node(l)]
		if s == nil {
			continue
		}
		if rate := s.rate(now, surveyTime, surveyLeast); rate > most || rate >= surveyRate {
			level, most = l, rate
		}
	}
	return level
}

// move splits our shard, which is to go one or more levels down our way home,
// or joins it with its sister. It is called with mu held.
func (t *tree) move(now time.Time, deepest int) {
	level := min(t.level, deepest)
	if load := t.loads[t.home.node(level)]; load != nil && now.After(t.settled) {
		most := splitRate
		if now.Sub(t.joined) < patienceTime { // it was too quiet down there
			most *= 1.5
		}
		if rate := load.rate(now, splitWindow, loadLeast); rate > most {
			level = min(level+int(math.Ceil(math.Log2(rate/splitRate))), deepest)
		} else if now.Sub(load.begin) >= joinWindow && load.rate(now, joinWindow, joinWindow) < joinRate {
			level, t.joined = max(level-1, 0), now
		}
	}
	if level != t.level {
		t.level, t.settled = level, now.Add(between(settleTime/2, settleTime))
	}
}

// surveying tells whether we are still to find out at which level the others are.
func (t *tree) surveying(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return now.Before(t.surveyed)
}

// place returns the shard that we follow whether we seek or not, and its level.
func (t *tree) place() (shard uint16, level int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.home.node(t.level), t.level
}

// hear takes the shards that a search wants to hear besides, none when it is
// over.
func (t *tree) hear(shards []uint16) {
	t.mu.Lock()
	same := slices.Equal(t.search, shards)
	t.search = shards
	t.mu.Unlock()
	if !same {
		signal(t.wake)
	}
}

// load returns the beacons a second that came in a shard over the last ten
// minutes: those that were verified, if we follow it, and those that there was
// no time to look at, or a flood would hide its size.
func (t *tree) load(shard uint16) float64 {
	verified := t.rate(shard, Epoch, loadLeast)
	t.mu.Lock()
	defer t.mu.Unlock()
	return verified + t.refused.rate(time.Now(), Epoch, loadLeast)
}

// crowded tells whether far more beacons come in a shard now than should.
func (t *tree) crowded(shard uint16) bool { return t.rate(shard, crowdWindow, crowdWindow) > crowdRate }

func (t *tree) rate(shard uint16, window, least time.Duration) float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.loads[shard]; l != nil {
		return l.rate(time.Now(), window, least)
	}
	return 0
}

// refuse counts a beacon that nobody had time to look at.
func (t *tree) refuse() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused.count(time.Now())
}

// count counts a beacon that was verified.
func (t *tree) count(shard uint16, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.loads[shard]; l != nil {
		l.count(now)
	}
}
