// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"passerby/app"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"words stay", "Good evening, traveller.", "Good evening, traveller."},
		{"other scripts stay", "Καλησπέρα · Добрый вечер · こんばんは", "Καλησπέρα · Добрый вечер · こんばんは"},
		{"right to left stays without controls", "שלום", "שלום"},
		{"override that disguises a file name", "user\u202Egnp.exe", "usergnp.exe"},
		{"isolates and marks", "a\u2066b\u2069c\u200Ed\u200Fe\u061Cf", "abcdef"},
		{"terminal escape", "\x1b[31mred\x1b[0m\x07", "[31mred[0m"},
		{"C1 controls", "a\u009bb", "ab"},
		{"tab is a space", "a\tb", "a b"},
		{"line breaks of every spelling", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"zero-width junk", "pass\u200Bword\uFEFF\u2060\u00AD", "password"},
		{"hidden tags", "hi\U000E0068\U000E0069", "hi"},
		{"hidden variation selectors", "a\uFE0F\uFE01\U000E0101b", "ab"},
		{"fillers that look like nothing", "\u3164\u2800\uFFA0x", "x"},
		{"invalid bytes", "a\xff\xfeb", "a\uFFFDb"},
		{"emoji family", "👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧"},
		{"heart on fire", "❤\uFE0F\u200D🔥", "❤\uFE0F\u200D🔥"},
		{"skin tone", "👍🏽", "👍🏽"},
		{"keycap", "1\uFE0F\u20E3", "1\uFE0F\u20E3"},
		{"joiner without anything to join", "a\u200Db\u200D", "ab"},
		{"Persian non-joiner", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"marks", "e" + strings.Repeat("\u0301", 40) + "!", "e" + strings.Repeat("\u0301", 4) + "!"},
		{"blank lines", "a\n\n\n\n\n\nb", "a\n\n\nb"},
		{"blank lines of spaces", "a\n \n \n \n \n \nb", "a\n \n \nb"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := app.Plain(c.in); got != c.want {
				t.Errorf("Plain(%+q)\n got %+q\nwant %+q", c.in, got, c.want)
			}
		})
	}
}

func TestPlainCapsLines(t *testing.T) {
	got := app.Plain(strings.Repeat("x\n", 4000))
	if n := strings.Count(got, "\n"); n != 100 {
		t.Errorf("%d line breaks are left, want 100", n)
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		"hello", "a\u202Eb", "👨\u200D👩\u200D👧", "a\n\n\n\n\u0301b", "\xff\xfe", " \n \n \n \n x",
		"می\u200Cخواهم", "1\uFE0F\u20E3", "👍🏽\u200D\u200D🔥", "\r\r\n\t",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := app.Plain(s)
		if !utf8.ValidString(got) {
			t.Fatalf("invalid UTF-8 from %+q", s)
		}
		if again := app.Plain(got); again != got {
			t.Fatalf("not idempotent: %+q, then %+q, from %+q", got, again, s)
		}
		if before, after := utf8.RuneCountInString(s), utf8.RuneCountInString(got); after > before {
			t.Fatalf("%d characters became %d", before, after)
		}
		marks := 0
		for _, r := range got {
			if unicode.Is(unicode.Bidi_Control, r) || r != '\n' && unicode.IsControl(r) {
				t.Fatalf("%U is left of %+q", r, s)
			}
			if !unicode.IsMark(r) {
				marks = 0
			} else if marks++; marks > 5 { // 4 and one selector
				t.Fatalf("%d marks are left of %+q", marks, s)
			}
		}
	})
}
