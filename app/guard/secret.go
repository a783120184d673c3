// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pinClass takes 4 to 8 digits: in one piece, in two ("123 456"), in pairs, or
// one by one, in figures or in words.
func pinClass(t *text, at int) int {
	if at >= len(t.tokens) || t.goesOn(at) {
		return -1
	}
	digits, groups, end := 0, 0, at
	for i := at; i < len(t.tokens) && digits <= 8; i++ {
		tok := t.tokens[i]
		switch {
		case tok.kind == number && (digits == 0 || len(tok.text) == 1 && groups == digits || len(tok.text) >= 3 && digits == len(tok.text) ||
			len(tok.text) == 2 && digits == 2*groups):
			digits += len(tok.text)
		case tok.kind == word && !tok.glued:
			n, length := t.number(i)
			if length == 0 || n > 9 || digits > groups {
				return pinLength(t, at, end, digits)
			}
			digits++
		case tok.kind == mark && (tok.text == "-" || tok.text == " " || tok.text == ".") && i+1 < len(t.tokens) && t.tokens[i+1].kind == number:
			continue
		default:
			return pinLength(t, at, end, digits)
		}
		end, groups = i+1, groups+1
	}
	return pinLength(t, at, end, digits)
}

func pinLength(t *text, at, end, digits int) int {
	if digits < 4 || digits > 8 || t.partOfNumber(at, 1) && t.tokens[at].glued {
		return -1
	}
	if last := t.tokens[end-1]; last.kind == number && last.end < len(t.plain) &&
		(alnum(t.plain[last.end]) || strings.IndexByte("%$:", t.plain[last.end]) >= 0) {
		return -1
	}
	return end - at
}

// han tells whether a token is a Chinese character, which no space parts from
// what follows.
func (t *text) han(at int) bool {
	r, _ := utf8.DecodeRuneInString(t.tokens[at].text)
	return unicode.Is(unicode.Han, r)
}

// Lengths of what is taken for a password, in characters.
const (
	minPassword = 4
	maxPassword = 128
)

// runAt returns where the run without a space that stands at a token ends, in
// plain, without the signs that close a sentence, or -1 where there is none.
func (t *text) runAt(at int) (start, end int) {
	if at >= len(t.tokens) {
		return 0, -1
	}
	start = t.tokens[at].start
	end = start
	for n := 0; end < len(t.plain); n++ {
		r, size := utf8.DecodeRuneInString(t.plain[end:])
		if unicode.IsSpace(r) || unicode.Is(unicode.Han, r) {
			break // Chinese goes on without a space
		}
		if n == maxPassword {
			return 0, -1
		}
		end += size
	}
	end = start + len(strings.TrimRight(t.plain[start:end], ".,;:?!)\"'"))
	if utf8.RuneCountInString(t.plain[start:end]) < minPassword {
		return 0, -1
	}
	return start, end
}

// mixedClass takes a run that mixes letters with digits or signs, or small
// letters with capitals within, as passwords do and words do not.
func mixedClass(t *text, at int) int {
	start, end := t.runAt(at)
	if end < 0 || t.goesOn(at) {
		return -1
	}
	letters, digits, signs, capitals, small := 0, 0, 0, 0, 0
	for i, r := range t.plain[start:end] {
		switch {
		case unicode.IsUpper(r):
			letters++
			if i > 0 {
				capitals++
			}
		case unicode.IsLetter(r):
			letters++
			small++
		case unicode.IsDigit(r):
			digits++
		case r != '\'' && r != '-' && r != '/' && r != ',' && r != '.' && r < unicode.MaxLatin1:
			signs++
		}
	}
	if letters == 0 && (digits == 0 || signs == 0) || digits == 0 && signs == 0 && (capitals == 0 || small == 0) {
		return -1
	}
	return t.upTo(at, end)
}

// secretClass takes any run that is long enough.
func secretClass(t *text, at int) int {
	_, end := t.runAt(at)
	if end < 0 {
		return -1
	}
	return t.upTo(at, end)
}
