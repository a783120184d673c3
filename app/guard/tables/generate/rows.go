// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"passerby/app/guard/tables"
)

// row is an entry of a table before it is written.
type row struct {
	name, code string
	region     bool
	population int
	keys       []rowKey
}

type rowKey struct {
	name      string
	ambiguous bool
	demonym   bool
}

// table writes rows in the form that package tables reads.
func table(rows []row) []byte {
	var b bytes.Buffer
	for _, r := range rows {
		kind := "c"
		if r.region {
			kind = "r"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%d\t", r.name, r.code, kind, r.population)
		sort.Slice(r.keys, func(i, j int) bool { return r.keys[i].name < r.keys[j].name })
		for i, k := range r.keys {
			if i > 0 {
				b.WriteByte(',')
			}
			if k.ambiguous {
				b.WriteByte('!')
			}
			if k.demonym {
				b.WriteByte('~')
			}
			b.WriteString(k.name)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// claim is one entry's wish for a key. The strongest gets it.
type claim struct {
	entry    int
	strength float64
	flag     bool // the list itself says that it is ambiguous
	plain    bool // the list itself says that it is not
	demonym  bool
	base     string // the key that this is a form of
}

// claims holds the strongest wish for each key. Of two that are equally strong
// the one of the earlier entry counts, whatever order they come in.
type claims map[string]claim

// add folds the name and notes the wish. Marks before the name: "!" ambiguous,
// "=" never ambiguous.
func (c claims) add(name string, cl claim) {
	if rest, ok := strings.CutPrefix(name, "!"); ok {
		name, cl.flag = rest, true
	}
	if rest, ok := strings.CutPrefix(name, "="); ok {
		name, cl.plain = rest, true
	}
	key := tables.Fold(name)
	if key == "" || strings.Count(key, " ") > 5 || len([]rune(key)) < 2 {
		return
	}
	old, ok := c[key]
	if !ok || cl.strength > old.strength || cl.strength == old.strength && cl.entry < old.entry {
		if ok && old.entry == cl.entry {
			cl.flag, cl.plain = cl.flag || old.flag, cl.plain || old.plain
		}
		c[key] = cl
	}
}

// addForms claims the inflected forms of a name. They are ambiguous where the
// name is.
func (c claims) addForms(name string, forms []string, cl claim) {
	cl.base = tables.Fold(name)
	for _, form := range forms {
		c.add(form, cl)
	}
}

// grant hands the keys to the rows, marked by judge.
func (c claims) grant(rows []row, judge func(key string, cl claim) bool) {
	for key, cl := range c {
		ambiguous := cl.flag || !cl.plain && judge(key, cl)
		if base, ok := c[cl.base]; ok && !ambiguous && !cl.plain {
			ambiguous = base.flag || !base.plain && judge(cl.base, base)
		}
		rows[cl.entry].keys = append(rows[cl.entry].keys, rowKey{name: key, ambiguous: ambiguous, demonym: cl.demonym})
	}
}
