// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// op is what one instruction of a rule asks of the words at a place.
type op uint8

const (
	opWord   op = iota // one word
	opPrefix           // a word that begins so
	opPhrase           // a phrase of a list, longest first
	opClass            // something a function knows
	opAny              // any one word or number
	opSplit            // this way, or else that way
	opJump
	opOpen  // a capture begins
	opClose // and ends
	opFirst // a clause begins here
	opLast  // a clause ends here
	opGlued // no space before what follows
	opNot   // what follows is not this
	opRest  // everything to the end of the clause
	opDone
)

type instruction struct {
	op   op
	x, y int32 // where to go on; the number of a capture, or of a word
	of   *operand
}

// operand is what few instructions have.
type operand struct {
	prefix string // of opPrefix
	lists  []*phrase
	class  class
	not    []instruction
}

// phrase is a tree of the words of many phrases. Most of them are one word, so
// that what costs no more than a few bytes is the last one.
type phrase struct {
	next []branch // in the order of their words
}

// branch is one word of a phrase, and what follows it.
type branch struct {
	word wordID
	ends bool    // a phrase does with it
	then *phrase // nil where none goes on
}

// add puts a phrase into the tree.
func (p *phrase) add(words []string, v vocabulary) {
	for n, w := range words {
		id := v.id(w)
		i, ok := p.search(id)
		if !ok {
			p.next = slices.Insert(p.next, i, branch{word: id})
		}
		b := &p.next[i]
		if n == len(words)-1 {
			b.ends = true
			return
		}
		if b.then == nil {
			b.then = &phrase{}
		}
		p = b.then
	}
}

// search returns where the word is, or would be, among those that come next.
func (p *phrase) search(word wordID) (int, bool) {
	low, high := 0, len(p.next)
	for low < high {
		if mid := int(uint(low+high) >> 1); p.next[mid].word < word {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(p.next) && p.next[low].word == word
}

// capture is what a rule says of the words in angle brackets: that they are
// findings of these categories, or, with a minus, that they are none.
type capture struct {
	categories []Category
	denies     bool
}

// rule is one line of a rules file, compiled.
type rule struct {
	code     []instruction
	captures []capture
	language string
	source   string // file and line, for errors and tests
	// first are the words with which it can begin; nil where only a try tells,
	// and once the rule stands in an index.
	first []wordID
	// need are words of which a text must have one.
	need need
	// number counts the rules of all languages.
	number int
	// clause tells that it begins where a clause does.
	clause bool
	// field tells that it is for a whole field of a row, as in "19, f, leeds".
	field bool
	// answers tells that it is for an answer to a question.
	answers bool
	// probes tells that it is for the stranger's words.
	probes bool
}

// wordID is the number of a word in a vocabulary, from 1; 0 is none of them.
type wordID int32

// vocabulary numbers every word that some rule names.
type vocabulary map[string]wordID

func (v vocabulary) id(word string) wordID {
	if n, ok := v[word]; ok {
		return n
	}
	v[word] = wordID(len(v) + 1) //nolint:gosec // there are some ten thousands
	return v[word]
}

// same reads lines of "word: spelling spelling", which are one word to rules.
func (v vocabulary) same(file string) {
	for line := range strings.Lines(file) {
		word, spellings, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, s := range strings.Fields(spellings) {
			v[s] = v.id(word)
		}
	}
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "ae", "Ö", "oe", "Ü", "ue")

// spellOut makes a German word the same as the one that those write who have
// no umlauts: für, fuer.
func (v vocabulary) spellOut(word string) {
	if !strings.ContainsAny(word, "äöüÄÖÜ") {
		return
	}
	plain, spelt := tokenise(newView(word).plain), tokenise(newView(umlauts.Replace(word)).plain)
	for i, t := range plain {
		if s := spelt[i].text; s != t.text && v[s] == 0 {
			v[s] = v.id(t.text)
		}
	}
}

// A node is a part of a rule before it is compiled.
type node interface{}

type (
	wordNode     string
	prefixNode   string
	classNode    class
	anyNode      struct{}
	sequenceNode []node
	optionNode   struct{ of node }
	repeatNode   struct{ most int } // up to so many words of any kind
	captureNode  struct {
		capture
		of node
	}
	notNode    struct{ of node }
	signalNode op // opFirst, opLast, opGlued, opRest
)

// list is alternatives, often with a name. Rules share it, and what it was made
// into.
type list struct {
	of      []node
	phrases []*phrase
	others  []node
}

func newList(n node) *list {
	if l, ok := n.(*list); ok {
		return l
	}
	return &list{of: []node{n}}
}

// split returns the alternatives that are nothing but words, and the others.
func (l *list) split(v vocabulary) ([]*phrase, []node) {
	if l.phrases == nil && l.others == nil {
		l.phrases, l.others = split(l.of, v)
	}
	return l.phrases, l.others
}

// split parts alternatives into those that are nothing but words, as trees of
// which those of lists are shared, and the others.
func split(of []node, v vocabulary) (phrases []*phrase, others []node) {
	own := &phrase{}
	var buffer [8]string
	for _, n := range of {
		if s, ok := n.(sequenceNode); ok && len(s) == 1 {
			n = s[0]
		}
		if l, ok := n.(*list); ok {
			inner, rest := l.split(v)
			phrases, others = append(phrases, inner...), append(others, rest...)
		} else if words, ok := literal(buffer[:0], n); ok {
			own.add(words, v)
		} else {
			others = append(others, n)
		}
	}
	if own.next != nil {
		phrases = append(phrases, own)
	}
	return phrases, others
}

// parser reads the pattern of one rule.
type parser struct {
	in     string
	at     int
	macros map[string]node
	words  vocabulary // to which it adds other spellings, if there is one
	// classes are those that were made already, which rules share.
	classes map[string]class
}

func (p *parser) space() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] == '\t') {
		p.at++
	}
}

