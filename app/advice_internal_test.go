// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"passerby/app/guard"
	"passerby/app/settings"
)

// talked is a State in which this has been said, mine with "me: " before it.
func talked(level settings.Guard, said ...string) State {
	at := time.Date(2026, 1, 2, 20, 0, 0, 0, time.UTC)
	c := &Conversation{ID: 1, Since: at, Reminders: firstReminder(at)}
	for i, text := range said {
		m := Message{ID: uint64(i + 1), Text: text, At: at.Add(time.Duration(i) * time.Minute)}
		if rest, ok := cut(text, "me: "); ok {
			m.Mine, m.Text = true, rest
		} else {
			m.Probes = probesIn(text)
		}
		c = c.with(m, level)
	}
	return State{Phase: Talking, Conversation: c, Guard: level}
}

func cut(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

// What the meter will say is what it says then.
func TestAdviseForetellsTheMeter(t *testing.T) {
	s := talked(settings.Full, "me: im 23")
	const draft = "im a guy and i live in leeds"
	told := s.Advise(draft).Crowd
	now := talked(settings.Full, "me: im 23", "me: "+draft).Conversation.Meter.Crowd()
	if told != now || now == s.Conversation.Meter.Crowd() {
		t.Errorf("told %v, became %v from %v", told, now, s.Conversation.Meter.Crowd())
	}
}

func TestTheFirstQuestionOfAKindIsMarked(t *testing.T) {
	c := talked(settings.Full, "how old are you", "how old are you??").Conversation
	if n := len(c.Messages[0].Probes); n != 1 {
		t.Errorf("the first has %d probes, want 1", n)
	}
	if n := len(c.Messages[1].Probes); n != 0 {
		t.Errorf("the second has %d probes, want none", n)
	}
	for _, level := range []settings.Guard{settings.SecretsOnly, settings.Off} {
		if n := len(talked(level, "how old are you").Conversation.Messages[0].Probes); n != 0 {
			t.Errorf("level %d marks %d probes, want none", level, n)
		}
	}
}

func TestAReminderComesAfterThreeDisclosures(t *testing.T) {
	after := func(level settings.Guard, said ...string) (all []int) {
		for _, r := range talked(level, said...).Conversation.Reminders {
			all = append(all, r.After)
		}
		return all
	}
	said := []string{"me: im 23", "me: hello", "me: im a guy", "me: i live in leeds", "me: im a nurse", "me: im from germany", "me: im gay"}
	if got := after(settings.Full, said[:3]...); !slices.Equal(got, []int{0}) {
		t.Errorf("after two disclosures: %v, want one at the start", got)
	}
	if got := after(settings.Full, said...); !slices.Equal(got, []int{0, 4}) {
		t.Errorf("after six: %v, want one at the start and one behind the third", got)
	}
	if got := after(settings.SecretsOnly, said...); !slices.Equal(got, []int{0}) {
		t.Errorf("turned down: %v, want one at the start", got)
	}
}

// A made-up conversation looks as a real one would.
func TestHeededIsWhatWouldHaveBeen(t *testing.T) {
	said := []string{"me: im 23", "how old are you", "me: i live in leeds im a guy", "where do you live", "me: joe.bloggs@gmail.com"}
	want := talked(settings.Full, said...).Conversation
	bare := *want
	bare.Messages = slices.Clone(want.Messages)
	for i := range bare.Messages {
		bare.Messages[i].Probes = nil
	}
	bare.Meter, bare.Quiet, bare.Reminders, bare.disclosed = guard.Meter{}, nil, nil, 0

	got := bare.Heeded(settings.Full)

	if !reflect.DeepEqual(got, *want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, *want)
	}
}

// However much a stranger asks, the guard speaks once of each thing, and what
// it keeps of the conversation does not grow.
func TestWhatTheGuardKeepsIsBounded(t *testing.T) {
	said := make([]string, 0, 400)
	for range 100 {
		said = append(said, "how old are you, where are you from, whats your snap", "send me a pic, whats your name, lend me 50 bucks", "me: im 23 from leeds", "add me on telegram")
	}
	c := talked(settings.Full, said...).Conversation
	probes := 0
	for _, m := range c.Messages {
		probes += len(m.Probes)
	}
	if all := 8; probes < 5 || probes > all || len(c.Quiet) > all {
		t.Errorf("it speaks of %d probes and is quiet about %d, want at most %d", probes, len(c.Quiet), all)
	}
	if len(c.Reminders) != 2 {
		t.Errorf("%d reminders, want 2", len(c.Reminders))
	}
	if got := c.Meter.Facts(); len(got) > 3 {
		t.Errorf("it counts %+v of what was said a hundred times", got)
	}
}
