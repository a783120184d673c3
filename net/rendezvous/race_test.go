// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package rendezvous_test

import "runtime"

// Timers of one synctest bubble share what the detector knows of them, in Go
// 1.26: when two fire on two processors at once, it is the detector that
// crashes. With one processor it finds the same races, as it goes by what is in
// no order, not by what happened at the same time.
func init() { runtime.GOMAXPROCS(1) }

// The race detector makes what a member computes, addresses above all, ten times
// as long, and bears about 8,000 goroutines.
const (
	crowd    = 10 // members of the largest network of real ones
	each     = 8  // members of each of two that formed apart
	together = 10 // members that start at the same time
	dutiful  = 12 // members that share the hosts' duty
)

// sizes are networks of which watchers members are run.
var sizes = []network{
	{members: 20, watchers: 8, least: perLevel{2, 0, 0}, most: perLevel{8, 0, 0}},
	{members: 700, watchers: 40, least: perLevel{1, 8, 0}, most: perLevel{10, 40, 0}},
}
