// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package lobby

// Each member looks at every beacon, and the race detector makes a look ten
// times as long.
const (
	Crowd     = 24 // seekers
	FairCrowd = 20 // seekers, in each of
	FairTimes = 6  // searches
	Meshed    = 16 // members of a real mesh, of whom
	Seeking   = 6  // seek
)
