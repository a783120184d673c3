// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestRanks(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(100 - i)
	}
	for name, test := range map[string]struct {
		values      []float64
		median, p99 float64
	}{
		"one":     {[]float64{3}, 3, 3},
		"two":     {[]float64{4, 2}, 3, 4},
		"few":     {[]float64{9, 1, 5}, 5, 9},
		"hundred": {hundred, 50.5, 99},
	} {
		if m := median(test.values); m != test.median {
			t.Errorf("%s: median %v, want %v", name, m, test.median)
		}
		if p := p99(test.values); p != test.p99 {
			t.Errorf("%s: p99 %v, want %v", name, p, test.p99)
		}
	}
	if !math.IsNaN(median(nil)) || !math.IsNaN(p99(nil)) {
		t.Error("nothing has a median or p99")
	}
}

func TestVerdicts(t *testing.T) {
	for name, test := range map[string]struct {
		line                   line
		result, limit, verdict string
	}{
		"ratio reached": {line{unit: duration, floor: []float64{1}, ours: []float64{2}, aim: aim{kind: ratio, limit: 2}},
			"x 2.00", "<= x 2.00", "reached"},
		"ratio missed": {line{unit: duration, floor: []float64{1}, ours: []float64{2.1}, aim: aim{kind: ratio, limit: 2}},
			"x 2.10", "<= x 2.00", "not reached"},
		"excess reached": {line{unit: duration, floor: []float64{3}, ours: []float64{2.5}, aim: aim{kind: excess, limit: 3}},
			"- 500 ms", "<= + 3.00 s", "reached"},
		"excess missed": {line{unit: mebibytes, floor: []float64{0}, ours: []float64{61 << 20}, aim: aim{kind: excess, limit: 60 << 20}},
			"+ 61.0 MiB", "<= + 60.0 MiB", "not reached"},
		// The pairs decide, whatever the medians are.
		"paired": {line{unit: duration, floor: []float64{1}, ours: []float64{9}, aim: aim{kind: pairedRatio, limit: 1.1, result: 1.05}},
			"x 1.05", "<= x 1.10", "reached"},
		"nothing":           {line{unit: duration, aim: aim{kind: ratio, limit: 2}}, "", "<= x 2.00", "not measured"},
		"shown":             {line{unit: duration, floor: []float64{2}, ours: []float64{3}, aim: aim{kind: shownRatio}}, "x 1.50", "", ""},
		"shown, of nothing": {line{unit: number, floor: []float64{0}, ours: []float64{3}, aim: aim{kind: shownRatio}}, "", "", ""},
		"no aim":            {line{unit: duration, ours: []float64{1}}, "", "", ""},
	} {
		result, limit, verdict := test.line.outcome()
		if result != test.result || limit != test.limit || verdict != test.verdict {
			t.Errorf("%s: %q %q %q, want %q %q %q", name, result, limit, verdict, test.result, test.limit, test.verdict)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, test := range []struct {
		unit  unit
		value float64
		want  string
	}{
		{duration, 0, "0.00 ms"}, {duration, 5.47e-5, "54.7 µs"}, {duration, 0.0012, "1.20 ms"}, {duration, 1.5, "1.50 s"},
		{nanoseconds, 7700, "7.7 µs"}, {megabytes, 3_513_600, "3.51 MB"}, {fine, 0.0564, "0.056 %"}, {number, 12, "12"}, {fewBytes, 336, "336 B"},
	} {
		if got := test.unit(test.value); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestTableHasOneLineEach(t *testing.T) {
	var out strings.Builder
	err := write(&out, []line{
		{hop: "20 ms", what: "a | b", unit: duration, floor: []float64{0.016}, ours: []float64{0.0161}, aim: aim{kind: ratio, limit: 1.1}},
		{what: "binary", unit: mebibytes, ours: []float64{30 << 20}},
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 3 || !strings.Contains(lines[1], "16.0 ms") || !strings.HasSuffix(lines[1], "reached") ||
		!strings.Contains(lines[2], "30.0 MiB") || strings.Contains(out.String(), "NaN") {
		t.Errorf("the table:\n%s", out.String())
	}
}

// What is measured must be built like what is shipped.
func TestFlagsAreThoseOfTheMakefile(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"export GOFLAGS := " + strings.Join(buildFlags, " ") + "\n",
		"LDFLAGS := " + ldFlags + "\n",
	} {
		if !strings.Contains(string(makefile), want) {
			t.Errorf("the Makefile has no line %q", want)
		}
	}
}
