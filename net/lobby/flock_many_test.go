// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

// What many do under a load is worked out by one goroutine, in which the race
// detector has nothing to find and takes ten times as long.

package lobby

import (
	"testing"
	"time"
)

func TestWhatAMemberHearsStaysBoundedHoweverManySeek(t *testing.T) {
	for _, tc := range []struct {
		members int
		rates   []float64 // nobody seeks more than once a minute
	}{
		{100, []float64{0.1, 1}}, {1000, []float64{0.1, 1, 4, 15}}, {3000, []float64{4, 15, 45}},
	} {
		n := tc.members
		f := newFlock(n)
		for _, rate := range tc.rates {
			// given a load that has lasted for a while
			f.run(12*time.Minute, rate)
			f.moves = 0
			mean, most := f.run(patienceTime, rate)
			low, high := f.levels()
			t.Logf("%d members, %.1f beacons a second: a member hears %.2f on average, %.2f at most, on levels %d to %d, %.3f moves each",
				n, rate, mean, most, low, high, float64(f.moves)/float64(n))
			// then a member hears what it should
			if mean > splitRate || most > 1.5*splitRate {
				t.Errorf("%d members, %.1f/s: hears %.2f, %.2f at most", n, rate, mean, most)
			}
			// and moves hardly ever, also where the load is just what makes the
			// difference: down once and up once in patienceTime
			if moves := float64(f.moves) / float64(n); moves > 2 {
				t.Errorf("%d members, %.1f/s: %.2f moves in %v", n, rate, moves, patienceTime)
			}
		}
		// and when nobody seeks any more all are one again
		f.run(time.Hour, 0.1)
		if low, high := f.levels(); high > 1 {
			t.Errorf("%d members: in the end on levels %d to %d", n, low, high)
		}
	}
}

func TestAnInterestThatManyHaveIsSplitToo(t *testing.T) {
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

func TestManyBeaconsDoNotTearASmallNetworkToPieces(t *testing.T) {
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

func TestNewcomersFindTheLevelOfMany(t *testing.T) {
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
