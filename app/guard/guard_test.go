// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"fmt"
	"strings"
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
	for _, tier := range []guard.Tier{guard.Secret, guard.Identifier, guard.Attribute, guard.Probe} {
		for _, c := range guard.Categories(tier) {
			if c.Tier() != tier {
				t.Errorf("%s is of tier %q, want %q", c, c.Tier(), tier)
			}
		}
	}
}
