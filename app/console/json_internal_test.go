// SPDX-License-Identifier: GPL-3.0-or-later

package console

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParseRequest(f *testing.F) {
	for _, line := range []string{
		`{"do":"find","interests":["a"]}`, `{"do":"send","text":"x"}`, `{"do":"quit"}`, `{"do":"meet","id":3}`, `{"do":"invite","kind":"many"}`, `{"do":"follow","link":"x"}`, `{"do":"keep","what":"stay","on":true}`, `{"do":`, `{"do":"find"}{}`, "\xff",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		r, err := parseRequest(line)
		if err != nil {
			if !utf8.ValidString(err.Error()) {
				t.Fatal("an error that is not UTF-8")
			}
			return
		}
		if (r.Do == "invite") != (r.Kind != nil) || (r.Do == "follow") != (r.Link != nil) || (r.Do == "meet" || r.Do == "cancel") != (r.ID != nil) {
			t.Fatalf("%q became %+v", line, r)
		}
		if (r.Do == "send") != (r.Text != nil) || (r.Interests != nil && r.Do != "find") || (r.Do == "keep") != (r.What != nil && r.On != nil) {
			t.Fatalf("%q became %+v", line, r)
		}
	})
}

func FuzzReadLines(f *testing.F) {
	f.Add("a\nb\r\n\nc")
	f.Add(strings.Repeat("x", MaxLine+5) + "\ny\n")
	f.Fuzz(func(t *testing.T, in string) {
		lines := make(chan line)
		go readLines(context.Background(), strings.NewReader(in), lines)
		n := 0
		for l := range lines {
			n++
			if len(l.text) > MaxLine || strings.ContainsRune(l.text, '\n') || (l.err != nil && l.text != "") {
				t.Fatalf("a line of %d bytes, %v", len(l.text), l.err)
			}
		}
		want := strings.Count(in, "\n")
		if in != "" && !strings.HasSuffix(in, "\n") {
			want++
		}
		if n != want {
			t.Fatalf("%d lines of %d", n, want)
		}
	})
}
