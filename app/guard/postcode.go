// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"fmt"
	"strings"
)

// postcodeForms are the forms of postal codes by country, as the Universal
// Postal Union lists them: 9 is a digit, A a letter, X either of them, a space
// may be missing or a dash, and a dash must be there. Any other sign is
// itself.
var postcodeForms = map[string][]string{
	"gb": {"A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"},
	"ca": {"A9A 9A9"},
	"ie": {"A99 XXXX", "A9A XXXX"},
	"nl": {"9999 AA"},
	"us": {"99999-9999", "99999"},
	"de": {"99999"}, "fr": {"99999"}, "es": {"99999"}, "it": {"99999"}, "fi": {"99999"},
	"ua": {"99999"}, "tr": {"99999"}, "mx": {"99999"}, "kr": {"99999"}, "th": {"99999"},
	"hr": {"99999"}, "rs": {"99999"}, "id": {"99999"}, "my": {"99999"}, "eg": {"99999"},
	"pk": {"99999"}, "lt": {"99999"}, "ee": {"99999"}, "sa": {"99999"},
	"be": {"9999"}, "ch": {"9999"}, "at": {"9999"}, "dk": {"9999"}, "no": {"9999"},
	"au": {"9999"}, "nz": {"9999"}, "hu": {"9999"}, "za": {"9999"}, "bg": {"9999"}, "ph": {"9999"},
	"ar": {"A9999AAA", "9999"},
	"se": {"999 99"}, "cz": {"999 99"}, "sk": {"999 99"}, "gr": {"999 99"},
	"pl": {"99-999"}, "pt": {"9999-999"}, "br": {"99999-999", "99999999"},
	"jp": {"999-9999"}, "cl": {"999 9999"}, "il": {"9999999"},
	"in": {"999 999"}, "ru": {"999999"}, "cn": {"999999"}, "sg": {"999999"}, "ro": {"999999"},
	"co": {"999999"}, "kz": {"999999"}, "by": {"999999"}, "vn": {"999999"},
	"ir": {"99999 99999"},
}

// distinctPostcodes are the countries whose codes look like nothing else.
var distinctPostcodes = []string{"gb", "ca", "ie"}

// ukAreas are the letters that a British postcode can begin with.
var ukAreas = set(`AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC
	EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N
	NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR
	TS TW UB W WA WC WD WF WN WR WS WV YO ZE`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// postcodeClass takes postal codes of the countries that are named, or of
// those with an unmistakable form.
func postcodeClass(_ *parser, args []string) (class, error) {
	if len(args) == 0 {
		args = distinctPostcodes
	}
	for _, country := range args {
		if postcodeForms[country] == nil {
			return class{}, fmt.Errorf("no form of postcodes is known for %q", country)
		}
	}
	return class{fits: func(t *text, at int) int {
		if at >= len(t.tokens) || t.tokens[at].kind > number || t.partOfNumber(at, 1) && t.tokens[at].glued {
			return -1
		}
		start := t.tokens[at].start
		if start > 0 && alnum(t.plain[start-1]) {
			return -1
		}
		longest := -1
		for _, country := range args {
			for _, form := range postcodeForms[country] {
				n := formLength(t.plain[start:], form)
				if n < 0 || !postcodeHolds(country, strings.ToUpper(t.plain[start:start+n])) {
					continue
				}
				longest = max(longest, t.upTo(at, start+n))
			}
		}
		return longest
	}, width: true}, nil
}

// postcodeHolds checks what a form alone does not say.
func postcodeHolds(country, code string) bool {
	switch country {
	case "gb":
		letters := strings.IndexAny(code, "0123456789")
		return ukAreas[code[:letters]] && !strings.ContainsAny(code[len(code)-2:], "CIKMOV")
	case "ca":
		return !strings.ContainsAny(code, "DFIOQU") && code[0] != 'W' && code[0] != 'Z'
	case "ie":
		return !strings.ContainsAny(code, "BGIJLMOQSUZ") && strings.ContainsAny(code[len(code)-4:], "0123456789")
	case "es":
		return "01" <= code[:2] && code[:2] <= "52"
	case "nl":
		return code[0] != '0'
	case "in", "ru", "us", "de", "fr", "it":
		return strings.Trim(code, "0") != ""
	}
	return true
}

// formLength returns how many bytes at the start of s have a form and are not
// part of something longer, or -1.
func formLength(s, form string) int {
	n := 0
	for i := 0; i < len(form); i++ {
		if form[i] == ' ' {
			if n < len(s) && (s[n] == ' ' || s[n] == '-') {
				n++
			}
			continue
		}
		if n == len(s) {
			return -1
		}
		switch c := s[n]; form[i] {
		case '9':
			if !isDigit(c) {
				return -1
			}
		case 'A':
			if !isLetter(c) {
				return -1
			}
		case 'X':
			if !alnum(c) {
				return -1
			}
		default:
			if c != form[i] {
				return -1
			}
		}
		n++
	}
	if n < len(s) && alnum(s[n]) || n+1 < len(s) && strings.IndexByte(".,:/-", s[n]) >= 0 && isDigit(s[n+1]) {
		return -1
	}
	return n
}

// upTo returns how many tokens from at on end at a byte of plain, or -1 where
// that is within one.
func (t *text) upTo(at, end int) int {
	for i := at; i < len(t.tokens); i++ {
		if t.tokens[i].end >= end {
			if t.tokens[i].end > end {
				return -1
			}
			return i + 1 - at
		}
	}
	return -1
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func alnum(c byte) bool    { return isDigit(c) || isLetter(c) }
