// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func times(results []*found) (median, p95, most time.Duration) {
	var all []time.Duration
	for _, f := range results {
		all = append(all, f.took)
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*95/100], all[len(all)-1]
}

func TestTwoSeekersMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		results := find(t.Context(), members)
		checkPairs(t, results)
		talk(t, results)
		leave(results)
		median, _, most := times(results)
		t.Logf("matched after %v, %v", median, most)
	})
}

func TestAllOfAnEvenNumberPairAgainAndAgain(t *testing.T) {
	for _, n := range []int{6, 100} {
		synctest.Test(t, func(t *testing.T) {
			p := newPlace(t)
			defer p.close()
			members := p.joinAll(n)
			for round := range 2 {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				before := p.tor.Dials()
				results := find(ctx, members)
				cancel()
				checkPairs(t, results)
				talk(t, results)
				leave(results)
				median, p95, most := times(results)
				t.Logf("%d seekers, round %d: matched after %v (median), %v (p95), %v (last), %.1f dials each",
					n, round+1, median, p95, most, float64(p.tor.Dials()-before)/float64(n))
			}
		})
	}
}
