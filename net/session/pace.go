// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"math/rand/v2"
	"time"
)

// Pace is the mean time between two frames of a side that sends cover.
const Pace = 500 * time.Millisecond

// gap returns the time until the next frame of a side that sends cover. Gaps
// are exponentially distributed and independent, so the last one says nothing
// of the next: a Poisson process, as in Loopix (arXiv 1703.00536).
func gap() time.Duration { return exponential(Pace) }

// exponential returns an exponentially distributed time. The generator behind
// it is Go's ChaCha8, seeded by the system: nobody can work out gaps to come
// from gaps that were.
func exponential(mean time.Duration) time.Duration {
	return time.Duration(rand.ExpFloat64() * float64(mean))
}
