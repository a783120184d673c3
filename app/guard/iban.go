// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "strings"

// ibanLengths are the lengths of account numbers by country, from the IBAN
// registry of SWIFT.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
	"BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
	"ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
	"HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IR": 26, "IS": 26, "IT": 27, "JO": 30, "KW": 30,
	"KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
	"MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28,
	"PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19,
	"SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
	"XK": 20, "YE": 30,
}

// maxIBANGap is how many signs may stand between two characters of an IBAN.
const maxIBANGap = 3

// ibans finds the numbers of bank accounts, with any spacing.
func ibans(t *text, found *findings) {
	for i := 0; i < len(t.tokens); i++ {
		// Two letters in one piece, or one by one, and then a digit.
		tok := t.tokens[i]
		if tok.kind != word || len(tok.text) > 2 || t.goesOn(i) {
			continue
		}
		start := tok.start
		if end := ibanEnd(t.plain[start:]); end > 0 {
			found.add(IBAN, start, start+end)
			i += max(0, t.upTo(i, start+end)-1)
		}
	}
}

// ibanEnd returns where the account number at the start of s ends, or 0.
func ibanEnd(s string) int {
	var number [34]byte
	n, length, digits, gap := 0, len(number), 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isDigit(c):
			if n < 2 {
				return 0
			}
			digits++
		case isLetter(c):
			if n == 2 || n == 3 {
				return 0
			}
			c &^= 0x20
		case strings.IndexByte(" -.\n\t/", c) >= 0 && gap < maxIBANGap:
			gap++
			continue
		default:
			return 0
		}
		number[n] = c
		n, gap = n+1, 0
		if n == 2 {
			if length = ibanLengths[string(number[:2])]; length == 0 {
				return 0
			}
		}
		if n == length {
			// The letters of a word may be those of an account, too: only
			// digits tell.
			if i+1 < len(s) && alnum(s[i+1]) || digits < length/2 || !mod97(number[:n]) {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// mod97 is the check of ISO 7064, MOD 97-10, as ISO 13616 applies it.
func mod97(number []byte) bool {
	rest := 0
	for i := range number {
		switch c := number[(i+4)%len(number)]; {
		case isDigit(c):
			rest = (rest*10 + int(c-'0')) % 97
		default:
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}
