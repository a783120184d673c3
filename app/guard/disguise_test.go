// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "testing"

func TestUndisguise(t *testing.T) {
	for text, want := range map[string]string{
		"my !nsta is x":        "my insta is x",
		"sn@pchat me":          "snapchat me",
		"t3legram: joe":        "telegram: joe",
		"s n a p: joe":         "snap: joe",
		"s.n.a.p joe":          "snap joe",
		"sna p jayden":         "snap jayden",
		"i n s t a":            "insta",
		"d1sc0rd":              "discord",
		"oh snap":              "oh snap",
		"in sta":               "in sta",
		"i am 1nsane":          "i am 1nsane",
		"a snap, 5 apples":     "a snap, 5 apples",
		"$nap":                 "snap",
		"what a s nap":         "what a snap",
		"100% sure, 5 x 4 = 0": "100% sure, 5 x 4 = 0",
		"":                     "",
		"!":                    "!",
	} {
		if got := newView(text).plain; got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	// What was taken out belongs to the letter before it.
	v := newView("x s n a p y")
	if start, end := v.span(2, 6); v.raw[start:end] != "s n a p" {
		t.Errorf("the span is %q", v.raw[start:end])
	}
}
