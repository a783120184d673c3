// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"passerby/app/guard"
	"passerby/app/guard/chatset"
)

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
	// The beginnings of many rules, one after the other.
	"im":          "im ",
	"i have":      "i have a ",
	"my":          "my ",
	"i am and":    "i am a and ",
	"me":          "me a ",
	"ok":          "ok hey hello hi haha ",
	"je":          "je ",
	"ich":         "ich ",
	"yo":          "yo ",
	"eu":          "eu ",
	"ya":          "я ",
	"wo":          "我",
	"what":        "what is your ",
	"where":       "where are you from ",
	"send":        "send me your ",
	"asl":         "asl? ",
	"sister":      "my sister is a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a ",
	"fields":      "a,a,a,",
	"rows":        "19,f,leeds,",
	"spaced rows": "19, leeds, ",
	"fractions":   "1/2/",
	"clauses":     "i? ",
	"lines":       "i\n",
	"commas":      ",",
	"one quote":   "\"",
	"numbers":     "19 ",
	"towns":       "leeds ",
	"long towns":  "new york ",
	"cities":      "北京",
	"misspelt":    "instagrma ",
	"disguised":   "i.n.s.t.a.g.r.a.",
	"leet":        "1!",
	"tokens":      "a1!",
	"dashes":      "a-",
	"apostrophes": "a'",
	"initials":    "u.s.a.",
	"stretched":   "heyyyyyyyyyyyyyyy",
	"one word":    "x",
	"pictures":    "😀",
	"smiles":      "a😀",
	"ligatures":   "\ufdfa",
	"two scripts": "аa",
	"times":       "5:30 ",
	"postcodes":   "SW1A 1AA ",
	"passwords":   "password is a1b2 ",
	"talk":        "i am from leeds and i work as a nurse at tesco. ",
}

// The time is to grow with the length of a text, and no text of 64 KiB to take
// much more than a second.
func BenchmarkAdversarial(b *testing.B) {
	for name, unit := range adversarial {
		for _, size := range []int{16 << 10, 64 << 10} {
			text := strings.Repeat(unit, size/len(unit))
			for who, speaker := range map[string]guard.Speaker{"me": guard.Me, "stranger": guard.Stranger} {
				b.Run(fmt.Sprintf("%s/%s/%dk", name, who, size>>10), func(b *testing.B) {
					b.SetBytes(int64(len(text)))
					for b.Loop() {
						guard.Check(text, guard.Context{Who: speaker})
					}
				})
			}
		}
	}
}

// BenchmarkLine is over lines as people write them.
func BenchmarkLine(b *testing.B) {
	lines, err := chatset.Load()
	if err != nil {
		b.Fatal(err)
	}
	guard.Prepare()
	at := 0
	for b.Loop() {
		line := lines[at%len(lines)]
		guard.Check(line.Text, guard.Context{Who: line.Who, Before: line.Before})
		at++
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
