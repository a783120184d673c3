// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

func TestSofter(t *testing.T) {
	for _, tt := range []struct {
		text     string
		category guard.Category
		want     string
	}{
		{"im 19", guard.Age, "about 20"},
		{"im 22", guard.Age, "about 20"},
		{"im 23", guard.Age, "about 25"},
		{"im 16", guard.Age, "a teenager"},
		{"im 19f", guard.Age, "about 20 "},
	} {
		found := guard.Check(tt.text, guard.Context{})
		got := "no finding"
		for _, f := range found {
			if f.Category == tt.category {
				got = f.Softer
			}
		}
		if got != tt.want {
			t.Errorf("%q: softer is %q, want %q", tt.text, got, tt.want)
		}
	}
}
