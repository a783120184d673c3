// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"slices"
	"strings"
)

// Crowd is how many people in the world fit what somebody has said, in orders
// of magnitude: more than that nobody can know.
type Crowd int

// The crowds, largest first.
const (
	Everyone Crowd = iota
	Millions
	Thousands
	Hundreds
	Handful
	JustYou
)

// String returns the crowd in words, without figures.
func (c Crowd) String() string {
	return [...]string{"everyone", "millions", "thousands", "hundreds", "a handful", "probably just you"}[c]
}

// people is how many there are, as a power of two (8.1e9, United Nations 2024).
const people = 32.9

// crowdOf returns the crowd that is left when so many bits are known.
func crowdOf(bits float64) Crowd {
	const decade = 3.3219 // bits
	switch left := people - bits; {
	case bits < 2:
		return Everyone
	case left > 6*decade:
		return Millions
	case left > 3*decade:
		return Thousands
	case left > 2*decade-decade/2: // tens are nearer to hundreds than to a handful
		return Hundreds
	case left > 1.5:
		return Handful
	}
	return JustYou
}

// Fact is something that was said and is counted.
type Fact struct {
	ID       int // for Meter.Drop
	Category Category
	// Words are the words in which it was said, or "" where they hold figures,
	// which the meter never shows.
	Words string
	// How says in words how much it narrows down.
	How string
}

// Meter adds up what one person has said in one conversation. The zero value
// has heard nothing. A Meter is never changed: its methods return another one.
type Meter struct {
	said []said
	next int
}

type said struct {
	Fact
	plain string // the words as the eye reads them, in small letters
	bits  float64
}

// maxFacts is how many facts a meter counts: more than anybody tells, or reads.
const maxFacts = 500

// Add returns the meter after a text with these findings was said. What was
// said before in the same words is not counted again, and of more than 500
// facts those that come first are.
func (m Meter) Add(text string, found []Finding) Meter {
	m.said = slices.Clip(m.said) // so that no two meters grow into one array
	for _, f := range found {
		if f.Bits <= 0 || len(m.said) == maxFacts {
			continue
		}
		words := text[f.Start:f.End]
		plain := strings.ToLower(newView(words).plain)
		if slices.ContainsFunc(m.said, func(s said) bool { return s.Category == f.Category && s.plain == plain }) {
			continue
		}
		if strings.ContainsAny(plain, "0123456789") {
			words = ""
		}
		m.said = append(m.said, said{Fact{m.next, f.Category, words, how(f)}, plain, f.Bits})
		m.next++
	}
	return m
}

// Drop returns the meter without a fact that was not about the writer.
func (m Meter) Drop(id int) Meter {
	m.said = slices.DeleteFunc(slices.Clone(m.said), func(s said) bool { return s.ID == id })
	return m
}

// Crowd returns how many people fit what was said. Of facts that depend on each
// other, such as a town and its country, only the one that says most is
// counted.
func (m Meter) Crowd() Crowd {
	most := map[int]float64{}
	for _, s := range m.said {
		group := groupOf(s.Category)
		most[group] = max(most[group], s.bits)
	}
	sum := 0.0
	for _, bits := range most {
		sum += bits
	}
	return crowdOf(sum)
}

// Facts returns what is counted, oldest first.
func (m Meter) Facts() []Fact {
	facts := make([]Fact, len(m.said))
	for i, s := range m.said {
		facts[i] = s.Fact
	}
	return facts
}

// groups are categories of which one mostly follows from another.
var groups = [][]Category{
	{Country, City, Nationality, Postcode, Address, Coordinates, IPAddress},
	{Age, BirthDate},
	{Job, Workplace, School, Income},
	{Religion},
	{Email, Phone, Handle, URL, Name, NationalID, Card, IBAN},
}

func groupOf(c Category) int {
	for i, g := range groups {
		if slices.Contains(g, c) {
			return i
		}
	}
	return len(groups) + slices.Index(byTier[Attribute], c)
}

// how says in words how much a finding narrows down.
func how(f Finding) string {
	switch {
	case f.Bits < 1.5:
		return "about half of all people share it"
	case f.Bits < 5:
		return "many people share it"
	case f.Bits < 9:
		return "some people in a hundred share it"
	case f.Bits < 16:
		return "few people share it"
	case f.Bits < 25:
		return "very few people share it"
	}
	return "it leads to you"
}
