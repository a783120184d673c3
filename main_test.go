// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"slices"
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

func TestFilesToVerify(t *testing.T) {
	for _, c := range []struct {
		args  string
		files []string // nil where it is refused
	}{
		{"verify list a", []string{"list", "a"}},
		{"verify list a b", []string{"list", "a", "b"}},
		{"--profile x verify list check", []string{"list", "check"}},
		{"verify -- -list a", []string{"-list", "a"}},
		{"verify list", nil},
		{"verify", nil},
		{"verify --json list a", nil},
		{"console list a", nil},
		{"list a", nil},
	} {
		o, err := parse(append([]string{"--profile", "somewhere"}, strings.Fields(c.args)...))
		if (err == nil) != (c.files != nil) || err == nil && (o.mode != "verify" || !slices.Equal(o.files, c.files)) {
			t.Errorf("%q: %q to %s, %v", c.args, o.files, o.mode, err)
		}
	}
}
