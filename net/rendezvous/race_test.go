// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package rendezvous_test

// The race detector makes what a member computes, addresses above all, ten times
// as long, and bears about 8,000 goroutines.
const (
	crowd    = 12 // members of the largest network of real ones
	each     = 8  // members of each of two that formed apart
	together = 10 // members that start at the same time
	dutiful  = 10 // members that share the hosts' duty
)

// sizes are networks of which watchers members are run.
var sizes = []network{
	{members: 20, watchers: 8, least: perLevel{2, 0, 0}, most: perLevel{8, 0, 0}},
	{members: 700, watchers: 40, least: perLevel{1, 8, 0}, most: perLevel{10, 40, 0}},
}
