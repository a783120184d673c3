// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"embed"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"passerby/app/guard/tables"
)

// Speaker is who wrote a text.
type Speaker int

// The two who talk.
const (
	Me       Speaker = iota
	Stranger         // the other; only probes are looked for
)

// Line is something that was said.
type Line struct {
	Who  Speaker
	Text string
}

// Context is what a text stands in.
type Context struct {
	Who Speaker
	// Before is what both have said so far, oldest first. Only the last
	// Lookback lines matter: a number that was sent in pieces, a question that
	// the text answers.
	Before []Line
}

// Lookback is how many lines before a text can have to do with it.
const Lookback = 8

// Finding is something that a text gives away, or, from the stranger, asks for.
type Finding struct {
	Category Category
	Tier     Tier
	// Start and End bound the words in the text, in bytes.
	Start, End int
	// Why says in one sentence why it matters.
	Why string
	// Bits is how much it narrows down who the writer is: each bit halves the
	// number of people who fit. 0 where it says nothing of that kind.
	Bits float64
	// Softer is what could stand in place of the words and give away less, or
	// "" where there is no such wording.
	Softer string
	// Language is the folder of rules that told what was meant, such as "en",
	// or "" where it is told from the form alone.
	Language string
}

// ruleSet is all rules, sorted by where they can begin.
type ruleSet struct {
	words        vocabulary
	spelling     *speller
	count        int // of rules
	mine, theirs ruleIndex
}

type ruleIndex struct {
	byWord   map[wordID][]*rule // by the word they begin with
	anywhere []*rule            // to be tried at each word
	atClause []*rule            // to be tried at each beginning of a clause
	atField  []*rule            // to be tried at each field of a row
}

//go:embed rules/common.txt rules/spellings.txt rules/*/*.txt
var ruleFiles embed.FS

// languages are the folders of rules, in the order in which they are read.
var languages = []string{"en", "es", "de", "fr", "pt", "ru", "tr", "hi", "fa", "zh", "it", "nl", "pl"}

var rules = sync.OnceValue(func() *ruleSet {
	rs, err := loadRules()
	if err != nil {
		panic("guard: " + err.Error())
	}
	return rs
})

// loadRules reads common.txt, whose lists all languages know, and of each
// language words.txt, whose lists its other files know, and those.
func loadRules() (*ruleSet, error) {
	rs := &ruleSet{words: vocabulary{}}
	rs.mine.byWord, rs.theirs.byWord = map[wordID][]*rule{}, map[wordID][]*rule{}
	spellings, err := ruleFiles.ReadFile("rules/spellings.txt")
	if err != nil {
		return nil, err
	}
	rs.words.same(string(spellings))
	common := map[string]node{}
	if err := rs.read("common", "rules/common.txt", common); err != nil {
		return nil, err
	}
	for _, language := range languages {
		lists := maps.Clone(common)
		if err := rs.read(language, "rules/"+language+"/words.txt", lists); err != nil {
			return nil, err
		}
		names, err := fs.Glob(ruleFiles, "rules/"+language+"/*.txt")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if path.Base(name) == "words.txt" {
				continue
			}
			if err := rs.read(language, name, maps.Clone(lists)); err != nil {
				return nil, err
			}
		}
	}
	rs.spelling = newSpeller(rs.words)
	return rs, nil
}

func (rs *ruleSet) read(language, name string, lists map[string]node) error {
	body, err := ruleFiles.ReadFile(name)
	if err != nil {
		return err
	}
	read, err := readRules(language, name, string(body), lists, rs.words)
	if err != nil {
		return err
	}
	for _, r := range read {
		r.number = rs.count
		rs.count++
		if r.probes {
			rs.theirs.add(r)
		} else {
			rs.mine.add(r)
		}
	}
	return nil
}

func (x *ruleIndex) add(r *rule) {
	switch {
	case r.field:
		x.atField = append(x.atField, r)
	case r.first != nil:
		for _, w := range r.first {
			x.byWord[w] = append(x.byWord[w], r)
		}
		r.first = nil
	case r.clause:
		x.atClause = append(x.atClause, r)
	default:
		x.anywhere = append(x.anywhere, r)
	}
}

// Prepare reads the rules and tables, which the first Check would else wait
// for. It may be called at any time.
func Prepare() {
	// Whatever is read late is needed for one of these.
	Check("im joe, nurse, 19, from manchestr, +44 7911 123456 or joe@example.org", Context{})
}

// Check returns what a text gives away, in the order of the text. It works on
// any bytes, keeps nothing, and takes time in proportion to their number. It
// may be called from several goroutines.
func Check(s string, ctx Context) []Finding {
	t := read(s, ctx)
	var found findings
	if t.who == Me {
		for _, detect := range detectors {
			detect(t, &found)
		}
	}
	found.apply(t, rules().hits(t))
	if t.who == Stranger {
		found.handBack(t, s)
	}
	return found.settle(t)
}

