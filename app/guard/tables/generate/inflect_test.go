// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"slices"
	"testing"
)

func TestForms(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		forms func(string) []string
		want  []string
	}{
		{"москва", russianForms, []string{"москвы", "москве", "москву", "москвой"}},
		{"казань", russianForms, []string{"казани"}},
		{"ярославль", russianForms, []string{"ярославля", "ярославле"}},
		{"россия", russianForms, []string{"россии", "россию"}},
		{"череповец", russianForms, []string{"череповца", "череповце"}},
		{"чебоксары", russianForms, []string{"чебоксар", "чебоксарах"}},
		{"грозный", russianForms, []string{"грозного", "грозном"}},
		{"нижний новгород", russianForms, []string{"нижнего новгорода", "нижнем новгороде"}},
		{"ростов на дону", russianForms, []string{"ростова на дону", "ростове на дону"}},
		{"набережные челны", russianForms, []string{"набережных челнах"}},
		{"сочи", russianForms, nil},
		{"уфа", russianForms, []string{"уфы", "уфе"}},
		{"юж", russianForms, nil},
		{"", russianForms, nil},
		{"İstanbul", turkishForms, []string{"istanbulda", "istanbuldan", "istanbullu", "istanbulluyum"}},
		{"İzmir", turkishForms, []string{"izmirde", "izmirli", "izmirliyim"}},
		{"Sivas", turkishForms, []string{"sivasta", "sivasli"}},
		{"تهران", persianForms, []string{"تهرانی"}},
	} {
		got := tc.forms(tc.name)
		for _, w := range tc.want {
			if !slices.Contains(got, w) {
				t.Errorf("%q has %q, which lacks %q", tc.name, got, w)
			}
		}
		if tc.name == "" && got != nil {
			t.Errorf("nothing has %q", got)
		}
	}
}
