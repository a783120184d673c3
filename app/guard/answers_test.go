// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

// A bare answer counts where it can be one; ways of not answering do not.
func TestAnswers(t *testing.T) {
	for _, tt := range []struct{ asked, answer, want string }{
		{"whats your name", "kevin", "name=kevin"},
		{"whats your insta", "ann_lee9", "handle=ann_lee9"},
		{"where are you from", "leeds", "city=leeds"},
		{"how old are you", "19", "age=19"},
		{"whats your name", "never", ""},
		{"whats your name", "Sure", ""},
		{"whats your insta", "nope", ""},
		{"whats your insta", "later", ""},
		{"where are you from", "no thanks", ""},
		{"where are you from", "Nein", ""},
		{"where are you from", "Hm", ""},
	} {
		found := guard.Check(tt.answer, guard.Context{Before: []guard.Line{{Who: guard.Stranger, Text: tt.asked}}})
		if got := said(tt.answer, found); got != tt.want {
			t.Errorf("%q, %q: got %q, want %q", tt.asked, tt.answer, got, tt.want)
		}
	}
}
