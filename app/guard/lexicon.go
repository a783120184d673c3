// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

// naming is what the tables call by the words that begin at a token.
type naming struct {
	known   bool // looked up already
	place   tables.Place
	country tables.CountryMatch
	// places and countries are the tokens that the names take, 0 where there is
	// none.
	places, countries int
}

// naming looks up, once, what the words from a token on name.
func (t *text) naming(at int) *naming {
	if t.namings == nil {
		t.namings = make([]naming, len(t.tokens))
	}
	n := &t.namings[at]
	if n.known {
		return n
	}
	n.known = true
	var words [phraseWords]string
	var ends [phraseWords]int
	count := t.wordsFrom(at, &words, &ends)
	if count == 0 {
		return n
	}
	place, places := longestPlace(words[:count])
	country, countries := longestCountry(words[:count])
	if places == 0 && countries == 0 && t.ids[at] == 0 {
		// Another last letter is another word: uruguay, uruguayo.
		if meant := largePlaces().meant(words[0]); meant.id > 0 && lastByte(meant.word) == lastByte(words[0]) {
			words[0] = meant.word
			place, places = longestPlace(words[:1])
			country, countries = longestCountry(words[:1])
		}
	}
	n.place, n.country = place, country
	if places > 0 {
		n.places = ends[places-1] - at
	}
	if countries > 0 {
		n.countries = ends[countries-1] - at
	}
	return n
}

func lastByte(s string) byte { return s[len(s)-1] }

// large is how many people a place has whose name is known when it is misspelt.
const large = 200_000

// largePlaces knows the names of countries and of large places.
var largePlaces = sync.OnceValue(func() *speller {
	names := vocabulary{}
	for _, name := range tables.LargePlaces(large) {
		names.id(name)
	}
	for _, c := range tables.Countries() {
		names.id(tables.Fold(c.Name))
	}
	return newSpeller(names)
})

// isPlace returns how many tokens name a place, and no country; with sure,
// only if nothing else is called so.
func (n *naming) isPlace(sure bool) int {
	if !n.country.Demonym && n.countries >= n.places || sure && n.place.Ambiguous {
		return 0
	}
	return n.places
}

// isCountry returns how many tokens name a country, and not a place with a
// longer name ("mexico city").
func (n *naming) isCountry(sure bool) int {
	if n.country.Demonym || n.places > n.countries || sure && n.country.Ambiguous {
		return 0
	}
	return n.countries
}

// isPeople returns how many tokens name those who come from a country.
func (n *naming) isPeople(sure bool) int {
	if !n.country.Demonym || sure && n.country.Ambiguous {
		return 0
	}
	return n.countries
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
