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
func drawn(random *rand.Rand, members, n int) (all []onion.Address) {
	seen := make(map[int]bool)
	for len(all) < min(n, members) {
		if i := random.IntN(members); !seen[i] {
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
	const trials = 100
	for what, lie := range lies {
		for _, members := range []int{30, 100, 300, 1000, 3000} {
			for _, liars := range []int{0, 2, 4, 7, 9} {
				if (lie == nil) != (liars == 0) {
					continue
				}
				var ratios []float64
				random := rand.New(rand.NewPCG(uint64(members), uint64(liars))) // the same in each run
				for range trials {
					var answers [][]onion.Address
					for i := range maxAnswers {
						if i < liars {
							answers = append(answers, lie(members, i))
						} else {
							answers = append(answers, drawn(random, members, 16))
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
				t.Logf("%-42s %5d members, %2d of %d lie: estimate/truth %.2f, 90 %% of them within %.2f and %.2f", what, members, liars, maxAnswers, mid, low, high)
				// What three in ten say moves the estimate by less than a
				// factor of three; two levels are a factor of 4.5 apart.
				bound := 3.0
				if float64(liars) > 0.3*maxAnswers {
					bound = 6
				}
				if low < 1/bound || high > bound {
					t.Errorf("%s: %d members, %d of %d lie: %.2f to %.2f", what, members, liars, maxAnswers, low, high)
				}
			}
		}
	}
}

func TestEstimateHasAnEnd(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, members := range []int{3000, 6000, 30_000, 100_000, 1 << 40} {
		var all []float64
		for range 100 {
			var answers [][]onion.Address
			for range maxAnswers {
				answers = append(answers, drawn(random, members, 16))
			}
			got, _ := estimate(answers)
			all = append(all, got)
		}
		t.Logf("%d members are taken for %.0f", members, median(all))
		// then it is no more than what answers make of which no two name one
		// member, and that in the end
		if most := slices.Max(all); most > 6272 || members >= 30_000 && median(all) != 6272 {
			t.Errorf("%d members are taken for %.0f, for %.0f at most", members, median(all), most)
		}
		// and where the last level of slots begins to be used it is no less
		// than a third of the truth
		if members <= 6000 && 3*median(all) < float64(members) {
			t.Errorf("%d members are taken for %.0f", members, median(all))
		}
	}
}

func TestEstimateNeedsAnswers(t *testing.T) {
	nine := drawn(rand.New(rand.NewPCG(5, 6)), 9, 9)
	for _, answers := range [][][]onion.Address{nil, {nine}, {nine, nine}, {nine, nine, nil, nil}} {
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
