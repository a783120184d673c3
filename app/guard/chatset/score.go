// SPDX-License-Identifier: GPL-3.0-or-later

package chatset

import (
	"fmt"
	"slices"
	"strings"

	"passerby/app/guard"
)

// Count is how often the guard and the labels agree. A finding and a label
// agree if they are of one category and share a byte.
type Count struct {
	Right  int // labels that were found
	Missed int // labels that were not
	Wrong  int // findings that no label stands for
}

// Precision is the share of findings that are right, from 0 to 1; 1 if there
// are none.
func (c Count) Precision() float64 { return share01(c.Right, c.Wrong) }

// Recall is the share of labels that were found, from 0 to 1; 1 if there are
// none.
func (c Count) Recall() float64 { return share01(c.Right, c.Missed) }

// F1 is the harmonic mean of precision and recall.
func (c Count) F1() float64 {
	p, r := c.Precision(), c.Recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func share01(of, rest int) float64 {
	if of+rest == 0 {
		return 1
	}
	return float64(of) / float64(of+rest)
}

// Plus returns the sum of two counts.
func (c Count) Plus(o Count) Count {
	return Count{c.Right + o.Right, c.Missed + o.Missed, c.Wrong + o.Wrong}
}

// Report is the guard held against lines.
type Report struct {
	Lines      int
	ByCategory map[guard.Category]Count
	// Harmless counts the lines without a label, and Alarmed those of them in
	// which the guard found something.
	Harmless, Alarmed int
	// Faults are the lines on which the two disagree.
	Faults []Fault
}

// Fault is a line on which the guard and the labels disagree.
type Fault struct {
	Line   Line
	Missed []Label
	Wrong  []guard.Finding
}

// String writes a fault on one line.
func (f Fault) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %q", f.Line.Source, f.Line.Text)
	for _, l := range f.Missed {
		fmt.Fprintf(&b, " -%s(%s)", l.Category, f.Line.Text[l.Start:l.End])
	}
	for _, w := range f.Wrong {
		fmt.Fprintf(&b, " +%s(%s)", w.Category, f.Line.Text[w.Start:w.End])
	}
	return b.String()
}

// Score holds the guard against lines.
func Score(lines []Line) Report {
	r := Report{Lines: len(lines), ByCategory: map[guard.Category]Count{}}
	for _, line := range lines {
		found := guard.Check(line.Text, guard.Context{Who: line.Who, Before: line.Before})
		if len(line.Labels) == 0 {
			r.Harmless++
			if len(found) > 0 {
				r.Alarmed++
			}
		}
		fault := Fault{Line: line}
		for _, l := range line.Labels {
			if slices.ContainsFunc(found, func(f guard.Finding) bool { return agree(l, f) }) {
				r.count(l.Category, Count{Right: 1})
			} else {
				r.count(l.Category, Count{Missed: 1})
				fault.Missed = append(fault.Missed, l)
			}
		}
		for _, f := range found {
			if !slices.ContainsFunc(line.Labels, func(l Label) bool { return agree(l, f) }) {
				r.count(f.Category, Count{Wrong: 1})
				fault.Wrong = append(fault.Wrong, f)
			}
		}
		if len(fault.Missed)+len(fault.Wrong) > 0 {
			r.Faults = append(r.Faults, fault)
		}
	}
	return r
}

func (r *Report) count(c guard.Category, n Count) { r.ByCategory[c] = r.ByCategory[c].Plus(n) }

// Sum returns the counts of some categories together.
func (r Report) Sum(categories []guard.Category) Count {
	var sum Count
	for _, c := range categories {
		sum = sum.Plus(r.ByCategory[c])
	}
	return sum
}

// agree tells whether a label and a finding mean the same.
func agree(l Label, f guard.Finding) bool {
	return f.Category == l.Category && f.Start < l.End && l.Start < f.End
}
