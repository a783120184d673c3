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
// the word alone is too wide. There is at least one line. What it
// costs grows with the length of the text, and no faster.
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
		if w > width {
			cuts, done := clusters(word), 0
			for {
				n := fit(word, cuts, done, width-gap, measure)
				if n == len(cuts) {
					break
				}
				ink = at + cuts[n-1] - done
				end(ink)
				at, done, cuts = ink, cuts[n-1], cuts[n:]
			}
			word, segment = word[done:], segment[done:]
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

// fit returns how many of the characters that end at cuts, at least one, are
// at most width wide together. The first one begins at from. It measures no
// more than twice what fits.
func fit(word string, cuts []int, from int, width float32, measure func(string) float32) int {
	fits := func(n int) bool { return measure(word[from:cuts[n-1]]) <= width }
	low, high := 1, 2
	for high <= len(cuts) && fits(high) {
		low, high = high, 2*high
	}
	high = min(high, len(cuts)+1)
	for high-low > 1 {
		if middle := (low + high) / 2; fits(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
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
