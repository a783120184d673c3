// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"fmt"
	"strings"

	"passerby/app/guard/tables"
)

// about says "about so much" in the languages of the rules.
var about = map[string]string{
	"common": "about %d", "en": "about %d", "es": "unos %d", "de": "etwa %d", "fr": "environ %d", "pt": "uns %d", "ru": "около %d",
	"tr": "yaklaşık %d", "hi": "करीब %d", "fa": "حدود %d", "zh": "大约%d", "it": "circa %d", "nl": "ongeveer %d", "pl": "około %d",
}

// teenager says that one is between thirteen and nineteen, for those who should
// not say more.
var teenager = map[string]string{"common": "a teenager", "en": "a teenager"}

// softer returns what could stand in place of a finding and give away less, or
// "" where nothing of that kind is known.
func softer(t *text, c candidate) string {
	switch c.category {
	case Age:
		return softerAge(t, c)
	case BirthDate:
		return yearIn(t, c)
	case City, Address:
		if c.language == "en" || c.language == "common" || c.language == "" {
			return countryOf(t, c)
		}
	case Workplace:
		return map[string]string{"en": "a company", "es": "una empresa", "fr": "une entreprise", "pt": "uma empresa"}[c.language]
	case School:
		return softerSchool(t, c)
	}
	return ""
}

// softerAge rounds an age to fives and a year of birth to tens.
func softerAge(t *text, c candidate) string {
	from, to := t.within(c)
	for at := from; at < to; at++ {
		n, length := t.number(at)
		form, ok := about[c.language]
		switch {
		case length == 0 || !ok:
		case 13 <= n && n < 18 && teenager[c.language] != "":
			return teenager[c.language]
		case n < 100:
			return spaced(t, c, fmt.Sprintf(form, (n+2)/5*5))
		case 1900 <= n && n < 2100:
			return fmt.Sprintf(form, (n+5)/10*10)
		}
	}
	return ""
}

// spaced keeps a letter that was glued to the words ("19f") apart from what
// replaces them.
func spaced(t *text, c candidate, s string) string {
	if _, to := t.within(c); to < len(t.tokens) && t.tokens[to].glued && t.tokens[to].kind == word {
		return s + " "
	}
	return s
}

// within returns the tokens of a candidate.
func (t *text) within(c candidate) (from, to int) {
	from = t.tokenAt(c.start)
	to = from
	for to < len(t.tokens) && t.tokens[to].end <= c.end {
		to++
	}
	return from, to
}

// yearIn returns the year of a full date.
func yearIn(t *text, c candidate) string {
	from, to := t.within(c)
	for _, tok := range t.tokens[from:to] {
		if tok.kind == number && 1900 <= tok.value && tok.value < 2100 {
			return tok.text
		}
	}
	return ""
}

// countryOf returns the country of a town, or of the town that an address
// names last.
func countryOf(t *text, c candidate) string {
	from, to := t.within(c)
	if c.category == Address {
		to = min(to+phraseWords, len(t.tokens))
	}
	country := ""
	for at := from; at < to; at++ {
		if n := t.naming(at); n.places > 0 && (c.category == City || !n.place.Ambiguous) {
			if found, ok := tables.CountryByCode(n.place.Country); ok {
				country = withArticle(found)
			}
			at += n.places - 1
			if c.category == City {
				break
			}
		}
	}
	return country
}

// withArticle names a country as one says it after "from" and "in".
func withArticle(c tables.Country) string {
	switch c.Code {
	case "GB":
		return "the UK"
	case "US":
		return "the US"
	case "AE":
		return "the Emirates"
	case "NL", "PH", "DO", "CZ", "CF", "BS", "MV", "GM", "CD", "CG", "SB", "KM", "SC":
		return "the " + strings.TrimPrefix(c.Name, "The ")
	}
	return c.Name
}

func softerSchool(t *text, c candidate) string {
	if c.language != "en" {
		return ""
	}
	from, to := t.within(c)
	for _, tok := range t.tokens[from:to] {
		if strings.HasPrefix(tok.text, "uni") || tok.text == "college" {
			return "a university"
		}
	}
	return "a school"
}
