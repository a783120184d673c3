// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import "math/bits"

// shard is a node of the tree of shards in heap order, with the root written
// as 1 and not, as on the wire, as 0.
type shard uint16

const root shard = 1

// way is a way down the tree: the highest bit is the first turn.
type way uint16

// node returns the shard at a level of the way.
func (w way) node(level int) shard {
	if level <= 0 {
		return root
	}
	return 1<<level | shard(w>>(16-level))
}

// wayOf returns the way of somebody who goes down to a level, with an interest
// or, where that is 0, without.
func wayOf(lot uint16, interest uint16, level int) way {
	n := min(level-spreadLevels, interestBits)
	if interest == 0 || n <= 0 {
		return way(lot)
	}
	rest := uint16(1)<<(16-n) - 1
	return way(hash16(interest)&^rest | lot&rest)
}

// hash16 spreads interests over the tree.
func hash16(x uint16) uint16 { return uint16(uint64(x) * 0x9E3779B97F4A7C15 >> 48) }

// nearness is how many levels two shards have in common.
func nearness(a, b shard) int {
	la, lb := bits.Len16(uint16(a)), bits.Len16(uint16(b))
	if la > lb {
		a >>= la - lb
	} else {
		b >>= lb - la
	}
	return min(la, lb) - 1 - bits.Len16(uint16(a^b))
}

// closeness tells how near one who hears a shard is to another: nearer than
// any is who hears that one itself.
func closeness(in, to shard) int {
	if in == to {
		return to.depth() + 1
	}
	return nearness(in, to)
}

func (s shard) depth() int             { return bits.Len16(uint16(s)) - 1 }
func (s shard) under(above shard) bool { return nearness(s, above) == above.depth() }

// meter counts beacons of one shard, in slots of ten seconds.
type meter struct {
	at    int64
	slots [loadSlots]uint32
}
