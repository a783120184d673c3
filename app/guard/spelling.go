// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "hash/maphash"

// speller finds the word that was meant by one that no rule names: one with a
// letter too many, too few, changed, or swapped with its neighbour. It keeps
// what is left of each word when one of its letters is taken out, since two
// such words then meet (the method is known as SymSpell).
type speller struct {
	seed  maphash.Seed
	words []string // by number in the vocabulary
	// rests maps what is left of a word to the words it may come from.
	rests map[uint64][]int32
}

// minSpelt is the length of the shortest word that is corrected, in letters:
// short words are too near to each other.
const minSpelt = 7

// maxSpelt is that of the longest.
const maxSpelt = 24

func newSpeller(v vocabulary) *speller {
	s := &speller{seed: maphash.MakeSeed(), words: make([]string, len(v)+1), rests: map[uint64][]int32{}}
	for w, id := range v {
		s.words[id] = w
		letters := []rune(w)
		if len(letters) < minSpelt || len(letters) > maxSpelt {
			continue
		}
		s.each(letters, func(h uint64) {
			//nolint:gosec // there are far fewer words
			s.rests[h] = append(s.rests[h], int32(id))
		})
	}
	return s
}

// each calls f with a hash of the word and of what is left without each of its
// letters but the first, which people get right.
func (s *speller) each(letters []rune, f func(uint64)) {
	var buffer [4 * maxSpelt]byte
	whole := []byte(string(letters))
	f(maphash.Bytes(s.seed, whole))
	at := len(string(letters[0]))
	for i := 1; i < len(letters); i++ {
		n := len(string(letters[i]))
		rest := append(append(buffer[:0], whole[:at]...), whole[at+n:]...)
		f(maphash.Bytes(s.seed, rest))
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
	s.each(letters, func(h uint64) {
		for _, id := range s.rests[h] {
			if found == 0 && near(letters, []rune(s.words[id])) {
				found = int(id)
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
