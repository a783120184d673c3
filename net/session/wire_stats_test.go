// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// alpha is the p-value under which a single statistical test fails. There are
// some three hundred of them in these files, so that a false alarm is rarer
// than one in a million runs.
const alpha = 1e-9

// judge logs a p-value, or an upper bound of it, and fails the test where the
// null hypothesis is out of the question.
func judge(t *testing.T, p float64, format string, args ...any) {
	t.Helper()
	what := fmt.Sprintf(format, args...)
	t.Logf("p %-8.2g %s", p, what)
	if p < alpha {
		t.Errorf("p = %.2g: %s", p, what)
	}
}

// exponentialCDF is the distribution of gaps with a mean in seconds.
func exponentialCDF(mean float64) func(float64) float64 {
	return func(x float64) float64 { return -math.Expm1(-x / mean) }
}

// ksOne returns the p-value of the Kolmogorov-Smirnov test of a sample against
// a distribution: the bound of Dvoretzky, Kiefer, Wolfowitz and Massart, which
// holds for every n and is close where p is small.
func ksOne(sample []float64, cdf func(float64) float64) float64 {
	s := slices.Sorted(slices.Values(sample))
	n, d := float64(len(s)), 0.0
	for i, x := range s {
		f := cdf(x)
		d = max(d, f-float64(i)/n, float64(i+1)/n-f)
	}
	return min(1, 2*math.Exp(-2*n*d*d))
}

// ksTwo returns the p-value of the two-sample test, by the same bound (Wei and
// Dudley 2012 for two samples).
func ksTwo(a, b []float64) float64 {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	n, m, d := float64(len(a)), float64(len(b)), 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		d = max(d, math.Abs(float64(i)/n-float64(j)/m))
	}
	return min(1, 2*math.Exp(-2*n*m/(n+m)*d*d))
}

// normal returns the two-sided p-value of a standard normal deviation.
func normal(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// correlation returns the p-value of the correlation between pairs of numbers
// that are uniform on [0, 1] and independent under the null hypothesis.
func correlation(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += 12 * (a[i] - 0.5) * (b[i] - 0.5)
	}
	return normal(sum / math.Sqrt(float64(len(a))))
}

// uniform maps gaps with a mean to [0, 1].
func uniform(gaps []float64, mean float64) []float64 {
	cdf := exponentialCDF(mean)
	u := make([]float64, len(gaps))
	for i, g := range gaps {
		u[i] = cdf(g)
	}
	return u
}

// chiSquare returns the p-value of counts that should be equal (Wilson and
// Hilferty's approximation).
func chiSquare(counts []int) float64 {
	total := 0
	for _, c := range counts {
		total += c
	}
	expected, x := float64(total)/float64(len(counts)), 0.0
	for _, c := range counts {
		x += (float64(c) - expected) * (float64(c) - expected) / expected
	}
	k := float64(len(counts) - 1)
	z := (math.Cbrt(x/k) - (1 - 2/(9*k))) / math.Sqrt(2/(9*k))
	return math.Erfc(z/math.Sqrt2) / 2
}

// randomness holds messages of one kind, which should be as long and have
// random bytes, against four tests and returns the p-values: of all bits, of all
// bytes, and the smallest of every bit's and every half byte's place, times
// their number.
func randomness(messages [][]byte) (p [4]float64) {
	size, n := len(messages[0]), len(messages)
	var all [256]int
	ones, places := 0, make([]int, 8*size)
	halves := make([][16]int, 2*size)
	for _, m := range messages {
		for i, b := range m {
			all[b]++
			ones += bits.OnesCount8(b)
			halves[2*i][b>>4]++
			halves[2*i+1][b&15]++
			for j := range 8 {
				places[8*i+j] += int(b >> j & 1)
			}
		}
	}
	fair := func(ones, n int) float64 { return normal((2*float64(ones) - float64(n)) / math.Sqrt(float64(n))) }
	p = [4]float64{fair(ones, 8*size*n), chiSquare(all[:]), 1, 1}
	for _, ones := range places {
		p[2] = min(p[2], fair(ones, n)*float64(len(places)))
	}
	for _, counts := range halves {
		p[3] = min(p[3], chiSquare(counts[:])*float64(len(halves)))
	}
	for i := range p {
		p[i] = min(1, p[i])
	}
	return p
}

// power returns the share of samples made by draw that a test rejects.
func power(test func() float64) float64 {
	const runs = 60
	rejected := 0
	for range runs {
		if test() < alpha {
			rejected++
		}
	}
	return float64(rejected) / runs
}

// drawGaps draws n gaps of a clock with this mean, of which a share is cut short
// because there was something to say.
func drawGaps(n int, mean, share float64) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = rand.ExpFloat64() * mean
		if rand.Float64() < share {
			s[i] *= rand.Float64()
		}
	}
	return s
}

// TestPower says what the tests of gaps find with n gaps, and that they are
// silent where there is nothing to find.
func TestPower(t *testing.T) {
	const mean = 0.5
	exponential := exponentialCDF(mean)
	one := func(m, share float64) func() float64 {
		return func() float64 { return ksOne(drawGaps(gapCount, m, share), exponential) }
	}
	two := func(m, share float64) func() float64 {
		return func() float64 { return ksTwo(drawGaps(gapCount, mean, 0), drawGaps(gapCount, m, share)) }
	}
	for name, test := range map[string]func(m, share float64) func() float64{"one sample": one, "two samples": two} {
		if p := power(test(mean, 0)); p != 0 {
			t.Errorf("%s: rejects %v of what is right", name, p)
		}
		for i := 1; ; i++ {
			if power(test(mean*(1+0.01*float64(i)), 0)) >= 0.9 {
				t.Logf("%s of %d gaps: finds a mean that is %d %% off", name, gapCount, i)
				if i > mostMeanOff {
					t.Error("that is too weak")
				}
				break
			}
		}
		for i := 1; ; i++ {
			if power(test(mean, 0.02*float64(i))) >= 0.9 {
				t.Logf("%s of %d gaps: finds %d %% of frames sent early because of what they say", name, gapCount, 2*i)
				if 2*i > mostEarly {
					t.Error("that is too weak")
				}
				break
			}
		}
	}
}
