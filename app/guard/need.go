// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "maps"

// There are thousands of rules, and few of them have anything to do with a
// text. Most have, behind the words with which they begin, others that they
// cannot do without; a rule is tried only in texts that have one of those.

// aNumber stands among the words of a need for any number.
const aNumber = 0

// needs returns sets of words: whatever fits the node has a word of each.
func (c *compiler) needs(n node) []map[int]bool {
	switch n := n.(type) {
	case wordNode:
		return []map[int]bool{{c.words.id(string(n)): true}}
	case classNode:
		if n.numeric {
			return []map[int]bool{{aNumber: true}}
		}
	case captureNode:
		return c.needs(n.of)
	case sequenceNode:
		var all []map[int]bool
		for _, of := range n {
			all = append(all, c.needs(of)...)
		}
		return all
	case choiceNode:
		union := map[int]bool{}
		for _, of := range n {
			smallest := least(c.needs(of), nil)
			if smallest == nil {
				return nil
			}
			maps.Copy(union, smallest)
		}
		return []map[int]bool{union}
	}
	return nil
}

// least returns the smallest of the sets but for one, or nil if there is none.
func least(sets []map[int]bool, but map[int]bool) map[int]bool {
	var found map[int]bool
	for _, set := range sets {
		if (found == nil || len(set) < len(found)) && !maps.Equal(set, but) {
			found = set
		}
	}
	return found
}

// wanted says of each rule whether a text has what it needs, once it was asked.
type wanted []uint8

const (
	unknown uint8 = iota
	wants
	spurns
)

// wants tells whether the rule can fit anywhere in the text.
func (t *text) wants(r *rule, w wanted) bool {
	if w[r.number] == unknown {
		w[r.number] = spurns
		if s := scripts[r.language]; (s == 0 || t.scripts&s != 0) && t.has(r.need) {
			w[r.number] = wants
		}
	}
	return w[r.number] == wants
}

// has tells whether a word of the set is in the text; of no set, every text has
// one.
func (t *text) has(set map[int]bool) bool {
	if set == nil || set[aNumber] && t.numbers {
		return true
	}
	for id := range t.vocabulary {
		if id != aNumber && set[id] {
			return true
		}
	}
	return false
}