func read(s string, ctx Context) *text {
	t := &text{view: newView(s), who: ctx.Who, before: ctx.Before}
	t.tokens = tokenise(t.plain)
	t.quotes = quotes(t.plain)
	t.ids = make([]wordID, len(t.tokens))
	rs := rules()
	t.has = newWordSet(len(rs.words))
	for i, tok := range t.tokens {
		if tok.kind > number {
			continue
		}
		t.spoken++
		if t.ids[i] = rs.words[tok.text]; t.ids[i] == 0 && tok.kind == word {
			t.ids[i] = rs.meant(tok.text)
		}
		t.has.add(t.ids[i])
		if _, length := t.number(i); length > 0 {
			t.has.number = true
		}
	}
	if ctx.Who == Me {
		t.asked = asked(ctx.Before)
	}
	return t
}

// meant returns the word that was meant by one that no rule names, or 0: what
// is spoken "goin" is "going".
func (rs *ruleSet) meant(word string) wordID {
	if strings.HasSuffix(word, "in") {
		if id := rs.words[word+"g"]; id != 0 {
			return id
		}
	}
	return rs.spelling.meant(word).id
}

// asked returns what the stranger has asked since the writer last spoke.
func asked(before []Line) map[Category]bool {
	var all map[Category]bool
	for i, n := len(before)-1, 0; i >= 0 && n < maxAsked && before[i].Who == Stranger; i, n = i-1, n+1 {
		for _, f := range Check(before[i].Text, Context{Who: Stranger}) {
			if all == nil {
				all = map[Category]bool{}
			}
			all[f.Category] = true
		}
	}
	return all
}

// maxAsked is how many of the stranger's last lines a text can answer.
const maxAsked = 3

// A detector finds what has a form of its own: numbers with checksums,
// addresses of machines and mail.
type detector func(t *text, found *findings)

// candidate is a finding before it is settled which of them hold.
type candidate struct {
	category   Category
	start, end int // in the view's plain text
	language   string
	field      bool // it is a field of a row, and nothing else says that it is about the writer
}

// findings gathers candidates.
type findings struct {
	candidates []candidate
	denied     []denial
}

// denial is a place where categories do not count.
type denial struct {
	categories []Category // none: all but secrets
	start, end int
}

// add tells that plain[start:end] is of a category.
func (f *findings) add(c Category, start, end int) {
	f.put(candidate{category: c, start: start, end: end})
}

// maxCandidates bounds what is gathered from one text, since each is held
// against each.
const maxCandidates = 1000

func (f *findings) put(c candidate) {
	if len(f.candidates) < maxCandidates {
		f.candidates = append(f.candidates, c)
	}
}

// apply takes what rules say of the places where they fit.
func (f *findings) apply(t *text, hits []hit) {
	for _, h := range hits {
		for i, c := range h.rule.captures {
			from, to := int(h.captures[i][0]), int(h.captures[i][1])
			if from < 0 || to <= from {
				continue
			}
			from = t.skip(from)
			for to > from && t.tokens[to-1].kind > number {
				to--
			}
			if to <= from {
				continue
			}
			start, end := t.tokens[from].start, t.tokens[to-1].end
			if c.denies {
				if len(f.denied) < maxCandidates {
					f.denied = append(f.denied, denial{c.categories, start, end})
				}
				continue
			}
			// What goes on behind the quote is not said by the quoted.
			if t.quoted(t.tokens[h.start].start, end) {
				continue
			}
			for _, category := range c.categories {
				if h.rule.answers && !t.answers(category, from, to) {
					continue
				}
				f.put(candidate{category: category, start: start, end: end, language: h.rule.language, field: h.rule.field})
			}
		}
	}
	f.candidates = rows(t, f.candidates)
}

// handBack adds what a question that is handed back asks for: what the stranger
// told before it.
func (f *findings) handBack(t *text, s string) {
	i := slices.IndexFunc(f.candidates, func(c candidate) bool { return c.category == returned && !f.denies(c) })
	if i < 0 {
		return
	}
	back := f.candidates[i]
	begins, _ := t.span(back.start, back.end)
	for _, told := range Check(s[:begins], Context{}) {
		if asked, ok := asksFor[told.Category]; ok {
			f.put(candidate{category: asked, start: back.start, end: back.end, language: told.Language})
		}
	}
}

