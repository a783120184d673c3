// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"passerby/app/guard"
)

// heard is a meter that has heard texts one after the other.
func heard(texts ...string) guard.Meter {
	var m guard.Meter
	var before []guard.Line
	for _, text := range texts {
		m = m.Add(text, guard.Check(text, guard.Context{Before: before}))
		before = append(before, guard.Line{Text: text})
	}
	return m
}

func TestMeter(t *testing.T) {
	for _, tt := range []struct {
		name  string
		texts []string
		want  guard.Crowd
	}{
		{"nothing", []string{"hello there"}, guard.Everyone},
		{"a gender", []string{"im a girl"}, guard.Everyone},
		{"an age", []string{"im 23"}, guard.Millions},
		{"a large country", []string{"im from germany"}, guard.Millions},
		{"said twice", []string{"im from germany", "i live in germany"}, guard.Millions},
		{"a country and its town are one", []string{"i live in munich", "im from germany"}, guard.Millions},
		// A town of about half a million, an age and a gender: some thousands.
		{"town, age, gender", []string{"im 23", "im a guy", "i live in leeds"}, guard.Thousands},
		{"and a job", []string{"im 23", "im a guy", "i live in leeds", "im a nurse"}, guard.Handful},
		{"a mail address", []string{"mail me at joe.bloggs@gmail.com"}, guard.JustYou},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := heard(tt.texts...)
			if got := m.Crowd(); got != tt.want {
				t.Errorf("after %q: %v, want %v; counted %+v", tt.texts, got, tt.want, m.Facts())
			}
		})
	}
}

// The more is said, the fewer people fit, and what is taken back counts no more.
func TestMeterGoesOneWayAndBack(t *testing.T) {
	said := []string{"im 23", "im a guy", "i live in leeds", "im a nurse", "call me on +44 7911 123456"}
	last := guard.Everyone
	for i := range said {
		now := heard(said[:i+1]...).Crowd()
		if now < last {
			t.Errorf("after %q it went from %v to %v", said[i], last, now)
		}
		last = now
	}
	m := heard(said...)
	for _, f := range m.Facts() {
		m = m.Drop(f.ID)
	}
	if m.Crowd() != guard.Everyone || len(m.Facts()) != 0 {
		t.Errorf("with all taken back: %v, %+v", m.Crowd(), m.Facts())
	}
}

// Saying a thing again makes nothing of it, and nothing makes a meter grow
// without end.
func TestMeterIsBounded(t *testing.T) {
	m := heard("im 23", "IM 23!", "yes, im 23", "im 24", "i live in leeds", "I live in Leeds.")
	if got := m.Facts(); len(got) != 3 {
		t.Errorf("counted %+v, want two ages and a town", got)
	}
	before := len(m.Facts())
	grown := m
	for i := range 5000 {
		text := fmt.Sprintf("joe%d@gmail.com", i)
		grown = grown.Add(text, []guard.Finding{{Category: guard.Email, Tier: guard.Identifier, End: len(text), Bits: 30}})
	}
	if got := len(grown.Facts()); got > 500 || grown.Crowd() != guard.JustYou {
		t.Errorf("it counts %d facts, of %v", got, grown.Crowd())
	}
	if len(m.Facts()) != before {
		t.Error("a meter that was added to has changed")
	}
}

// The meter shows no figures: it cannot know any.
func TestMeterShowsNoFigures(t *testing.T) {
	m := heard("im 23 and i live in leeds", "born 12 may 2001", "my number is +44 7911 123456", "im ۲۳", "i earn 60k a year")
	if len(m.Facts()) < 4 {
		t.Fatalf("only %+v", m.Facts())
	}
	for _, f := range m.Facts() {
		if strings.ContainsAny(f.Words+f.How, "0123456789۰۱۲۳۴۵۶۷۸۹") {
			t.Errorf("%+v holds figures", f)
		}
	}
	for c := guard.Everyone; c <= guard.JustYou; c++ {
		if strings.ContainsAny(c.String(), "0123456789") || c.String() == "" {
			t.Errorf("%d is %q", c, c)
		}
	}
}