func (p *parser) peek() byte {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

// choice reads alternatives up to a closing sign or the end.
func (p *parser) choice() (node, error) {
	var of []node
	for {
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		of = append(of, n)
		if p.peek() != '|' {
			break
		}
		p.at++
	}
	if len(of) == 1 {
		return of[0], nil
	}
	return &list{of: of}, nil
}

func (p *parser) sequence() (node, error) {
	var of sequenceNode
	for {
		p.space()
		switch p.peek() {
		case 0, '|', ')', ']', '>':
			return of, nil
		}
		n, err := p.item()
		if err != nil {
			return nil, err
		}
		of = append(of, n)
	}
}

func (p *parser) item() (node, error) {
	switch c := p.peek(); c {
	case '(':
		p.at++
		n, err := p.choice()
		return n, p.close(')', err)
	case '[':
		p.at++
		n, err := p.choice()
		return optionNode{n}, p.close(']', err)
	case '<':
		return p.capture()
	case '{':
		return p.class()
	case '!':
		p.at++
		n, err := p.item()
		return notNode{n}, err
	case '^':
		p.at++
		return signalNode(opFirst), nil
	case '$':
		p.at++
		return signalNode(opLast), nil
	case '+':
		p.at++
		return signalNode(opGlued), nil
	case '~':
		p.at++
		return signalNode(opRest), nil
	case '_':
		p.at++
		if d := p.peek(); '1' <= d && d <= '9' {
			p.at++
			return repeatNode{int(d - '0')}, nil
		}
		return anyNode{}, nil
	case '@':
		p.at++
		name := p.name()
		n, ok := p.macros[name]
		if !ok {
			return nil, fmt.Errorf("no list is called @%s", name)
		}
		return n, nil
	}
	return p.literals()
}

func (p *parser) close(with byte, err error) error {
	if err != nil {
		return err
	}
	if p.peek() != with {
		return fmt.Errorf("a %q is missing at column %d", with, p.at+1)
	}
	p.at++
	return nil
}

func (p *parser) name() string {
	start := p.at
	for p.at < len(p.in) && (p.in[p.at] == '_' || 'a' <= p.in[p.at] && p.in[p.at] <= 'z' || '0' <= p.in[p.at] && p.in[p.at] <= '9') {
		p.at++
	}
	return p.in[start:p.at]
}

func (p *parser) capture() (node, error) {
	p.at++
	var c capture
	if p.peek() == '-' {
		c.denies = true
		p.at++
	}
	for p.peek() != ':' {
		name := Category(p.name())
		if name.Tier() == "" && name != returned {
			return nil, fmt.Errorf("no category is called %q", name)
		}
		c.categories = append(c.categories, name)
		if p.peek() == ',' {
			p.at++
		}
	}
	p.at++
	n, err := p.choice()
	return captureNode{c, n}, p.close('>', err)
}

func (p *parser) class() (node, error) {
	end := strings.IndexByte(p.in[p.at:], '}')
	if end < 0 {
		return nil, fmt.Errorf("a '}' is missing")
	}
	text := p.in[p.at+1 : p.at+end]
	p.at += end + 1
	if c, ok := p.classes[text]; ok {
		return classNode(c), nil
	}
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return nil, fmt.Errorf("an empty class")
	}
	make, ok := classes[fields[0]]
	if !ok {
		return nil, fmt.Errorf("no class is called {%s}", fields[0])
	}
	c, err := make(p, fields[1:])
	if err != nil {
		return nil, fmt.Errorf("{%s}: %w", strings.Join(fields, " "), err)
	}
	p.classes[text] = c
	return classNode(c), nil
}

