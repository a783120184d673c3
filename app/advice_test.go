// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"reflect"
	"testing"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

const (
	withMail = "write to me@example.org"
	withCard = "my card is 4111 1111 1111 1111"
	withAge  = "im 19 and bored"
)

func TestAdvise(t *testing.T) {
	for _, c := range []struct {
		name         string
		level        settings.Guard
		quiet        []guard.Category
		draft        string
		warn, softer guard.Category
		marked       int
		hold         bool
	}{
		{name: "nothing", draft: "I like night trains"},
		{name: "identifier", draft: withMail, warn: guard.Email, marked: 1},
		{name: "secret", draft: withCard, warn: guard.Card, marked: 1, hold: true},
		{name: "the worse", draft: withMail + " " + withCard, warn: guard.Card, marked: 2, hold: true},
		{name: "attribute", draft: withAge, softer: guard.Age},
		{name: "attribute beside", draft: withAge + ", " + withMail, warn: guard.Email, marked: 1},
		{name: "silenced", draft: withMail, quiet: []guard.Category{guard.Email}, marked: 1},
		{name: "silenced secret", draft: withCard, quiet: []guard.Category{guard.Card}, marked: 1, hold: true},
		{name: "silenced attribute", draft: withAge, quiet: []guard.Category{guard.Age}},
		{name: "softer already", draft: "im about 20 and bored"},
		{name: "softer already, in capitals", draft: "IM ABOUT 20 AND BORED"},
		{name: "the next one", draft: withMail + " im on +44 7911 123456", quiet: []guard.Category{guard.Email}, warn: guard.Phone, marked: 2},
		{name: "secrets only: no secret", level: settings.SecretsOnly, draft: withMail + ", " + withAge},
		{name: "secrets only", level: settings.SecretsOnly, draft: withMail + " " + withCard + ", " + withAge, warn: guard.Card, marked: 1, hold: true},
		{name: "off", level: settings.Off, draft: withMail + " " + withCard},
	} {
		s := app.State{Phase: app.Talking, Guard: c.level, Conversation: &app.Conversation{Quiet: c.quiet}}
		a := s.Advise(c.draft)
		if got := category(a.Warn); got != c.warn {
			t.Errorf("%s: warns of %q, want %q", c.name, got, c.warn)
		}
		if got := category(a.Softer); got != c.softer {
			t.Errorf("%s: offers softer words for %q, want %q", c.name, got, c.softer)
		}
		if len(a.Marked) != c.marked || a.Hold != c.hold {
			t.Errorf("%s: marks %d, want %d; hold %v, want %v", c.name, len(a.Marked), c.marked, a.Hold, c.hold)
		}
	}
	if a := (app.State{}).Advise(withCard); !reflect.DeepEqual(a, app.Advice{}) {
		t.Errorf("where nobody talks: %+v", a)
	}
}

// Softer words do not double what stands there.
func TestSofterWordsFit(t *testing.T) {
	for draft, want := range map[string]string{
		"im 22":               "im about 20",
		"im about 22":         "im about 20",
		"hey, im ABOUT 22 ok": "hey, im about 20 ok",
		"im about 20":         "",
	} {
		a := app.State{Conversation: &app.Conversation{}}.Advise(draft)
		got := ""
		if f := a.Softer; f != nil {
			got = draft[:f.Start] + f.Softer + draft[f.End:]
		}
		if got != want {
			t.Errorf("%q becomes %q, want %q", draft, got, want)
		}
	}
}

func category(f *guard.Finding) guard.Category {
	if f == nil {
		return ""
	}
	return f.Category
}
