// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"math"

	"passerby/net/stamp"
)

// Cost is what a beacon and a call must pay at least. All members of a network
// must agree on it; tests have a smaller one. See "What it costs" in the
// documentation of the package.
type Cost struct {
	Gate   int        // bits of a beacon's gate
	Memory stamp.Work // of a beacon's work, in KiB
	Effort int        // bits of a beacon's work in calm times; up to effortSpan more are asked for
	Door   int        // bits of the puzzle at a door where nobody waits; below 0, so many may wait until there is one
}

// NetworkCost is the Cost of Passerby's network: 0.4 s for a beacon in calm
// times, and a few milliseconds for a call.
var NetworkCost = Cost{Gate: stamp.Bits, Memory: stamp.Memory, Effort: minEffort, Door: minDoor}

// asked is the effort that a shard with so many verified beacons a second asks
// for: the least up to calmRate, and effortSlope bits more for each time that the
// rate has doubled, up to effortSpan.
func (c Cost) asked(rate float64) int {
	more := 0
	if rate > calmRate {
		more = int(effortSlope * math.Log2(rate/calmRate))
	}
	return c.Effort + min(more, effortSpan)
}

// accepted is the least effort that is taken where this rate is measured.
func (c Cost) accepted(rate float64) int { return max(c.Effort, c.asked(rate)-effortSlack) }

// minted is the effort to mint at: more than what we ask for, about as much as
// nearly all beacons have that came lately (heard, 0 where that is not known),
// and more with each round of pushes that brought no echo but the first, which
// may have met members who are out of order.
func (c Cost) minted(rate float64, heard, silent int) int {
	effort := max(c.asked(rate)+effortMargin, heard-1) + max(silent-1, 0)
	return min(effort, c.Effort+effortSpan)
}
