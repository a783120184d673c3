// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"math"
	"strings"

	"passerby/app/guard/tables"
)

// leads is the surprisal of what belongs to one person alone.
const leads = 32.0

// typical are bits for findings about which the tables say nothing closer.
// They are estimates; a full date of birth, a postcode and a gender are enough
// for 63 to 87 of 100 people in the United States (Sweeney 2000, Golle 2006).
var typical = map[Category]float64{
	Card: leads, IBAN: leads, NationalID: leads,
	Email: leads, Phone: leads, Handle: leads, Address: leads, Coordinates: leads, IPAddress: leads,
	URL: 10, Postcode: 18, BirthDate: 8.5, Name: 9, Workplace: 15, School: 14,
	Age: 6.3, Gender: 1, City: 13, Country: 7, Job: 7, Nationality: 7, Family: 2, Health: 6, Orientation: 3, Religion: 3, Income: 4, Travel: 6,
}

// bits returns how much a finding narrows down who the writer is, as far as
// our tables tell.
func bits(t *text, c candidate) float64 {
	if share := shareOf(t, c); share > 0 {
		return -math.Log2(share)
	}
	return typical[c.category]
}

// shareOf returns the share of the world's people of whom the finding is true,
// or 0 if the tables do not say.
func shareOf(t *text, c candidate) float64 {
	from, to := t.within(c)
	switch c.category {
	case Age:
		for at := from; at < to; at++ {
			n, length := t.number(at)
			switch {
			case length == 0:
			case n < tables.OldestAge && at+length < to && strings.HasPrefix(t.tokens[at+length].text, "s"), n >= 20 && n%10 == 0 && at > from:
				return tables.AgeRangeShare(n, n+9) // "my 20s"
			case n <= tables.OldestAge:
				return tables.AgeShare(n)
			}
		}
	case BirthDate:
		if yearIn(t, c) != "" {
			return 1 / (366 * 80.)
		}
	case City:
		for at := from; at < to; at++ {
			if n := t.naming(at); n.places > 0 {
				return tables.PeopleShare(n.place.Population)
			}
		}
	case Country, Nationality:
		for at := from; at < to; at++ {
			if n := t.naming(at); n.countries > 0 {
				return tables.PeopleShare(n.country.Population)
			}
		}
	case Gender:
		return sharedBy(t, from, to, tables.Gender)
	case Job:
		return sharedBy(t, from, to, tables.Job)
	case Religion:
		return sharedBy(t, from, to, tables.Religion)
	case Orientation:
		return sharedBy(t, from, to, tables.Orientation)
	case Health:
		return sharedBy(t, from, to, tables.Health)
	case Family:
		return sharedBy(t, from, to, tables.Family)
	}
	return 0
}

// keyWords is how many words a key of the tables of shares can have.
const keyWords = 3

// sharedBy returns the share of the longest of the words that the tables know, or
// 0.
func sharedBy(t *text, from, to int, trait tables.Trait) float64 {
	for size := min(keyWords, to-from); size > 0; size-- {
		for at := from; at+size <= to; at++ {
			words := make([]string, size)
			for i := range words {
				words[i] = t.tokens[at+i].text
			}
			if share, ok := tables.Share(trait, strings.Join(words, "_")); ok {
				return share
			}
		}
	}
	return 0
}
