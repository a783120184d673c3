// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "slices"

// There are thousands of rules, and few of them have anything to do with a
// text. Most have, behind the words with which they begin, others that they
// cannot do without; a rule is tried only in texts that have one of those.

// need is a set of words: some, those with which phrases of lists begin, and
// perhaps any number. The zero value is of no use: nothing is known.
type need struct {
	number bool
	words  []wordID
	lists  []*phrase
}

func (n need) size() int {
	size := len(n.words)
	if n.number {
		size++
	}
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
		return []need{{words: []wordID{c.words.id(string(n))}}}
	case classNode:
		if n.numeric {
			return []need{{number: true}}
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
		lists, others := n.split(c.words)
		union := need{lists: lists}
		for _, of := range others {
			one := best(c.needs(of), false)
			if one.size() == 0 {
				return nil
			}
			union.number = union.number || one.number
			union.words = slices.Concat(union.words, one.words)
			union.lists = slices.Concat(union.lists, one.lists)
		}
		return []need{union}
	}
	return nil
}

// best returns the smallest of needs, with second not the first of them: a rule
// is only tried where that is met.
func best(needs []need, second bool) (found need) {
	least := 0
	for i, n := range needs {
		if i == 0 && second {
			continue
		}
		if size := n.size(); size > 0 && (least == 0 || size < least) {
			found, least = n, size
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
		if t.has.meets(&r.need) {
			w[r.number] = wants
		}
	}
	return w[r.number] == wants
}

// wordSet is the words of a text.
type wordSet struct {
	bits   []uint64
	words  []wordID // each once
	number bool     // there is a number among them
}

func newWordSet(vocabulary int) wordSet { return wordSet{bits: make([]uint64, vocabulary/64+1)} }

func (s *wordSet) add(w wordID) {
	if w > 0 && !s.has(w) {
		s.bits[w/64] |= 1 << (w % 64)
		s.words = append(s.words, w)
	}
}

func (s *wordSet) has(w wordID) bool { return s.bits[w/64]&(1<<(w%64)) != 0 }

// meets tells whether one of the words is needed. It asks for each of a need
// or for each of the text, whichever are fewer, so that neither long lists nor
// long texts make it slow.
func (s *wordSet) meets(n *need) bool {
	if n.size() == 0 || n.number && s.number || slices.ContainsFunc(n.words, s.has) {
		return true
	}
	for _, list := range n.lists {
		if len(list.next) <= len(s.words) {
			if slices.ContainsFunc(list.next, func(b branch) bool { return s.has(b.word) }) {
				return true
			}
			continue
		}
		for _, w := range s.words {
			if _, ok := list.search(w); ok {
				return true
			}
		}
	}
	return false
}
