// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"fmt"
	"strings"
	"time"
)

// Checked is what both models say of networks of one size.
type Checked struct {
	Members        int
	Real, Abstract Result
	Took           time.Duration // by the clock of the machine, for the real one
}

// CheckParams is the network that the models are compared by: busy, and after
// a while.
func CheckParams(members int, seed uint64) Params {
	p := Ordinary(members, seed, busy)
	p.WarmUp, p.Measure = 5*time.Minute, 10*time.Minute
	if members < 50 { // to see that it runs
		p.WarmUp, p.Measure, p.SeekEvery = 2*time.Minute, 3*time.Minute, time.Minute
	}
	if members > 150 {
		p.Measure = 5 * time.Minute
	}
	if members > 500 {
		p.Measure = 3 * time.Minute
	}
	return p
}

// Difference is one figure of both models.
type Difference struct {
	Name           string
	Real, Abstract float64
	// Bound is the factor by which they may differ, either way.
	Bound float64
}

// Factor is by how much the abstract model is above the real one, where 1 is
// not at all.
func (d Difference) Factor() float64 { return d.Abstract / d.Real }

// Agrees tells whether the two are as near as they should be.
func (d Difference) Agrees() bool { return d.Factor() < d.Bound && d.Factor() > 1/d.Bound }

// Differences compares what both models can measure. Times of few dozen
// searches scatter, and their tails most: that is what the bounds allow for.
func (c Checked) Differences() []Difference {
	measured := CheckParams(c.Members, 0).Measure.Seconds()
	each := func(r Result) float64 { return 100 * r.Verified * measured / float64(r.Beacons) }
	return []Difference{
		{"beacon to 99 % of its shard, median, s", c.Real.Reach99, c.Abstract.Reach99, 1.5},
		{"of its shard, a beacon reaches, %", 100 * c.Real.Covered, 100 * c.Abstract.Covered, 1.05},
		{"find to matched, median, s", c.Real.MatchMedian, c.Abstract.MatchMedian, 1.5},
		{"find to matched, p95, s", c.Real.MatchP95, c.Abstract.MatchP95, 2.5},
		{"kB per member and hour, busy", c.Real.Bytes / 1000, c.Abstract.Bytes / 1000, 2},
		{"of all beacons, a member verifies, %", each(c.Real), each(c.Abstract), 1.5},
		{"connections per member", c.Real.Links, c.Abstract.Links, 1.6},
	}
}

// String returns a table.
func (c Checked) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-42s%10s%10s%10s\n", fmt.Sprintf("%d members", c.Members), "real", "abstract", "factor")
	for _, d := range c.Differences() {
		fmt.Fprintf(&b, "%-42s%10.3g%10.3g%10.2f\n", d.Name, d.Real, d.Abstract, d.Factor())
	}
	fmt.Fprintf(&b, "%-42s%10d%10d\n", "searches", c.Real.Searches, c.Abstract.Searches)
	fmt.Fprintf(&b, "%-42s%10.0f\n", "heap and stacks per member, kB", c.Real.State/1000)
	return b.String()
}
