// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "strings"

// letteredID is the number of a person that has letters in it.
type letteredID struct {
	country string
	forms   []string // as for postcodes
	// valid is given the number in capitals without spaces and signs.
	valid func(s string) bool
	// words must stand beside it; nil where the form is enough.
	words *phraseSet
}

var letteredIDs = []letteredID{
	{"gb", []string{"AA 99 99 99 A"}, ukNINO, nil},
	{"it", []string{"AAAAAA99A99A999A", "AAA AAA 99A99 A999A"}, italianCF, nil},
	{"in", []string{"AAAAA9999A"}, indianPAN, nil},
	{"in", []string{"AAAAA9999A"}, fewLetters, phrases("pan, pan card, pan number, pan no")},
	{"de", []string{"99 999999 A 999", "99 99 99 99 A 999"}, fewLetters, phrases("sozialversicherungsnummer, rentenversicherungsnummer, sv nummer, svnr, versicherungsnummer, rvnr")},
	{"es", []string{"99999999A", "99999999-A", "99.999.999-A", "99.999.999A", "A9999999A", "A-9999999-A"}, spanishDNI, nil},
	{"es", []string{"99999999 A", "99 999 999 A", "A 9999999 A"}, spanishDNI, phrases("dni, nie, nif, documento")},
	{"es", []string{"99999999 A"}, spacedDNI, nil},
	{"cn", []string{"99999999999999999X", "999999 99999999 999X"}, chineseIDX, nil},
	{"fr", []string{"9 99 99 9A 999 999 99"}, corsicanNIR, nil},
	{"mx", []string{"AAAA999999AAAAAAX9"}, mexicanCURP, nil},
	{"cl", []string{"99.999.999-X", "9.999.999-X"}, chileanRUT, nil},
	{"cl", []string{"99999999-X", "9999999-X", "99999999X"}, chileanRUT, phrases("rut, run")},
	{"fi", []string{"999999-999X", "999999A999X"}, finnishHETU, nil},
	{"sg", []string{"A9999999A"}, singaporeNRIC, nil},
	{"ie", []string{"9999999A", "9999999AA"}, irishPPS, phrases("pps, ppsn, pps number")},
	{"xx", []string{"A999999", "A9999999", "A99999999", "AA999999", "AA9999999", "99AA99999", "AAA999999", "AAA 999999", "9999999AA", "AX9999999", "XXXXXXXXX", "XXXXXXXXXX"},
		fewLetters, idNumbers[len(idNumbers)-1].words},
}

// personsWithLetters finds the numbers of persons that have letters in them.
func personsWithLetters(t *text, found *findings) {
	passportParts(t, found)
	for i := range t.tokens {
		tok := &t.tokens[i]
		if tok.kind > number || t.goesOn(i) || t.underscored(i) {
			continue
		}
		// All of them have digits near their beginning.
		if s := t.plain[tok.start:min(len(t.plain), tok.start+10)]; !strings.ContainsAny(s, "0123456789") || !alnum(s[0]) {
			continue
		}
		if end := t.personAt(tok.start); end > 0 {
			found.add(NationalID, tok.start, end)
		}
	}
}

func (t *text) personAt(start int) int {
	for k := range letteredIDs {
		id := &letteredIDs[k]
		for _, form := range id.forms {
			n := formLength(t.plain[start:], form)
			if n < 0 {
				continue
			}
			end := start + n
			if !id.valid(bare(t.plain[start:end])) {
				continue
			}
			if id.words == nil && !t.parcel(start) || id.words != nil && t.near(start, end, idBefore, idAfter, id.words) {
				return end
			}
		}
	}
	return 0
}

// bare returns letters and digits only, in capitals.
func bare(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r < 0x80 && alnum(byte(r)) {
			return r
		}
		return -1
	}, s))
}

