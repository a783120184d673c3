// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

// class is a kind of word, or of words, that a rule asks for in braces.
type class struct {
	// fits returns how many tokens from at on belong to it, or -1.
	fits func(t *text, at int) int
	// width tells that it takes words, so that signs before them are passed.
	width bool
	// numeric tells that it takes a number, in figures or in words.
	numeric bool
	// answer tells that it asks for a question that was put before.
	answer bool
}

// maker makes a class of what is written behind its name.
type maker func(p *parser, args []string) (class, error)

// classes makes the classes by their names. They are:
//
//	{n 1 31}        a number in figures or words, within bounds
//	{age}           a number that can be an age and counts nothing else
//	{place}         a city, town or region
//	{place sure}    one whose name is no common word
//	{ending place a ya}
//	                one with one of these endings; {ending country ...} too
//	{country}       a country; {country sure} and {nationality sure} as above
//	{nationality}   a people
//	{given}         a given name; {given sure} one that is no common word
//	{cap}           a word with a capital letter
//	{id}            a user name: letters, digits, dots and dashes without a space
//	{id sure}       one that no word is: with a digit, a dot or a dash within
//	{at}            a user name behind an @ that begins it
//	{ends weg gasse} a word that ends so, and the dot after it
//	{run 1 4 stop}  words up to one of the list @stop
//	{word}          any word
//	{asked ask_age} nothing, where the other side has just asked for it
//	{postcode gb}   a postal code of one of the countries; of gb, ca or ie
//	                where none is named
//	{date}          a day and a month, in figures or by name, with a year or
//	                without
//	{date full}     one with a year
//	{pin}           4 to 8 digits, in one or two pieces or one by one
//	{token}         letters mixed with digits, signs or capitals, without a
//	                space, as passwords are
//	{secretword}    any 4 or more characters without a space
//	{stop}          the signs between two sentences: "birthday? 5th may"
//	{sign @}        a sign that stands for itself: "what is your @"
var classes map[string]maker

func init() {
	classes = map[string]maker{
		"n":           numeric(numberClass),
		"age":         numeric(ageClass),
		"place":       nameClass((*naming).isPlace),
		"country":     nameClass((*naming).isCountry),
		"nationality": nameClass((*naming).isPeople),
		"ending":      endingClass,
		"given":       sureOrNot(givenName),
		"cap": oneWord(func(t *text, at int) bool {
			r, _ := utf8.DecodeRuneInString(t.plain[t.tokens[at].start:])
			return unicode.IsUpper(r)
		}),
		"word":       oneWord(func(*text, int) bool { return true }),
		"id":         sureOrNot(userName),
		"at":         plainClass(atName),
		"ends":       endsClass,
		"run":        runClass,
		"asked":      askedClass,
		"postcode":   postcodeClass,
		"date":       dateClass,
		"pin":        plainClass(pinClass),
		"token":      plainClass(mixedClass),
		"secretword": plainClass(secretClass),
		"stop":       plainClass(stopClass),
		"sign":       signClass,
	}
}

func bounds(args []string) (int, int, error) {
	if len(args) < 2 {
		return 0, 0, fmt.Errorf("two bounds are missing")
	}
	low, err := strconv.Atoi(args[0])
	if err != nil {
		return 0, 0, err
	}
	high, err := strconv.Atoi(args[1])
	return low, high, err
}

// phraseWords is how many words the name of a place or a country can have.
const phraseWords = 5

// wordsFrom finds the words that follow each other from a token on, as far as a
// name can reach, and where each ends, and returns how many there are.
func (t *text) wordsFrom(at int, words *[phraseWords]string, ends *[phraseWords]int) int {
	n := 0
	for i := at; i < len(t.tokens) && n < phraseWords; i++ {
		switch tok := &t.tokens[i]; {
		case tok.kind == word:
			words[n], ends[n] = tok.text, i+1
			n++
			continue
		case tok.kind == mark && (tok.text == "-" || tok.text == "."):
			continue
		}
		break
	}
	return n
}

// sureOrNot makes a class that can be asked for what is no common word besides.
func sureOrNot(fits func(t *text, at int, sure bool) int) maker {
	return func(_ *parser, args []string) (class, error) {
		sure := len(args) > 0 && args[0] == "sure"
		return class{fits: func(t *text, at int) int { return fits(t, at, sure) }, width: true}, nil
	}
}

// nameClass makes a class of what the tables name.
func nameClass(is func(n *naming, sure bool) int) maker {
	return sureOrNot(func(t *text, at int, sure bool) int {
		if at < len(t.tokens) {
			if n := is(t.naming(at), sure); n > 0 {
				return n
			}
		}
		return -1
	})
}

