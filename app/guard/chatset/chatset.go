// SPDX-License-Identifier: GPL-3.0-or-later

// Package chatset holds lines of chat of our own writing, with what each of
// them gives away, and measures the guard by them. It is support for tests and
// measurements and no part of the program.
//
// A file holds the lines of one language. A line has two or three fields with
// tabs between them:
//
//	me<TAB>im [age:19][gender:f] from [city:leeds]
//	stranger<TAB>cool, [ask_contact:whats ur snap]
//	me<TAB>im 100% sure<TAB>!age
//
// The first is who says it; "+me" and "+stranger" go on with the conversation
// of the line before. The second is the text, with each finding in brackets
// after its category, or categories: [url,handle:instagram.com/joe]. Brackets
// may lie in each other; \[ \] \\ are themselves, and \u{200b} is any
// character. The third names the categories that the text looks like and is
// none of. Lines that begin with # say nothing.
//
// A rule with a seed parts the lines into those that rules are tuned by and
// those that only the report reads (Held). Lines of one conversation stay
// together. What lies in seen/ was written to try the rules by, and they were
// tuned by all of it: none of it is held back.
package chatset

import (
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"passerby/app/guard"
)

// Label is a finding as a person sees it.
type Label struct {
	Category   guard.Category
	Start, End int // bytes of the text
}

// Line is one labelled line.
type Line struct {
	Source string // file and line
	Lang   string
	Who    guard.Speaker
	Text   string
	Labels []Label
	// Near are the categories that it looks like and is none of.
	Near []guard.Category
	// Before is what was said before in the same conversation.
	Before []guard.Line
	// Held tells that only the report may read it.
	Held bool
}

//go:embed *.txt seen/*.txt
var files embed.FS

// Load returns all lines, in the order of the files' names, those of seen last.
func Load() ([]Line, error) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, err
	}
	seen, err := fs.Glob(files, "seen/*.txt")
	if err != nil {
		return nil, err
	}
	names = slices.Concat(names, seen)
	var all []Line
	for _, name := range names {
		body, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		lines, err := Parse(name, string(body))
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}

// seed and share part the lines: about share of 100 are held back.
const (
	seed  = "passerby chat set 1"
	share = 50
)

func held(text string) bool {
	h := fnv.New64a()
	h.Write([]byte(seed))
	h.Write([]byte(text))
	return h.Sum64()>>17%100 < share
}

// Parse reads a file of lines.
func Parse(name, body string) ([]Line, error) {
	var all []Line
	for i, raw := range strings.Split(body, "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		if raw == "" || raw[0] == '#' {
			continue
		}
		line, goesOn, err := parseLine(raw)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		line.Source = name + ":" + strconv.Itoa(i+1)
		line.Lang = strings.TrimSuffix(path.Base(name), ".txt")
		line.Held = held(line.Text) && !strings.HasPrefix(name, "seen/")
		if goesOn {
			if len(all) == 0 {
				return nil, fmt.Errorf("%s:%d: there is no line to go on with", name, i+1)
			}
			last := all[len(all)-1]
			line.Before = slices.Concat(last.Before, []guard.Line{{Who: last.Who, Text: last.Text}})
			line.Held = last.Held
		}
		all = append(all, line)
	}
	return all, nil
}

func parseLine(raw string) (line Line, goesOn bool, err error) {
	fields := strings.Split(raw, "\t")
	if len(fields) < 2 || len(fields) > 3 {
		return Line{}, false, fmt.Errorf("%d fields, want two or three", len(fields))
	}
	who, goesOn := strings.CutPrefix(fields[0], "+")
	switch who {
	case "me":
	case "stranger":
		line.Who = guard.Stranger
	default:
		return Line{}, false, fmt.Errorf("%q is neither me nor stranger", who)
	}
	if line.Text, line.Labels, err = unmark(fields[1]); err != nil {
		return Line{}, false, err
	}
	if len(fields) == 3 {
		near, ok := strings.CutPrefix(fields[2], "!")
		if !ok {
			return Line{}, false, fmt.Errorf("the third field begins with no exclamation mark")
		}
		for name := range strings.SplitSeq(near, ",") {
			c := guard.Category(strings.TrimSpace(name))
			if c.Tier() == "" {
				return Line{}, false, fmt.Errorf("no category is called %q", c)
			}
			line.Near = append(line.Near, c)
		}
	}
	for _, l := range line.Labels {
		if (l.Category.Tier() == guard.Probe) != (line.Who == guard.Stranger) {
			return Line{}, false, fmt.Errorf("%s is not for this side", l.Category)
		}
	}
	return line, goesOn, nil
}

// unmark takes the brackets out of a text.
func unmark(marked string) (string, []Label, error) {
	var (
		text   strings.Builder
		labels []Label
		open   [][]Label
	)
	for i := 0; i < len(marked); i++ {
		switch c := marked[i]; c {
		case '\\':
			rest := marked[i+1:]
			if code, ok := strings.CutPrefix(rest, "u{"); ok {
				hex, _, ok := strings.Cut(code, "}")
				r, err := strconv.ParseUint(hex, 16, 21)
				if !ok || err != nil {
					return "", nil, fmt.Errorf("a broken \\u{...}")
				}
				text.WriteRune(rune(r))
				i += len("u{}") + len(hex)
				continue
			}
			if rest == "" || !strings.ContainsRune(`[]\`, rune(rest[0])) {
				return "", nil, fmt.Errorf("a stray backslash")
			}
			text.WriteByte(rest[0])
			i++
		case '[':
			names, _, ok := strings.Cut(marked[i+1:], ":")
			if !ok {
				return "", nil, fmt.Errorf("a bracket without a category")
			}
			var group []Label
			for name := range strings.SplitSeq(names, ",") {
				category := guard.Category(name)
				if category.Tier() == "" {
					return "", nil, fmt.Errorf("no category is called %q", name)
				}
				group = append(group, Label{Category: category, Start: text.Len()})
			}
			open = append(open, group)
			i += len(names) + 1
		case ']':
			if len(open) == 0 {
				return "", nil, fmt.Errorf("a bracket closes that did not open")
			}
			for _, l := range open[len(open)-1] {
				l.End = text.Len()
				labels = append(labels, l)
			}
			open = open[:len(open)-1]
		default:
			text.WriteByte(c)
		}
	}
	if len(open) > 0 {
		return "", nil, fmt.Errorf("a bracket does not close")
	}
	return text.String(), labels, nil
}