// answers tells whether bare words are an answer to a question, and not one of
// the many ways in which people evade it: a name in use, a user name with a
// sign or of letters that are no word, a place called like nothing else.
func (t *text) answers(c Category, from, to int) bool {
	known := true // each is a word that rules name
	for at := from; at < to; at++ {
		tok := t.tokens[at]
		switch {
		case c == Handle && (tok.kind == number || tok.text == "_" || tok.text == "." || tok.text == "@"):
			return true
		case c == Name && tok.kind == word && tables.PlainName(tok.text):
			return true
		case tok.kind == word && t.ids[at] == 0:
			known = false
		}
	}
	switch c {
	case Handle, Name, Workplace:
		return !known
	case City:
		n := t.naming(from)
		return !known || n.places > 0 && !n.place.Ambiguous
	}
	return true
}

// quotes returns where double quotes open and close in plain.
func quotes(plain string) [][2]int {
	var all [][2]int
	open := -1
	for i := 0; i < len(plain); i++ {
		switch {
		case plain[i] == '\n':
			open = -1
		case plain[i] != '"':
		case open < 0:
			open = i
		default:
			all, open = append(all, [2]int{open, i}), -1
		}
	}
	return all
}

// quoted tells whether a place lies within double quotes.
func (t *text) quoted(start, end int) bool {
	i := sort.Search(len(t.quotes), func(i int) bool { return t.quotes[i][1] >= end })
	return i < len(t.quotes) && t.quotes[i][0] <= start
}

// settle turns candidates into findings: what is denied goes, and of two that
// say the same the longer stays.
func (f *findings) settle(t *text) []Finding {
	kept := f.candidates[:0]
	for _, c := range f.candidates {
		if (c.category.Tier() == Probe) == (t.who == Stranger) && !f.denies(c) {
			kept = append(kept, c)
		}
	}
	tiers := Tiers()
	sort.SliceStable(kept, func(i, j int) bool {
		if a, b := kept[i].end-kept[i].start, kept[j].end-kept[j].start; a != b {
			return a > b
		}
		if a, b := kept[i].start, kept[j].start; a != b {
			return a < b
		}
		return slices.Index(tiers, kept[i].category.Tier()) < slices.Index(tiers, kept[j].category.Tier())
	})
	var out []candidate
	for _, c := range kept {
		if !slices.ContainsFunc(out, func(o candidate) bool { return swallows(o, c) }) {
			out = append(out, c)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].start < out[j].start })
	out = joinProbes(out)
	all := make([]Finding, 0, len(out))
	for _, c := range out {
		start, end := t.span(c.start, c.end)
		all = append(all, Finding{
			Category: c.category, Tier: c.category.Tier(), Start: start, End: end,
			Why: why[c.category], Bits: bits(t, c), Softer: softer(t, c), Language: c.language,
		})
	}
	return all
}

// probeGap is how many bytes may lie between two ways of asking for the same
// that are one question: "got snap? whats ur snap".
const probeGap = 24

// joinProbes makes one finding of what asks for the same twice in a row.
func joinProbes(sorted []candidate) []candidate {
	joined := sorted[:0]
	for _, c := range sorted {
		i := slices.IndexFunc(joined, func(o candidate) bool {
			return c.category.Tier() == Probe && o.category == c.category && c.start-o.end <= probeGap
		})
		if i < 0 {
			joined = append(joined, c)
			continue
		}
		joined[i].end = max(joined[i].end, c.end)
	}
	return joined
}

func (f *findings) denies(c candidate) bool {
	if c.category.Tier() == Secret {
		return slices.ContainsFunc(f.denied, func(d denial) bool {
			return slices.Contains(d.categories, c.category) && d.start < c.end && c.start < d.end
		})
	}
	return slices.ContainsFunc(f.denied, func(d denial) bool {
		return (len(d.categories) == 0 || slices.Contains(d.categories, c.category)) && d.start < c.end && c.start < d.end
	})
}

// swallows tells whether a finding makes another one at the same place void:
// the same said twice, or part of a secret.
func swallows(o, c candidate) bool {
	if c.end <= o.start || o.end <= c.start {
		return false
	}
	if o.category == c.category {
		return true
	}
	ot, ct := o.category.Tier(), c.category.Tier()
	switch {
	case o.category == URL && c.category == Handle && c.language != "":
		return true // what a link shows of somebody is told from its form
	case ot == Secret:
		return true
	case o.category == Email:
		return c.category == URL || c.category == Handle || ct == Attribute || c.category == Name
	case o.category == School, o.category == Workplace:
		return c.category == City || c.category == Country || c.category == Job
	case o.category == Postcode:
		return c.category == Phone || ct == Attribute && c.category != City
	case o.category == IPAddress:
		return ct == Attribute
	case o.category == URL, o.category == Address, o.category == Phone, o.category == Coordinates:
		// A link to a messenger holds a number, and both count.
		return ct == Attribute && c.category != City && c.category != Country || c.category == Phone && o.category != URL
	}
	return false
}
