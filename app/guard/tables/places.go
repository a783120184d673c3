// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	_ "embed"
	"strings"
	"sync"
)

// Kind says what sort of a place a Place is.
type Kind uint8

const (
	// City is a town, a city, or a named part of a city.
	City Kind = iota
	// Region is a part of a country: a state, a province, a county, an island.
	Region
)

// Place is a place of at least 15,000 people, or a region.
type Place struct {
	// Name is the name in use, as GeoNames writes it.
	Name string
	// Country is the ISO 3166 code of the country it lies in, in capitals.
	Country string
	// Population is people within its bounds, never 0.
	Population int
	// Kind tells cities from regions.
	Kind Kind
	// Ambiguous is about the name that was looked up, not about the place: the
	// same letters are also an everyday word in one of the languages that
	// Passerby reads, or a given name, or an abbreviation of something else
	// ("nice", "van", "sofia", "la"). They need more evidence than themselves.
	Ambiguous bool
}

//go:embed data/places.tsv.gz
var placesFile []byte

type placeTable struct {
	index  *index
	places []Place
}

var loadPlaces = sync.OnceValue(func() placeTable {
	t := readTable(placesFile)
	out := placeTable{index: t.index, places: make([]Place, len(t.rows))}
	for i, r := range t.rows {
		out.places[i] = Place{Name: r.name, Country: r.code, Population: r.population, Kind: r.kind}
	}
	return out
})

func (t placeTable) at(value uint32) Place {
	p := t.places[value>>flagBits]
	p.Ambiguous = value&flagAmbiguous != 0
	return p
}

// LongestPlace finds the longest name of a place that words begin with, and
// how many of the words it takes. The words must be folded (see Fold). Only the
// first six are looked at. Where places share a name it is the one with the most
// people. The forms that a name takes after "in" and "from" in Russian and in
// Turkish are names too ("москвы", "istanbulda").
//
// The first call decodes the table; it is safe for concurrent use.
func LongestPlace(words []string) (p Place, n int, ok bool) {
	t := loadPlaces()
	v, n := t.index.longest(words)
	if n == 0 {
		return Place{}, 0, false
	}
	return t.at(v), n, true
}

// PlacePrefix finds the longest name of a place that s begins with, and its
// length in bytes. It is for writing that puts no spaces between words; names
// of a single character are never found. s must be folded.
func PlacePrefix(s string) (p Place, size int, ok bool) {
	t := loadPlaces()
	v, size := t.index.longestPrefix(s)
	if size == 0 {
		return Place{}, 0, false
	}
	return t.at(v), size, true
}

// LargePlaces returns the names, folded, of the cities and regions of at least
// so many people, as far as they are one word. The slice is the caller's.
func LargePlaces(people int) []string {
	var names []string
	for _, p := range loadPlaces().places {
		if name := Fold(p.Name); p.Population >= people && !strings.Contains(name, " ") {
			names = append(names, name)
		}
	}
	return names
}
