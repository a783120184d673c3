// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// digitGroup is digits without anything between them, or a number in words.
type digitGroup struct {
	token, next int // its tokens
	start, end  int // in plain
	first, n    int // its digits in the run
	spelt       bool
}

// digitRun is digits with little between them: the number of a card, of a
// phone, of a person. Figures, words and look-alike letters are the same to it.
type digitRun struct {
	digits []byte
	groups []digitGroup
	// letters tells that letters stand right before the first or after the
	// last digit, so that it is part of something else.
	letterBefore, letterAfter bool
}

// maxGroups bounds a run, so that what is tried in it is bounded as well.
const maxGroups = 48

// spelling is how digits are said, beyond numberWords.
type spelling struct {
	repeats  map[string]int // "double", "triple"
	hundreds map[string]int
}

var spellings = sync.OnceValue(func() spelling {
	s := spelling{map[string]int{}, map[string]int{}}
	readWords(s.repeats, "double doble doppel doppelt duplo deux-fois двойной дважды", 2)
	readWords(s.repeats, "triple treble dreifach triplo тройной трижды", 3)
	for i, words := range []string{
		"сто cien ciento cem cento cent yüz صد", "двести doscientos duzentos دویست", "триста trescientos trezentos سیصد",
		"четыреста cuatrocientos quatrocentos چهارصد", "пятьсот quinientos quinhentos پانصد", "шестьсот seiscientos seiscentos ششصد",
		"семьсот setecientos setecentos هفتصد", "восемьсот ochocientos oitocentos هشتصد", "девятьсот novecientos novecentos نهصد",
	} {
		readWords(s.hundreds, words, (i+1)*100)
	}
	return s
})

// digitRuns finds the runs of a text that have at least so many digits.
func (t *text) digitRuns(least int) []digitRun {
	var runs []digitRun
	var run digitRun
	flush := func() {
		if len(run.digits) >= least {
			first, last := run.groups[0], run.groups[len(run.groups)-1]
			run.letterBefore = t.besideLetter(first.token, -1)
			run.letterAfter = t.besideLetter(last.next-1, 1)
			runs = append(runs, run)
			run = digitRun{}
			return
		}
		run.digits, run.groups = run.digits[:0], run.groups[:0]
	}
	for i := 0; i < len(t.tokens); {
		digits, next := t.digitsAt(i, len(run.groups) > 0)
		if next == i {
			i++
			continue
		}
		if len(run.groups) == maxGroups || len(run.groups) > 0 && !t.joined(run.groups[len(run.groups)-1], i, t.tokens[i].kind == word) {
			flush()
		}
		if n := len(run.groups); n > 0 && run.groups[n-1].end == t.tokens[i].start {
			// A letter for a digit, or a digit after a word for one.
			g := &run.groups[n-1]
			g.next, g.end, g.n = next, t.tokens[next-1].end, g.n+len(digits)
			run.digits = append(run.digits, digits...)
			i = next
			continue
		}
		run.groups = append(run.groups, digitGroup{
			token: i, next: next, start: t.tokens[i].start, end: t.tokens[next-1].end,
			first: len(run.digits), n: len(digits), spelt: t.tokens[i].kind == word,
		})
		run.digits = append(run.digits, digits...)
		i = next
	}
	flush()
	return runs
}

