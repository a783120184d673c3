// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"crypto/rand"
	"encoding/binary"
	"slices"

	"passerby/net/session"
)

// way is a way down the tree of shards: the first bit, counted from the
// highest, tells which child of the root it takes, and so on for maxLevel
// levels. The lowest bits have no meaning.
type way uint16

// wayOf returns the way of somebody who goes down to a level, and whose first
// interest has this tag, or who has none. Its first bits are those of the tag,
// so that people with one interest are near each other; those of the last levels
// and below are drawn by lot, so that no interest is so common that its shards
// are crowded. Whoever is above them all is heard by all of them.
func wayOf(own []session.Tag, level int) way {
	var lot [2]byte
	rand.Read(lot[:]) // never fails: crypto/rand ends the program instead
	w := way(binary.BigEndian.Uint16(lot[:]))
	bits := min(level-spreadLevels, interestLevels)
	if len(own) == 0 || bits <= 0 {
		return w
	}
	rest := way(1)<<(16-bits) - 1
	return way(binary.BigEndian.Uint16(own[0][:]))&^rest | w&rest
}

// node returns the shard at a level of the way: level 0 is the root, which is
// written 0, and shard n has the children 2n and 2n+1, where the root counts
// as 1.
func (w way) node(level int) uint16 {
	if level <= 0 {
		return 0
	}
	return 1<<level | uint16(w)>>(16-level)
}

// isNode tells whether s is a shard.
func isNode(s uint16) bool { return s == 0 || s >= 2 && s < 2<<maxLevel }

// ascent returns the shards that a seeker at a level hears: its own, one below
// it, some above it, which those take who find nobody, and the root.
func (w way) ascent(level, deepest int) []uint16 {
	shards := []uint16{0}
	for l := min(level+1, deepest); l > max(level-maxAscent, 0); l-- {
		shards = append(shards, w.node(l))
	}
	return shards
}

// union returns the shards that are in a or in b, in order.
func union(a, b []uint16) []uint16 {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
