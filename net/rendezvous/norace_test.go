// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package rendezvous_test

import "passerby/net/rendezvous"

// Tests whose name has the word Many run with more members where there is no
// race detector: they are to be run without it too.
const (
	crowd    = 40 // members of the largest network of real ones
	each     = 20 // members of each of two that formed apart
	together = 30 // members that start at the same time
	dutiful  = 16 // members that share the hosts' duty
)

// sizes are networks of which watchers members are run, for as long as it
// takes until all slots have been looked at a few times.
var sizes = []network{
	{members: 20, watchers: 20, least: perLevel{3, 0, 0}, most: perLevel{10, 0, 0}},
	{members: 5000, watchers: 200, least: perLevel{3, 15, 50}, most: perLevel{12, 80, rendezvous.SlotsAt(2)}},
}
