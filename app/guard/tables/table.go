// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A table is a compressed text with one entry a line, its columns parted by
// tabs: name, country code, kind ("c" or "r"), population, and the folded keys,
// parted by commas. A key may have marks before it: "!" for ambiguous, "~" for
// a demonym.
type table struct {
	index *index
	rows  []row
}

type row struct {
	name, code string
	kind       Kind
	population int
}

// inflate panics on a broken table: it is part of the program, written by its
// generator and read by its tests, so nothing that happens to a person can
// break it.
func inflate(file []byte) string {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		panic(fmt.Errorf("tables: a table that ships with the program is broken: %w", err))
	}
	// The last four bytes of the format hold the size of the content.
	var size int
	if n := len(file); n > 4 {
		size = int(file[n-4]) | int(file[n-3])<<8 | int(file[n-2])<<16 | int(file[n-1])<<24
	}
	var b strings.Builder
	b.Grow(size)
	if _, err := io.Copy(&b, z); err != nil { //nolint:gosec // our own file
		panic(fmt.Errorf("tables: a table that ships with the program is broken: %w", err))
	}
	return b.String()
}

func readTable(file []byte) table {
	text := inflate(file)
	lines, commas := strings.Count(text, "\n"), strings.Count(text, ",")
	rows := make([]row, 0, lines)
	keys := make([]key, 0, lines+commas)
	for start := 0; start < len(text); {
		end := start + strings.IndexByte(text[start:], '\n')
		name, rest, _ := strings.Cut(text[start:end], "\t")
		code, rest, _ := strings.Cut(rest, "\t")
		kind, rest, _ := strings.Cut(rest, "\t")
		people, rest, _ := strings.Cut(rest, "\t")
		population, err := strconv.Atoi(people)
		if err != nil {
			panic(fmt.Errorf("tables: the entry %q that ships with the program is broken: %w", name, err))
		}
		r := row{name: name, code: code, population: population}
		if kind == "r" {
			r.kind = Region
		}
		keys = appendKeys(keys, rest, end-len(rest), len(rows))
		rows = append(rows, r)
		start = end + 1
	}
	return table{index: newIndex(text, keys), rows: rows}
}

// appendKeys adds the keys in list, which begins at byte from of the text.
func appendKeys(keys []key, list string, from, entry int) []key {
	for list != "" {
		name, rest, _ := strings.Cut(list, ",")
		size := len(name)
		var flags uint32
	marks:
		for {
			switch name[0] {
			case '!':
				flags |= flagAmbiguous
			case '~':
				flags |= flagDemonym
			default:
				break marks
			}
			name = name[1:]
		}
		//nolint:gosec // a table is a few megabytes of a few thousand entries
		keys = append(keys, key{
			start: uint32(from + size - len(name)),
			size:  uint32(len(name)),
			value: uint32(entry)<<flagBits | flags,
		})
		from += size + 1
		list = rest
	}
	return keys
}
