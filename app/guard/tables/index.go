// SPDX-License-Identifier: GPL-3.0-or-later

package tables

// maxWords is how many words the longest name in a table may have; the words
// after it are never looked at, so a lookup's time has a bound whatever the
// message. "San Fernando del Valle de Catamarca" has six.
const maxWords = 6

// index finds the longest key that a list of words begins with. It is a hash
// table with open addressing over keys that stay in the text that they were
// read from: 200,000 names cost some 4 MB beside that text, and nothing for
// the collector to walk through. Its keys come from the tables we ship, so
// nobody who writes messages can choose them to collide.
//
// It is never changed after newIndex, so any number of goroutines may use it.
type index struct {
	text   string
	keys   []key
	slots  []uint32 // 1 + the key's number; 0 is free
	first  []uint64 // a bit for each hash of a key's first word
	maxKey int      // bytes of the longest key
}

// key is a name's place in the text and what it stands for. Value is the
// entry's number shifted left by two; the low bits are the flags below.
type key struct {
	start uint32
	size  uint32
	value uint32
}

const (
	flagAmbiguous = 1 << iota
	flagDemonym
	flagBits = iota
)

// The filter of first words answers most lookups, which are of words that
// begin no name at all, from memory that stays in the processor's cache.
const filterBits = 1 << 19

// FNV-1a, which takes words one after another as well as all at once.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashBytes(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// mix spreads the entropy of FNV's high bits over the low ones that pick a
// slot.
func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// newIndex builds the table over text. Each key must be unique.
func newIndex(text string, keys []key) *index {
	size := 1
	for size < 2*len(keys) {
		size *= 2
	}
	x := &index{
		text:  text,
		keys:  keys,
		slots: make([]uint32, size),
		first: make([]uint64, filterBits/64),
	}
	mask := uint64(size - 1)
	for i, k := range keys {
		x.maxKey = max(x.maxKey, int(k.size))
		h, first := uint64(fnvOffset), true
		name := text[k.start : k.start+k.size]
		for j := range len(name) {
			if first && name[j] == ' ' {
				x.admit(h)
				first = false
			}
			h = (h ^ uint64(name[j])) * fnvPrime
		}
		if first {
			x.admit(h)
		}
		at := mix(h) & mask
		for x.slots[at] != 0 {
			at = (at + 1) & mask
		}
		x.slots[at] = uint32(i) + 1 //nolint:gosec // tables hold far fewer than 2^32 keys
	}
	return x
}

func (x *index) admit(h uint64) {
	bit := mix(h) % filterBits
	x.first[bit/64] |= 1 << (bit % 64)
}

func (x *index) admits(h uint64) bool {
	bit := mix(h) % filterBits
	return x.first[bit/64]&(1<<(bit%64)) != 0
}

// longest returns the value of the longest key that words begin with, and how
// many of the words it takes; 0 if there is none.
func (x *index) longest(words []string) (value uint32, n int) {
	h := uint64(fnvOffset)
	size := 0
	for i, w := range words[:min(len(words), maxWords)] {
		if i > 0 {
			h = (h ^ ' ') * fnvPrime
			size++
		}
		size += len(w)
		if w == "" || size > x.maxKey {
			break
		}
		h = hashBytes(h, w)
		if i == 0 && !x.mayBegin(w, h) {
			break
		}
		if v, ok := x.find(h, words[:i+1], size); ok {
			value, n = v, i+1
		}
	}
	return value, n
}

// mayBegin asks the filter. A caller's "word" may hold a space (a hyphenated
// word, folded), and then its own first word counts.
func (x *index) mayBegin(w string, h uint64) bool {
	for i := range len(w) {
		if w[i] == ' ' {
			return x.admits(hashBytes(fnvOffset, w[:i]))
		}
	}
	return x.admits(h)
}

func (x *index) find(h uint64, words []string, size int) (uint32, bool) {
	mask := uint64(len(x.slots) - 1)
	for at := mix(h) & mask; x.slots[at] != 0; at = (at + 1) & mask {
		k := &x.keys[x.slots[at]-1]
		if int(k.size) == size && sameWords(x.text[k.start:k.start+k.size], words) {
			return k.value, true
		}
	}
	return 0, false
}

func sameWords(name string, words []string) bool {
	for i, w := range words {
		if i > 0 {
			name = name[1:] // sizes match, so a space or a mismatch is here
		}
		if name[:len(w)] != w {
			return false
		}
		name = name[len(w):]
		if i+1 < len(words) && name[0] != ' ' {
			return false
		}
	}
	return true
}

// longestPrefix is longest for writing without spaces: the longest key, of at
// least two characters, that s begins with, and its length in bytes.
func (x *index) longestPrefix(s string) (value uint32, n int) {
	h := uint64(fnvOffset)
	var one [1]string
	from, runes := 0, 0
	for i := range s {
		if i == 0 {
			continue
		}
		h = hashBytes(h, s[from:i])
		from = i
		runes++
		if i > x.maxKey || runes > maxHan {
			return value, n
		}
		if runes >= 2 {
			one[0] = s[:i]
			if v, ok := x.find(h, one[:], i); ok {
				value, n = v, i
			}
		}
	}
	if from < len(s) && len(s) <= x.maxKey && runes < maxHan {
		h = hashBytes(h, s[from:])
		one[0] = s
		if v, ok := x.find(h, one[:], len(s)); ok && runes >= 1 {
			value, n = v, len(s)
		}
	}
	return value, n
}

// maxHan is how many characters of a name without spaces are looked at.
const maxHan = 12