// endingClass takes what the tables name with an ending of a case or of a
// person: antalyaya, آلمانم. What is left must be no common word.
func endingClass(_ *parser, args []string) (class, error) {
	if len(args) < 2 || args[0] != "place" && args[0] != "country" {
		return class{}, fmt.Errorf("place or country and the endings are missing")
	}
	var endings []string
	for _, a := range args[1:] {
		endings = append(endings, tokenise(newView(a).plain)[0].text)
	}
	named := func(words []string) bool {
		if args[0] == "country" {
			c, n, _ := tables.LongestCountry(words)
			return n == len(words) && !c.Demonym && !c.Ambiguous
		}
		p, n, _ := tables.LongestPlace(words)
		return n == len(words) && !p.Ambiguous
	}
	return class{fits: func(t *text, at int) int {
		var words [phraseWords]string
		var ends [phraseWords]int
		for n := t.wordsFrom(at, &words, &ends); n > 0; n-- {
			whole := words[n-1]
			for _, e := range endings {
				if stem, ok := strings.CutSuffix(whole, e); ok && len(stem) >= minStem {
					if words[n-1] = stem; named(words[:n]) {
						return ends[n-1] - at
					}
				}
			}
			words[n-1] = whole
		}
		return -1
	}, width: true}, nil
}

// minStem is how many bytes of a name an ending must leave.
const minStem = 4

func plainClass(fits func(*text, int) int) maker {
	return func(*parser, []string) (class, error) { return class{fits: fits, width: true}, nil }
}

func oneWord(is func(*text, int) bool) maker {
	return plainClass(func(t *text, at int) int {
		if at < len(t.tokens) && t.tokens[at].kind == word && is(t, at) {
			return 1
		}
		return -1
	})
}

// numeric marks a class as one of numbers.
func numeric(of maker) maker {
	return func(p *parser, args []string) (class, error) {
		c, err := of(p, args)
		c.numeric = true
		return c, err
	}
}

func numberClass(_ *parser, args []string) (class, error) {
	low, high, err := bounds(args)
	return class{fits: func(t *text, at int) int {
		if n, length := t.number(at); length > 0 && low <= n && n <= high {
			return length
		}
		return -1
	}, width: true}, err
}

// userName takes what people use as names on services; a sure one is in more
// than one piece.
func userName(t *text, at int, sure bool) int {
	n, letters, size := 0, 0, 0
	if t.goesOn(at) {
		return -1
	}
	for i := at; i < len(t.tokens); i++ {
		tok := t.tokens[i]
		if i > at && !tok.glued {
			break
		}
		if tok.kind == word {
			if t.han(i) {
				break
			}
			letters++
		} else if tok.kind != number && tok.text != "." && tok.text != "_" && tok.text != "-" {
			break
		}
		if size += tok.end - tok.start; size > 40 {
			return -1
		}
		if tok.kind <= number || tok.text == "_" {
			n = i + 1 - at
		}
	}
	if letters == 0 || size < 3 || sure && n == 1 {
		return -1
	}
	return n
}

// givenName takes a given name; a sure one is no common word.
func givenName(t *text, at int, sure bool) int {
	is := tables.GivenName
	if sure {
		is = tables.PlainName
	}
	if at < len(t.tokens) && t.tokens[at].kind == word && is(t.tokens[at].text) {
		return 1
	}
	return -1
}

// atName takes the user name of "@joe", which the @ of a mail address is no
// part of.
func atName(t *text, at int) int {
	if at == 0 || at >= len(t.tokens) || !t.tokens[at].glued || t.tokens[at-1].text != "@" || t.tokens[at-1].glued {
		return -1
	}
	n := userName(t, at, false)
	if end := at + n; n > 0 && end < len(t.tokens) && t.tokens[end].glued && t.tokens[end].text == "@" {
		return -1
	}
	return n
}

// stopClass takes the signs that end a sentence, where another follows on the
// same line.
func stopClass(t *text, at int) int {
	n := 0
	for at+n < len(t.tokens) && t.tokens[at+n].kind == stop {
		if strings.ContainsAny(t.tokens[at+n].text, "\n\r") {
			return -1
		}
		n++
	}
	if n == 0 || at+n == len(t.tokens) {
		return -1
	}
	return n
}

// signClass takes one sign.
func signClass(_ *parser, args []string) (class, error) {
	if len(args) != 1 {
		return class{}, fmt.Errorf("one sign is asked for")
	}
	return class{fits: func(t *text, at int) int {
		if at < len(t.tokens) && t.tokens[at].kind == mark && t.tokens[at].text == args[0] {
			return 1
		}
		return -1
	}}, nil
}

// endsClass takes what languages that write compounds in one word end them
// with. The dot is that of "Hauptstr. 5".
func endsClass(_ *parser, args []string) (class, error) {
	if len(args) == 0 {
		return class{}, fmt.Errorf("the endings are missing")
	}
	var endings []string
	for _, a := range args {
		for _, t := range tokenise(newView(a).plain) {
			endings = append(endings, t.text)
		}
		for _, t := range tokenise(newView(umlauts.Replace(a)).plain) {
			endings = append(endings, t.text)
		}
	}
	return class{fits: func(t *text, at int) int {
		if at >= len(t.tokens) || t.tokens[at].kind != word {
			return -1
		}
		if !slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(t.tokens[at].text, e) }) {
			return -1
		}
		if at+2 < len(t.tokens) && t.tokens[at+1].text == "." && t.tokens[at+2].kind == number {
			return 2
		}
		return 1
	}, width: true}, nil
}

