// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"math"
	"slices"
	"testing"
	"time"

	"passerby/net/session"
)

func TestTwoWaitsAreSpreadAsTwoGapsOfCover(t *testing.T) {
	const n = 10_000
	waits := twoWaits(n)
	sum, squares := 0.0, 0.0
	for _, w := range waits {
		sum += w
		squares += w * w
	}
	mean := sum / n
	// The sum of two exponential waits of mean m has the mean 2m and the
	// variance 2m².
	m := session.Pace.Seconds()
	if math.Abs(mean-2*m) > 0.01*m {
		t.Errorf("mean %v, want %v", mean, 2*m)
	}
	if v := squares/n - mean*mean; math.Abs(v-2*m*m) > 0.02*m*m {
		t.Errorf("variance %v, want %v", v, 2*m*m)
	}
	if !slices.IsSorted(waits) || waits[0] <= 0 {
		t.Error("not in order, or not positive")
	}
}

func TestFloorUnderCoverIsEchoAndTwoWaits(t *testing.T) {
	// given echoes of a hundredth of a second on two circuits, and messages
	// that took them and the waits
	waits := twoWaits(8)
	all := make([]covered, 2)
	for i, w := range waits {
		c := &all[i%2]
		c.echoes = append(c.echoes, 10*time.Millisecond)
		c.messages = append(c.messages, 10*time.Millisecond+time.Duration(w*float64(time.Second)))
	}
	// when
	l := coverLines("", all)[0]
	// then
	if r := median(l.ours) / median(l.floor); math.Abs(r-1) > 1e-6 {
		t.Errorf("%v times the floor", r)
	}
}
