// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/names.txt.gz
var namesFile []byte

// The names stand one a line, with a "!" before those that are also words.
var loadNames = sync.OnceValue(func() *index {
	text := inflate(namesFile)
	keys := make([]key, 0, strings.Count(text, "\n"))
	for start := 0; start < len(text); {
		size := strings.IndexByte(text[start:], '\n')
		keys = appendKeys(keys, text[start:start+size], start, 0)
		start += size + 1
	}
	return newIndex(text, keys)
})

// GivenName reports whether the word, folded, is a common given name somewhere
// in the world. Many are also everyday words ("rose", "grace", "sol"), so a name
// alone shows nothing; see PlainName. It is safe for concurrent use.
func GivenName(word string) bool {
	_, n := loadNames().longest([]string{word})
	return n == 1
}

// PlainName reports whether the word, folded, is a given name and no frequent
// word of the languages that Passerby reads: "emma", and not "rose".
func PlainName(word string) bool {
	flags, n := loadNames().longest([]string{word})
	return n == 1 && flags&flagAmbiguous == 0
}
