// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package lobby

import "runtime"

// Timers of one synctest bubble share what the detector knows of them, in Go
// 1.26: when two fire on two processors at once, it is the detector that
// crashes. With one processor it finds the same races, as it goes by what is in
// no order, not by what happened at the same time.
func init() { runtime.GOMAXPROCS(1) }

// Each member looks at every beacon, and the race detector makes a look ten
// times as long.
const (
	Crowd     = 24 // seekers
	FairCrowd = 20 // seekers, in each of
	FairTimes = 6  // searches
	Meshed    = 16 // members of a real mesh, of whom
	Seeking   = 6  // seek
)
