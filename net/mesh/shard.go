// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"math/bits"
	"strconv"
	"strings"
)

// Root is the shard of a network that has none: the one topic that everybody
// is in.
const Root uint16 = 0

// validShard tells whether s is the root or a node below it. Shards are the
// nodes of a binary tree in heap order: 1 is the top, which is written as
// [Root], and n has the children 2n and 2n+1.
func validShard(s uint16) bool { return s == Root || (s >= 2 && s <= maxShard) }

// nearness is how many levels two shards have in common below the top: as many
// as the deepest node is deep that is above both, or is one of them. What is
// nearer to a shard is more likely to know its members.
func nearness(a, b uint16) int {
	a, b = max(a, 1), max(b, 1)
	la, lb := bits.Len16(a), bits.Len16(b)
	if la > lb {
		a >>= la - lb
	} else {
		b >>= lb - la
	}
	return min(la, lb) - 1 - bits.Len16(a^b)
}

// closeness is how near one who is in a shard is to another: nearer than
// anybody is whoever is in that one itself. Below it there may be many more,
// who know nobody there.
func closeness(in, to uint16) int {
	if in == to {
		return depth(to) + 1
	}
	return nearness(in, to)
}

// depth returns how many levels below the top a shard is.
func depth(s uint16) int { return bits.Len16(max(s, 1)) - 1 }

// under tells whether a shard is another or is below it.
func under(s, above uint16) bool { return nearness(s, above) == depth(above) }

// kin returns the shards that branch off on the way from the top to s: together
// they are all of the network but s.
func kin(s uint16) []uint16 {
	var all []uint16
	for ; s > 1; s /= 2 {
		all = append(all, s^1)
	}
	return all
}

// topicOf returns the topic of a shard, given that of the root.
func topicOf(root string, s uint16) string {
	if s == Root {
		return root
	}
	return root + "/" + strconv.Itoa(int(s))
}

// shardOf is the reverse of topicOf.
func shardOf(root, topic string) (uint16, bool) {
	rest, ok := strings.CutPrefix(topic, root)
	if !ok || rest == "" {
		return Root, ok
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(rest, "/"), 10, 16)
	s := uint16(n)
	// One shard has one name: "/02" would be another topic.
	if err != nil || s == Root || !validShard(s) || topicOf(root, s) != topic {
		return Root, false
	}
	return s, true
}
