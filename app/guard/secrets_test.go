// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"strings"
	"testing"

	"passerby/app/guard"
)

// found returns what is found of a category, with bars between.
func found(category guard.Category, text string, ctx guard.Context) string {
	var all []string
	for _, f := range guard.Check(text, ctx) {
		if f.Category == category {
			all = append(all, text[f.Start:f.End])
		}
	}
	return strings.Join(all, "|")
}

type findingTest struct{ text, want string }

func checkAll(t *testing.T, category guard.Category, tests []findingTest) {
	t.Helper()
	for _, tt := range tests {
		if got := found(category, tt.text, guard.Context{}); got != tt.want {
			t.Errorf("%s in %q: %q, want %q", category, tt.text, got, tt.want)
		}
	}
}

func TestCard(t *testing.T) {
	checkAll(t, guard.Card, []findingTest{
		{"4111 1111 1111 1111", "4111 1111 1111 1111"},
		{"my card is 4111111111111111 ok", "4111111111111111"},
		{"5500-0000-0000-0004", "5500-0000-0000-0004"},
		{"2223 0000 4841 0010 mastercard 2-series", "2223 0000 4841 0010"},
		{"amex 3782 822463 10005", "3782 822463 10005"},
		{"6011.1111.1111.1117", "6011.1111.1111.1117"},
		{"jcb 3530111333300000", "3530111333300000"},
		{"30569309025904", "30569309025904"},
		{"6250 9410 0652 8599", "6250 9410 0652 8599"},
		{"карта мир 2200 0000 0000 0004", "2200 0000 0000 0004"},
		{"شماره کارت ۶۰۳۷ ۹۹۱۱ ۱۱۱۱ ۱۱۱۷", ""},
		{"four one one one one one one one one one one one one one one one", "four one one one one one one one one one one one one one one one"},
		{"4️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣", "4️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣"},
		{"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"},
		{"4111 1111 1111 1111 12/25 123", "4111 1111 1111 1111"},
		{"41l1 1111 11l1 1l1l", "41l1 1111 11l1 1l1l"},

		{"order 4111111111111111 shipped", ""},
		{"4111 1111 1111 1112", ""},
		{"0000 0000 0000 0000", ""},
		{"1234 5678 9012 3456", ""},
		{"commit 4111111111111111abcdef", ""},
		{"id 411111111111111122223333", ""},
		{"1700000000000 is a timestamp", ""},
		{"3.14159265358979", ""},
		{"9999999999999999 lol", ""},
	})
}

func TestIBAN(t *testing.T) {
	checkAll(t, guard.IBAN, []findingTest{
		{"DE89370400440532013000", "DE89370400440532013000"},
		{"send it to de89 3704 0044 0532 0130 00 thanks", "de89 3704 0044 0532 0130 00"},
		{"GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"},
		{"iban:FR14 2004 1010 0505 0001 3M02 606", "FR14 2004 1010 0505 0001 3M02 606"},
		{"es91-2100-0418-4502-0005-1332", "es91-2100-0418-4502-0005-1332"},
		{"NL91ABNA0417164300.", "NL91ABNA0417164300"},
		{"TR33 0006 1005 1978 6457 8413 26", "TR33 0006 1005 1978 6457 8413 26"},
		{"IR06 2960 0000 0010 0324 2000 01", "IR06 2960 0000 0010 0324 2000 01"},
		{"NO9386011117947", "NO9386011117947"},
		{"P L 6 1 1090 1014 0000 0712 1981 2874", "P L 6 1 1090 1014 0000 0712 1981 2874"},

		{"DE88370400440532013000", ""},
		{"DE89 3704 0044 0532 0130 001", ""},
		{"gb 12 is a good score for us 12 34 56 78", ""},
		{"xDE89370400440532013000", ""},
		{"no 93 red balloons in 1983", ""},
	})
}

func TestSeedPhrase(t *testing.T) {
	const (
		zeros = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
		legal = "legal winner thank year wave sausage worth useful legal winner thank yellow"
		long  = "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold"
		fr    = "abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abeille"
	)
	checkAll(t, guard.SeedPhrase, []findingTest{
		{zeros, zeros},
		{"my seed phrase is " + legal + " ok?", legal},
		{"seed phrase: " + legal, legal},
		{long, long},
		{strings.ToUpper(legal), strings.ToUpper(legal)},
		{strings.ReplaceAll(legal, " ", ", "), strings.ReplaceAll(legal, " ", ", ")},
		{strings.ReplaceAll(legal, " ", "\n"), strings.ReplaceAll(legal, " ", "\n")},
		{"1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow",
			"legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow"},
		{fr, fr},
		{"的 的 的 的 的 的 的 的 的 的 的 在", "的 的 的 的 的 的 的 的 的 的 的 在"},

		{strings.Replace(legal, "yellow", "zoo", 1), ""},
		{"legal winner thank year wave sausage worth useful legal winner thank", ""},
		{"abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual adapt add addict address adjust admit", ""},
		{"my dog can swim across the river and come back home again every day", ""},
		{"我觉得今天的天气很好我们一起去公园玩吧你说好不好呢我想你了", ""},
	})
}

