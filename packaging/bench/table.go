// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// line is one line of the table.
type line struct {
	hop   string // latency of a hop, or "" where it plays no part
	what  string // "floor | ours"
	unit  unit
	floor []float64 // nil where there is none
	ours  []float64
	aim   aim
}

// aim is what a line should reach.
type aim struct {
	kind  kind
	limit float64 // in kind's terms
	// result is measured against limit where it is not what kind says.
	result float64
}

type kind int

const (
	none        kind = iota // nothing is promised
	shownRatio              // the same, and the ratio is shown
	ratio                   // median of ours / median of the floor
	pairedRatio             // result, a ratio
	excess                  // median of ours - median of the floor
	pairedExcess
)

// unit writes values.
type unit func(float64) string

func duration(v float64) string {
	switch a := math.Abs(v); {
	case a > 0 && a < 0.0001:
		return fmt.Sprintf("%.1f µs", v*1e6)
	case a < 0.01:
		return fmt.Sprintf("%.2f ms", v*1e3)
	case a < 0.1:
		return fmt.Sprintf("%.1f ms", v*1e3)
	case a < 1:
		return fmt.Sprintf("%.0f ms", v*1e3)
	}
	return fmt.Sprintf("%.2f s", v)
}

func mebibytes(v float64) string { return fmt.Sprintf("%.1f MiB", v/(1<<20)) }
func megabytes(v float64) string { return fmt.Sprintf("%.2f MB", v/1e6) }
func fewBytes(v float64) string  { return fmt.Sprintf("%.0f B", v) }
func number(v float64) string    { return fmt.Sprintf("%.0f", v) }
func percent(v float64) string   { return fmt.Sprintf("%.2f %%", v) }
func fine(v float64) string      { return fmt.Sprintf("%.3f %%", v) }

func nanoseconds(v float64) string { return duration(v / 1e9) }

// outcome returns what is measured against the aim, in words, and whether it
// is reached.
func (l line) outcome() (result, limit, verdict string) {
	var v float64
	switch l.aim.kind {
	case none:
		return "", "", ""
	case ratio, shownRatio:
		v = median(l.ours) / median(l.floor)
	case excess:
		v = median(l.ours) - median(l.floor)
	case pairedRatio, pairedExcess:
		v = l.aim.result
	}
	switch l.aim.kind {
	case shownRatio:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", "", ""
		}
		return fmt.Sprintf("x %.2f", v), "", ""
	case ratio, pairedRatio:
		result, limit = fmt.Sprintf("x %.2f", v), fmt.Sprintf("x %.2f", l.aim.limit)
	default:
		result, limit = l.signed(v), l.signed(l.aim.limit)
	}
	switch {
	case math.IsNaN(v):
		return "", "<= " + limit, "not measured"
	case v <= l.aim.limit:
		verdict = "reached"
	default:
		verdict = "not reached"
	}
	return result, "<= " + limit, verdict
}

func (l line) signed(v float64) string {
	if v < 0 {
		return "- " + l.unit(-v)
	}
	return "+ " + l.unit(v)
}

// show writes a value that may not be there.
func (l line) show(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return l.unit(v)
}

// write writes the table.
func write(out io.Writer, lines []line) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "hop\tfloor | ours\tn\tfloor\tp99\tours\tp99\tresult\taim\t")
	for _, l := range lines {
		result, limit, verdict := l.outcome()
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.hop, l.what, max(len(l.floor), len(l.ours)),
			l.show(median(l.floor)), l.show(p99(l.floor)), l.show(median(l.ours)), l.show(p99(l.ours)), result, limit, verdict)
	}
	return w.Flush()
}
