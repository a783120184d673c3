// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	_ "embed"
	"sync"
)

// Country is a country or a territory of ISO 3166.
type Country struct {
	// Code is the two-letter code, in capitals.
	Code string
	// Name is the English name.
	Name string
	// Population is people, never 0 but for a handful of empty islands.
	Population int
}

// CountryMatch is how a country was named.
type CountryMatch struct {
	Country
	// Demonym is true where the word is for its people or its adjective
	// ("german", "brasileira", "турок") and not for the country.
	Demonym bool
	// Ambiguous is true where the same letters are also an everyday word or
	// a given name ("turkey", "us", "polish", "chad").
	Ambiguous bool
}

//go:embed data/countries.tsv.gz
var countriesFile []byte

type countryTable struct {
	index     *index
	countries []Country
	byCode    map[string]int
}

var loadCountries = sync.OnceValue(func() countryTable {
	t := readTable(countriesFile)
	out := countryTable{index: t.index, countries: make([]Country, len(t.rows)), byCode: make(map[string]int, len(t.rows))}
	for i, r := range t.rows {
		out.countries[i] = Country{Code: r.code, Name: r.name, Population: r.population}
		out.byCode[r.code] = i
	}
	return out
})

func (t countryTable) at(value uint32) CountryMatch {
	return CountryMatch{
		Country:   t.countries[value>>flagBits],
		Demonym:   value&flagDemonym != 0,
		Ambiguous: value&flagAmbiguous != 0,
	}
}

// LongestCountry finds the longest name of a country, or of its people, that
// words begin with, and how many of the words it takes. The words must be
// folded (see Fold). It is safe for concurrent use.
func LongestCountry(words []string) (c CountryMatch, n int, ok bool) {
	t := loadCountries()
	v, n := t.index.longest(words)
	if n == 0 {
		return CountryMatch{}, 0, false
	}
	return t.at(v), n, true
}

// CountryPrefix is PlacePrefix for countries.
func CountryPrefix(s string) (c CountryMatch, size int, ok bool) {
	t := loadCountries()
	v, size := t.index.longestPrefix(s)
	if size == 0 {
		return CountryMatch{}, 0, false
	}
	return t.at(v), size, true
}

// CountryByCode returns the country of a two-letter code in capitals, such as
// Place.Country.
func CountryByCode(code string) (Country, bool) {
	t := loadCountries()
	i, ok := t.byCode[code]
	if !ok {
		return Country{}, false
	}
	return t.countries[i], true
}

// Countries returns all of them, by code. The slice is the caller's.
func Countries() []Country {
	return append([]Country(nil), loadCountries().countries...)
}
