// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"passerby/app/guard"
)

// said writes findings as "category=words".
func said(text string, found []guard.Finding) string {
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s=%s", f.Category, text[f.Start:f.End]))
	}
	return strings.Join(all, " ")
}

// checkLines holds what is found in lines of one side against what is wanted.
func checkLines(t *testing.T, who guard.Speaker, rows []struct{ text, want string }) {
	t.Helper()
	for _, row := range rows {
		if got := said(row.text, guard.Check(row.text, guard.Context{Who: who})); got != row.want {
			t.Errorf("Check(%q) = %q, want %q", row.text, got, row.want)
		}
	}
}

// lineOf is a line of one side, and what is to be found in it.
type lineOf struct {
	who        guard.Speaker
	text, want string
}

// checkEach holds what is found in lines against what is wanted.
func checkEach(t *testing.T, lines []lineOf) {
	t.Helper()
	for _, tt := range lines {
		t.Run(tt.text, func(t *testing.T) {
			if got := said(tt.text, guard.Check(tt.text, guard.Context{Who: tt.who})); got != tt.want {
				t.Errorf("Check(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "im 19", "age=19"},
		{"apostrophe", "I'm 19 years old", "age=19"},
		{"curly apostrophe", "I’m only 19 🙂", "age=19"},
		{"words", "i am nineteen", "age=nineteen"},
		{"tens and ones", "im twenty-two", "age=twenty-two"},
		{"glued letter", "im 19f", "age=19 gender=f"},
		{"keycaps", "im 1️⃣9️⃣", "age=1️⃣9️⃣"},
		{"Persian digits", "im ۱۹", "age=۱۹"},
		{"full width", "ｉｍ　１９", "age=１９"},
		{"look-alike letters", "іm 19", "age=19"},
		{"invisible", "i\u200bm 1\u200b9", "age=1\u200b9"},
		{"stretched", "immmm 19", "age=19"},
		{"a share", "im 100% sure", ""},
		{"a share below a hundred", "im 99% sure", ""},
		{"a hash", "d41d8cd98f00b204e9800998ecf8427e", ""},
		{"an amount", "ceo gets 12m", ""},
		{"quoted", `she said "im 19" to me`, ""},
		{"nothing", "", ""},
		{"broken bytes", "im \xff\xfe19", "age=19"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := said(tt.text, guard.Check(tt.text, guard.Context{})); got != tt.want {
				t.Errorf("Check(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// Every category says why it matters; the words reach the screen.
func TestCategories(t *testing.T) {
	for _, tier := range guard.Tiers() {
		for _, c := range guard.Categories(tier) {
			if c.Tier() != tier {
				t.Errorf("%s is of tier %q, want %q", c, c.Tier(), tier)
			}
		}
	}
}

// Several may ask at once, and each hears what it would alone.
func TestCheckFromManySides(t *testing.T) {
	texts := []string{
		"im 19f from leeds", "my snap is joe_99", "mail me at john dot doe at gmail dot com", "call me on 07911 123456", "ich bin 23 aus köln",
		"legal winner thank year wave sausage worth useful legal winner thank yellow", "i live in lundon and work as a nurse", "4111 1111 1111 1111",
	}
	heard := make([][]string, 8)
	var all sync.WaitGroup
	for side := range heard {
		all.Go(func() {
			heard[side] = make([]string, len(texts))
			for n := range 4 * len(texts) {
				i := (n + side) % len(texts)
				heard[side][i] = said(texts[i], guard.Check(texts[i], guard.Context{}))
			}
		})
	}
	all.Wait()
	for i, text := range texts {
		want := said(text, guard.Check(text, guard.Context{}))
		for _, of := range heard {
			if of[i] != want {
				t.Errorf("Check(%q) = %q beside others, and %q alone", text, of[i], want)
			}
		}
	}
}
