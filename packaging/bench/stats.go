// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"math"
	"slices"
	"time"
)

// rank returns the value that a share q, from 0 to 1, of all values does not
// exceed, by nearest rank, and NaN where there are none.
func rank(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[max(0, min(i, len(sorted)-1))]
}

// median returns the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func p99(values []float64) float64 { return rank(values, 0.99) }

// seconds returns durations in seconds.
func seconds(all []time.Duration) []float64 {
	s := make([]float64, len(all))
	for i, d := range all {
		s[i] = d.Seconds()
	}
	return s
}

// pairwise combines the values of two series that belong together.
func pairwise(a, b []float64, f func(a, b float64) float64) []float64 {
	n := min(len(a), len(b))
	out := make([]float64, n)
	for i := range n {
		out[i] = f(a[i], b[i])
	}
	return out
}
