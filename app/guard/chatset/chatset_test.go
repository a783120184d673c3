// SPDX-License-Identifier: GPL-3.0-or-later

package chatset_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"passerby/app/guard"
	"passerby/app/guard/chatset"
)

// For whoever tunes rules: go test ./app/guard/chatset -v -run Tuned -lang en -category age
var (
	lang     = flag.String("lang", "", "list the faults of this language alone")
	category = flag.String("category", "", "list the faults of this category alone")
	extra    = flag.String("file", "", "score this file of labelled lines instead of the tuning part")
)

func load(t testing.TB) []chatset.Line {
	t.Helper()
	lines, err := chatset.Load()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestParse(t *testing.T) {
	// given
	const body = "# words\n" +
		"me\tim [age:19][gender:f] from [city:leeds]\n" +
		"me\t[url,handle:x.com/[name:joe]] \\[ok\\]\\u{200b}\n" +
		"+stranger\tcool [ask_age:hbu]\t!ask_name\n"

	// when
	lines, err := chatset.Parse("en.txt", body)

	// then
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 3 || lines[0].Text != "im 19f from leeds" || lines[1].Text != "x.com/joe [ok]\u200b" {
		t.Fatalf("got %+v", lines)
	}
	want := []chatset.Label{{guard.Age, 3, 5}, {guard.Gender, 5, 6}, {guard.City, 12, 17}}
	if !slices.Equal(lines[0].Labels, want) {
		t.Errorf("labels %+v, want %+v", lines[0].Labels, want)
	}
	if l := lines[2]; l.Who != guard.Stranger || len(l.Before) != 1 || l.Held != lines[1].Held || !slices.Equal(l.Near, []guard.Category{guard.AskName}) {
		t.Errorf("got %+v", l)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, body := range []string{
		"me", "me\ta\tb\tc", "you\thi", "me\t[agee:19]", "me\t[age:19", "me\t19]", "me\t\\n",
		"me\t[ask_age:19]", "stranger\t[age:19]", "me\thi\tage", "me\thi\t!nothing", "+me\thi", "me\t\\u{zz}",
	} {
		if _, err := chatset.Parse("x.txt", body); err == nil {
			t.Errorf("Parse(%q) went through", body)
		}
	}
}

// The set is what the issue of the guard promised: enough lines, each category
// with enough that are and enough that only look so, none twice.
func TestTheSetIsLargeEnough(t *testing.T) {
	lines := load(t)
	if len(lines) < 600 {
		t.Errorf("%d lines, want 600", len(lines))
	}
	is, near, seen := map[guard.Category]int{}, map[guard.Category]int{}, map[string]string{}
	harmless := 0
	for _, l := range lines {
		if first, ok := seen[l.Text]; ok && len(l.Before) == 0 {
			t.Errorf("%s says what %s says: %q", l.Source, first, l.Text)
		}
		seen[l.Text] = l.Source
		for _, label := range l.Labels {
			is[label.Category]++
		}
		for _, c := range l.Near {
			near[c]++
		}
		if len(l.Labels) == 0 {
			harmless++
		}
	}
	if harmless < 200 {
		t.Errorf("%d harmless lines, want 200", harmless)
	}
	for _, tier := range guard.Tiers() {
		for _, c := range guard.Categories(tier) {
			if is[c] < 10 || near[c] < 10 {
				t.Errorf("%s: %d lines and %d that look like it, want 10 of each", c, is[c], near[c])
			}
		}
	}
}

// What rules were tuned by, they must do. The other part is for the report
// alone (packaging/bench), so that its figures mean something.
func TestTuned(t *testing.T) {
	var lines []chatset.Line
	if *extra != "" {
		body, err := os.ReadFile(*extra)
		if err != nil {
			t.Fatal(err)
		}
		if lines, err = chatset.Parse(*extra, string(body)); err != nil {
			t.Fatal(err)
		}
	} else {
		lines = slices.DeleteFunc(load(t), func(l chatset.Line) bool { return l.Held })
	}
	lines = slices.DeleteFunc(lines, func(l chatset.Line) bool { return *lang != "" && l.Lang != *lang })
	r := chatset.Score(lines)
	if testing.Verbose() {
		for _, f := range r.Faults {
			s := f.String()
			if *category == "" || strings.Contains(s, "-"+*category+"(") || strings.Contains(s, "+"+*category+"(") {
				t.Log(s)
			}
		}
		for _, tier := range guard.Tiers() {
			for _, c := range guard.Categories(tier) {
				if n := r.ByCategory[c]; n.Right+n.Missed+n.Wrong > 0 {
					t.Logf("%-13s P %.2f R %.2f  (%d right, %d missed, %d wrong)", c, n.Precision(), n.Recall(), n.Right, n.Missed, n.Wrong)
				}
			}
		}
		for _, tier := range guard.Tiers() {
			n := r.Sum(guard.Categories(tier))
			t.Logf("%-13s P %.3f R %.3f F1 %.3f", tier, n.Precision(), n.Recall(), n.F1())
		}
		t.Logf("alarms on %d of %d harmless lines", r.Alarmed, r.Harmless)
	}
	if *extra != "" || *lang != "" {
		return
	}
	for tier, aim := range tuned {
		if n := r.Sum(guard.Categories(tier)); n.Precision() < aim[0] || n.Recall() < aim[1] {
			t.Errorf("%s: precision %.3f, recall %.3f, want %.2f and %.2f", tier, n.Precision(), n.Recall(), aim[0], aim[1])
		}
	}
	if r.Alarmed*100 > 2*r.Harmless {
		t.Errorf("alarms on %d of %d harmless lines, want 2 of 100 at most", r.Alarmed, r.Harmless)
	}
}

// tuned is the precision and the recall below which something is broken.
var tuned = map[guard.Tier][2]float64{
	guard.Secret: {.98, .95}, guard.Identifier: {.95, .90}, guard.Attribute: {.93, .85}, guard.Probe: {.93, .88},
}
