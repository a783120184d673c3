// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/names.txt.gz
var namesFile []byte

var loadNames = sync.OnceValue(func() *index {
	text := inflate(namesFile)
	keys := make([]key, 0, strings.Count(text, "\n"))
	for start := 0; start < len(text); {
		size := strings.IndexByte(text[start:], '\n')
		//nolint:gosec // a table is far smaller than 4 GiB
		keys = append(keys, key{start: uint32(start), size: uint32(size)})
		start += size + 1
	}
	return newIndex(text, keys)
})

// GivenName reports whether the word, folded, is a common given name somewhere
// in the world. Many are also everyday words ("will", "rose", "grace"), so a
// name alone shows nothing. It is safe for concurrent use.
func GivenName(word string) bool {
	_, n := loadNames().longest([]string{word})
	return n == 1
}