func ukNINO(s string) bool {
	switch s[:2] {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return !strings.ContainsAny(s[:1], "DFIQUV") && !strings.ContainsAny(s[1:2], "DFIOQUV") && s[8] <= 'D'
}

func italianCF(s string) bool {
	day := (value(s[9:11])-1)%40 + 1
	if strings.IndexByte("ABCDEHLMPRST", s[8]) < 0 || day < 1 || day > 31 {
		return false
	}
	odd := [36]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i := 0; i < 15; i++ {
		n, plain := int(s[i]-'0'), int(s[i]-'0')
		if !isDigit(s[i]) {
			n, plain = int(s[i]-'A')+10, int(s[i]-'A')
		}
		if i%2 == 0 {
			sum += odd[n]
		} else {
			sum += plain
		}
	}
	return byte('A'+sum%26) == s[15]
}

// indianPAN has no check that is public; its fourth letter is the kind of
// holder.
func indianPAN(s string) bool {
	return strings.IndexByte("ABCFGHJLPT", s[3]) >= 0 && s[5:9] != "0000"
}

func spanishDNI(s string) bool {
	n := value(s[:len(s)-1])
	if isLetter(s[0]) {
		if s[0] < 'X' {
			return false
		}
		n = int(s[0]-'X')*10000000 + value(s[1:len(s)-1])
	}
	return "TRWAGMYFPDXBNJZSQVHLCKE"[n%23] == s[len(s)-1]
}

// spacedDNI takes a letter after a space only where it is neither a word nor a
// unit.
func spacedDNI(s string) bool { return strings.IndexByte("AEGKMPSXY", s[8]) < 0 && spanishDNI(s) }

func chineseIDX(s string) bool {
	if s[17] != 'X' {
		return false
	}
	d := []byte(s[:17])
	return chineseSum(d) == 10 && chineseBirth(d)
}

func corsicanNIR(s string) bool {
	d := []byte(s)
	less := map[byte]int{'A': 1000000, 'B': 2000000}[d[6]]
	if less == 0 || d[5] != '2' {
		return false
	}
	d[6] = '0'
	n := 0
	for _, c := range d[:13] {
		n = n*10 + int(c-'0')
	}
	return 97-(n-less)%97 == num(d[13:])
}

func mexicanCURP(s string) bool {
	month, day := value(s[6:8]), value(s[8:10])
	return (s[10] == 'H' || s[10] == 'M' || s[10] == 'X') && month >= 1 && month <= 12 && day >= 1 && day <= daysIn[month]
}

func chileanRUT(s string) bool {
	sum, weight := 0, 2
	for i := len(s) - 2; i >= 0; i-- {
		sum += int(s[i]-'0') * weight
		if weight++; weight > 7 {
			weight = 2
		}
	}
	return "0K987654321"[sum%11] == s[len(s)-1]
}

func finnishHETU(s string) bool {
	digits := s[:6] + s[len(s)-4:len(s)-1]
	if !isDigit(digits[6]) {
		return false
	}
	month := value(s[2:4])
	return month >= 1 && month <= 12 && value(s[:2]) >= 1 && value(s[:2]) <= 31 &&
		"0123456789ABCDEFHJKLMNPRSTUVWXY"[value(digits)%31] == s[len(s)-1]
}

func singaporeNRIC(s string) bool {
	sum := weighted([]byte(s[1:8]), 2, 7, 6, 5, 4, 3, 2)
	switch s[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == s[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == s[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == s[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == s[8]
	}
	return false
}

func irishPPS(s string) bool {
	sum := weighted([]byte(s[:7]), 8, 7, 6, 5, 4, 3, 2)
	if len(s) == 9 && s[8] != 'W' {
		sum += int(s[8]-'A'+1) * 9
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == s[7]
}

// fewLetters takes what passports and identity cards have: mostly digits, and
// a letter.
func fewLetters(s string) bool {
	digits := 0
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			digits++
		}
	}
	return digits >= 3 && digits < len(s)
}
