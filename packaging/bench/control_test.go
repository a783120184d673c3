// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"maps"
	"slices"
	"testing"
)

func TestCarriers(t *testing.T) {
	lines := []string{
		"15 SUCCEEDED 4 abc.onion:5222",
		"16 SUCCEEDED 4 abc.onion:5222",
		"17 SUCCEEDED 9 abc.onion:5222\r",
		"18 SUCCEEDED 5 other.onion:5222",
		"19 SENTCONNECT 6 abc.onion:5222",
		"20 SUCCEEDED 7 abc.onion.other:5222",
		"", "21", "22 SUCCEEDED 8",
	}
	if got := carriers(lines, "abc.onion"); !slices.Equal(got, []string{"4", "9"}) {
		t.Errorf("%v", got)
	}
}

func TestMeterCountsWholeTicks(t *testing.T) {
	// given
	var calls []string
	m := meter{ticks: 2, sum: make(map[string]flow),
		begin: func() { calls = append(calls, "begin") }, end: func() { calls = append(calls, "end") }}
	for i, event := range []string{
		"CIRC_BW ID=1 READ=509 WRITTEN=509", // of before the first tick
		"BW 1 1",
		"CIRC_BW ID=1 READ=509 WRITTEN=509", // that ended with it
		"STREAM_BW 1 2 3",
		"BW 1 1",
		"CIRC_BW ID=1 READ=509 WRITTEN=1018 TIME=2026-01-01T00:00:00.000000 DELIVERED_READ=488",
		"CIRC_BW ID=2 READ=0 WRITTEN=509",
		"BW 1 1",
		"CIRC_BW ID=1 READ=1527 WRITTEN=0",
	} {
		if m.take(event) {
			t.Fatalf("done at event %d", i)
		}
	}
	// when
	if !m.take("BW 1 1") {
		t.Error("not done")
	}
	// then
	if !slices.Equal(calls, []string{"begin", "end"}) {
		t.Errorf("%v", calls)
	}
	want := map[string]flow{"1": {out: 2 * cellWire, back: 4 * cellWire}, "2": {out: cellWire}}
	if !maps.Equal(m.sum, want) {
		t.Errorf("%v, want %v", m.sum, want)
	}
}
