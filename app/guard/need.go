// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"maps"
	"slices"
)

// There are thousands of rules, and few of them have anything to do with a
// text. Most have, behind the words with which they begin, others that they
// cannot do without; a rule is tried only in texts that have one of those.

// aNumber stands among the words of a need for any number.
const aNumber = 0

// need is a set of words: some, and those with which phrases of lists begin.
// The zero value is of no use: nothing is known.
type need struct {
	words map[int]bool
	lists []*phrase
}

func (n need) size() int {
	size := len(n.words)
	for _, list := range n.lists {
		size += len(list.next)
	}
	return size
}

// needs returns what a text must have, in the order of the node: of each need
// a word.
func (c *compiler) needs(n node) []need {
	switch n := n.(type) {
	case wordNode:
		return []need{{words: map[int]bool{c.words.id(string(n)): true}}}
	case classNode:
		if n.numeric {
			return []need{{words: map[int]bool{aNumber: true}}}
		}
	case captureNode:
		return c.needs(n.of)
	case sequenceNode:
		var all []need
		for _, of := range n {
			all = append(all, c.needs(of)...)
		}
		return all
	case *list:
		return c.needs(n.of)
	case choiceNode:
		lists, others := split(n, c.words)
		union := need{lists: lists, words: map[int]bool{}}
		for _, of := range others {
			one := best(c.needs(of), false)
			if one.size() == 0 {
				return nil
			}
			maps.Copy(union.words, one.words)
			union.lists = slices.Concat(union.lists, one.lists)
		}
		return []need{union}
	}
	return nil
}

// best returns the smallest of needs, with second not the first of them: a rule
// is only tried where that is met.
func best(needs []need, second bool) (found need) {
	for i, n := range needs {
		if i == 0 && second {
			continue
		}
		if size := n.size(); size > 0 && (found.size() == 0 || size < found.size()) {
			found = n
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
		if t.has(r.need) {
			w[r.number] = wants
		}
	}
	return w[r.number] == wants
}

// has tells whether the text has a word of the need.
func (t *text) has(n need) bool {
	if n.size() == 0 || n.words[aNumber] && t.numbers {
		return true
	}
	for id := range t.vocabulary {
		if id == aNumber {
			continue
		}
		if n.words[id] {
			return true
		}
		for _, list := range n.lists {
			if list.next[id] != nil {
				return true
			}
		}
	}
	return false
}
