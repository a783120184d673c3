// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"strings"
	"unicode"
)

// Limits on how much room a stranger's text may take on a screen.
const (
	maxMarks   = 4   // combining marks on one base; more paint over the lines around
	maxLinks   = 8   // joiners in one emoji sequence
	maxBlank   = 2   // blank lines in a row
	maxNewline = 100 // line breaks in one text; later ones become spaces
)

// Plain returns s as text that shows all that it holds and nothing else: what
// a stranger writes goes through it before any front end draws it.
//
//   - Invalid UTF-8 becomes U+FFFD. Control characters go, but for the line
//     break; a tab becomes one space, any other line separator a line break.
//   - Bidirectional controls go (Trojan Source, CVE-2021-42574), and so does
//     what takes no room and can carry hidden text: zero-width spaces, fillers,
//     tags, and variation selectors that follow nothing.
//   - Joiners stay where they join: in an emoji sequence, and between letters
//     of scripts that need them.
//   - Combining marks, emoji sequences, blank lines and line breaks are capped.
//
// Plain never adds characters, and Plain(Plain(s)) == Plain(s).
func Plain(s string) string {
	in := visible(s)
	p := plainer{out: make([]rune, 0, len(in))}
	for i, r := range in {
		next := rune(-1)
		if i+1 < len(in) {
			next = in[i+1]
		}
		p.add(r, next)
	}
	return string(p.out)
}

// visible maps every spelling of a line break or a space to one, and leaves
// out what is never drawn, whatever stands around it.
func visible(s string) []rune {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	s = strings.ReplaceAll(s, "\r\n", "\n")
	out := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			out = append(out, '\n')
		case r == '\t', unicode.Is(unicode.Zs, r) && r != '\u3000':
			out = append(out, ' ')
		case joiner(r):
			out = append(out, r)
		case hidden(r):
		default:
			out = append(out, r)
		}
	}
	return out
}

// hidden tells whether r is drawn as nothing. The ranges are Unicode's
// Default_Ignorable_Code_Point, category Cf and Cc, and the blanks that pass
// for letters or symbols.
func hidden(r rune) bool {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Noncharacter_Code_Point):
		return true
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5,
		r >= 0x180B && r <= 0x180F, r == 0x2800, r == 0x3164, r == 0xFFA0,
		r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0D, r >= 0xFFF0 && r <= 0xFFF8,
		r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

const (
	nonJoiner     = '\u200C'
	zeroJoiner    = '\u200D'
	textSelector  = '\uFE0E'
	emojiSelector = '\uFE0F'
)

func joiner(r rune) bool   { return r == nonJoiner || r == zeroJoiner }
func selector(r rune) bool { return r == textSelector || r == emojiSelector }

// plainer builds a plain text rune by rune, looking one rune ahead.
type plainer struct {
	out      []rune
	marks    int  // on the present base
	links    int  // in the present emoji sequence
	newlines int  // so far
	blank    int  // blank lines just before this one
	inked    bool // the present line shows something
}

func (p *plainer) add(r, next rune) {
	switch {
	case r == '\n':
		p.newline()
		return
	case joiner(r):
		p.join(r, next)
		return
	case selector(r):
		// One selector chooses how the symbol before it is drawn.
		if !symbol(p.last()) && !keycap(p.last()) {
			return
		}
	case unicode.IsMark(r):
		if p.marks++; p.marks > maxMarks {
			return
		}
	default:
		p.marks = 0
		if p.last() != zeroJoiner && !skinTone(r) {
			p.links = 0
		}
	}
	if r != ' ' && r != '\u3000' {
		p.inked = true
	}
	p.out = append(p.out, r)
}

func (p *plainer) newline() {
	p.marks, p.links = 0, 0
	if p.inked {
		p.blank = 0
	} else if p.newlines > 0 {
		p.blank++
	}
	switch {
	case p.newlines >= maxNewline:
		p.out = append(p.out, ' ')
		return
	case p.blank > maxBlank:
		// Also drop the spaces of this blank line: they would begin the next.
		for p.last() == ' ' || p.last() == '\u3000' {
			p.out = p.out[:len(p.out)-1]
		}
		p.blank = maxBlank
		return
	}
	p.newlines++
	p.inked = false
	p.out = append(p.out, '\n')
}

func (p *plainer) join(r, next rune) {
	last := p.last()
	switch {
	case r == zeroJoiner && (symbol(last) || selector(last) || skinTone(last)) && symbol(next):
		if p.links++; p.links > maxLinks {
			p.links = 0
			return
		}
	case joining(last) && joining(next) && unicode.IsLetter(next):
	default:
		return
	}
	p.out = append(p.out, r)
}

func (p *plainer) last() rune {
	if len(p.out) == 0 {
		return -1
	}
	return p.out[len(p.out)-1]
}

func symbol(r rune) bool   { return unicode.Is(unicode.So, r) || skinTone(r) }
func skinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }
func keycap(r rune) bool   { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// joining tells whether r belongs to a script in which a joiner between two
// letters changes what is read.
func joining(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && unicode.In(r,
		unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
		unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
		unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar)
}
