// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"passerby/app/guard"
	"passerby/app/guard/chatset"
)

// apart are identifiers that are reported apart from their tier: free text, of
// which no rules find all.
var apart = []guard.Category{guard.Address, guard.Name}

// guardAims are precision and recall that each tier should reach on chat that
// nobody has seen.
var guardAims = map[guard.Tier][2]float64{
	guard.Secret: {.99, .97}, guard.Identifier: {.95, .90}, guard.Attribute: {.90, .80}, guard.Probe: {.90, .85},
}

// maxAlarms is how many of 100 harmless lines may raise an alarm.
const maxAlarms = 2

// reportGuard writes how the guard does on the lines of the chat set that no
// rule was tuned by.
func reportGuard(out io.Writer) error {
	lines, err := chatset.Load()
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l chatset.Line) bool { return !l.Held })
	r := chatset.Score(lines)
	fmt.Fprintf(out, "\nThe guard, on %d lines of chat that no rule was tuned by\n\n", r.Lines)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tprecision\trecall\tF1\tlabels\taim")
	row := func(name string, c chatset.Count, aim string) {
		fmt.Fprintf(table, "%s\t%.3f\t%.3f\t%.3f\t%d\t%s\n", name, c.Precision(), c.Recall(), c.F1(), c.Right+c.Missed, aim)
	}
	for _, tier := range guard.Tiers() {
		for _, c := range guard.Categories(tier) {
			row("  "+string(c), r.ByCategory[c], "")
		}
		sum := r.Sum(slices.DeleteFunc(guard.Categories(tier), func(c guard.Category) bool { return slices.Contains(apart, c) }))
		name, aim := string(tier), guardAims[tier]
		if tier == guard.Identifier {
			name += " without address and name"
		}
		row(name, sum, fmt.Sprintf("%.2f %.2f %s", aim[0], aim[1], verdict(sum.Precision() >= aim[0] && sum.Recall() >= aim[1])))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	alarms := 100 * float64(r.Alarmed) / float64(max(1, r.Harmless))
	fmt.Fprintf(out, "\nalarms in 100 harmless lines: %.1f of %d (aim %d, %s)\n", alarms, r.Harmless, maxAlarms, verdict(alarms <= maxAlarms))
	return nil
}

func verdict(reached bool) string {
	if reached {
		return "reached"
	}
	return "missed"
}

// guardLines times the guard over the chat set, each line by itself.
func guardLines() ([]line, error) {
	lines, err := chatset.Load()
	if err != nil {
		return nil, err
	}
	guard.Prepare()
	var ours []float64
	for _, l := range lines {
		begin := time.Now()
		guard.Check(l.Text, guard.Context{Who: l.Who, Before: l.Before})
		ours = append(ours, time.Since(begin).Seconds())
	}
	return []line{{what: "guard, a line of chat", unit: duration, ours: ours}}, nil
}

// presidioText is one text of the synthetic set of presidio-research
// (github.com/microsoft/presidio-research, data/synth_dataset_v2.json, MIT).
type presidioText struct {
	Text  string `json:"full_text"`
	Spans []struct {
		Type  string `json:"entity_type"`
		Start int    `json:"start_position"` // in characters
		End   int    `json:"end_position"`
	} `json:"spans"`
}

// presidioTypes are the set's types and which of our categories come nearest.
// Dates and titles have none.
var presidioTypes = map[string][]guard.Category{
	"CREDIT_CARD": {guard.Card}, "IBAN_CODE": {guard.IBAN}, "US_SSN": {guard.NationalID}, "US_DRIVER_LICENSE": {guard.NationalID},
	"EMAIL_ADDRESS": {guard.Email}, "PHONE_NUMBER": {guard.Phone}, "IP_ADDRESS": {guard.IPAddress},
	"DOMAIN_NAME": {guard.URL, guard.Handle}, "STREET_ADDRESS": {guard.Address, guard.Postcode, guard.City, guard.Country},
	"ZIP_CODE": {guard.Postcode, guard.Address}, "PERSON": {guard.Name}, "GPE": {guard.City, guard.Country, guard.Travel, guard.Address},
	"NRP": {guard.Nationality, guard.Religion}, "AGE": {guard.Age}, "ORGANIZATION": {guard.Workplace, guard.School},
}

// reportPresidio holds the guard against that set. It says less than the
// figures published for it: they count tokens and look for every entity, while
// the guard looks for what a writer says of themselves, and spans are counted
// here that share a character.
func reportPresidio(out io.Writer, path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("PRESIDIO: %w", err)
	}
	var texts []presidioText
	if err := json.Unmarshal(body, &texts); err != nil {
		return fmt.Errorf("PRESIDIO: %s is not the synthetic set: %w", path, err)
	}
	if len(texts) == 0 {
		return errors.New("PRESIDIO: " + path + " holds no text")
	}
	counts := map[string]chatset.Count{}
	all := chatset.Count{}
	for _, text := range texts {
		found := guard.Check(text.Text, guard.Context{})
		used := make([]bool, len(found))
		for _, span := range text.Spans {
			categories, known := presidioTypes[span.Type]
			if !known {
				continue
			}
			start, end := byteAt(text.Text, span.Start), byteAt(text.Text, span.End)
			hit := chatset.Count{Missed: 1}
			for i, f := range found {
				if slices.Contains(categories, f.Category) && f.Start < end && start < f.End {
					used[i], hit = true, chatset.Count{Right: 1}
				}
			}
			counts[span.Type], all = counts[span.Type].Plus(hit), all.Plus(hit)
		}
		for i := range found {
			if !used[i] && ofPresidio(found[i].Category) {
				all.Wrong++
			}
		}
	}
	fmt.Fprintf(out, "\nThe guard, on %d texts of presidio-research (what it takes for an entity; it looks for disclosures)\n\n", len(texts))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\trecall\tspans")
	types := make([]string, 0, len(counts))
	for name := range counts {
		types = append(types, name)
	}
	slices.Sort(types)
	for _, name := range types {
		fmt.Fprintf(table, "  %s\t%.2f\t%d\n", name, counts[name].Recall(), counts[name].Right+counts[name].Missed)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nall: precision %.2f, recall %.2f, F2 %.2f (published for Presidio: 0.62 as it comes, 0.85 tuned to the set)\n",
		all.Precision(), all.Recall(), f2(all))
	return err
}

// ofPresidio tells whether the set could have a span for a category.
func ofPresidio(c guard.Category) bool {
	for _, categories := range presidioTypes {
		if slices.Contains(categories, c) {
			return true
		}
	}
	return false
}

// f2 is the F measure that values recall twice as much as precision.
func f2(c chatset.Count) float64 {
	p, r := c.Precision(), c.Recall()
	if p+r == 0 {
		return 0
	}
	return 5 * p * r / (4*p + r)
}

// byteAt returns the offset in bytes of a character.
func byteAt(s string, character int) int {
	at := 0
	for ; character > 0 && at < len(s); character-- {
		_, n := utf8.DecodeRuneInString(s[at:])
		at += n
	}
	return at
}
