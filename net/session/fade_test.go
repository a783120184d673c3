// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// ending is what somebody who watches one end of a stream sees of a
// conversation's end, backwards from the stream's.
type ending struct {
	out, in     []float64 // seconds from each frame to the end, the last first
	closedFirst bool      // the dialing side closed the stream
}

// observe lets two strangers with cover be silent for a while, and one leave. It
// returns what is seen at the dialing side's end and at the answering side's.
func observe(t *testing.T, dialerLeaves bool) (ends [2]ending) {
	const latency = 300 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		w := wired(t, true, func(_ int, r *relay) { r.there.latency, r.back.latency = latency, latency })
		time.Sleep(20*time.Second + rand.N(5*time.Second))
		leaver, stayer := w.answerer, w.dialer
		if dialerLeaves {
			leaver, stayer = stayer, leaver
		}
		if err := leaver.Leave(t.Context()); err != nil {
			t.Error(err)
		}
		stayer.Leave(t.Context())
		settle()
		r := w.stream(0)
		_, there, thereEnd := r.there.seen()
		_, back, backEnd := r.back.seen()
		before := func(times []time.Time, delay time.Duration, end time.Time) (ages []float64) {
			for _, at := range slices.Backward(times) {
				if age := end.Sub(at.Add(delay)).Seconds(); age >= 0 {
					ages = append(ages, age)
				}
			}
			return ages
		}
		first := thereEnd.Before(backEnd)
		ends[0] = ending{before(there, 0, thereEnd), before(back, latency, thereEnd), first}
		ends[1] = ending{before(back, 0, backEnd), before(there, latency, backEnd), first}
	})
	return ends
}

// sights are the figures of an ending that an observer may compare.
func sights(e ending) map[string]float64 {
	s := make(map[string]float64)
	for name, ages := range map[string][]float64{"out": e.out, "in": e.in} {
		for i := range 4 {
			s[fmt.Sprintf("%s: age of frame %d from the end", name, i+1)] = ages[i]
		}
		for i := range 3 {
			s[fmt.Sprintf("%s: gap %d from the end", name, i+1)] = ages[i+1] - ages[i]
		}
		for _, seconds := range []float64{1, 2, 4, 8} {
			n := 0.0
			for _, age := range ages {
				if age < seconds {
					n++
				}
			}
			s[fmt.Sprintf("%s: frames in the last %v s", name, seconds)] = n
		}
	}
	for i := range 3 {
		s[fmt.Sprintf("ages of frames %d from the end, difference", i+1)] = e.out[i] - e.in[i]
	}
	// What tells most where the end follows on a frame by an exponential time.
	weight := func(ages []float64, from, to float64) (sum float64) {
		for i, age := range ages[:len(ages)-1] {
			if age >= from && age < to {
				sum += math.Exp(from-age) * (ages[i+1] - age)
			}
		}
		return sum
	}
	s["weight of the last four seconds, difference"] = weight(e.out, 0, 4) - weight(e.in, 0, 4)
	s["weight from the third second on, difference"] = weight(e.out, 3, 7) - weight(e.in, 3, 7)
	return s
}

// kolmogorov returns the p-value of the two-sample Kolmogorov-Smirnov test:
// the asymptotic distribution with Stephens' correction.
func kolmogorov(a, b []float64) float64 {
	slices.Sort(a)
	slices.Sort(b)
	var d float64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] <= x {
			i++
		}
		for j < len(b) && b[j] <= x {
			j++
		}
		d = max(d, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	n := math.Sqrt(float64(len(a)*len(b)) / float64(len(a)+len(b)))
	l := (n + 0.12 + 0.11/n) * d
	var p float64
	for k := 1.0; k <= 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*l*l)
	}
	return max(0, min(1, p))
}

// TestEndingsLookAlike compares what an observer at either end sees of
// many conversations that the dialing side left and of as many that the
// answering side left. With 1,000 of each, one look in 20,000 by chance seems to
// tell them apart where nothing does (p < 5e-5), which some 50 looks bring to one
// run in 400; and a shift of three tenths of a standard deviation is seen nine times
// in ten.
func TestEndingsLookAlike(t *testing.T) {
	const conversations, significant = 1000, 5e-5
	type sample [2][]float64 // of conversations that the dialing side left, and the answering side
	samples := map[string]*sample{}
	for range conversations {
		for role := range 2 {
			for at, e := range observe(t, role == 0) {
				if !e.closedFirst {
					t.Error("the answering side closed the stream")
				}
				for name, value := range sights(e) {
					name = []string{"at the dialing side, ", "at the answering side, "}[at] + name
					if samples[name] == nil {
						samples[name] = new(sample)
					}
					samples[name][role] = append(samples[name][role], value)
				}
			}
		}
	}
	least, which := 1.0, ""
	for name, s := range samples {
		p := kolmogorov(s[0], s[1])
		if p < least {
			least, which = p, name
		}
		if p < significant {
			t.Errorf("%s: p = %.2g", name, p)
		}
	}
	t.Logf("the smallest of %d p-values is %.2g: %s", len(samples), least, which)
}

// TestUnlikeEndingsWouldShow: the comparison has the power that it claims.
func TestUnlikeEndingsWouldShow(t *testing.T) {
	const n, runs = 1000, 200
	for name, tc := range map[string]struct {
		shift float64 // in standard deviations
		most  float64 // of runs in which it is not seen
		least float64
	}{
		"nothing":      {0, 1, 0.99},
		"three tenths": {0.3, 0.1, 0},
	} {
		missed := 0.0
		for range runs {
			var s [2][]float64
			for range n {
				s[0] = append(s[0], rand.NormFloat64())
				s[1] = append(s[1], rand.NormFloat64()+tc.shift)
			}
			if kolmogorov(s[0], s[1]) >= 5e-5 {
				missed += 1.0 / runs
			}
		}
		if missed > tc.most+1e-9 || missed < tc.least {
			t.Errorf("%s: not seen in %.3f of the runs", name, missed)
		}
	}
}
