// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import "time"

// Keys in the mesh come from strangers, and the file from a disk that others
// may have written to. Every bound stands here.

const (
	// Life is how long a keeper has the same key in the mesh: long enough that
	// who comes once a week finds one of those it knows, short enough that
	// whoever follows a key around learns a week at most.
	Life = 7 * 24 * time.Hour
	// Max is how many keepers are remembered. Bitcoin and Tor's research on
	// eclipses suggest 10 to 20: with half of them hostile or gone, an honest
	// one answers all the same. 20 take 800 bytes.
	Max = 20
	// MaxNew is how many new keepers are remembered in one day. Whoever runs
	// many keys for a day and meets us with each gets a quarter of the places.
	MaxNew = 5
	// skew is how far in the future the file may lie: our clock may have been
	// wrong when it was written, or is now.
	skew = 24 * time.Hour
)

const (
	// storeTime bounds one call of the system's key store, in which the system
	// may ask the person for a password.
	storeTime = 2 * time.Minute
	// endTime bounds what is said to the key store behind a call, as that a
	// session is over, also where the call had no time left.
	endTime = time.Second
	// maxSecret bounds what is read of the key store, in bytes. A key has 32,
	// and what Windows makes of it some 250.
	maxSecret = 4096
)

const (
	// MinRate is the least bandwidth that a [Cap] can be set to, in bytes a
	// second. Below it the keep-alives of a dozen connections do not fit
	// through, and all of them break.
	MinRate = 4 << 10
	// burstTime is how much of its rate a Cap can give at once when it has
	// been idle, and minBurst the least of it in bytes: a few Tor cells, so
	// that a small message is not cut up.
	burstTime = 2 * time.Second
	minBurst  = 16 << 10
	// piece is the most that is written at once, in bytes, so that many
	// streams take turns.
	piece = 4 << 10
)
