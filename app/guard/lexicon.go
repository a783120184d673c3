// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

// placeWords returns how many of the words name a place of the tables; with
// sure, only if nothing else is called so.
func placeWords(words []string, sure bool) int {
	if s := joined(words); s != "" {
		p, size, ok := tables.PlacePrefix(s)
		if !ok || sure && p.Ambiguous {
			return 0
		}
		return utf8.RuneCountInString(s[:size])
	}
	p, n, ok := tables.LongestPlace(words)
	if !ok || sure && p.Ambiguous {
		return 0
	}
	return n
}

// countryWords returns how many of the words name a country, or with people
// those who come from one; with sure, only if nothing else is called so.
func countryWords(words []string, people, sure bool) int {
	var (
		c  tables.CountryMatch
		n  int
		ok bool
	)
	if s := joined(words); s != "" {
		var size int
		c, size, ok = tables.CountryPrefix(s)
		n = utf8.RuneCountInString(s[:size])
	} else {
		c, n, ok = tables.LongestCountry(words)
	}
	if !ok || c.Demonym != people || sure && c.Ambiguous {
		return 0
	}
	return n
}

// joined puts Chinese characters, each of which is a word here, together
// again, or returns "" where the words do not begin with one.
func joined(words []string) string {
	n := 0
	for n < len(words) {
		if r, _ := utf8.DecodeRuneInString(words[n]); !unicode.Is(unicode.Han, r) {
			break
		}
		n++
	}
	return strings.Join(words[:n], "")
}
