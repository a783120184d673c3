// SPDX-License-Identifier: GPL-3.0-or-later

package session

import "time"

const (
	// What a side without cover sends at most: frames at once, and a second.
	sendBurst, sendRate = 256, 64
	// What a side reads at most. It is more, so that no honest side is ever
	// held back, not even where Tor hands over late and all at once.
	readBurst, readRate = 1024, 128
	// maxSlowed is how long a peer that sends faster is held back before the
	// session ends.
	maxSlowed = time.Minute
)

// bucket is a token bucket: it is full at first, loses one token for each
// frame and gains rate tokens a second.
type bucket struct {
	burst, rate float64
	spent       float64 // tokens that are missing
	at          time.Time
}

// take takes a token and returns how long to wait before using it.
func (b *bucket) take(now time.Time) time.Duration {
	b.spent = max(0, b.spent-now.Sub(b.at).Seconds()*b.rate) + 1
	b.at = now
	return max(0, time.Duration((b.spent-b.burst)/b.rate*float64(time.Second)))
}

// try takes a token if there is one, and reports whether there was.
func (b *bucket) try(now time.Time) bool {
	if b.take(now) > 0 {
		b.spent--
		return false
	}
	return true
}

// calm reports whether at least half of the tokens are there.
func (b *bucket) calm() bool { return b.spent <= b.burst/2 }