// literals reads words up to a sign or a space.
func (p *parser) literals() (node, error) {
	start := p.at
	for p.at < len(p.in) && !strings.ContainsRune("()[]<>{}|^$~@!+*_ \t", rune(p.in[p.at])) {
		_, n := utf8.DecodeRuneInString(p.in[p.at:])
		p.at += n
	}
	literal := p.in[start:p.at]
	if p.words != nil {
		p.words.spellOut(literal)
	}
	var of sequenceNode
	if simple(literal) {
		of = sequenceNode{wordNode(literal)}
	} else {
		for _, t := range tokenise(newView(literal).plain) {
			if t.kind == word || t.kind == number {
				of = append(of, wordNode(t.text))
			}
		}
	}
	if len(of) == 0 {
		return nil, fmt.Errorf("%q at column %d is no word", literal+string(p.peek()), start+1)
	}
	if p.peek() == '*' {
		p.at++
		of[len(of)-1] = prefixNode(of[len(of)-1].(wordNode))
	}
	if len(of) == 1 {
		return of[0], nil
	}
	return of, nil
}

// simple tells whether a literal is one word that no view changes: most are.
func simple(literal string) bool {
	for i := range len(literal) {
		c := literal[i]
		if c < 'a' || c > 'z' || i > 1 && c == literal[i-1] && c == literal[i-2] {
			return false
		}
	}
	return literal != ""
}

// literal appends the words of a node that is nothing but words.
func literal(all []string, n node) ([]string, bool) {
	switch n := n.(type) {
	case wordNode:
		return append(all, string(n)), true
	case sequenceNode:
		for _, of := range n {
			var ok bool
			if all, ok = literal(all, of); !ok {
				return nil, false
			}
		}
		return all, len(n) > 0
	}
	return nil, false
}

// compiler turns nodes into instructions.
type compiler struct {
	words    vocabulary
	code     []instruction
	captures []capture
}

func (c *compiler) emit(i instruction) int {
	c.code = append(c.code, i)
	return len(c.code) - 1
}

// here is where the next instruction will be.
func (c *compiler) here() int32 { return int32(len(c.code)) } //nolint:gosec // rules are short

func (c *compiler) compile(n node) {
	switch n := n.(type) {
	case wordNode:
		c.emit(instruction{op: opWord, x: int32(c.words.id(string(n)))})
	case prefixNode:
		c.emit(instruction{op: opPrefix, of: &operand{prefix: string(n)}})
	case classNode:
		c.emit(instruction{op: opClass, of: &operand{class: class(n)}})
	case anyNode:
		c.emit(instruction{op: opAny})
	case sequenceNode:
		for _, of := range n {
			c.compile(of)
		}
	case *list:
		c.choice(n)
	case optionNode:
		split := c.emit(instruction{op: opSplit})
		c.code[split].x = c.here()
		c.compile(n.of)
		c.code[split].y = c.here()
	case repeatNode:
		// Few words before many: what stands nearest belongs together.
		var splits []int
		for range n.most {
			splits = append(splits, c.emit(instruction{op: opSplit, y: c.here() + 1}))
			c.emit(instruction{op: opAny})
		}
		for _, s := range splits {
			c.code[s].x = c.here()
		}
	case captureNode:
		number := int32(len(c.captures)) //nolint:gosec // at most maxCaptures
		c.captures = append(c.captures, n.capture)
		c.emit(instruction{op: opOpen, x: number})
		c.compile(n.of)
		c.emit(instruction{op: opClose, x: number})
	case notNode:
		sub := compiler{words: c.words}
		sub.compile(n.of)
		sub.emit(instruction{op: opDone})
		c.emit(instruction{op: opNot, of: &operand{not: sub.code}})
	case signalNode:
		c.emit(instruction{op: op(n)})
	}
}

// flatten takes alternatives out of alternatives.
func flatten(n node) []node {
	switch n := n.(type) {
	case *list:
		var flat []node
		for _, of := range n.of {
			flat = append(flat, flatten(of)...)
		}
		return flat
	case sequenceNode:
		if len(n) == 1 {
			return flatten(n[0])
		}
	}
	return []node{n}
}

