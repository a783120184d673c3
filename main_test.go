// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"strings"
	"testing"

	"passerby/app/settings"
)

// A flag holds for this run, whatever was chosen; without one the choice holds.
func TestFlagsWinOverWhatWasChosen(t *testing.T) {
	chosen := settings.Defaults()
	chosen.Cover, chosen.Guard = false, settings.SecretsOnly
	for _, tc := range []struct {
		args         string
		before       settings.Choices
		cover, cards bool
	}{
		{"", settings.Defaults(), true, true},
		{"", chosen, false, true},
		{"--cover=false", settings.Defaults(), false, true},
		{"--cover", chosen, true, true},
		{"--cover=true --cards=false", chosen, true, false},
		{"console --cover=false", settings.Defaults(), false, true},
		{"--cover=false console --json", settings.Defaults(), false, true},
		{"--cards=false", chosen, false, false},
	} {
		o, err := parse(append([]string{"--profile", "somewhere"}, strings.Fields(tc.args)...))
		if err != nil {
			t.Fatalf("%q: %v", tc.args, err)
		}
		want := tc.before
		want.Cover = tc.cover
		if got := o.over(tc.before); got != want || o.cards != tc.cards {
			t.Errorf("%q over %+v is %+v, cards %v", tc.args, tc.before, got, o.cards)
		}
	}
}
