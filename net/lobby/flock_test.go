// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"passerby/net/session"
)

type silentMesh struct{ alone }

func (silentMesh) Follow([]uint16) {}
func (silentMesh) Depth() int      { return 0 }

// flock is many members under a load that is made up. It shows what the trees
// of all of them do together, with a clock of its own.
type flock struct {
	now     time.Time
	members []*tree
	in      map[uint16][]*tree
	follow  map[*tree][]uint16
	moves   int
	skew    float64 // share of the seekers who have one and the same interest
}

func newFlock(n int) *flock {
	f := &flock{now: time.Unix(1_000_000, 0), in: make(map[uint16][]*tree), follow: make(map[*tree][]uint16)}
	for range n {
		m := newTree(silentMesh{}, func() int { return n })
		m.loads = map[uint16]*load{0: newLoad(f.now)}
		f.members = append(f.members, m)
	}
	return f
}

// decide lets a member look where it is.
func (f *flock) decide(m *tree) {
	level := m.level
	shards := m.decide(f.now)
	if m.level != level {
		f.moves++
	}
	old := f.follow[m]
	if slices.Equal(shards, old) {
		return
	}
	for _, s := range old {
		f.in[s] = slices.DeleteFunc(f.in[s], func(other *tree) bool { return other == m })
	}
	for _, s := range shards {
		f.in[s] = append(f.in[s], m)
	}
	f.follow[m] = slices.Clone(shards)
}

// run lets seekers say so many beacons a second, and returns what a member
// heard a second, on average, and what the one did that heard most.
func (f *flock) run(d time.Duration, rate float64) (mean, most float64) {
	heard := make(map[*tree]int)
	popular := session.Tag{0x55}
	for step := range int(d / time.Second) {
		f.now = f.now.Add(time.Second)
		for range int(rate) + map[bool]int{true: 1}[rand.Float64() < rate-math.Floor(rate)] {
			// a seeker goes down as far as members on its own way home do
			level := f.members[rand.IntN(len(f.members))].level
			var own []session.Tag
			if rand.Float64() < f.skew {
				own = []session.Tag{popular}
			}
			s := wayOf(own, level).node(level)
			for _, m := range f.in[s] {
				m.count(s, f.now)
				heard[m]++
			}
		}
		for i, m := range f.members {
			if (step+i)%int(treeEvery/time.Second) == 0 {
				f.decide(m)
			}
		}
	}
	for _, m := range f.members {
		mean += float64(heard[m]) / d.Seconds() / float64(len(f.members))
		most = max(most, float64(heard[m])/d.Seconds())
	}
	return mean, most
}

func (f *flock) levels() (low, high int) {
	low = maxLevel
	for _, m := range f.members {
		low, high = min(low, m.level), max(high, m.level)
	}
	return low, high
}