// choice makes lists of the alternatives that are nothing but words, and tries
// the others after them.
func (c *compiler) choice(of *list) {
	lists, rest := of.split(c.words)
	var others []node
	for some := range slices.Chunk(lists, maxLists) {
		others = append(others, some)
	}
	others = append(others, rest...)
	var jumps []int
	for i, n := range others {
		last := i == len(others)-1
		way := 0
		if !last {
			way = c.emit(instruction{op: opSplit, x: c.here() + 1})
		}
		if lists, ok := n.([]*phrase); ok {
			c.emit(instruction{op: opPhrase, of: &operand{lists: lists}})
		} else {
			c.compile(n)
		}
		if !last {
			jumps = append(jumps, c.emit(instruction{op: opJump}))
			c.code[way].y = c.here()
		}
	}
	for _, j := range jumps {
		c.code[j].x = c.here()
	}
}

// firsts adds the words with which code can begin at pc, and reports whether
// that is all there is to say.
func firsts(code []instruction, pc int32, into *[]wordID) bool {
	switch i := code[pc]; i.op {
	case opWord:
		*into = append(*into, wordID(i.x))
		return true
	case opPhrase:
		for _, list := range i.of.lists {
			for _, b := range list.next {
				*into = append(*into, b.word)
			}
		}
		return true
	case opSplit:
		return firsts(code, i.x, into) && firsts(code, i.y, into)
	case opJump:
		return firsts(code, i.x, into)
	case opOpen, opClose, opGlued, opNot, opFirst:
		return firsts(code, pc+1, into)
	}
	return false
}

// anchored tells whether code can begin only where a clause does.
func anchored(code []instruction, pc int32) bool {
	switch i := code[pc]; i.op {
	case opFirst:
		return true
	case opOpen, opGlued, opNot:
		return anchored(code, pc+1)
	case opSplit:
		return anchored(code, i.x) && anchored(code, i.y)
	}
	return false
}

// readRules compiles a rules file. Lists of other files are in macros, and
// those of this one join them.
func readRules(language, name, text string, macros map[string]node, words vocabulary) ([]*rule, error) {
	var rules []*rule
	var begin []wordID
	known := map[string]class{}
	spellings := words
	if language != "de" {
		spellings = nil
	}
	for first, line := range logicalLines(text) {
		source := name + ":" + strconv.Itoa(first)
		if name, ok := strings.CutPrefix(line, "@"); ok && definition(name) {
			name, body, _ := strings.Cut(name, "=")
			p := &parser{in: body, macros: macros, words: spellings, classes: known}
			n, err := p.all()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", source, err)
			}
			macros[strings.TrimSpace(name)] = newList(n)
			clear(known) // some are of lists
			continue
		}
		line, field := strings.CutPrefix(line, "&")
		p := &parser{in: line, macros: macros, words: spellings, classes: known}
		n, err := p.all()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		c := compiler{words: words}
		c.compile(n)
		c.emit(instruction{op: opDone})
		r := &rule{code: slices.Clone(c.code), captures: c.captures, language: language, source: source, field: field}
		if len(r.captures) == 0 || len(r.captures) > maxCaptures {
			return nil, fmt.Errorf("%s: the rule has %d captures, want 1 to %d", source, len(r.captures), maxCaptures)
		}
		for _, capture := range r.captures {
			for _, category := range capture.categories {
				r.probes = r.probes || category.Tier() == Probe || category == returned
			}
		}
		if begin = begin[:0]; firsts(r.code, 0, &begin) {
			slices.Sort(begin)
			r.first = slices.Clone(slices.Compact(begin))
		}
		r.clause = anchored(r.code, 0)
		r.need = best(c.needs(n), r.first != nil)
		r.answers = slices.ContainsFunc(r.code, func(i instruction) bool { return i.op == opClass && i.of.class.answer })
		rules = append(rules, r)
	}
	return rules, nil
}

func (p *parser) all() (node, error) {
	n, err := p.choice()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.in) {
		return nil, fmt.Errorf("a stray %q at column %d", p.peek(), p.at+1)
	}
	return n, nil
}

// definition tells "name = ..." from a rule that begins with a list.
func definition(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	return ok && !strings.ContainsFunc(strings.TrimSpace(name), func(r rune) bool {
		return r != '_' && !unicode.IsLower(r) && !unicode.IsDigit(r)
	})
}

// logicalLines yields the lines that say something, with those that begin with
// space joined to the one before, under the number of their first.
func logicalLines(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		line, at := "", 0
		for i, next := range strings.Split(text, "\n") {
			next = strings.TrimRight(next, " \t\r")
			if next == "" || next[0] == '#' {
				continue
			}
			if next[0] == ' ' || next[0] == '\t' {
				line += " " + strings.TrimLeft(next, " \t")
				continue
			}
			if line != "" && !yield(at, line) {
				return
			}
			line, at = next, i+1
		}
		if line != "" {
			yield(at, line)
		}
	}
}
