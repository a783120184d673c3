// SPDX-License-Identifier: GPL-3.0-or-later

// Package settings keeps what a person has chosen from one run of the program
// to the next: a handful of switches, in one small file in the program's own
// folder.
//
// # What is in the file
//
// The folder is the profile, where tor keeps its state. The file there is
// named [Name] and holds a line for each switch, in words:
//
//	Passerby settings 1
//	cards seen
//	cover on
//	guard full
//	capture-block on
//	curtain off
//	remember off
//	stay off
//
// Every word of it is one of a fixed few. There is no place for a word that
// somebody wrote, for a time or for a count, so whoever finds the file learns
// how the switches stand and nothing else.
//
// # When it is written
//
// Only when a person has chosen something, or has seen the cards of the first
// run. It is written beside its place, closed to other users, and moved there
// in one step, so that it is always the old or the new one. A file that does
// not begin as ours does is never replaced.
//
// # When it cannot be read
//
// The program starts all the same, with what somebody has who chose nothing.
// [Store.Problem] then says why, and what to do.
package settings

import (
	"errors"
	"fmt"
	"strings"
)

// Name is the name of the file in the profile.
const Name = "settings"

// Guard is how much the guard points out in what one is about to send.
type Guard int

// The levels of the guard.
const (
	Full        Guard = iota // all that it knows
	SecretsOnly              // only what is dangerous by itself, as the number of a card
	Off                      // nothing
)

// Choices are all the switches there are.
type Choices struct {
	CardsSeen    bool  // the cards of the first run were read or skipped
	Cover        bool  // conversations send also when there is nothing to say
	Guard        Guard // how much is pointed out before sending
	CaptureBlock bool  // the window asks to be left out of pictures of the screen
	Curtain      bool  // the window is covered while another one is in front
	Remember     bool  // members of the network may be remembered, see app/keepers
	Stay         bool  // stay on for others with one key for a week, likewise
}

// Defaults are the choices of somebody who chose nothing.
func Defaults() Choices {
	return Choices{Cover: true, Guard: Full, CaptureBlock: true}
}

// header is the first line. Its number changes when an older program must not
// understand what a newer one has written.
const header = "Passerby settings 1"

// maxSize is more than any file of ours takes, in bytes.
const maxSize = 512

// Errors of Parse.
var (
	// ErrForeign means that a file is none of ours.
	ErrForeign = errors.New("is not a settings file of Passerby")
	// ErrDamaged means that a file is ours and holds something unknown.
	ErrDamaged = errors.New("is damaged, or was written by a newer Passerby")
)

// line is one line of the file: a key, and a word for each value.
type line struct {
	key   string
	words []string
	get   func(Choices) int
	set   func(*Choices, int)
}

// lines are all there are, in the order of the file.
var lines = []line{
	{"cards", []string{"unseen", "seen"},
		func(c Choices) int { return ordinal(c.CardsSeen) }, func(c *Choices, i int) { c.CardsSeen = i == 1 }},
	{"cover", []string{"off", "on"},
		func(c Choices) int { return ordinal(c.Cover) }, func(c *Choices, i int) { c.Cover = i == 1 }},
	{"guard", []string{"full", "secrets", "off"},
		func(c Choices) int { return int(c.Guard) }, func(c *Choices, i int) { c.Guard = Guard(i) }},
	{"capture-block", []string{"off", "on"},
		func(c Choices) int { return ordinal(c.CaptureBlock) }, func(c *Choices, i int) { c.CaptureBlock = i == 1 }},
	{"curtain", []string{"off", "on"},
		func(c Choices) int { return ordinal(c.Curtain) }, func(c *Choices, i int) { c.Curtain = i == 1 }},
	{"remember", []string{"off", "on"},
		func(c Choices) int { return ordinal(c.Remember) }, func(c *Choices, i int) { c.Remember = i == 1 }},
	{"stay", []string{"off", "on"},
		func(c Choices) int { return ordinal(c.Stay) }, func(c *Choices, i int) { c.Stay = i == 1 }},
}

func ordinal(is bool) int {
	if is {
		return 1
	}
	return 0
}

// String returns the choices as they are written.
func (c Choices) String() string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for _, l := range lines {
		fmt.Fprintln(&b, l.key, l.words[l.get(c)])
	}
	return b.String()
}

// Parse reads what String has written. Lines may be missing, as they are where
// an older program wrote; they then have their default. Anything unknown gives
// the defaults and an error that wraps ErrForeign or ErrDamaged.
func Parse(text string) (Choices, error) {
	if len(text) > maxSize {
		return Defaults(), ErrForeign
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	first, rest, _ := strings.Cut(text, "\n")
	switch {
	case first == header:
	case strings.HasPrefix(first, strings.TrimRight(header, "1")):
		return Defaults(), ErrDamaged
	default:
		return Defaults(), ErrForeign
	}
	c, seen := Defaults(), make(map[string]bool)
	for text := range strings.Lines(rest) {
		if !parseLine(&c, strings.TrimSuffix(text, "\n"), seen) {
			return Defaults(), ErrDamaged
		}
	}
	return c, nil
}

// parseLine tells whether a line is known, and new.
func parseLine(c *Choices, text string, seen map[string]bool) bool {
	key, word, _ := strings.Cut(text, " ")
	if seen[key] {
		return false
	}
	seen[key] = true
	for _, l := range lines {
		if l.key != key {
			continue
		}
		for i, w := range l.words {
			if w == word {
				l.set(c, i)
				return true
			}
		}
	}
	return false
}
