// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "strings"

// Bounds of what is sent in pieces, line by line.
const (
	maxPieces    = 3   // the writer's lines before this one
	maxPiece     = 240 // bytes of one
	maxPieceTalk = 5   // words in it that are no part of a number
)

// pieces finds the last part of a number, of an account or of a wallet that
// the writer sends line by line. What it finds lies in the line at hand.
func pieces(t *text, found *findings) {
	if len(t.before) == 0 || len(t.plain) > maxPiece {
		return
	}
	lines := t.myLines()
	if len(lines) == 0 {
		return
	}
	digitPieces(t, lines, found)
	joinedPieces(t, lines, found)
	mailPiece(t, lines[0], found)
}

// myLines returns what the writer said last, the latest first, up to a line
// that is too long to be a piece.
func (t *text) myLines() []*text {
	var lines []*text
	for i := len(t.before) - 1; i >= 0 && len(lines) < maxPieces && i >= len(t.before)-4*maxPieces; i-- {
		if t.before[i].Who != Me {
			continue
		}
		if len(t.before[i].Text) > maxPiece {
			break
		}
		v := newView(t.before[i].Text)
		lines = append(lines, &text{view: v, tokens: tokenise(v.plain)})
	}
	return lines
}

// digitPieces joins lines that are hardly more than some digits.
func digitPieces(t *text, lines []*text, found *findings) {
	digits, start, end, plus, ok := t.piece()
	if !ok || plus {
		return
	}
	ask := &dialler{}
	for _, line := range lines {
		means := t.asked[AskContact] || phoneWords.in(line.words(0, len(line.plain)))
		more, _, _, plus, ok := line.piece()
		if !ok {
			return
		}
		digits = more + digits
		if len(digits) > 19 {
			return
		}
		if number := []byte(digits); luhn(number) && issued(number) && varied(number) {
			found.add(Card, start, end)
			return
		}
		if len(digits) < 9 || len(digits) > 15 {
			continue
		}
		known := plus && ask.international(digits) ||
			!plus && (digits[0] == '0' || means || len(digits) >= 10) && ask.national(digits) ||
			!plus && means
		if known && !ask.whole(more, plus) {
			found.add(Phone, start, end)
			return
		}
	}
}

// whole tells whether a piece is a number by itself, so that what follows it
// is something else.
func (d *dialler) whole(digits string, plus bool) bool {
	if plus {
		return len(digits) >= 9 && d.valid("+"+digits, "ZZ")
	}
	return len(digits) >= 10 && d.national(digits)
}

// piece reads a line that is hardly more than some digits.
func (t *text) piece() (digits string, start, end int, plus, ok bool) {
	runs := t.digitRuns(2)
	if len(runs) != 1 || len(runs[0].digits) > 15 || runs[0].letterBefore || runs[0].letterAfter {
		return "", 0, 0, false, false
	}
	run := &runs[0]
	first, last := run.groups[0], run.groups[len(run.groups)-1]
	plus, sign := t.plusBefore(run, 0)
	if t.withinSigns(first.start, last.end, sign) {
		return "", 0, 0, false, false
	}
	talk := 0
	for i := range t.tokens {
		tok := &t.tokens[i]
		if i >= first.token && i < last.next || plusWords[tok.text] {
			continue
		}
		switch tok.kind {
		case word:
			talk++
		case number:
			return "", 0, 0, false, false
		}
	}
	return string(run.digits), first.start, last.end, plus, talk <= maxPieceTalk
}

// joinedPieces looks for accounts and wallets that begin in the lines before
// and end in this one.
func joinedPieces(t *text, lines []*text, found *findings) {
	if len(t.tokens) < 2 && len(t.plain) < 4 {
		return
	}
	var b strings.Builder
	for i := len(lines) - 1; i >= 0; i-- {
		b.WriteString(lines[i].plain)
		b.WriteByte('\n')
	}
	border := b.Len()
	b.WriteString(t.plain)
	v := &view{plain: b.String()}
	joined := &text{view: v, tokens: tokenise(v.plain)}
	var all findings
	ibans(joined, &all)
	seedPhrases(joined, &all)
	for _, c := range all.candidates {
		if c.start < border && c.end > border {
			start := 0
			if first := t.skip(0); first < len(t.tokens) {
				start = t.tokens[first].start
			}
			if end := c.end - border; start < end {
				found.add(c.category, start, end)
			}
		}
	}
}

// mailPiece takes the domain of an address whose name was sent before:
// "@gmail.com", "gmail dot com".
func mailPiece(t *text, last *text, found *findings) {
	i := 0
	at := false
	if len(t.tokens) > 0 && (t.tokens[0].text == "@" || atWords[t.tokens[0].text] && t.tokens[0].text != "a" && t.tokens[0].text != "et") {
		i, at = 1, true
	}
	end, host, dotted := t.speltDomain(i)
	if known := mailProviders[host] || dotted && sharedProviders[host]; end < 0 || !known || !at && !dotted {
		return
	}
	n := len(last.tokens)
	if n == 0 {
		return
	}
	tail := last.tokens[n-1].text
	run := n <= 5 && !strings.ContainsAny(strings.TrimSpace(last.plain), " \n")
	if at && last.tokens[n-1].kind <= number || tail == "@" || atWords[tail] || run || mailWords.in(last.words(0, len(last.plain))) {
		found.add(Email, t.tokens[0].start, t.tokens[end-1].end)
	}
}
