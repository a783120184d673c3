// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

func TestAWayGoesDownTheTree(t *testing.T) {
	for range 1000 {
		w := wayOf(nil, 0)
		for level := range maxLevel + 1 {
			n := w.node(level)
			if !isNode(n) || level > 1 && n/2 != w.node(level-1) || level == 1 && n != 2 && n != 3 || level == 0 && n != 0 {
				t.Fatalf("level %d of %b: %d", level, w, n)
			}
		}
	}
	for s, want := range map[uint16]bool{0: true, 1: false, 2: true, 4095: true, 4096: false, 65535: false} {
		if isNode(s) != want {
			t.Errorf("%d", s)
		}
	}
}

func TestOneInterestIsOneWayAsFarAsInterestsGo(t *testing.T) {
	seen := make(map[uint16]bool)
	tag := session.Tag{0xab, 0xcd}
	for range 1000 {
		w := wayOf([]session.Tag{tag, {1}}, maxLevel)
		if got := w.node(interestLevels); got != 1<<interestLevels|0xab>>2 {
			t.Fatalf("%d", got)
		}
		seen[w.node(maxLevel)] = true
	}
	// and in the last ones it is split like any other
	if len(seen) != 1<<(maxLevel-interestLevels) {
		t.Errorf("%d shards", len(seen))
	}
}

func TestASeekerHearsItsOwnShardAndTheWayUp(t *testing.T) {
	for deepest := range maxLevel + 1 {
		for level := range deepest + 1 {
			w := wayOf(nil, 0)
			shards := w.ascent(level, deepest)
			if len(shards) > maxFollowed-1 || !slices.Contains(shards, 0) || !slices.Contains(shards, w.node(level)) {
				t.Fatalf("level %d of %d: %v", level, deepest, shards)
			}
			// and whoever climbed once from this level
			if up := above(level); !slices.Contains(shards, w.node(up)) {
				t.Fatalf("level %d of %d: does not hear level %d", level, deepest, up)
			}
		}
	}
}

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

type silentMesh struct{ alone }

func (silentMesh) Follow([]uint16) {}

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

func TestWhatAMemberHearsStaysBoundedHoweverManySeek(t *testing.T) {
	for _, n := range []int{100, 1000, 3000} {
		f := newFlock(n)
		for _, rate := range []float64{0.1, 1, 4, 15, 45} {
			if rate > float64(n)/minCompany { // nobody seeks more than once a minute
				break
			}
			// given a load that has lasted for a while
			f.run(12*time.Minute, rate)
			f.moves = 0
			mean, most := f.run(15*time.Minute, rate)
			low, high := f.levels()
			t.Logf("%d members, %.1f beacons a second: a member hears %.2f on average, %.2f at most, on levels %d to %d, %.3f moves each",
				n, rate, mean, most, low, high, float64(f.moves)/float64(n))
			// then a member hears what it should
			if mean > splitRate || most > 1.5*splitRate {
				t.Errorf("%d members, %.1f/s: hears %.2f, %.2f at most", n, rate, mean, most)
			}
			// and moves hardly ever, also where the load is just what makes the
			// difference
			if moves := float64(f.moves) / float64(n); moves > 1.5 {
				t.Errorf("%d members, %.1f/s: %.2f moves in a quarter of an hour", n, rate, moves)
			}
		}
		// and when nobody seeks any more all are one again
		f.run(90*time.Minute, 0.1)
		if low, high := f.levels(); high > 1 {
			t.Errorf("%d members: in the end on levels %d to %d", n, low, high)
		}
	}
}

func TestAnInterestThatHalfOfAllHaveIsSplitToo(t *testing.T) {
	f := newFlock(2000)
	f.skew = 0.5
	f.run(20*time.Minute, 15)
	mean, most := f.run(15*time.Minute, 15)
	low, high := f.levels()
	t.Logf("a member hears %.2f on average, %.2f at most, on levels %d to %d", mean, most, low, high)
	if mean > splitRate || most > 1.5*splitRate {
		t.Errorf("hears %.2f, %.2f at most", mean, most)
	}
}

func TestAFloodDoesNotTearASmallNetworkToPieces(t *testing.T) {
	f := newFlock(100)
	f.run(20*time.Minute, 50)
	if _, high := f.levels(); high != 0 {
		t.Errorf("100 members on level %d", high)
	}
	f = newFlock(600)
	f.run(20*time.Minute, 50)
	if _, high := f.levels(); high > 3 {
		t.Errorf("600 members on level %d", high)
	}
}

func TestANewcomerFindsTheLevelOfTheOthers(t *testing.T) {
	// given members who have split
	f := newFlock(1000)
	f.run(20*time.Minute, 12)
	low, high := f.levels()
	// when more come
	for range 100 {
		m := newTree(silentMesh{}, func() int { return 1000 })
		m.loads = map[uint16]*load{0: newLoad(f.now)}
		f.members = append(f.members, m)
	}
	f.run(surveyTime+3*treeEvery, 12)
	// then they are at the levels of the others within a minute
	for _, m := range f.members[1000:] {
		if m.level < low-1 || m.level > high+1 {
			t.Errorf("a newcomer on level %d, others on %d to %d", m.level, low, high)
		}
	}
}

func TestASeekerThatFindsNobodyClimbsToTheRoot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Lobby{tree: newTree(silentMesh{}, func() int { return 64 << maxLevel })}
		s := &search{lobby: l, moved: make(chan struct{}), met: time.Now()}
		s.ctx, s.cancel = t.Context(), func() {}
		w := wayOf(nil, 0)
		var shards []uint16
		begin := time.Now()
		go s.wander(w, maxLevel)
		for s.shard = w.node(maxLevel); ; {
			shard, moved := s.place()
			if shards = append(shards, shard); shard == 0 {
				break
			}
			<-moved
		}
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("at the root after %v", took)
		}
		if want := []uint16{w.node(11), w.node(7), 0}; !slices.Equal(shards, want) {
			t.Errorf("climbed by %v, want %v", shards, want)
		}
	})
}
