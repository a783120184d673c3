// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

// placeWords returns how many of the words name a place of the tables, and no
// country; with sure, only if nothing else is called so.
func placeWords(words []string, sure bool) int {
	p, n := longestPlace(words)
	if c, countries := longestCountry(words); n == 0 || !c.Demonym && countries >= n || sure && p.Ambiguous {
		return 0
	}
	return n
}

// countryWords returns how many of the words name a country and not a place
// with a longer name ("mexico city"), or with people those who come from one;
// with sure, only if nothing else is called so.
func countryWords(words []string, people, sure bool) int {
	c, n := longestCountry(words)
	if n == 0 || c.Demonym != people || sure && c.Ambiguous {
		return 0
	}
	if _, places := longestPlace(words); !people && places > n {
		return 0
	}
	return n
}

func longestPlace(words []string) (tables.Place, int) {
	if s := joined(words); s != "" {
		p, size, _ := tables.PlacePrefix(s)
		return p, utf8.RuneCountInString(s[:size])
	}
	p, n, _ := tables.LongestPlace(words)
	return p, n
}

func longestCountry(words []string) (tables.CountryMatch, int) {
	if s := joined(words); s != "" {
		c, size, _ := tables.CountryPrefix(s)
		return c, utf8.RuneCountInString(s[:size])
	}
	c, n, _ := tables.LongestCountry(words)
	return c, n
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
