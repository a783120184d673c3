// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"
	"unicode/utf8"

	"passerby/app/guard"
)

// Whatever the bytes, findings lie within the text, in its order, and cut no
// character; a stranger's text holds probes and nothing else.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"", "im 19f from leeds", "+44 7911 123456", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "joe(at)gmail(dot)com",
		"https://joe:pw@example.com/x", "my ip is 84.115.22.190", "51°30′26″N, 0°7′39″W", "///index.home.raft", "8FVC9G8F+6X", "12345678Z",
		"-----BEGIN PRIVATE KEY-----\nAAAA", "1️⃣2️⃣3️⃣", "\xff\xfe@\xff.com", "АВС@пример.рф", "oh double seven", "a@b@c.d", "://", "..", "+", "@",
		"legal winner thank year wave sausage worth useful legal winner thank yellow", "5 марта 1999", "1.1.1.1.1", "::::", "N51.5 W",
		"19, f, leeds", "im 19 but my sister is 12", "\"im 19\" she said", "i n s t a: joe", "я из москвы, мне 20", "我是北京人", "asl? snap?",
	} {
		f.Add(s, "0791")
		f.Add("how old are you, send me your snap", s)
	}
	f.Fuzz(func(t *testing.T, text, before string) {
		for _, who := range []guard.Speaker{guard.Me, guard.Stranger} {
			last := 0
			for _, found := range guard.Check(text, guard.Context{Who: who, Before: []guard.Line{{Who: guard.Me, Text: before}, {Who: guard.Stranger, Text: before}}}) {
				if found.Start < last {
					t.Fatalf("%s at %d of %q comes after one at %d", found.Category, found.Start, text, last)
				}
				last = found.Start
				if (found.Tier == guard.Probe) != (who == guard.Stranger) || found.Why == "" {
					t.Fatalf("%s, why %q, of %q by %d", found.Tier, found.Why, text, who)
				}
				if found.Start < 0 || found.Start >= found.End || found.End > len(text) {
					t.Fatalf("%s [%d,%d) of %q", found.Category, found.Start, found.End, text)
				}
				if !border(text, found.Start) || !border(text, found.End) {
					t.Fatalf("%s [%d,%d) cuts a character of %q", found.Category, found.Start, found.End, text)
				}
			}
		}
	})
}

// border tells whether no character of a text goes over a byte.
func border(text string, at int) bool {
	for i := max(0, at-utf8.UTFMax+1); i < at; i++ {
		if _, n := utf8.DecodeRuneInString(text[i:]); n > 1 && i+n > at && utf8.RuneStart(text[i]) {
			return false
		}
	}
	return true
}
