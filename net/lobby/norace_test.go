// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package lobby

// Tests whose name has the word Many run with more members where there is no
// race detector, or not at all where there is one: they are to be run without
// it too.
const (
	Crowd     = 100 // seekers
	FairCrowd = 40  // seekers, in each of
	FairTimes = 5   // searches
	Meshed    = 24  // members of a real mesh, of whom
	Seeking   = 8   // seek
)
