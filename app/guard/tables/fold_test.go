// SPDX-License-Identifier: GPL-3.0-or-later

package tables_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "",
		"leeds":             "leeds",
		"  New   York ":     "new york",
		"São Paulo":         "sao paulo",
		"SAO-PAULO":         "sao paulo",
		"Straße":            "strasse",
		"STRAẞE":            "strasse",
		"München":           "munchen",
		"Mu\u0308nchen":     "munchen",
		"Орёл":              "орел",
		"Край":              "край",
		"Краи\u0306":        "край",
		"İstanbul'da":       "istanbulda",
		"Iğdır":             "igdir",
		"Côte d’Ivoire":     "cote divoire",
		"St. John's":        "st johns",
		"Łódź":              "lodz",
		"Tromsø":            "tromso",
		"Ærø":               "aero",
		"Kraków\u200b":      "krakow",
		"تِهران":            "تهران",
		"كرمان":             "کرمان",
		"مشهدي":             "مشهدی",
		"दिल्ली":            "दिल्ली",
		"ग़ाज़ियाबाद":       "गाजियाबाद",
		"北京":                "北京",
		"ｎｙｃ":               "nyc",
		"Gießen (Hessen)!!": "giessen hessen",
		"서울":                "서울",
		"\xff\xfebad":       "bad",
		"'":                 "",
		"a.b,c/d":           "a b c d",
		"Việt Nam":          "viet nam",
	} {
		if got := tables.Fold(text); got != want {
			t.Errorf("Fold(%q) is %q, want %q", text, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "São Paulo", "й", "и\u0306", "\xff", "ＮＹＣ", "ﷺ", "´", "İI", "서울", "ガ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := tables.Fold(s)
		if !utf8.ValidString(got) {
			t.Errorf("Fold(%q) is %q, which is not UTF-8", s, got)
		}
		if strings.HasPrefix(got, " ") || strings.HasSuffix(got, " ") || strings.Contains(got, "  ") {
			t.Errorf("Fold(%q) is %q, which has a space too many", s, got)
		}
		if again := tables.Fold(got); again != got {
			t.Errorf("Fold(%q) is %q, and folded again %q", s, got, again)
		}
		// Whatever the words are, a lookup ends and stays within them.
		words := strings.Fields(got)
		if _, n, ok := tables.LongestPlace(words); ok != (n > 0) || n > len(words) {
			t.Errorf("%q holds a place of %d words", got, n)
		}
		if _, n, ok := tables.LongestCountry(words); ok != (n > 0) || n > len(words) {
			t.Errorf("%q holds a country of %d words", got, n)
		}
		if _, n, ok := tables.PlacePrefix(got); ok != (n > 0) || n > len(got) {
			t.Errorf("%q begins with a place of %d bytes", got, n)
		}
	})
}
