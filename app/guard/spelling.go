// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"cmp"
	"hash/maphash"
	"slices"
	"unicode/utf8"
)

// speller finds the word that was meant by one that no rule names: one with a
// letter too many, too few, changed, or swapped with its neighbour. It keeps
// what is left of each word when one of its letters is taken out, since two
// such words then meet (the method is known as SymSpell).
type speller struct {
	seed  maphash.Seed
	words []spelt
	// rests are what is left of words, in the order of their hashes.
	rests []rest
}

// spelt is a word and its number in the vocabulary, in which two that are the
// same word can have one.
type spelt struct {
	word string
	id   wordID
}

// rest stands for what is left of a word without one of its letters: half of
// it is a hash of that, the other half the place of the word. Two that differ
// may have one hash: near tells.
type rest uint64

func (r rest) hash() uint32 { return uint32(r >> 32) } //nolint:gosec // that half
func (r rest) word() uint32 { return uint32(r) }       //nolint:gosec // the other half

// minSpelt is the length of the shortest word that is corrected, in letters:
// short words are too near to each other.
const minSpelt = 7

// maxSpelt is that of the longest.
const maxSpelt = 24

func newSpeller(v vocabulary) *speller {
	s := &speller{seed: maphash.MakeSeed()}
	for w, id := range v {
		if n := utf8.RuneCountInString(w); minSpelt <= n && n <= maxSpelt {
			s.words = append(s.words, spelt{w, id})
		}
	}
	slices.SortFunc(s.words, func(a, b spelt) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.word, b.word)) })
	letters := 0
	for _, w := range s.words {
		letters += utf8.RuneCountInString(w.word)
	}
	s.rests = make([]rest, 0, letters)
	for i, w := range s.words {
		s.each([]rune(w.word), func(hash uint32) {
			s.rests = append(s.rests, rest(hash)<<32|rest(i)) //nolint:gosec // there are far fewer words
		})
	}
	slices.Sort(s.rests)
	return s
}

// each calls f with a hash of the word and of what is left without each of its
// letters but the first, which people get right.
func (s *speller) each(letters []rune, f func(uint32)) {
	var buffer [4 * maxSpelt]byte
	whole := []byte(string(letters))
	hash := func(b []byte) { f(uint32(maphash.Bytes(s.seed, b))) } //nolint:gosec // half a hash will do
	hash(whole)
	at := len(string(letters[0]))
	for i := 1; i < len(letters); i++ {
		n := len(string(letters[i]))
		hash(append(append(buffer[:0], whole[:at]...), whole[at+n:]...))
		at += n
	}
}

// meant returns the word that was meant, and its number, or 0.
func (s *speller) meant(word string) (found spelt) {
	if n := utf8.RuneCountInString(word); n < minSpelt || n > maxSpelt {
		return found
	}
	letters := []rune(word)
	s.each(letters, func(hash uint32) {
		i, _ := slices.BinarySearchFunc(s.rests, hash, func(r rest, hash uint32) int { return cmp.Compare(r.hash(), hash) })
		for ; found.id == 0 && i < len(s.rests) && s.rests[i].hash() == hash; i++ {
			if w := s.words[s.rests[i].word()]; near(letters, []rune(w.word)) {
				found = w
			}
		}
	})
	return found
}

// near tells whether one letter was added, left out, changed or swapped.
func near(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	switch left := len(b) - i - j; {
	case left <= 1:
		// Another last letter is another word: trabajo, trabaja.
		return len(a) != len(b) || j > 0
	case left == 2 && len(a) == len(b):
		return a[i] == b[i+1] && a[i+1] == b[i]
	}
	return false
}
