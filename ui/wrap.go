// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"strings"

	"github.com/rivo/uniseg"
)

// span is one line of a wrapped text: text[from:to] is drawn, and the next
// line begins at next, behind the spaces or the line break at the end.
type span struct{ from, to, next int }

// wrap breaks text into lines that measure at most width, where the Unicode
// line breaking algorithm (UAX #14) allows it, and inside a word only where
// the word alone is too wide. There is at least one line. It is linear in the
// length of the text.
func wrap(text string, width float32, measure func(string) float32) []span {
	var (
		lines []span
		from  int     // where the line begins
		ink   int     // behind the last character on it that is not a space
		used  float32 // width of text[from:ink]
		gap   float32 // width of text[ink:at]
	)
	space := measure(" ")
	end := func(next int) {
		lines = append(lines, span{from, ink, next})
		from, ink, used, gap = next, next, 0, 0
	}
	at, state := 0, -1
	rest := text
	for rest != "" {
		var segment string
		var must bool
		segment, rest, must, state = uniseg.FirstLineSegmentInString(rest, state)
		word := strings.TrimRight(segment, " \n")
		w := measure(word)
		if ink > from && used+gap+w > width {
			end(at)
		}
		for w > width && len(word) > 0 {
			part := fit(word, width-used-gap, measure)
			if part == len(word) {
				break
			}
			ink = at + part
			end(ink)
			at, word, segment = ink, word[part:], segment[part:]
			w = measure(word)
		}
		if word != "" {
			used, ink, gap = used+gap+w, at+len(word), 0
		}
		gap += space * float32(strings.Count(segment[len(word):], " "))
		at += len(segment)
		// A text's own end counts as a mandatory break; only a line break is one.
		if must && strings.HasSuffix(segment, "\n") {
			end(at)
		}
	}
	if ink > from || len(lines) == 0 || strings.HasSuffix(text, "\n") || from < len(text) {
		end(len(text))
	}
	return lines
}

// fit returns how many bytes of word, whole characters and at least one, are
// at most width wide.
func fit(word string, width float32, measure func(string) float32) int {
	cuts := clusters(word)
	low, high := 0, len(cuts)-1
	for low < high {
		middle := (low + high + 1) / 2
		if measure(word[:cuts[middle]]) <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return cuts[low]
}

// clusters returns the offsets behind each character that a person sees.
// Some scripts let one such character grow without end, so from a length that
// no honest one reaches, each code point is a cut.
func clusters(text string) []int {
	const longest = 64
	var cuts []int
	at, state := 0, -1
	for rest := text; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if len(cluster) > longest {
			for i := range cluster {
				if i > 0 {
					cuts = append(cuts, at+i)
				}
			}
		}
		at += len(cluster)
		cuts = append(cuts, at)
	}
	return cuts
}
