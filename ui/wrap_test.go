// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// cells measures a text by its characters, each 1 wide.
func cells(s string) float32 { return float32(uniseg.GraphemeClusterCount(s)) }

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, text string
		width      float32
		want       []string
	}{
		{"nothing", "", 10, []string{""}},
		{"short", "hello", 10, []string{"hello"}},
		{"at a space", "hello world", 8, []string{"hello", "world"}},
		{"exactly", "hello world", 11, []string{"hello world"}},
		{"line breaks", "a\nb\n\nc", 10, []string{"a", "b", "", "c"}},
		{"line break at the end", "a\n", 10, []string{"a", ""}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"long word after a short one", "ab cdefghij kl", 4, []string{"ab", "cdef", "ghij", "kl"}},
		{"hyphen", "self-made", 6, []string{"self-", "made"}},
		{"no spaces between words", "漢字漢字漢字", 4, []string{"漢字漢字", "漢字"}},
		{"characters of several code points", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2, []string{"👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"}},
		{"spaces at the end", "ab   ", 10, []string{"ab"}},
		{"narrower than a character", "abc", 0.5, []string{"a", "b", "c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range wrap(c.text, c.width, cells) {
				got = append(got, c.text[s.from:s.to])
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A word without end must not cost the square of its length.
func TestWrapMeasuresLittle(t *testing.T) {
	measured := 0
	wrap(strings.Repeat("x", 4000), 60, func(s string) float32 {
		measured += len(s)
		return cells(s)
	})
	if most := 20 * 4000; measured > most {
		t.Errorf("%d characters were measured, want at most %d", measured, most)
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("hello world, this is a line", uint8(7))
	f.Add("a\n\n\nb", uint8(1))
	f.Add("  leading and trailing  ", uint8(5))
	f.Add("ᄀᄀᄀᄀᄀᄀᄀᄀ 漢字 👨‍👩‍👧", uint8(3))
	f.Fuzz(func(t *testing.T, text string, width uint8) {
		if !utf8.ValidString(text) || strings.Contains(text, "\r") {
			return // a text is made plain first
		}
		next := 0
		for _, s := range wrap(text, float32(width), cells) {
			if s.from != next || s.to < s.from || s.next < s.to {
				t.Fatalf("%+v does not follow %d in %q", s, next, text)
			}
			if !utf8.ValidString(text[s.from:s.to]) {
				t.Fatalf("%+v cuts a character of %q", s, text)
			}
			next = s.next
		}
		if next != len(text) {
			t.Fatalf("%q is wrapped up to %d of %d", text, next, len(text))
		}
	})
}
