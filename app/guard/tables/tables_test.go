// SPDX-License-Identifier: GPL-3.0-or-later

package tables_test

import (
	"strings"
	"testing"

	"passerby/app/guard/tables"
)

func fold(s string) []string { return strings.Fields(tables.Fold(s)) }

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		said, name, country string
		words               int
	}{
		{"leeds", "Leeds", "GB", 1},
		{"new york", "New York City", "US", 2},
		{"NYC", "New York City", "US", 1},
		{"são paulo", "São Paulo", "BR", 2},
		{"sao paulo lol", "São Paulo", "BR", 2},
		{"sampa", "São Paulo", "BR", 1},
		{"München", "Munich", "DE", 1},
		{"munich", "Munich", "DE", 1},
		{"munchen", "Munich", "DE", 1},
		{"muenchen", "Munich", "DE", 1},
		{"Мюнхене", "Munich", "DE", 1},
		{"Москва", "Moscow", "RU", 1},
		{"москвы", "Moscow", "RU", 1},
		{"питере", "Saint Petersburg", "RU", 1},
		{"нижнего новгорода", "Nizhniy Novgorod", "RU", 2},
		{"ростове-на-дону", "Rostov-na-Donu", "RU", 3},
		{"екатеринбурге", "Yekaterinburg", "RU", 1},
		{"pune hbu", "Pune", "IN", 1},
		{"दिल्ली", "Delhi", "IN", 1},
		{"تهران", "Tehran", "IR", 1},
		{"北京", "Beijing", "CN", 1},
		{"istanbul'da", "Istanbul", "TR", 1},
		{"ankaralıyım", "Ankara", "TR", 1},
		{"İzmir", "İzmir", "TR", 1},
		{"newcastle upon tyne", "Newcastle upon Tyne", "GB", 3},
		{"stoke-on-trent", "Stoke-on-Trent", "GB", 3},
		{"st. petersburg", "Saint Petersburg", "RU", 2},
		{"düdo", "Düsseldorf", "DE", 1},
		{"köln", "Köln", "DE", 1},
		{"bh", "Belo Horizonte", "BR", 1},
		{"ohio", "Ohio", "US", 1},
		{"bayern", "Bavaria", "DE", 1},
		{"kent", "Kent", "GB", 1},
		{"nsw", "New South Wales", "AU", 1},
		{"cataluña", "Catalonia", "ES", 1},
		{"uttar pradesh", "Uttar Pradesh", "IN", 2},
	} {
		p, n, ok := tables.LongestPlace(fold(tc.said))
		if !ok || p.Name != tc.name || p.Country != tc.country || n != tc.words {
			t.Errorf("%q is %+v of %d words (%t), want %s, %s of %d", tc.said, p, n, ok, tc.name, tc.country, tc.words)
		}
	}
}
