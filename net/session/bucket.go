// SPDX-License-Identifier: GPL-3.0-or-later

package session

import "time"

const (
	burst = 512 // messages that a peer may send at once
	rate  = 32  // messages a second that it may send for ever
)

// bucket is a token bucket: it is full at first, loses one token for each
// message and gains rate tokens a second.
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
