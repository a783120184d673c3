// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// speller finds the word that was meant by one that no rule names: one with a
// letter too many, too few, changed, or swapped with its neighbour. It keeps
// what is left of each word when one of its letters is taken out, since two
// such words then meet (the method is known as SymSpell).
type speller struct {
	seed  maphash.Seed
	words []string // by number in the vocabulary
	// rests are what is left of words, in the order of their hashes.
	rests []rest
}

// rest stands for what is left of a word without one of its letters. Two that
// differ may have one hash: near tells.
type rest struct {
	hash uint32
	word int32 // its number in the vocabulary
}

// minSpelt is the length of the shortest word that is corrected, in letters:
// short words are too near to each other.
const minSpelt = 7

// maxSpelt is that of the longest.
const maxSpelt = 24

func newSpeller(v vocabulary) *speller {
	s := &speller{seed: maphash.MakeSeed(), words: make([]string, len(v)+1)}
	for w, id := range v {
		s.words[id] = w
		letters := []rune(w)
		if len(letters) < minSpelt || len(letters) > maxSpelt {
			continue
		}
		s.each(letters, func(hash uint32) {
			s.rests = append(s.rests, rest{hash, int32(id)}) //nolint:gosec // there are far fewer words
		})
	}
	slices.SortFunc(s.rests, func(a, b rest) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.word, b.word)) })
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

// meant returns the number of the word that was meant, or 0.
func (s *speller) meant(word string) int {
	letters := []rune(word)
	if len(letters) < minSpelt || len(letters) > maxSpelt {
		return 0
	}
	found := 0
	s.each(letters, func(hash uint32) {
		i, _ := slices.BinarySearchFunc(s.rests, hash, func(r rest, hash uint32) int { return cmp.Compare(r.hash, hash) })
		for ; found == 0 && i < len(s.rests) && s.rests[i].hash == hash; i++ {
			if near(letters, []rune(s.words[s.rests[i].word])) {
				found = int(s.rests[i].word)
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
