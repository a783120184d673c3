// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import "time"

// Sizes are the sizes of network that are reported.
var Sizes = []int{100, 300, 1_000, 10_000, 100_000}

// busy is how often one member seeks in a busy network: every ten minutes.
const busy = 10 * time.Minute

// Ordinary is a network of a size as it is assumed to be, where one member
// seeks every so often, or nobody does where that is 0. Larger networks are
// measured for less time: they have as many searches in it.
func Ordinary(members int, seed uint64, seekEvery time.Duration) Params {
	measure := 20 * time.Minute
	switch {
	case members > 10_000:
		measure = time.Minute
	case members > 1_000:
		measure = 2 * time.Minute
	case members >= 1_000:
		measure = 8 * time.Minute
	}
	warmUp := 4 * time.Minute
	if members > 10_000 {
		warmUp = 3 * time.Minute
	}
	return Params{
		Members: members, Seed: seed, Tor: Usual, HalfLife: 10 * time.Minute, SeekEvery: seekEvery,
		Interested: 0.5, Interests: 100, WarmUp: warmUp, Measure: measure,
	}
}

// Growth is how a network does at each of some sizes.
type Growth struct {
	Sizes      []int
	Busy, Idle []Result
}

// Grow measures networks of these sizes, busy and idle.
func Grow(sizes []int, seed uint64) Growth {
	g := Growth{Sizes: sizes}
	for _, n := range sizes {
		g.Busy = append(g.Busy, Run(Ordinary(n, seed, busy)))
		g.Idle = append(g.Idle, Run(Ordinary(n, seed, 0)))
	}
	return g
}

// Row is one figure at all sizes.
type Row struct {
	Name, Aim string
	Values    []float64
	// Exponent is how it grows over all sizes, and Late from 1,000 members up.
	Exponent, Late float64
}

// Rows are the figures that are reported.
func (g Growth) Rows() []Row {
	pick := func(all []Result, of func(Result) float64) (values []float64) {
		for _, r := range all {
			values = append(values, of(r))
		}
		return values
	}
	rows := []Row{
		{Name: "beacon to 99 % of its shard, median, s", Aim: "≤ 3", Values: pick(g.Busy, func(r Result) float64 { return r.Reach99 })},
		{Name: "  beacons that get that far, %", Values: pick(g.Busy, func(r Result) float64 { return 100 * r.Reached })},
		{Name: "  of its shard, a beacon reaches, %", Values: pick(g.Busy, func(r Result) float64 { return 100 * r.Covered })},
		{Name: "find to matched, median, s", Values: pick(g.Busy, func(r Result) float64 { return r.MatchMedian })},
		{Name: "find to matched, p95, s", Aim: "< 30", Values: pick(g.Busy, func(r Result) float64 { return r.MatchP95 })},
		{Name: "messages per member and hour, idle", Aim: "flat", Values: pick(g.Idle, func(r Result) float64 { return r.Messages })},
		{Name: "messages per member and hour, busy", Aim: "flat", Values: pick(g.Busy, func(r Result) float64 { return r.Messages })},
		{Name: "kB per member and hour, idle", Aim: "flat", Values: pick(g.Idle, func(r Result) float64 { return r.Bytes / 1000 })},
		{Name: "kB per member and hour, busy", Aim: "flat", Values: pick(g.Busy, func(r Result) float64 { return r.Bytes / 1000 })},
		{Name: "verified beacons a second, member", Aim: "flat", Values: pick(g.Busy, func(r Result) float64 { return r.Verified })},
		{Name: "verified beacons a second, 99 % below", Aim: "flat", Values: pick(g.Busy, func(r Result) float64 { return r.VerifiedP99 })},
		{Name: "copies of each beacon, member", Values: pick(g.Busy, func(r Result) float64 { return r.Copies })},
		{Name: "beacons and members kept, kB (by count)", Aim: "flat", Values: pick(g.Busy, func(r Result) float64 { return r.State / 1000 })},
		{Name: "connections per member, busy", Aim: "flat", Values: pick(g.Busy, func(r Result) float64 { return r.Links })},
		{Name: "connections per member, idle", Values: pick(g.Idle, func(r Result) float64 { return r.Links })},
		{Name: "newcomer to four connections, median, s", Values: pick(g.Busy, func(r Result) float64 { return r.Welcome })},
		{Name: "members that hear a beacon", Values: pick(g.Busy, func(r Result) float64 { return r.Audience })},
		{Name: "searches measured", Values: pick(g.Busy, func(r Result) float64 { return float64(r.Searches) })},
	}
	var all, late []float64
	from := len(g.Sizes)
	for i, n := range g.Sizes {
		all = append(all, float64(n))
		if n >= 1_000 {
			from = min(from, i)
			late = append(late, float64(n))
		}
	}
	for i := range rows {
		rows[i].Exponent = Exponent(all, rows[i].Values)
		rows[i].Late = Exponent(late, rows[i].Values[from:])
	}
	return rows
}
