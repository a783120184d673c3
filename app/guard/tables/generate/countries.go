// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"passerby/app/guard/tables"
)

// countryRows reads the names of all countries in our languages, and what the
// lists add: short forms, and the words for their people.
func countryRows(src, lists string, w *words) ([]row, error) {
	rows, number, err := isoCountries(src)
	if err != nil {
		return nil, err
	}
	keys := claims{}
	for _, l := range languages {
		if err := cldrNames(src, l, number, rows, keys); err != nil {
			return nil, err
		}
		if err := isoNames(src, l, number, keys); err != nil {
			return nil, err
		}
	}
	for _, list := range []struct {
		file    string
		demonym bool
	}{{"countries.txt", false}, {"demonyms.txt", true}} {
		lines, err := readList(filepath.Join(lists, list.file))
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			code, names, ok := strings.Cut(line, ":")
			i, ok2 := number[strings.TrimSpace(code)]
			if !ok || !ok2 {
				return nil, fmt.Errorf("%s: %q", list.file, line)
			}
			for _, n := range splitTrim(names) {
				strength := 10.0
				if list.demonym {
					strength = 5
				}
				keys.add(n, claim{entry: i, strength: strength, plain: list.demonym, demonym: list.demonym})
			}
		}
	}
	// Where no dictionary parts names from words, every country's name is
	// among the frequent words; only the forms that rules made are judged
	// by those.
	keys.grant(rows, func(key string, cl claim) bool {
		return w.ambiguous(key, 0) && (cl.base != "" || w.small[key] != "" || w.names.has(key))
	})
	return rows, nil
}

// isoCountries lists ISO 3166, and Kosovo, with the populations of CLDR.
func isoCountries(src string) ([]row, map[string]int, error) {
	var codes [][]string
	if err := readJSON(filepath.Join(src, "i18n-iso-countries/codes.json"), &codes); err != nil {
		return nil, nil, err
	}
	var info struct {
		Supplemental struct {
			TerritoryInfo map[string]struct {
				Population string `json:"_population"`
			}
		}
	}
	if err := readJSON(filepath.Join(src, "cldr-core/supplemental/territoryInfo.json"), &info); err != nil {
		return nil, nil, err
	}
	var rows []row
	for _, c := range codes {
		people, _ := strconv.Atoi(info.Supplemental.TerritoryInfo[c[0]].Population) // none live on some
		rows = append(rows, row{code: c[0], population: people})
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].code < rows[j].code })
	number := make(map[string]int, len(rows))
	for i, r := range rows {
		number[r.code] = i
	}
	return rows, number, nil
}

func cldrNames(src, language string, number map[string]int, rows []row, keys claims) error {
	var f struct {
		Main map[string]struct {
			LocaleDisplayNames struct{ Territories map[string]string }
		}
	}
	if err := readJSON(filepath.Join(src, "cldr-localenames-full/main", language, "territories.json"), &f); err != nil {
		return err
	}
	for code, name := range f.Main[language].LocaleDisplayNames.Territories {
		base, alt, _ := strings.Cut(code, "-")
		i, ok := number[base]
		if !ok {
			continue
		}
		if language == "en" && alt == "" {
			rows[i].name = name
		}
		addCountry(keys, i, language, name)
	}
	return nil
}

func isoNames(src, language string, number map[string]int, keys claims) error {
	var f struct {
		Countries map[string]any
	}
	if err := readJSON(filepath.Join(src, "i18n-iso-countries/langs", language+".json"), &f); err != nil {
		return err
	}
	for code, names := range f.Countries {
		i, ok := number[code]
		if !ok {
			continue
		}
		switch n := names.(type) {
		case string:
			addCountry(keys, i, language, n)
		case []any:
			for _, one := range n {
				if s, ok := one.(string); ok {
					addCountry(keys, i, language, s)
				}
			}
		}
	}
	return nil
}

// addCountry claims a name, what is left of it without what stands in brackets,
// and the forms that Russian and Turkish make of it. Short forms are left to
// the list, which knows which of them mean something else.
func addCountry(keys claims, i int, language, name string) {
	if tooShort(name) {
		return
	}
	for _, v := range spellings(name, "DE") {
		keys.add(v, claim{entry: i, strength: 2})
	}
	if bare, _, ok := strings.Cut(name, " ("); ok {
		keys.add(bare, claim{entry: i, strength: 1})
	}
	var forms []string
	switch language {
	case "ru":
		forms = russianForms(tables.Fold(name))
	case "tr":
		forms = turkishForms(name)
	}
	keys.addForms(name, forms, claim{entry: i, strength: asInflected})
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path) //nolint:gosec // the path is the person's who runs it
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
