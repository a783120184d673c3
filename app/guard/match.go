// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "strings"

// Bounds that keep the work for a text proportional to its length.
const (
	maxSteps = 600 // instructions of one rule at one place
	maxMarks = 6   // commas, emoji and the like between two words of a phrase
)

// workFor is how many instructions all rules together may take for a text of so
// many bytes. Talk takes some 400 a byte, and the worst that is known 1500: of
// a message, which has 4000 characters at most, all is read in any case, and of
// a long text made of nothing but beginnings of phrases only a part.
func workFor(size int) int { return 10e6 + 600*size }

// text is what a rule or a detector looks at.
type text struct {
	*view
	tokens  []token
	spoken  int      // how many of the tokens are words and numbers
	quotes  [][2]int // what stands in double quotes, in plain
	ids     []wordID // of the tokens; 0 where no rule names the word
	has     wordSet  // all of ids
	who     Speaker
	before  []Line
	namings []naming // by token, once they were asked for
	// asked are the probes in what the other side said last.
	asked map[Category]bool
}

// skip returns the first place from at on that is no mark.
func (t *text) skip(at int) int {
	for n := 0; at < len(t.tokens) && t.tokens[at].kind == mark && n < maxMarks; n++ {
		at++
	}
	return at
}

// begins tells whether something begins at a token: right behind one that
// parts, or behind signs among which one does, or with the text.
func (t *text) begins(at int, parts func(at int) bool) bool {
	for at--; at >= 0 && !parts(at); at-- {
		if t.tokens[at].kind != mark {
			return false
		}
	}
	return true
}

// first tells whether a clause begins at a token.
func (t *text) first(at int) bool { return t.begins(at, t.partsClauses) }

// partsClauses tells whether another clause may begin behind a token.
func (t *text) partsClauses(at int) bool {
	switch t.tokens[at].text {
	case ",", "-", ":", "/", "|":
		return true
	}
	return t.tokens[at].kind == stop
}

// last tells whether a clause ends before a token.
func (t *text) last(at int) bool {
	at = t.skip(at)
	return at == len(t.tokens) || t.tokens[at].kind == stop
}

// hit is one place where a rule fits.
type hit struct {
	rule       *rule
	start, end int // tokens
	captures   marks
}

// matcher tries rules at places. It is used by one goroutine.
type matcher struct {
	*text
	steps    int // that are left for the rule
	work     int // and for the text
	captures marks
	negated  int // depth within "not", where nothing is captured
}

// maxCaptures is how many a rule can have.
const maxCaptures = 16

// marks are where captures begin and end, in tokens; -1 where they do not.
type marks [maxCaptures][2]int32

// try fits a rule at a token and returns where it ends, or -1.
func (m *matcher) try(r *rule, at int) int {
	allowed := min(maxSteps, m.work)
	m.steps = allowed
	defer func() { m.work -= allowed - max(m.steps, 0) }()
	for i := range r.captures {
		m.captures[i] = [2]int32{-1, -1}
	}
	return m.run(r.code, 0, at)
}

// run follows code from pc with the words from at on. Rules are short, so the
// stack is as well.
func (m *matcher) run(code []instruction, pc int32, at int) int {
	for {
		if m.steps--; m.steps < 0 {
			return -1
		}
		i := &code[pc]
		switch i.op {
		case opWord:
			if at = m.skip(at); at == len(m.tokens) || m.ids[at] != wordID(i.x) {
				return -1
			}
			at++
		case opPrefix:
			if at = m.skip(at); at == len(m.tokens) || m.tokens[at].kind != word || !strings.HasPrefix(m.tokens[at].text, i.of.prefix) {
				return -1
			}
			at++
		case opPhrase:
			return m.phrase(code, pc+1, at, i.of.lists)
		case opClass:
			if i.of.class.width {
				at = m.skip(at)
			}
			n := i.of.class.fits(m.text, at)
			if n < 0 {
				return -1
			}
			at += n
		case opAny:
			if at = m.skip(at); at == len(m.tokens) || m.tokens[at].kind > number {
				return -1
			}
			at++
		case opSplit:
			kept := m.captures
			if end := m.run(code, i.x, at); end >= 0 {
				return end
			}
			m.captures = kept
			pc = i.y
			continue
		case opJump:
			pc = i.x
			continue
		case opOpen:
			if m.negated == 0 {
				m.captures[i.x][0] = int32(at) //nolint:gosec // a text is not that long
			}
		case opClose:
			if m.negated == 0 {
				m.captures[i.x][1] = int32(at) //nolint:gosec // as above
			}
		case opFirst:
			if !m.first(m.skip(at)) {
				return -1
			}
		case opLast:
			if !m.last(at) {
				return -1
			}
		case opGlued:
			if at == len(m.tokens) || !m.tokens[at].glued {
				return -1
			}
		case opNot:
			m.negated++
			end := m.run(i.of.not, 0, at)
			m.negated--
			if end >= 0 {
				return -1
			}
		case opRest:
			for n := 0; at < len(m.tokens) && !m.turns(at) && n < maxClause; n++ {
				at++
			}
		case opDone:
			return at
		}
		pc++
	}
}

