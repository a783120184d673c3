// SPDX-License-Identifier: GPL-3.0-or-later

// Command report measures how Passerby's network grows and what attackers can
// do to it, by the abstract model of package netsim, prints the figures and
// draws the pictures of net/lobby/doc. The same seed gives the same bytes.
//
//	go run ./net/netsim/report -doc net/lobby/doc
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"passerby/net/netsim"
)

func main() {
	seed := flag.Uint64("seed", 1, "of all that is drawn by lot")
	most := flag.Int("most", 100_000, "the largest network: all sizes are two minutes of one core, up to 10,000 they are some seconds")
	doc := flag.String("doc", "", "folder to write the table and the pictures to; nothing is written where it is empty")
	flag.Parse()
	log.SetFlags(0)
	if err := report(os.Stdout, *seed, *most, *doc); err != nil {
		log.Fatal(err)
	}
}

func report(out io.Writer, seed uint64, most int, doc string) error {
	var sizes []int
	for _, n := range netsim.Sizes {
		if n <= most {
			sizes = append(sizes, n)
		}
	}
	begin := time.Now()
	g := netsim.Grow(sizes, seed)
	fmt.Fprint(out, table(g))
	log.Printf("took %v", time.Since(begin).Round(time.Second))
	if doc == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(doc, "growth.txt"), []byte(table(g)), 0o644)
}

// table writes figures as text.
func table(g netsim.Growth) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-42s", "members")
	for _, n := range g.Sizes {
		fmt.Fprintf(&b, "%10d", n)
	}
	fmt.Fprintf(&b, "%8s%8s  %s\n", "k", "k≥1000", "aim")
	for _, r := range g.Rows() {
		fmt.Fprintf(&b, "%-42s", r.Name)
		for _, v := range r.Values {
			fmt.Fprintf(&b, "%10s", number(v))
		}
		fmt.Fprintf(&b, "%8.2f%8.2f  %s\n", r.Exponent, r.Late, r.Aim)
	}
	return b.String()
}

func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
