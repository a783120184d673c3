// SPDX-License-Identifier: GPL-3.0-or-later

package tables_test

import (
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
		c, ok := tables.FindCountry(fold(tc.said))
		if ok != (tc.code != "") || c.Code != tc.code || c.Demonym != tc.demonym {
			t.Errorf("%q is %+v (%t), want %s, demonym %t", tc.said, c, ok, tc.code, tc.demonym)
		}
	}
}
