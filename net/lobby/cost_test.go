// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"testing"
	"time"
)

func TestTheEffortFollowsTheLoadWithinBounds(t *testing.T) {
	c := Cost{Effort: 5}
	for _, tc := range []struct {
		rate             float64
		asked, take, own int
	}{
		{0, 5, 5, 6}, {calmRate, 5, 5, 6}, {1.5 * calmRate, 5, 5, 6}, {2 * calmRate, 6, 5, 7}, {4 * calmRate, 8, 6, 9},
		{8 * calmRate, 9, 7, 10}, {16 * calmRate, 11, 9, 11}, {32 * calmRate, 11, 9, 11}, {1e9, 11, 9, 11},
	} {
		if asked, take, own := c.asked(tc.rate), c.accepted(tc.rate), c.minted(tc.rate, 0, 0); asked != tc.asked || take != tc.take || own != tc.own {
			t.Errorf("at %v/s: asks for %d, takes %d, mints %d", tc.rate, asked, take, own)
		}
	}
}

func TestSplitViewsOfTheLoadRefuseNobodyHonest(t *testing.T) {
	// given two members who see loads that differ by up to a factor of four
	c := Cost{Effort: 5}
	for rate := 0.01; rate < 1000; rate *= 1.1 {
		for factor := 1.0; factor < 4; factor += 0.25 {
			// then what the one mints is taken by the other
			if own, take := c.minted(rate, 0, 0), c.accepted(rate*factor); own < take {
				t.Fatalf("minted at %d where %.2f/s are seen, refused where %.2f/s are, which takes %d", own, rate, rate*factor, take)
			}
		}
	}
}

func TestWhoSeesNothingOfTheLoadGoesByOthers(t *testing.T) {
	c := Cost{Effort: 5}
	for rate := 0.01; rate < 1000; rate *= 1.5 {
		// given a newcomer who has measured nothing, and has heard what those
		// mint who have measured
		heard := c.minted(rate, 0, 0)
		// then what it mints is taken by them
		if own := c.minted(0, heard, 0); own < c.accepted(rate) {
			t.Fatalf("at %.2f/s: mints %d of %d", rate, own, c.accepted(rate))
		}
		// and who has heard nothing gets there by what is not echoed
		silent := 0
		for ; c.minted(0, 0, silent) < c.accepted(rate); silent++ {
		}
		if silent > effortSpan {
			t.Fatalf("at %.2f/s: %d rounds", rate, silent)
		}
	}
}

func TestTheEffortComesDownWhenTheLoadDoes(t *testing.T) {
	// given a lobby in which all have minted at the most there is
	c := Cost{Effort: 5}
	heard := c.Effort + effortSpan
	// when the load is over, each generation of beacons mints less
	var generations int
	for ; heard > c.Effort+effortMargin; generations++ {
		next := c.minted(0, heard, 0)
		if next >= heard {
			t.Fatalf("stays at %d", heard)
		}
		heard = next
	}
	if generations > effortSpan {
		t.Errorf("%d generations", generations)
	}
}

func TestLoadIsThatOfTheLastMinutes(t *testing.T) {
	begin := time.Unix(1_000_000, 0)
	l := newLoad(begin)
	at := func(s int) time.Time { return begin.Add(time.Duration(s) * time.Second) }
	// given two beacons a second for a minute
	for i := range 120 {
		l.count(at(i / 2))
	}
	for _, tc := range []struct {
		at     int
		window time.Duration
		want   float64
	}{
		{59, Epoch, 2}, {119, Epoch, 1}, {599, Epoch, 0.2}, {655, Epoch, 0}, {5000, Epoch, 0},
	} {
		got := l.rate(at(tc.at), tc.window, loadLeast)
		if got < tc.want*0.9-0.04 || got > tc.want*1.1+0.04 {
			t.Errorf("after %d s: %.3f/s over %v", tc.at, got, tc.window)
		}
	}
	// and a few at the beginning are no crowd
	l = newLoad(begin)
	for range 6 {
		l.count(at(1))
	}
	if got := l.rate(at(2), Epoch, loadLeast); got > 0.11 {
		t.Errorf("%.2f/s", got)
	}
}
