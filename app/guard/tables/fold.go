// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings text into the one form in which every table of this package
// keeps its keys, so that "São Paulo", "SAO-PAULO" and "sao paulo" are one
// word: small letters, no accents, no apostrophes, and one space wherever
// there was a hyphen, a full stop, any other sign, or several spaces. What it
// does to letters:
//
//   - compatibility forms become ordinary ones (full-width, ligatures);
//   - Latin, Cyrillic, Greek, Arabic and Hebrew lose their marks, except й,
//     which is a letter of its own; ё becomes е, the dotless ı becomes i;
//   - ß is ss, æ ae, œ oe, þ th, and ø đ ð ł ħ their plain look-alikes. An
//     umlaut written as two letters ("muenchen") is not undone, because it
//     cannot be: the tables hold that spelling too;
//   - the Arabic ي ى ك ة become the Persian ی ک ه, whichever keyboard it was;
//   - Devanagari keeps its vowel signs and loses only the nukta;
//   - characters that cannot be seen (zero-width joiners, soft hyphens,
//     direction marks) vanish.
//
// The result is empty if there was no letter and no digit. A text that is
// folded already is returned as it is, without an allocation. The time is
// linear in the length of s, which is the caller's to bound.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false // a gap is due before the next letter
	var last rune  // the last letter written, and not yet flushed
	put := func(r rune) {
		if last != 0 {
			b.WriteRune(last)
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		last = r
	}
	var buf [16 * utf8.UTFMax]byte
	recompose := false
	for _, r := range s {
		if r < utf8.RuneSelf {
			foldASCII(r, put, &space)
			continue
		}
		if isApostrophe(r) || isInvisible(r) {
			continue
		}
		decomposed := norm.NFKD.AppendString(buf[:0], string(r))
		for len(decomposed) > 0 {
			c, n := utf8.DecodeRune(decomposed)
			decomposed = decomposed[n:]
			switch {
			case c < utf8.RuneSelf:
				foldASCII(c, put, &space)
			case c == '\u0306' && last == 'и':
				last = 'й'
			case isAccent(c), isApostrophe(c), isInvisible(c):
			case isVariant(c):
				for _, v := range variants[unicode.ToLower(c)] {
					put(v)
				}
			case unicode.IsLetter(c), unicode.IsDigit(c), unicode.IsMark(c):
				// Hangul and kana come apart above and are put
				// together again below.
				recompose = recompose || c >= 0x1100
				put(unicode.ToLower(c))
			default:
				space = true
			}
		}
	}
	if last != 0 {
		b.WriteRune(last)
	}
	if recompose {
		return norm.NFC.String(b.String())
	}
	return b.String()
}

func foldASCII(r rune, put func(rune), space *bool) {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		put(r)
	case 'A' <= r && r <= 'Z':
		put(r + 'a' - 'A')
	case r == '\'', r == '`':
	default:
		*space = true
	}
}

// isFolded reports whether Fold would change nothing, for plain ASCII; other
// text takes the long way.
func isFolded(s string) bool {
	gap := true // two spaces in a row, or one at an end, are not folded
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			gap = false
		case c == ' ' && !gap:
			gap = true
		default:
			return false
		}
	}
	return !gap || s == ""
}

func isApostrophe(r rune) bool {
	switch r {
	case '’', '‘', '‛', 'ʼ', 'ʻ', 'ʽ', 'ʾ', 'ʿ', 'ʹ', '′', '´', '＇', '`', '׳', '״':
		return true
	}
	return false
}

// isInvisible reports the characters that take part in no word's look.
func isInvisible(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x0640, r == 0xFEFF,
		0x200B <= r && r <= 0x200F,
		0x202A <= r && r <= 0x202E,
		0x2060 <= r && r <= 0x206F,
		0xFE00 <= r && r <= 0xFE0F,
		0xE0000 <= r && r <= 0xE0FFF:
		return true
	}
	return false
}

// isAccent reports the marks that chat leaves out. Scripts whose vowels are
// marks, Devanagari and Thai among them, keep theirs.
func isAccent(r rune) bool {
	switch {
	case 0x0300 <= r && r <= 0x036F, // Latin, Greek, Cyrillic
		0x0483 <= r && r <= 0x0487,
		0x0591 <= r && r <= 0x05C7, // Hebrew points
		0x0610 <= r && r <= 0x061A, // Arabic vowels
		0x064B <= r && r <= 0x065F,
		r == 0x0670,
		0x06D6 <= r && r <= 0x06DC,
		0x06DF <= r && r <= 0x06ED,
		r == 0x093C, // Devanagari nukta
		0x1AB0 <= r && r <= 0x1AFF,
		0x1DC0 <= r && r <= 0x1DFF,
		0x20D0 <= r && r <= 0x20FF,
		0xFE20 <= r && r <= 0xFE2F:
		return !unicode.IsLetter(r)
	}
	return false
}

var variants = map[rune]string{
	'ß': "ss", 'ı': "i", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ø': "o",
	'đ': "d", 'ð': "d", 'ł': "l", 'ħ': "h", 'ə': "e", 'ŋ': "n",
	'ي': "ی", 'ى': "ی", 'ك': "ک", 'ة': "ه", 'ہ': "ه", 'ە': "ه",
	'ँ': "ं",
}

func isVariant(r rune) bool {
	_, ok := variants[unicode.ToLower(r)]
	return ok
}
