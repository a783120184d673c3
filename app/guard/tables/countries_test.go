// SPDX-License-Identifier: GPL-3.0-or-later

package tables_test

import (
	"math"
	"testing"

	"passerby/app/guard/tables"
)

func TestCountries(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		said, code string
		demonym    bool
	}{
		{"germany", "DE", false}, {"Deutschland", "DE", false}, {"alemania", "DE", false},
		{"Allemagne", "DE", false}, {"alemanha", "DE", false}, {"германия", "DE", false},
		{"из германии", "", false}, {"германии", "DE", false}, {"almanya'da", "DE", false},
		{"آلمان", "DE", false}, {"जर्मनी", "DE", false}, {"德国", "DE", false},
		{"Niemcy", "DE", false}, {"duitsland", "DE", false}, {"germania", "DE", false},
		{"uk", "GB", false}, {"england", "GB", false}, {"USA", "US", false}, {"U.S.", "US", false},
		{"the netherlands", "NL", false}, {"рф", "RU", false}, {"türkiye", "TR", false},
		{"uae", "AE", false}, {"brasil", "BR", false}, {"iran", "IR", false},
		{"côte d'ivoire", "CI", false}, {"south korea", "KR", false},
		{"german", "DE", true}, {"alemana", "DE", true}, {"deutscher", "DE", true},
		{"allemande", "DE", true}, {"alemã", "DE", true}, {"немка", "DE", true}, {"alman", "DE", true},
		{"brazilian", "BR", true}, {"brasileira", "BR", true}, {"русская", "RU", true},
		{"south african", "ZA", true}, {"scottish", "GB", true},
	} {
		c, ok := findCountry(fold(tc.said))
		if ok != (tc.code != "") || c.Code != tc.code || c.Demonym != tc.demonym {
			t.Errorf("%q is %+v (%t), want %s, demonym %t", tc.said, c, ok, tc.code, tc.demonym)
		}
	}
}

func TestAmbiguousCountries(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{
		"turkey": true, "georgia": true, "jordan": true, "chad": true, "us": true, "polish": false,
		"pole": true, "aus": true, "usa": false, "uk": false, "germany": false, "china": false, "russia": false,
		"россия": false, "brasil": false, "iran": false, "france": false, "india": false, "israel": false,
		"ispanya": false, "德国": false, "فرانسه": false, "cin": true, "того": true,
	} {
		if c, ok := findCountry(fold(said)); !ok || c.Ambiguous != want {
			t.Errorf("%q is %+v (%t), want ambiguous %t", said, c, ok, want)
		}
	}
}

func TestCountryList(t *testing.T) {
	t.Parallel()
	all := tables.Countries()
	if len(all) < 249 {
		t.Errorf("%d countries", len(all))
	}
	sum := 0
	for _, c := range all {
		sum += c.Population
		if got, ok := tables.CountryByCode(c.Code); !ok || got != c {
			t.Errorf("%s is %+v (%t), want %+v", c.Code, got, ok, c)
		}
		if c.Name == "" {
			t.Errorf("%s has no name", c.Code)
		}
		if _, ok := findCountry(fold(c.Name)); !ok {
			t.Errorf("%q is not found by its name", c.Name)
		}
	}
	if share := float64(sum) / tables.World; math.Abs(share-1) > 0.03 {
		t.Errorf("all countries together have %d people", sum)
	}
	if _, ok := tables.CountryByCode("ZZ"); ok {
		t.Error("ZZ is a country")
	}
	if bits := -math.Log2(tables.PeopleShare(81_600_000)); math.Abs(bits-6.64) > 0.01 {
		t.Errorf("one in a hundred is %.2f bits", bits)
	}
}
