// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

// nameSet holds folded given names, with true for those of English-speaking
// countries and of the list by hand.
type nameSet map[string]bool

func (n nameSet) has(name string) bool {
	_, ok := n[name]
	return ok
}

// dropWords takes out names of the other languages that everybody reads as an
// English word ("gun", "toy", "nine").
func (n nameSet) dropWords(w *words) {
	for name, kept := range n {
		if !kept && w.small[name] == "english" {
			delete(n, name)
		}
	}
}

// lines are the names in order, with a "!" before each that is also a word.
func (n nameSet) lines(w *words) []string {
	names := slices.Sorted(maps.Keys(n))
	for i, name := range names {
		if w.isWord(name) {
			names[i] = "!" + name
		}
	}
	return names
}

// nameLocales are the locales whose given names are real ones, each a word of
// its own. Left out are those that are made up or archaic (tr), in scripts that
// the guard does not read names in, and the Vietnamese pairs.
var nameLocales = []string{
	"ar", "cs_CZ", "da", "de", "de_AT", "de_CH", "en", "en_AU", "en_GH",
	"en_IN", "en_NG", "en_ZA", "es", "es_MX", "fa", "fi", "fr",
	"fr_CH", "hr", "hu", "id_ID", "it", "nb_NO", "nl", "pl", "pt_BR", "pt_PT",
	"ro", "ru", "sk", "sr_RS_latin", "sv", "uk", "ur", "af_ZA", "az", "ne",
}

var (
	quoted = regexp.MustCompile("`([^`]*)`(\\.split\\(`(.)`\\))?|\"([^\"]*)\"")
	given  = "first_name:{"
)

// givenNames reads the names that the package ships as program text.
func givenNames(src, lists string) (nameSet, error) {
	out := nameSet{}
	dist := filepath.Join(src, "faker-js-faker", "dist")
	for _, locale := range nameLocales {
		files, err := filepath.Glob(filepath.Join(dist, locale+"-*.js"))
		if err != nil || len(files) != 1 {
			return nil, fmt.Errorf("names: %d files for %s in %s", len(files), locale, dist)
		}
		b, err := os.ReadFile(files[0])
		if err != nil {
			return nil, err
		}
		_, rest, ok := strings.Cut(string(b), given)
		if !ok {
			return nil, fmt.Errorf("names: no names in %s", files[0])
		}
		block, _, _ := strings.Cut(rest, "}")
		for _, m := range quoted.FindAllStringSubmatch(block, -1) {
			list := []string{m[1] + m[4]}
			if m[3] != "" {
				list = strings.Split(m[1], m[3])
			}
			for _, name := range list {
				if key := tables.Fold(name); utf8.RuneCountInString(key) >= 2 && !strings.Contains(key, " ") {
					out[key] = out[key] || strings.HasPrefix(locale, "en")
				}
			}
		}
	}
	added, err := readList(filepath.Join(lists, "names.txt"))
	if err != nil {
		return nil, err
	}
	for _, line := range added {
		for _, name := range strings.Fields(line) {
			if rest, ok := strings.CutPrefix(name, "-"); ok {
				delete(out, tables.Fold(rest))
				continue
			}
			out[tables.Fold(name)] = true
		}
	}
	return out, nil
}
