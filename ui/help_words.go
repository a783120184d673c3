// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"runtime"
	"strings"
)

// keptIn says where the choices of a person are kept.
func keptIn(file string) string { return "What you chose is in " + file + "." }

// section is a part of the help page.
type section struct {
	heading string
	parts   []part
}

// part is a paragraph, a key with what it does, or the place of something that
// the program puts there itself.
type part struct {
	text string
	key  string // or ""
	put  string // or ""
}

// sections reads the help page.
func sections(text string) []section {
	if runtime.GOOS == "darwin" {
		// The Command key stands in for Control there: see commandFor.
		text = strings.ReplaceAll(text, "Ctrl+", "Cmd+")
	}
	var all []section
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		heading, isHeading := strings.CutPrefix(line, "= ")
		if isHeading {
			all = append(all, section{heading: heading})
		}
		if line == "" || isHeading || len(all) == 0 {
			continue
		}
		s := &all[len(all)-1]
		if put, ok := strings.CutPrefix(line, "@ "); ok {
			s.parts = append(s.parts, part{put: put})
		} else if key, does, ok := strings.Cut(line, "\t"); ok {
			s.parts = append(s.parts, part{key: key, text: does})
		} else {
			s.parts = append(s.parts, part{text: line})
		}
	}
	return all
}