// besideLetter tells whether a letter is glued to a token on one side, in a
// script that puts spaces between words.
func (t *text) besideLetter(token, side int) bool {
	beside := token + side
	if t.tokens[token].kind == word || beside < 0 || beside >= len(t.tokens) {
		return false
	}
	if tok := t.tokens[beside]; tok.kind != word || !t.tokens[max(token, beside)].glued || numberLabels[tok.text] && side < 0 {
		return false
	}
	var r rune
	if side < 0 {
		r, _ = utf8.DecodeLastRuneInString(t.plain[:t.tokens[token].start])
	} else {
		r, _ = utf8.DecodeRuneInString(t.plain[t.tokens[token].end:])
	}
	return unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

// numberLabels are words that are written right before a number.
var numberLabels = set("tel тел mob моб cell ph phone whatsapp wa call number num nr no ssn cpf pesel bsn card visa")

// joined tells whether a group at a token goes on with the run that ends with
// another.
func (t *text) joined(last digitGroup, token int, spelt bool) bool {
	between := t.plain[last.end:t.tokens[token].start]
	if len(between) > 10 {
		return false
	}
	signs := 0
	for _, r := range between {
		if signs++; signs > 5 {
			return false
		}
		switch r {
		case ' ', '-', '.', '(', ')', '/', '\n', '\r', '_', '*', '\t', '\'':
		case ',':
			if !last.spelt && !spelt && len(between) > 1 {
				return false
			}
		default:
			if r < 0x2190 || letter(r) { // an emoji parts nothing
				return false
			}
		}
	}
	return true
}

// digitsAt reads the digits of a number, in figures or words, at a token. In
// a run, letters that look like digits count as well.
func (t *text) digitsAt(i int, inRun bool) (digits string, next int) {
	tok := t.tokens[i]
	if tok.kind == number {
		return tok.text, i + 1
	}
	if tok.kind != word {
		return "", i
	}
	if d, ok := t.lookAlike(i, inRun); ok {
		return d, i + 1
	}
	if times := spellings().repeats[tok.text]; times > 0 {
		if j := t.skip(i + 1); j < len(t.tokens) {
			if n, length := t.number(j); length == 1 && n < 10 {
				return strings.Repeat(string(rune('0'+n)), times), j + 1
			}
		}
		return "", i
	}
	if h, ok := spellings().hundreds[tok.text]; ok {
		n, next := t.afterHundreds(h, i+1)
		return decimal(n), next
	}
	n, length := t.number(i)
	if length == 0 && inRun && tok.text == "on" && t.tokens[i-1].kind == word { // ten in Turkish, among other words
		if ones, more := t.number(i + 1); more == 1 && ones < 10 && t.tokens[i+1].kind == word {
			return decimal(10 + ones), i + 2
		}
		return "10", i + 1
	}
	if length == 0 {
		return "", i
	}
	next = i + length
	if n < 10 && next < len(t.tokens) && multiplied[t.tokens[next].text] { // beş yüz otuz üç
		n, next = t.afterHundreds(n*100, next+1)
		return decimal(n), next
	}
	if n == 4 { // quatre-vingt-dix
		j := next
		if j < len(t.tokens) && t.tokens[j].text == "-" {
			j++
		}
		if j < len(t.tokens) && (t.tokens[j].text == "vingt" || t.tokens[j].text == "vingts") {
			n, next = 80, j+1
			if j = next; j < len(t.tokens) && t.tokens[j].text == "-" {
				if rest, length := t.number(j + 1); length > 0 && 0 < rest && rest < 20 {
					n, next = 80+rest, j+1+length
				}
			}
		}
	}
	return decimal(n), next
}

// multiplied are words for a hundred that stand after how many there are.
var multiplied = set("yuz hundred")

// afterHundreds adds the tens and ones in words that follow hundreds.
func (t *text) afterHundreds(n, at int) (sum, next int) {
	rest := at
	if rest < len(t.tokens) && joins[t.tokens[rest].text] {
		rest++
	}
	if rest < len(t.tokens) && t.tokens[rest].text == "on" {
		if digits, next := t.digitsAt(rest, true); len(digits) == 2 {
			return n + value(digits), next
		}
	}
	if more, length := t.number(rest); length > 0 && t.tokens[rest].kind == word && more < 100 {
		return n + more, rest + length
	}
	return n, at
}

func decimal(n int) string {
	if n >= 100 {
		return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
	}
	if n >= 10 {
		return string([]byte{byte('0' + n/10), byte('0' + n%10)})
	}
	return string([]byte{byte('0' + n)})
}

// lookAlike reads o, l and i as digits where they stand among digits.
func (t *text) lookAlike(i int, inRun bool) (string, bool) {
	s := t.tokens[i].text
	if len(s) > 2 || strings.Trim(s, "oli") != "" {
		return "", false
	}
	before := inRun && i > 0 && t.tokens[i].glued && t.tokens[i-1].kind == number
	after := i+1 < len(t.tokens) && t.tokens[i+1].glued && t.tokens[i+1].kind == number
	if s == "o" && !before && !after && i+1 < len(t.tokens) { // "oh" among digits in words
		n, length := t.number(i + 1)
		after = length == 1 && n < 10 && t.tokens[i+1].kind == word
	}
	if s == "o" && inRun && !before && !after && i+1 < len(t.tokens) { // "2 o o 9"
		next := t.tokens[i+1]
		after = t.tokens[i-1].kind == number || t.tokens[i-1].text == "o"
		after = after && (next.kind == number || next.text == "o")
	}
	if !after && !before {
		return "", false
	}
	return strings.NewReplacer("o", "0", "l", "1", "i", "1").Replace(s), true
}

// between returns what stands between two groups of a run.
func (r *digitRun) between(t *text, i int) string {
	return t.plain[r.groups[i].end:r.groups[i+1].start]
}

// sizes returns the numbers of digits of the groups from i to j, as in "4-4-4-4".
func (r *digitRun) sizes(i, j int) string {
	b := make([]byte, 0, 2*(j-i)+2)
	for k := i; k <= j; k++ {
		if k > i {
			b = append(b, '-')
		}
		if n := r.groups[k].n; n >= 10 {
			b = append(b, byte('0'+n/10%10), byte('0'+n%10))
		} else {
			b = append(b, byte('0'+n))
		}
	}
	return string(b)
}

// spoken is sizes with what is said digit by digit as one group.
func (r *digitRun) spoken(i, j int) string {
	if j > i {
		merged := digitRun{digits: r.digits}
		for k := i; k <= j; k++ {
			g := r.groups[k]
			if n := len(merged.groups); n > 0 && k-1 > i-1 && g.spelt && g.n == 1 && merged.groups[n-1].spelt {
				merged.groups[n-1].n += g.n
				continue
			}
			merged.groups = append(merged.groups, g)
		}
		return merged.sizes(0, len(merged.groups)-1)
	}
	return r.sizes(i, j)
}

// whole tells whether nothing is glued to the groups from i to j that makes
// them part of something longer.
func (r *digitRun) whole(i, j int) bool {
	if i == 0 && r.letterBefore || j == len(r.groups)-1 && r.letterAfter {
		return false
	}
	start, end := r.groups[i].start, r.groups[j].end
	if i > 0 && start == r.groups[i-1].end || j+1 < len(r.groups) && end == r.groups[j+1].start {
		return false
	}
	return true
}

// begins tells whether a number can begin at a group: one that is said digit by
// digit begins where the digits do.
func (r *digitRun) begins(t *text, i int) bool {
	return i == 0 || r.groups[i].n > 1 || r.groups[i-1].n > 1 || loose(r.between(t, i-1))
}

// near tells whether one of the phrases stands in the words around a place:
// within so many bytes before it or after it, spaces around each.
func (t *text) near(start, end, before, after int, phrases *phraseSet) bool {
	return phrases.in(t.words(start-before, start)) || phrases.in(t.words(end, end+after))
}

// phraseSet is phrases by their first words. It is read when it is first asked,
// since most never are.
type phraseSet struct {
	list     string
	once     sync.Once
	byFirst  map[string][]string
	prefixes []string // of one word that may go on
}

// last returns where in words the last of the phrases begins, or -1.
func (set *phraseSet) last(words string) int {
	set.once.Do(set.read)
	last := -1
	for i := 0; i+1 < len(words); {
		end := i + 1 + strings.IndexByte(words[i+1:], ' ')
		if end <= i {
			break
		}
		for _, p := range set.byFirst[words[i+1:end]] {
			if strings.HasPrefix(words[i:], p) {
				last = i
			}
		}
		i = end
	}
	for _, p := range set.prefixes {
		last = max(last, strings.LastIndex(words, p))
	}
	return last
}

func (set *phraseSet) in(words string) bool { return set != nil && set.last(words) >= 0 }

// words returns the words of the tokens within bounds in plain, in small
// letters with one space before, between and after them.
func (t *text) words(from, to int) string {
	i := t.tokenAt(from)
	var b strings.Builder
	for ; i < len(t.tokens) && t.tokens[i].end <= to; i++ {
		if t.tokens[i].kind <= number {
			b.WriteByte(' ')
			b.WriteString(t.tokens[i].text)
		}
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	return b.String()
}

// tokenAt returns the first token that begins at or after a byte of plain.
func (t *text) tokenAt(at int) int {
	low, high := 0, len(t.tokens)
	for low < high {
		if mid := (low + high) / 2; t.tokens[mid].start < at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// phrases makes a set of a list with commas. A word that ends with a star may
// go on.
func phrases(list string) *phraseSet { return &phraseSet{list: list} }

func (set *phraseSet) read() {
	set.byFirst = map[string][]string{}
	for _, p := range strings.Split(set.list, ",") {
		p, prefix := strings.CutSuffix(strings.TrimSpace(p), "*")
		var b strings.Builder
		first := ""
		for _, t := range tokenise(newView(p).plain) {
			if t.kind > number {
				continue
			}
			if first == "" {
				first = t.text
			}
			b.WriteString(" " + t.text)
		}
		switch phrase := b.String(); {
		case first == "":
		case prefix:
			set.prefixes = append(set.prefixes, phrase)
		default:
			set.byFirst[first] = append(set.byFirst[first], phrase+" ")
		}
	}
}
