// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"slices"
	"sort"
)

// People introduce themselves in rows: "21, barber, kumasi". A field of a row
// says little by itself; it counts where the sentence says something else of
// its writer, or another field says how old they are.

// separators part the fields of a row.
var separators = map[string]bool{",": true, "/": true, "|": true, "-": true, "+": true, "\\": true, ">": true, "~": true, "and": true, "n": true, "&": true, "y": true, "und": true, "et": true, "e": true, "и": true}

// separates tells whether the token parts fields. A dash within a word does
// not.
func (t *text) separates(at int) bool {
	tok := t.tokens[at]
	if tok.text == "-" && tok.glued && at+1 < len(t.tokens) && t.tokens[at+1].glued {
		return false
	}
	return tok.kind == stop || separators[tok.text]
}

// isField tells whether tokens from start to end are a whole field.
func (t *text) isField(start, end int) bool {
	return t.fieldBegins(start) && t.fieldEnds(end)
}

func (t *text) fieldBegins(at int) bool { return t.begins(at, t.separates) }

func (t *text) fieldEnds(at int) bool {
	for ; at < len(t.tokens) && t.tokens[at].kind == mark; at++ {
		if t.separates(at) {
			return true
		}
	}
	return at >= len(t.tokens) || t.separates(at)
}

// aboutWriter are what tells that a sentence is about its writer.
var aboutWriter = map[Category]bool{
	Age: true, Gender: true, City: true, Country: true, Job: true, Name: true, Nationality: true, Family: true,
	BirthDate: true, Religion: true, Orientation: true, Health: true, Income: true, School: true, Workplace: true,
}

// rows drops the fields of rows that nothing speaks for.
func rows(t *text, all []candidate) []candidate {
	if !slices.ContainsFunc(all, func(c candidate) bool { return c.field }) {
		return all
	}
	// sentences are where they end, in plain.
	var sentences []int
	for _, tok := range t.tokens {
		if tok.kind == stop {
			sentences = append(sentences, tok.start)
		}
	}
	type evidence struct {
		said bool // something else is said of the writer
		age  bool // a field is an age
		// kinds are the categories of the fields.
		kinds map[Category]bool
	}
	of := map[int]*evidence{}
	sentence := func(at int) *evidence {
		i := sort.SearchInts(sentences, at)
		if of[i] == nil {
			of[i] = &evidence{kinds: map[Category]bool{}}
		}
		return of[i]
	}
	for _, c := range all {
		e := sentence(c.start)
		if !c.field {
			e.said = e.said || aboutWriter[c.category]
			continue
		}
		e.kinds[c.category] = true
		e.age = e.age || c.category == Age
	}
	return slices.DeleteFunc(all, func(c candidate) bool {
		e := sentence(c.start)
		counts := !c.field || e.said || e.age && len(e.kinds) > 1
		return !counts
	})
}