func runClass(p *parser, args []string) (class, error) {
	low, high, err := bounds(args)
	if err != nil {
		return class{}, err
	}
	if len(args) < 3 {
		return class{}, fmt.Errorf("the list of words that end it is missing")
	}
	list, ok := p.macros[args[2]]
	if !ok {
		return class{}, fmt.Errorf("no list is called @%s", args[2])
	}
	ending := map[string]bool{}
	for _, n := range flatten(list) {
		if words, ok := literal(nil, n); ok && len(words) == 1 {
			ending[words[0]] = true
		}
	}
	return class{fits: func(t *text, at int) int {
		n := 0
		i := at
		for ; i < len(t.tokens) && n < high; i++ {
			tok := t.tokens[i]
			if tok.kind == mark && tok.text != "," && (tok.glued || i+1 < len(t.tokens) && t.tokens[i+1].glued) && n > 0 {
				continue
			}
			if tok.kind != word || ending[tok.text] {
				break
			}
			n++
		}
		if n < low {
			return -1
		}
		for i > at && t.tokens[i-1].kind != word {
			i--
		}
		return i - at
	}, width: true}, nil
}

func askedClass(_ *parser, args []string) (class, error) {
	if len(args) != 1 || Category(args[0]).Tier() != Probe {
		return class{}, fmt.Errorf("the name of a probe is missing")
	}
	asked := Category(args[0])
	return class{fits: func(t *text, at int) int {
		if t.asked[asked] {
			return 0
		}
		return -1
	}, answer: true}, nil
}

// joins tells whether a token goes on with the one before without a space, both
// being words or numbers.
func (t *text) joins(at int) bool {
	return at > 0 && at < len(t.tokens) && t.tokens[at].glued && t.tokens[at].kind <= number && t.tokens[at-1].kind <= number
}

// goesOn tells whether a token joins the one before in writing that has spaces
// between words, so that nothing of its own begins there.
func (t *text) goesOn(at int) bool { return t.joins(at) && !t.han(at-1) }

// underscored tells whether a token stands right behind an underscore, as in a
// user name.
func (t *text) underscored(at int) bool {
	return at > 0 && t.tokens[at].glued && t.tokens[at-1].text == "_"
}

// withinCode tells whether the number is a piece of letters and digits that run
// on, as in a hash. One letter before it or behind it is none: m22, 19f; nor is
// what is looked for: 19f4m.
func (t *text) withinCode(at, length int) bool {
	if t.tokens[at].kind == number && t.tokens[at].end-t.tokens[at].start > 2 {
		return true
	}
	if t.joins(at) && (t.joins(at-1) || t.tokens[at-1].kind == number) && t.tokens[at-1].text[0] < utf8.RuneSelf {
		return true
	}
	letter := at + length
	more := letter + 1
	if t.tokens[at].kind != number || !t.joins(letter) || !t.joins(more) || t.tokens[letter].kind != word || t.tokens[more].kind != number {
		return false
	}
	sex := t.tokens[letter].text == "m" || t.tokens[letter].text == "f"
	return !sex || t.joins(more+1) && t.tokens[more+1].kind == word && t.tokens[more].value != 4
}

// isMale tells whether the token is the m of "22m", which is no metre.
func (t *text) isMale(at int) bool {
	return t.tokens[at].text == "m" && t.tokens[at].glued
}

func ageClass(p *parser, _ []string) (class, error) {
	units := map[string]bool{}
	if n, ok := p.macros["unit"]; ok {
		for _, of := range flatten(n) {
			if words, ok := literal(nil, of); ok {
				units[words[0]] = true
			}
		}
	}
	return class{fits: func(t *text, at int) int {
		n, length := t.number(at)
		if length == 0 || n < 10 || n > 99 || t.partOfNumber(at, length) || t.withinCode(at, length) {
			return -1
		}
		if next := at + length; next < len(t.tokens) && t.tokens[next].kind == word && units[t.tokens[next].text] && !t.isMale(next) {
			return -1
		}
		return length
	}, width: true}, nil
}

// partOfNumber tells whether the number is glued to signs that make it a
// price, a share, a time, a date or a score.
func (t *text) partOfNumber(at, length int) bool {
	if at > 0 && t.tokens[at].glued {
		switch t.tokens[at-1].text {
		case "$", "€", "£", "¥", "₹", "#", ".", ":", "+", "=", "@", "₽":
			return true
		case "-":
			if at == 1 || !t.tokens[at-1].glued {
				return true // below zero
			}
			fallthrough
		case "/", ",":
			if at > 1 && t.tokens[at-1].glued && t.tokens[at-2].kind == number {
				return true
			}
		}
	}
	end := at + length
	if end >= len(t.tokens) || !t.tokens[end].glued {
		return false
	}
	switch t.tokens[end].text {
	case "%", "$", "€", "£", "°", "₹", "₽", "+":
		return true
	case ":", ".", "/", "-", ",":
		return end+1 < len(t.tokens) && t.tokens[end+1].glued && t.tokens[end+1].kind == number
	}
	return false
}
