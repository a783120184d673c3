// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// view is a text as the eye reads it: invisible characters and accents gone,
// look-alike letters and digits of all scripts made one, case kept. It knows
// where each of its bytes came from.
type view struct {
	raw   string
	plain string
	// from and to bound, in raw, what each byte of plain stands for. What was
	// left out belongs to the byte before it.
	from, to []int
}

// span turns bounds in plain into bounds in raw.
func (v *view) span(start, end int) (int, int) {
	if start >= end {
		return 0, 0
	}
	return v.from[start], v.to[end-1]
}

// seen is one character of a view while it is being built.
type seen struct {
	r        rune
	from, to int
}

func newView(raw string) *view {
	runes := make([]seen, 0, len(raw))
	for i, r := range raw {
		// Not RuneLen: a broken byte decodes to a rune of three.
		_, n := utf8.DecodeRuneInString(raw[i:])
		if r < utf8.RuneSelf {
			runes = append(runes, seen{r, i, i + n})
			continue
		}
		if invisible(r) {
			if len(runes) > 0 {
				runes[len(runes)-1].to = i + n
			}
			continue
		}
		for _, p := range plainOf(r) {
			runes = append(runes, seen{p, i, i + n})
		}
	}
	unmask(runes)
	runes = undisguise(runes)
	v := &view{raw: raw, from: make([]int, 0, len(raw)), to: make([]int, 0, len(raw))}
	var b strings.Builder
	b.Grow(len(raw))
	for _, s := range runes {
		n, _ := b.WriteRune(s.r)
		for range n {
			v.from, v.to = append(v.from, s.from), append(v.to, s.to)
		}
	}
	v.plain = b.String()
	return v
}

// invisible tells whether a reader sees nothing of r, or only a mark on the
// character before it.
func invisible(r rune) bool {
	switch {
	case unicode.Is(unicode.Cf, r) && r != '\u0600':
		return true
	case 0x0300 <= r && r <= 0x036f, // combining accents
		0xfe00 <= r && r <= 0xfe0f, 0xe0100 <= r && r <= 0xe01ef, // variation selectors
		0x064b <= r && r <= 0x065f, r == 0x0670, r == 0x0640, // Arabic vowels and signs, and the stretching of letters
		r == 0x093c,                                          // the nukta of Devanagari
		0x180b <= r && r <= 0x180f, r == 0x20e3, r == 0x034f, // Mongolian, the keycap's frame, the joiner
		r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5, r == 0x2800: // Khmer fillers, the empty Braille cell
		return true
	}
	return false
}

// asSeen holds what decomposition leaves alone and readers take for something
// plainer.
var asSeen = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'ı': "i", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L",
	'đ': "d", 'Đ': "D", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ħ': "h",
	'й': "й", 'Й': "Й", // a letter of its own, not an и with an accent
	'ँ': "ं",
	'ي': "ی", 'ى': "ی", 'ك': "ک", 'ة': "ه", 'أ': "ا", 'إ': "ا",
	'‘': "'", '’': "'", '‛': "'", 'ʼ': "'", '´': "'", '＇': "'", '`': "'",
	'“': "\"", '”': "\"", '„': "\"", '«': "\"", '»': "\"", '「': "\"", '」': "\"",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-",
	'。': ".", '、': ",", '·': ".", '•': ".", '؟': "?", '،': ",", '؛': ";",
	'🔟': "10", '¿': " ", '¡': " ",
}

func plainOf(r rune) string {
	if s, ok := asSeen[r]; ok {
		return s
	}
	if d, ok := digit(r); ok {
		return string(d)
	}
	if r == utf8.RuneError {
		return string(r)
	}
	decomposed := norm.NFKD.PropertiesString(string(r)).Decomposition()
	if decomposed == nil {
		return string(r)
	}
	var b strings.Builder
	for _, d := range string(decomposed) {
		if invisible(d) {
			continue
		}
		if v, ok := digit(d); ok {
			d = v
		} else if s, ok := asSeen[d]; ok {
			b.WriteString(s)
			continue
		}
		b.WriteRune(d)
	}
	return b.String()
}

// digit returns the ASCII digit for a decimal digit of any script. Unicode
// keeps each script's ten in one row from zero to nine.
func digit(r rune) (rune, bool) {
	if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10, true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10, true
		}
	}
	return 0, false
}

// Letters of other scripts that look like Latin ones, and the Cyrillic ones
// the other way round.
var (
	toLatin = pairs("аaбbвbгrеeзeкkмmнhоoпnрpсcтtуyхxьbіiјjѕsԁdԛqԝwһhӏlАAВBЕEЗEКKМMНHОOРPСCТTУYХXІIЈJЅSԀDԚQԜW" +
		"αaβbεeιiκkνvοoρpτtυuχxγyωwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX")
	toCyrillic = pairs("aаeеoоpрcсyуxхkкmмtтiіAАBВEЕKКMМHНOОPРCСTТYУXХ")
)

func pairs(s string) map[rune]rune {
	m := map[rune]rune{}
	runes := []rune(s)
	for i := 0; i < len(runes); i += 2 {
		m[runes[i]] = runes[i+1]
	}
	return m
}

// unmask gives words that mix scripts the letters of the script they are meant
// to be read in.
func unmask(runes []seen) {
	for i := 0; i < len(runes); {
		j, latin, foreign := i, 0, 0
		for ; j < len(runes) && unicode.IsLetter(runes[j].r); j++ {
			switch r := runes[j].r; {
			case r < utf8.RuneSelf:
				latin++
			case unicode.In(r, unicode.Cyrillic, unicode.Greek):
				foreign++
			}
		}
		if latin > 0 && foreign > 0 {
			as := toLatin
			if foreign > latin {
				as = toCyrillic
			}
			for k := i; k < j; k++ {
				if r, ok := as[runes[k].r]; ok {
					runes[k].r = r
				}
			}
		}
		i = max(j, i+1)
	}
}
