// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"slices"
	"testing"
)

func TestParseBenchmarks(t *testing.T) {
	// given
	const out = `goos: linux
pkg: passerby/net/session
BenchmarkFrame/seal-2         	  200000	      5123 ns/op	     176 B/op	       3 allocs/op
BenchmarkFrame/seal-2         	  200000	      5200 ns/op	     176 B/op	       3 allocs/op
BenchmarkFrame/open-in-place-2	  300000	      4100.5 ns/op	       0 B/op	       0 allocs/op
PASS
ok  	passerby/net/session	3.2s
`
	// when
	all := parseBenchmarks(out)
	// then
	if len(all) != 2 || all[0].name != "Frame/seal" || all[1].name != "Frame/open-in-place" {
		t.Fatalf("%+v", all)
	}
	for _, test := range []struct {
		of   int
		unit string
		want []float64
	}{
		{0, "ns/op", []float64{5123, 5200}}, {0, "allocs/op", []float64{3, 3}}, {0, "B/op", []float64{176, 176}},
		{1, "ns/op", []float64{4100.5}}, {1, "allocs/op", []float64{0}},
	} {
		if got := all[test.of].values[test.unit]; !slices.Equal(got, test.want) {
			t.Errorf("%s, %s: %v", all[test.of].name, test.unit, got)
		}
	}
	// and each has a line for each kind, which may have a floor of nothing
	lines := frameLines(all, all)
	if len(lines) != 6 || lines[0].what != "frame/seal: allocations, plain | runtimesecret" {
		t.Fatalf("%+v", lines)
	}
	if result, limit, verdict := lines[0].outcome(); result != "x 1.00" || limit != "" || verdict != "" {
		t.Errorf("%q %q %q", result, limit, verdict)
	}
	if result, _, _ := lines[3].outcome(); result != "" {
		t.Errorf("%q of no allocations", result)
	}
}

func TestNoBenchmarks(t *testing.T) {
	if all := parseBenchmarks("PASS\nok  \tpasserby/net/session\t0.1s\n"); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}
