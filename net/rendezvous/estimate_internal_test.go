// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"passerby/net/onion"
)

func name(i int) (a onion.Address) {
	binary.BigEndian.PutUint64(a[:], uint64(i))
	return a
}

// drawn returns random members of a network, each once.
func drawn(members, n int) (all []onion.Address) {
	seen := make(map[int]bool)
	for len(all) < min(n, members) {
		if i := rand.IntN(members); !seen[i] {
			seen[i] = true
			all = append(all, name(i))
		}
	}
	return all
}

// lies are answers of those who want a network to look larger or smaller.
var lies = map[string]func(members, liar int) []onion.Address{
	"none": nil,
	"larger: members that nobody else names": func(_, liar int) (all []onion.Address) {
		for i := range 16 {
			all = append(all, name(1<<40+16*liar+i))
		}
		return all
	},
	"smaller: all name the same members": func(int, int) (all []onion.Address) {
		for i := range 16 {
			all = append(all, name(i))
		}
		return all
	},
	"smaller: all name few of the same members": func(int, int) []onion.Address { return []onion.Address{name(0), name(1)} },
}

func TestEstimateUnderLies(t *testing.T) {
	const trials = 200
	for what, lie := range lies {
		for _, members := range []int{30, 100, 300, 1000, 3000} {
			for _, share := range []float64{0, 0.1, 0.2, 0.3, 0.4} {
				if (lie == nil) != (share == 0) {
					continue
				}
				var ratios []float64
				for range trials {
					var answers [][]onion.Address
					for i := range maxAnswers {
						if float64(i) < share*maxAnswers {
							answers = append(answers, lie(members, i))
						} else {
							answers = append(answers, drawn(members, 16))
						}
					}
					got, ok := estimate(answers)
					if !ok {
						t.Fatal("no estimate")
					}
					ratios = append(ratios, got/float64(members))
				}
				slices.Sort(ratios)
				low, mid, high := ratios[trials/20], ratios[trials/2], ratios[trials*19/20]
				t.Logf("%-42s %5d members, %2.0f %% lie: estimate/truth %.2f, 90 %% of them within %.2f and %.2f", what, members, 100*share, mid, low, high)
				// What a third say moves the estimate by less than a factor
				// of three; two levels are a factor of 4.5 apart.
				bound := 3.0
				if share > 0.3 {
					bound = 6
				}
				if low < 1/bound || high > bound {
					t.Errorf("%s: %d members, share %.1f: %.2f to %.2f", what, members, share, low, high)
				}
			}
		}
	}
}

func TestEstimateNeedsAnswers(t *testing.T) {
	for _, answers := range [][][]onion.Address{nil, {drawn(9, 9)}, {drawn(9, 9), drawn(9, 9)}, {drawn(9, 9), drawn(9, 9), nil, nil}} {
		if members, ok := estimate(answers); ok {
			t.Errorf("%d answers make %.0f members", len(answers), members)
		}
	}
}

func TestSizeMovesSlowly(t *testing.T) {
	now := time.Now()
	var s size
	round := func(estimate float64) float64 {
		now = now.Add(roundEvery)
		s.round(estimate, now)
		return s.members()
	}
	// given a copy that has just come, and is told of a large network
	if got := round(5000); got > membersPerSlot*Slots {
		t.Errorf("it takes the network for one of %.0f at once", got)
	}
	// when it is told so for long, then it follows
	for range 10 {
		round(5000)
	}
	if got := s.members(); got != 5000 {
		t.Errorf("it takes the network for one of %.0f", got)
	}
	// when it hears something else twice, then that does not count
	for range 2 {
		if got := round(10); got != 5000 {
			t.Errorf("two rounds move it to %.0f", got)
		}
	}
	// and in no case is one round worth more than a step
	for range 20 {
		before := s.members()
		if got := round(rand.Float64() * 6000); got > before*maxStep || got < before/maxStep {
			t.Errorf("from %.0f to %.0f at once", before, got)
		}
	}
	// nor do rounds count that follow each other at once
	before := s.members()
	for range 20 {
		s.round(1, now)
	}
	if s.members() != before {
		t.Error("twenty answers in one moment count as many rounds")
	}
}

func TestLevelFollowsSize(t *testing.T) {
	for _, tc := range []struct {
		members     float64
		until, want int
	}{
		{0, 0, 0}, {287, 0, 0}, {431, 0, 0}, {433, 0, 1}, {300, 1, 1}, {193, 1, 1}, {191, 1, 0},
		{1967, 1, 1}, {1969, 1, 2}, {1969, 0, 2}, {900, 2, 2}, {870, 2, 1}, {100, 2, 0}, {1e6, 0, 2},
	} {
		if got := (&size{now: tc.members}).level(tc.until); got != tc.want {
			t.Errorf("%.0f members, level %d until now: level %d, not %d", tc.members, tc.until, got, tc.want)
		}
	}
}
