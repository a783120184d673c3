// SPDX-License-Identifier: GPL-3.0-or-later

package console_test

import (
	"bytes"
	"strings"
	"testing"

	"passerby/app/console"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, in     string
		conversation bool
		want         []string // what each line of the output holds
	}{
		{"a bare line is mine", "im 19\n", false, []string{`{"line":1,"who":"me","findings":[{"category":"age","tier":"attribute","start":3,"end":5,"why":"`}},
		{"mine", "me\tim 19", false, []string{`"start":3,"end":5`}},
		{"the stranger's", "stranger\thow old are you\n", false, []string{`{"line":1,"who":"stranger","findings":[{"category":"ask_age","tier":"probe","start":0,`}},
		{"nothing", "hello <3\n\n", false, []string{`{"line":1,"who":"me","findings":[]}`, `{"line":2,"who":"me","findings":[]}`}},
		{"offsets count bytes", "é im 19\r\n", false, []string{`"start":6,"end":8`}},
		{"lines apart", "stranger\thow old are you\nme\t19\n", false, []string{"ask_age", `"findings":[]`}},
		{"one conversation", "stranger\thow old are you\nme\t19\n", true, []string{"ask_age", `"category":"age"`}},
		{"broken bytes", "\xff\xfe im 19\n", false, []string{`"start":6,"end":8`}},
		{"a tab within", "me\tim\t19\n", false, []string{`"start":3,"end":5`}},
		{"who else", "nurse\tim 19\nME\tim 19\nme im 19\n", false, []string{`"start":9,"end":11`, `"who":"me","findings":[{"category":"age","tier":"attribute","start":6,"end":8`, `"start":6,"end":8`}},
		{"said twice", "me\tme\tim 19\n", false, []string{`"start":6,"end":8`}},
		{"nobody said anything", "me\t\nstranger\t\n", false, []string{`{"line":1,"who":"me","findings":[]}`, `{"line":2,"who":"stranger","findings":[]}`}},
		{"a null byte", "im \x00 19\n", false, []string{`"start":5,"end":7`}},
		{"half a character at the end", "im 19 \xc3", false, []string{`"start":3,"end":5`}},
		{"a byte order mark", "\ufeffstranger\thow old are you\n", false, []string{`{"line":1,"who":"stranger","findings":[{"category":"ask_age","tier":"probe","start":0,`}},
		{"one before a bare line", "\ufeffim 19\n", false, []string{`"start":6,"end":8`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := console.Check(strings.NewReader(tt.in), &out, tt.conversation); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("got %d lines, want %d:\n%s", len(lines), len(tt.want), out.String())
			}
			for i, want := range tt.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("line %d is %s, want %s in it", i+1, lines[i], want)
				}
			}
		})
	}
}

func TestCheckRefusesAnEndlessLine(t *testing.T) {
	err := console.Check(strings.NewReader("ok\n"+strings.Repeat("a", 2<<20)), &bytes.Buffer{}, false)
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v, want an error that names line 2", err)
	}
}
