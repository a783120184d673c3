// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// normal returns the form in which interests are compared, which is its own
// normal form: their plain form, and for the English name of a language that
// language's own.
func normal(s string) string {
	s = plain(s)
	if own, ok := inEnglish()[s]; ok {
		return own
	}
	return s
}

// plain returns an interest without what people write in two ways: width and
// other forms of one character, case, accents, what cannot be seen, emoji
// beside words and their colours, plural, and spaces.
func plain(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, genders.Replace(s))
	// Folding may leave what is not NFKC, and NFKC what is not folded. Twice
	// is enough for all of Unicode (see NFKC_Casefold, UAX 31).
	for range 2 {
		s = cases.Fold().String(norm.NFKC.String(s))
		s = strings.Map(visible, s)
	}
	s = norm.NFC.String(strings.Map(bare, letters.Replace(norm.NFD.String(s))))
	words := strings.Fields(pictures(s))
	for i, word := range words {
		words[i] = singular(hashless(word))
	}
	return strings.Join(words, " ")
}

// genders takes from an emoji what makes of a runner a woman or a man who runs.
var genders = strings.NewReplacer("\u200d\u2640", "", "\u200d\u2642", "")

// visible drops what cannot be seen, and the colours of skin: two words that
// look the same should be the same.
func visible(r rune) rune {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs), unicode.Is(unicode.Variation_Selector, r),
		'\U0001f3fb' <= r && r <= '\U0001f3ff':
		return -1
	}
	return r
}

// bare drops marks that many leave out: accents, and the vowels of Hebrew and
// Arabic. Marks that make another letter, as in Japanese or Hindi, stay.
func bare(r rune) rune {
	switch {
	case '\u0300' <= r && r <= '\u036f', '\u0591' <= r && r <= '\u05c7' && unicode.Is(unicode.Mn, r),
		'\u064b' <= r && r <= '\u065f', r == '\u0670', r == '\u0640':
		return -1
	}
	return r
}

// letters are those whose accent is a part of them for Unicode.
var letters = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ħ", "h", "ı", "i", "ŧ", "t", "æ", "ae", "œ", "oe", "ð", "d", "þ", "th")

// pictures drops emoji and other symbols where there is a letter or a digit
// beside them, and their repetitions where there is none.
func pictures(s string) string {
	words := strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	var last rune
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.So, unicode.Sk) {
			last = r
			return r
		}
		if words {
			return ' '
		}
		if r == last {
			return -1
		}
		last = r
		return r
	}, s)
}

// hashless drops the sign before a hashtag.
func hashless(word string) string {
	if bare := strings.TrimLeft(word, "#"); bare != "" {
		return bare
	}
	return word
}

// singular returns a word without the plural of English, and of the languages
// that make it with an s. It goes by letters alone, so some words become what is
// none; all that matters is that both of two who mean the same get the same.
func singular(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return word
	}
	ends := func(endings ...string) bool {
		for _, e := range endings {
			if strings.HasSuffix(word, e) {
				return true
			}
		}
		return false
	}
	if len(word) >= 4 && ends("s") && !ends("ss", "us", "is") {
		word = word[:len(word)-1]
	}
	switch {
	case len(word) >= 3 && ends("ie"):
		return word[:len(word)-2] + "y"
	case len(word) >= 3 && ends("oe", "xe", "che", "she", "sse", "zze"):
		return word[:len(word)-1]
	}
	return word
}