func TestPrivateKey(t *testing.T) {
	const pem = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\nQyNTUxOQAAACD\n-----END OPENSSH PRIVATE KEY-----"
	hex := strings.Repeat("9f86d081884c7d65", 4)
	checkAll(t, guard.PrivateKey, []findingTest{
		{pem, pem},
		{"here " + pem + " done", pem},
		{"AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"},
		{"aws secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1"},
		{"token=ghp_16C7e42F292c6912E7710c838347Ae178B4a;", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
		{"github_pat_11ABCDEFG0abcdefghij_klmnopqrstuvwxyz0123456789", "github_pat_11ABCDEFG0abcdefghij_klmnopqrstuvwxyz0123456789"},
		{"glpat-ABc123def456GHi789jk.", "glpat-ABc123def456GHi789jk"},
		{"xoxb-123456789012-1234567890123-AbCdEfGhIjKl", "xoxb-123456789012-1234567890123-AbCdEfGhIjKl"},
		{"AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"},
		{"sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"},
		{"sk-ant-api03-abc123DEF456ghi789JKL012mno", "sk-ant-api03-abc123DEF456ghi789JKL012mno"},
		{"sk-abcdEFGH1234ijklMNOP5678qrst", "sk-abcdEFGH1234ijklMNOP5678qrst"},
		{"bot is 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"},
		{"MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.aBcDeFgHiJkLmNoPqRsTuVwXyZ012345", "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"},
		{"hf_aBcDeFgHiJkLmNoPqRsTuVwXyZabcdefgh", "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZabcdefgh"},
		{"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", "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"},
		{"npm_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5", "npm_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"},
		{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"},
		{"5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"},
		{"KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"},
		{"my private key is 0x" + hex, "0x" + hex},
		{"la clé privée: " + hex, hex},
		{"мой приватный ключ " + hex, hex},
		{"api key: 8f14e45fceea167a5a36dedd4bea2543", "8f14e45fceea167a5a36dedd4bea2543"},
		{"AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"},
		{"nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5", "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"},

		{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1lO6dWJ4nV3h2Zq8vX0", ""},
		{"commit " + hex, ""},
		{"my public key is " + hex, ""},
		{"tx hash 0x" + hex, ""},
		{"0x742d35Cc6634C0532925a3b844Bc454e4438f44e", ""},
		{"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", ""},
		{"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", ""},
		{"123e4567-e89b-12d3-a456-426614174000", ""},
		{"duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion", ""},
		{"ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ""},
		{"sk-learn is a library", ""},
		{"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----", ""},
		{"the api key thing doesn't work", ""},
	})
}

func TestNationalID(t *testing.T) {
	checkAll(t, guard.NationalID, []findingTest{
		{"my ssn is 219-09-9999", "219-09-9999"},
		{"219-09-9999", "219-09-9999"},
		{"social 219099999", "219099999"},
		{"dads ss# 219099999", "219099999"},
		{"tc kimlik numaram 10000000146", "10000000146"},
		{"anota 529982247-25 que pediram", "529982247-25"},
		{"12345678 z toma", "12345678 z"},
		{"12345678 b toma", ""},
		{"itin 912-70-1234", "912-70-1234"},
		{"qq 12 34 56 c", ""},
		{"ni number AB 12 34 56 C", "AB 12 34 56 C"},
		{"ab123456c", "ab123456c"},
		{"nhs number 943 476 5919", "943 476 5919"},
		{"meine steuer-id ist 86095742719", "86095742719"},
		{"65 929 970 489", "65 929 970 489"},
		{"Personalausweis L01X00T47", "L01X00T47"},
		{"2 55 08 49 588 157 38", "2 55 08 49 588 157 38"},
		{"mi dni es 12345678Z", "12345678Z"},
		{"12345678-z", "12345678-z"},
		{"nie X1234567L", "X1234567L"},
		{"RSSMRA85T10A562S", "RSSMRA85T10A562S"},
		{"il mio cf: rssmra85t10a562s", "rssmra85t10a562s"},
		{"bsn 111222333", "111222333"},
		{"pesel 44051401359", "44051401359"},
		{"meu cpf 111.444.777-35", "111.444.777-35"},
		{"111.444.777-35", "111.444.777-35"},
		{"aadhaar 2341 2341 2346", "2341 2341 2346"},
		{"pan ABCPE1234F", "ABCPE1234F"},
		{"11010519491231002X", "11010519491231002X"},
		{"身份证 11010519491231002x", "11010519491231002x"},
		{"tc kimlik 10000000146", "10000000146"},
		{"کد ملی ۰۰۷۳۷۵۹۴۳۰", "۰۰۷۳۷۵۹۴۳۰"},
		{"снилс 112-233-445 95", "112-233-445 95"},
		{"112-233-445 95", "112-233-445 95"},
		{"мой инн 500100732322", "500100732322"},
		{"паспорт 4510 123456", "4510 123456"},
		{"серия 45 10 номер 123456", "45 10 номер 123456"},
		{"756.9217.0769.85", "756.9217.0769.85"},
		{"131052-308T", "131052-308T"},
		{"passport number is AB1234567", "AB1234567"},
		{"my passport no. 128456789", "128456789"},

		{"219099999", ""},
		{"000-12-3456", ""},
		{"666-12-3456", ""},
		{"order 86095742719", ""},
		{"score 111222333", ""},
		{"12345678A", ""},
		{"111.444.777-36", ""},
		{"cpf 111.111.111-11", ""},
		{"call me 943 476 5919", ""},
		{"11010519491231002 people", ""},
		{"RSSMRA85T10A562X", ""},
		{"room AB123", ""},
		{"my passport expires 12.05.2030", ""},
		{"my passport expires 20301231", ""},
		{"lost my passport, call me on 07911123456", ""},
		{"i passed my driving test in 2019", ""},
	})
}
