// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"reflect"
	"testing"
	"time"
)

func TestTheSameSeedGivesTheSameResult(t *testing.T) {
	p := Ordinary(100, 7, busy)
	p.WarmUp, p.Measure = time.Minute, 5*time.Minute
	a, b := Run(p), Run(p)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
	p.Seed++
	if c := Run(p); reflect.DeepEqual(a, c) {
		t.Error("another seed changes nothing")
	}
}

func TestSeekersFindEachOtherAtEverySize(t *testing.T) {
	for _, n := range abstractSizes {
		p := Ordinary(n, 1, busy)
		p.WarmUp, p.Measure = 2*time.Minute, 4*time.Minute
		r := Run(p)
		t.Logf("%d: %+v", n, r)
		if r.MatchP95 > 60 || r.Matched < 0.95 || r.Covered < 0.95 || r.Reach99 > 3 {
			t.Errorf("%d: %+v", n, r)
		}
	}
}

func TestEachPartnerHasOne(t *testing.T) {
	// given a network in which many seek
	p := Ordinary(200, 3, 2*time.Minute)
	w := newWorld(p)
	w.populate()
	partners := make(map[*search]*search)
	w.matched = func(s, with *search) { partners[s] = with }
	w.run(5 * time.Minute)
	// then nobody has two partners, and whose partner one is is one's own
	if len(partners) < 100 {
		t.Fatalf("%d found somebody", len(partners))
	}
	wrong := 0
	for s, with := range partners {
		if partners[with] != s && !with.over {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d have a partner who has another", wrong, len(partners))
	}
}

func TestExponent(t *testing.T) {
	x := []float64{100, 1000, 10000}
	for k, y := range map[float64][]float64{0: {5, 5, 5}, 1: {1, 10, 100}, -0.5: {1, math.Pow(10, -0.5), 0.1}} {
		if got := Exponent(x, y); math.Abs(got-k) > 1e-9 {
			t.Errorf("%v: %v, want %v", y, got, k)
		}
	}
}
