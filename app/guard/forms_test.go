// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"testing"
)

// A class that is given a text takes the words in braces from its beginning,
// or nothing.
func TestForms(t *testing.T) {
	for _, tt := range []struct{ class, text, want string }{
		{"postcode", "sw1a 1aa is mine", "sw1a 1aa"},
		{"postcode", "M11AE", "M11AE"},
		{"postcode", "zz1 1aa", ""},
		{"postcode", "k1a 0b1", "k1a 0b1"},
		{"postcode", "12345", ""},
		{"postcode us de", "90210!", "90210"},
		{"postcode us", "90210-1234", "90210-1234"},
		{"postcode us", "902101", ""},
		{"postcode us", "90210.5", ""},
		{"postcode nl", "1012 ab", "1012 ab"},
		{"postcode br", "01310-100", "01310-100"},
		{"postcode in", "560 001", "560 001"},
		{"postcode es", "99001", ""},
		{"date", "5/3", "5/3"},
		{"date", "05.03.1999", "05.03.1999"},
		{"date", "1999-03-05", "1999-03-05"},
		{"date", "3/25/99", "3/25/99"},
		{"date", "45/3", ""},
		{"date", "13/13", ""},
		{"date", "march 5th", "march 5th"},
		{"date", "5th of march 1999", "5th of march 1999"},
		{"date", "Mar 5, 1999", "Mar 5, 1999"},
		{"date", "5 de marzo de 1999", "5 de marzo de 1999"},
		{"date", "5. März 1999", "5. März 1999"},
		{"date", "1er août", "1er août"},
		{"date", "5 марта 1999 года", "5 марта 1999"},
		{"date", "twenty-first of june", "twenty-first of june"},
		{"date", "june twenty first", "june twenty first"},
		{"date", "1999年3月5日", "1999年3月5日"},
		{"date", "۵ مهر ۱۳۷۸", "۵ مهر ۱۳۷۸"},
		{"date", "may i", ""},
		{"date", "29 feb", "29 feb"},
		{"date", "31 feb", ""},
		{"date", "31/6/1378", "31/6/1378"},
		{"date", "31/6/1999", ""},
		{"date", "march 1999", ""},
		{"date full", "5 march", ""},
		{"date full", "5 march 1999", "5 march 1999"},
		{"pin", "4821", "4821"},
		{"pin", "123-456 ok", "123-456"},
		{"pin", "4 8 2 1", "4 8 2 1"},
		{"pin", "four eight two one", "four eight two one"},
		{"pin", "482", ""},
		{"pin", "1234567890", ""},
		{"pin", "4821 people", "4821"},
		{"pin", "4821$", ""},
		{"token", "hunter2!", "hunter2"},
		{"token", "Summer", ""},
		{"token", "p@ssw0rd, lol", "p@ssw0rd"},
		{"token", "correctHorse", "correctHorse"},
		{"token", "wrong.", ""},
		{"token", "don't", ""},
		{"secretword", "dragon :)", "dragon"},
		{"age", "dix-neuf ans", "dix-neuf"},
		{"age", "vingt-et-un ans", "vingt-et-un"},
		{"age", "soixante-dix-neuf", "soixante-dix-neuf"},
		{"age", "quatre-vingt-dix-sept", "quatre-vingt-dix-sept"},
		{"age", "dix minutes", "dix"},
		{"id sure", "anna.bauer hi", "anna.bauer"},
		{"id sure", "anna, hi", ""},
		{"ends strasse str", "Hauptstr. 5", "Hauptstr."},
		{"ends strasse str", "Hauptstraße. ok", "Hauptstraße"},
		{"ends strasse str", "Hauptplatz", ""},
		{"secretword", "cat", ""},
	} {
		v := newView(tt.text)
		x := &text{view: v, tokens: tokenise(v.plain)}
		fields := strings.Fields(tt.class)
		c, err := classes[fields[0]](&parser{}, fields[1:])
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if n := c.fits(x, 0); n > 0 {
			from, to := v.span(x.tokens[0].start, x.tokens[n-1].end)
			got = tt.text[from:to]
		}
		if got != tt.want {
			t.Errorf("{%s} takes %q of %q, want %q", tt.class, got, tt.text, tt.want)
		}
	}
}
