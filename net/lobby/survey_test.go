// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"testing"
	"testing/synctest"
	"time"
)

// newcomer is one more member by the flock's clock, in a network of n.
func (f *flock) newcomer(n int) *tree {
	m := newTree(silentMesh{}, func() int { return n })
	m.loads = map[uint16]*load{0: newLoad(f.now)}
	return m
}

func TestNewcomersDoNotKeepEachOtherAtTheRoot(t *testing.T) {
	// given a network on one level, and at the root more beacons than in any of
	// its shards, of newcomers who seek
	const n, level = 6000, 4
	f := newFlock(0)
	m := f.newcomer(n)
	for second := range int((surveyTime + 2*treeEvery) / time.Second) {
		f.now = f.now.Add(time.Second)
		m.count(0, f.now)
		if second%2 == 0 {
			m.count(0, f.now)
			m.count(m.home.node(level), f.now)
		}
		if second%int(treeEvery/time.Second) == 0 {
			m.decide(f.now)
		}
	}
	// then one more newcomer goes to where the others are
	if _, got := m.place(); got != level {
		t.Errorf("on level %d", got)
	}
}

func TestWhereNothingIsSaidANewcomerStaysAtTheRoot(t *testing.T) {
	f := newFlock(0)
	m := f.newcomer(6000)
	for range 20 {
		f.now = f.now.Add(treeEvery)
		m.decide(f.now)
	}
	if _, level := m.place(); level != 0 {
		t.Errorf("on level %d", level)
	}
}

func TestWhoSeeksBeforeItKnowsWhereGoesThereWhenItDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given somebody who has just come, and seeks at once, at the root
		const level = 3
		tr := newTree(silentMesh{}, func() int { return 64 << maxLevel })
		l := &Lobby{tree: tr}
		s := &search{lobby: l, moved: make(chan struct{}), met: time.Now()}
		s.ctx, s.cancel = t.Context(), func() {}
		tr.decide(time.Now())
		go s.wander(wayOf(nil, 0), 0)
		synctest.Wait()
		if shard, _ := s.place(); shard != 0 {
			t.Fatalf("begins in shard %d", shard)
		}
		// when its survey hears others
		begin := time.Now()
		for range 4 {
			time.Sleep(time.Second)
			tr.count(tr.home.node(level), time.Now())
		}
		tr.decide(time.Now())
		time.Sleep(2 * wanderEvery)
		// then it says its beacon there, long before the survey is over
		if shard, _ := s.place(); shard>>level != 1 || time.Since(begin) > surveyTime/2 {
			t.Errorf("in shard %d after %v", shard, time.Since(begin))
		}
	})
}

// deepMesh is a mesh whose members are on some level.
type deepMesh struct {
	silentMesh
	depth int
}

func (m deepMesh) Depth() int { return m.depth }

func TestWhoTakesALargeNetworkForASmallOneGoesAsDeepAsItsNeighbours(t *testing.T) {
	for size, want := range map[int]int{0: 4, 32: 4, 640: 4, 64 << 6: 6} {
		m := newTree(deepMesh{depth: 4}, func() int { return size })
		if got := m.deepest(); got != want {
			t.Errorf("of %d members: %d, want %d", size, got, want)
		}
	}
	// and no deeper than the tree is
	if got := newTree(deepMesh{depth: 99}, func() int { return 0 }).deepest(); got != maxLevel {
		t.Errorf("%d", got)
	}
}