// but are the words that mean "but", and speakers those with which people begin
// to speak of themselves.
var (
	but = map[string]bool{
		"but": true, "pero": true, "aber": true, "mais": true, "mas": true, "но": true, "а": true, "ama": true, "लेकिन": true, "ولی": true, "但": true,
		"ma": true, "maar": true, "ale": true, "lekin": true, "though": true,
	}
	speakers = map[string]bool{
		"im": true, "i": true, "ive": true, "me": true, "yo": true, "soy": true, "tengo": true, "vivo": true, "ich": true, "je": true, "j": true, "jai": true, "moi": true,
		"eu": true, "sou": true, "tenho": true, "moro": true, "я": true, "мне": true, "ben": true, "मैं": true, "من": true, "我": true,
	}
	ands = map[string]bool{",": true, "and": true, "n": true, "&": true, "y": true, "und": true, "et": true, "e": true, "и": true, "so": true, "ve": true, "و": true}
)

// turns tells whether a clause ends before a token, or turns to something else:
// "everybody thinks im 30 but im 19".
func (t *text) turns(at int) bool {
	tok := t.tokens[at]
	return tok.kind == stop || but[tok.text] || at > 0 && speakers[tok.text] && ands[t.tokens[at-1].text]
}

// maxClause is how many words and signs "the rest of the clause" reaches.
const maxClause = 40

// phrase tries the phrases of lists, the longest first.
func (m *matcher) phrase(code []instruction, pc int32, at int, lists []*phrase) int {
	var (
		ends [maxPhrase]int
		in   [maxLists]*phrase
	)
	n := 0
	for at = m.skip(at); len(lists) > 0 && at < len(m.tokens) && m.ids[at] != 0; at = m.skip(at) {
		left, ended := 0, false
		for _, list := range lists {
			if i, ok := list.search(m.ids[at]); ok {
				b := &list.next[i]
				ended = ended || b.ends
				if b.then != nil {
					in[left] = b.then
					left++
				}
			}
		}
		lists = in[:left]
		at++
		if ended && n < maxPhrase {
			ends[n] = at
			n++
		}
	}
	for n--; n >= 0; n-- {
		kept := m.captures
		if end := m.run(code, pc, ends[n]); end >= 0 {
			return end
		}
		m.captures = kept
	}
	return -1
}

// maxLists is how many lists a choice can be of.
const maxLists = 24

// maxPhrase is how many phrases of a list may begin each other.
const maxPhrase = 8

// hits returns where rules fit.
func (rs *ruleSet) hits(t *text) []hit {
	var hits []hit
	m := &matcher{text: t, work: workFor(len(t.plain))}
	w := make(wanted, rs.count)
	for at := range t.tokens {
		if m.work <= 0 {
			break
		}
		if t.tokens[at].kind > number || t.underscored(at) {
			continue
		}
		try := func(rules []*rule) {
			for _, r := range rules {
				if !t.wants(r, w) {
					continue
				}
				if end := m.try(r, at); end > at {
					hits = append(hits, hit{r, at, end, m.captures})
				}
			}
		}
		side := &rs.mine
		if t.who == Stranger {
			side = &rs.theirs
		}
		try(side.byWord[t.ids[at]])
		try(side.anywhere)
		if t.first(at) {
			try(side.atClause)
		}
		if t.fieldBegins(at) {
			for _, r := range side.atField {
				if !t.wants(r, w) {
					continue
				}
				if end := m.try(r, at); end > at && t.isField(at, end) {
					hits = append(hits, hit{r, at, end, m.captures})
				}
			}
		}
	}
	return hits
}
