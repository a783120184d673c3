// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	word   kind = iota
	number      // digits alone
	mark        // weak punctuation and emoji: phrases go on over it
	stop        // ends a clause: . ! ? ; and the end of a line
)

// token is a word, a number or a sign of a view.
type token struct {
	kind       kind
	glued      bool   // nothing stands between it and the token before
	text       string // lower case; apostrophes within gone, stretched letters shortened
	value      int    // of a number; math.MaxInt32 where it is too large to matter
	start, end int    // in the view's plain text
}

// elided are what French and Italian put before an apostrophe. The rest is a
// word of its own.
var elided = map[string]bool{
	"j": true, "l": true, "d": true, "m": true, "t": true, "s": true, "n": true, "c": true, "qu": true,
	"un": true, "all": true, "dell": true,
}

// maxElided is the length of the longest of them, in bytes.
const maxElided = 4

// tokenise splits plain text. Digits and letters are parted where they touch,
// and each Chinese character is a word.
func tokenise(plain string) []token {
	tokens := make([]token, 0, len(plain)/4+2)
	spaced := true
	add := func(k kind, start, end int) {
		t := token{kind: k, glued: !spaced, start: start, end: end}
		switch k {
		case word:
			t.text = shorten(strings.ToLower(plain[start:end]))
		case number:
			t.text, t.value = plain[start:end], value(plain[start:end])
		default:
			t.text = plain[start:end]
		}
		tokens, spaced = append(tokens, t), false
	}
	for i := 0; i < len(plain); {
		r, n := utf8.DecodeRuneInString(plain[i:])
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			add(stop, i, i+n)
			spaced = true
			i += n
		case unicode.IsSpace(r):
			spaced = true
			i += n
		case '0' <= r && r <= '9':
			j := i
			for j < len(plain) && '0' <= plain[j] && plain[j] <= '9' {
				j++
			}
			add(number, i, j)
			i = j
		case unicode.Is(unicode.Han, r):
			add(word, i, i+n)
			i += n
		case letter(r):
			i = addWord(plain, i, add)
		default:
			add(signKind(plain, i, r), i, i+n)
			i += n
		}
	}
	return tokens
}

// letter tells whether r belongs to a word. The signs of Indic scripts are
// marks to Unicode and letters to a reader.
func letter(r rune) bool {
	return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) || unicode.In(r, unicode.Mn, unicode.Mc)
}

// addWord adds the word at i and returns where it ends.
func addWord(plain string, i int, add func(kind, int, int)) int {
	if end := initials(plain, i); end > 0 {
		add(word, i, end)
		return end
	}
	start := i
	for i < len(plain) {
		r, n := utf8.DecodeRuneInString(plain[i:])
		if r == '\'' && i > start {
			next, _ := utf8.DecodeRuneInString(plain[i+1:])
			if !letter(next) {
				break
			}
			if i-start <= maxElided && elided[strings.ToLower(plain[start:i])] {
				add(word, start, i)
				start = i + 1
			}
			i++
			continue
		}
		if !letter(r) {
			break
		}
		i += n
	}
	add(word, start, i)
	return i
}

// initials returns where letters with stops between them ("u.s.a.") end, or 0.
func initials(plain string, i int) int {
	end, letters := i, 0
	for end < len(plain) {
		r, n := utf8.DecodeRuneInString(plain[end:])
		if !unicode.IsLetter(r) || end+n >= len(plain) || plain[end+n] != '.' {
			if unicode.IsLetter(r) && letters > 0 {
				if next, _ := utf8.DecodeRuneInString(plain[end+n:]); !letter(next) {
					end, letters = end+n, letters+1
				}
			}
			break
		}
		end, letters = end+n+1, letters+1
	}
	if letters < 2 {
		return 0
	}
	return end
}

// signKind parts the signs that end a clause from those that do not. Dots in a
// row are a pause, and a dot within a number or name is neither.
func signKind(plain string, i int, r rune) kind {
	switch r {
	case '!', '?', ';':
		return stop
	case '.':
		if i+1 < len(plain) && plain[i+1] == '.' || i > 0 && plain[i-1] == '.' {
			return mark
		}
		next, _ := utf8.DecodeRuneInString(plain[i+1:])
		if unicode.Is(unicode.Han, next) {
			return stop // Chinese goes on without a space
		}
		if i+1 < len(plain) && (letter(next) || unicode.IsDigit(next)) && i > 0 && plain[i-1] != ' ' {
			return mark
		}
		if abbreviated[wordBefore(plain, i)] && i+2 < len(plain) && plain[i+1] == ' ' {
			return mark
		}
		return stop
	}
	return mark
}

// abbreviated are words of addresses and the like whose dot ends no clause:
// "ul. Długa 5 m. 2".
var abbreviated = map[string]bool{
	"ул": true, "д": true, "кв": true, "г": true, "пр": true, "просп": true, "пер": true, "обл": true, "корп": true, "стр": true,
	"пл": true, "наб": true, "мкр": true, "ш": true, "пос": true, "бул": true,
	"ul": true, "al": true, "os": true, "pl": true, "mah": true, "mh": true, "sok": true, "sk": true, "cad": true,
	"bul": true, "apt": true, "nr": true, "blv": true,
	"st": true, "rd": true, "ave": true, "av": true, "blvd": true, "ap": true, "r": true, "jr": true, "str": true, "bd": true, "dr": true, "mr": true, "mrs": true, "ms": true,
	"prof": true, "bldg": true, "col": true, "cra": true, "cl": true, "avda": true, "pza": true, "c": true,
}

// wordBefore returns the short word, in small letters, that ends at i.
func wordBefore(plain string, i int) string {
	start := i
	for start > 0 && i-start < 12 {
		r, n := utf8.DecodeLastRuneInString(plain[:start])
		if !letter(r) {
			break
		}
		start -= n
	}
	return strings.ToLower(plain[start:i])
}

// shorten takes back letters that were held down: "heyyyy" is "hey".
func shorten(s string) string {
	run, last := 0, rune(-1)
	for _, r := range s {
		if r == last {
			run++
		} else {
			run, last = 1, r
		}
		if run == 3 {
			return shortened(s)
		}
	}
	if strings.ContainsAny(s, "'.") {
		s = strings.NewReplacer("'", "", ".", "").Replace(s)
	}
	return s
}

func shortened(s string) string {
	var b strings.Builder
	runes := []rune(strings.NewReplacer("'", "", ".", "").Replace(s))
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && runes[j] == runes[i] {
			j++
		}
		n := j - i
		if n >= 3 {
			n = 1
		}
		for range n {
			b.WriteRune(runes[i])
		}
		i = j
	}
	return b.String()
}

// value reads digits, as far as they can matter.
func value(digits string) int {
	n := 0
	for i := 0; i < len(digits); i++ {
		if n > math.MaxInt32/10-1 {
			return math.MaxInt32
		}
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
