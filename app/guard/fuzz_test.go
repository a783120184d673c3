// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"passerby/app/guard"
)

// Whatever the bytes, findings lie within the text and cut no character.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"", "im 19f from leeds", "+44 7911 123456", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "joe(at)gmail(dot)com",
		"https://joe:pw@example.com/x", "my ip is 84.115.22.190", "51°30′26″N, 0°7′39″W", "///index.home.raft", "8FVC9G8F+6X", "12345678Z",
		"-----BEGIN PRIVATE KEY-----\nAAAA", "1️⃣2️⃣3️⃣", "\xff\xfe@\xff.com", "АВС@пример.рф", "oh double seven", "a@b@c.d", "://", "..", "+", "@",
		"legal winner thank year wave sausage worth useful legal winner thank yellow", "5 марта 1999", "1.1.1.1.1", "::::", "N51.5 W",
	} {
		f.Add(s, "0791")
	}
	f.Fuzz(func(t *testing.T, text, before string) {
		for _, who := range []guard.Speaker{guard.Me, guard.Stranger} {
			for _, found := range guard.Check(text, guard.Context{Who: who, Before: []guard.Line{{Who: guard.Me, Text: before}, {Who: guard.Stranger, Text: before}}}) {
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

// Texts that are as bad as can be for some detector.
var adversarial = map[string]string{
	"digits":       "7",
	"spaced":       "7 ",
	"dashed":       "0791-",
	"phones":       "07911 123456, ",
	"badphones":    "0999 999999, ",
	"plus":         "+4",
	"pluses":       "+44 7911 123456 ",
	"cards":        "4111 1111 1111 1112 ",
	"words":        "seven ",
	"double":       "double seven ",
	"dots":         "a.",
	"dotwords":     "dot com ",
	"ats":          "a@",
	"atwords":      "a at gmail dot com ",
	"mails":        "joe@example.com ",
	"slashes":      "://",
	"links":        "a.com/",
	"hosts":        "a-b.",
	"colons":       "a:",
	"ips":          "84.115.22.190 ",
	"degrees":      "51.5074 ",
	"degree signs": "51°30'",
	"pluscodes":    "9G8F+6X",
	"threewords":   "///abc.",
	"ibans":        "de89 ",
	"iban letters": "DE89A",
	"seed":         "abandon ",
	"zh":           "的",
	"pem":          "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAA",
	"keys":         "sk-ant-",
	"jwt":          "eyJ-",
	"jwts":         "eyJhbGciOiJI.",
	"underscores":  "a_",
	"hex":          "my private key a1b2c3d4e5f60718",
	"ids":          "AB 12 34 56 C ",
	"ssn":          "my ssn 219 09 9999 ",
	"quotes":       `"a" `,
	"invisible":    "a\u200b",
	"marks":        "a\u0301",
	"emoji":        "1️⃣",
	"broken":       "\xff",
	"newlines":     "0\n",
	"brackets":     "(.)",
}

const large = 64 << 10

func BenchmarkAdversarial(b *testing.B) {
	for name, unit := range adversarial {
		text := strings.Repeat(unit, large/len(unit))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				guard.Check(text, guard.Context{})
			}
		})
	}
}

func BenchmarkMessage(b *testing.B) {
	for name, text := range map[string]string{
		"plain":  "hey how are you doing tonight? i just came home from work and made some pasta, nothing special lol",
		"phone":  "sure, text me on 07911 123456 when you are done with work, i will be at home the whole evening :)",
		"number": "my order 1234567890 still did not arrive, it was 49.99 and they said 3-5 days, that was on 12.05. lol",
		"mail":   "you can write to me at john dot doe at gmail dot com, or look at example.com/joe if you like it more",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				guard.Check(text, guard.Context{})
			}
		})
	}
}
