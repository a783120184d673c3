// SPDX-License-Identifier: GPL-3.0-or-later

// Command report measures how Passerby's network grows and what attackers can
// do to it, by the abstract model of package netsim, prints the figures and
// draws the pictures of net/lobby/doc. The same seed gives the same bytes.
//
//	go run ./net/netsim/report -doc net/lobby/doc
package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"text/template"
	"time"

	"passerby/net/netsim"
)

func main() {
	seed := flag.Uint64("seed", 1, "of all that is drawn by lot")
	most := flag.Int("most", 100_000, "the largest network: all sizes are two minutes of one core, up to 10,000 they are some seconds")
	doc := flag.String("doc", "", "folder to write the table and the pictures to; nothing is written where it is empty")
	check := flag.String("check", "", "sizes, as in 100,300, at which to compare with the product's own code instead: some seconds per ten members")
	flag.Parse()
	log.SetFlags(0)
	if *check != "" {
		compare(os.Stdout, *seed, *check, *doc)
	}
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
	text := table(g)
	attacks := netsim.Attacks(seed)
	for _, a := range attacks {
		text += "\n" + points(a.Plot)
	}
	fmt.Fprint(out, text)
	log.Printf("took %v", time.Since(begin).Round(time.Second))
	if doc == "" {
		return nil
	}
	for _, a := range append(pictures(g), attacks...) {
		if err := os.WriteFile(filepath.Join(doc, a.File+".svg"), a.Plot.SVG(), 0o644); err != nil {
			return err
		}
	}
	var page bytes.Buffer
	if err := readme.Execute(&page, content{table(g), noted(attacks)}); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(doc, "README.md"), page.Bytes(), 0o644)
}

//go:embed README.tmpl
var source string

var readme = template.Must(template.New("README").Parse(source))

// content is what the page has.
type content struct {
	Growth  string
	Attacks []attack
}

type attack struct {
	netsim.Attack
	Points string
}

func noted(attacks []netsim.Attack) (all []attack) {
	for _, a := range attacks {
		all = append(all, attack{a, points(a.Plot)})
	}
	return all
}

// compare runs both models at some sizes. The clock that runs as fast as the
// machine can is one of package testing's, for tests alone: so it is a test that
// does it, and compare does not return.
func compare(out io.Writer, seed uint64, list, doc string) {
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "compare", F: func(t *testing.T) {
		var text string
		for s := range strings.SplitSeq(list, ",") {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			p := netsim.CheckParams(n, seed)
			c := netsim.Checked{Members: n, Abstract: netsim.Run(p)}
			begin := time.Now()
			synctest.Test(t, func(t *testing.T) {
				if c.Real, err = netsim.Real(t.Context(), p); err != nil {
					t.Fatal(err)
				}
			})
			log.Printf("%d members took %v", n, time.Since(begin).Round(time.Second))
			fmt.Fprintln(out, c)
			text += c.String() + "\n"
		}
		if doc == "" {
			return
		}
		if err := os.WriteFile(filepath.Join(doc, "check.txt"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}}}, nil, nil)
}

// pictures draws how times and costs grow.
func pictures(g netsim.Growth) []netsim.Attack {
	lines := func(scale float64, of map[string]func(netsim.Result) float64, names ...string) []netsim.Line {
		var all []netsim.Line
		for _, name := range names {
			l := netsim.Line{Name: name}
			for i, n := range g.Sizes {
				l.X, l.Y = append(l.X, float64(n)), append(l.Y, scale*of[name](g.Busy[i]))
			}
			all = append(all, l)
		}
		return all
	}
	return []netsim.Attack{
		{File: "growth-time", Plot: netsim.Plot{Title: "Time to find somebody", X: "members", Y: "seconds", LogX: true, Aim: 30,
			Lines: lines(1, map[string]func(netsim.Result) float64{
				"matched, median": func(r netsim.Result) float64 { return r.MatchMedian },
				"matched, p95":    func(r netsim.Result) float64 { return r.MatchP95 },
				"beacon at 99 %":  func(r netsim.Result) float64 { return r.Reach99 },
			}, "matched, median", "matched, p95", "beacon at 99 %")}},
		{File: "growth-cost", Plot: netsim.Plot{Title: "What a member verifies", X: "members", Y: "beacons a second", LogX: true,
			Lines: lines(1, map[string]func(netsim.Result) float64{
				"mean":       func(r netsim.Result) float64 { return r.Verified },
				"99 % below": func(r netsim.Result) float64 { return r.VerifiedP99 },
			}, "mean", "99 % below")}},
	}
}

// points writes curves as text.
func points(p netsim.Plot) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s), by %s\n%-42s", p.Title, p.Y, p.X, "")
	for _, x := range p.Lines[0].X {
		fmt.Fprintf(&b, "%8s", number(x))
	}
	b.WriteString("\n")
	for _, l := range p.Lines {
		fmt.Fprintf(&b, "%-42s", l.Name)
		for _, y := range l.Y {
			fmt.Fprintf(&b, "%8s", number(y))
		}
		b.WriteString("\n")
	}
	return b.String()
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
