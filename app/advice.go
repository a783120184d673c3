// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"slices"
	"strings"
	"time"

	"passerby/app/guard"
	"passerby/app/settings"
)

// Reminder is one place in a conversation at which to say how long one has
// known the stranger, and that they can keep everything.
type Reminder struct {
	After int // messages before it
	At    time.Time
}

// enough is how many things one has given away when the second reminder is due.
const enough = 3

// Advice is what the guard has to say of a draft, before it is sent.
type Advice struct {
	// Warn is the finding to speak of: a secret or an identifier that was not
	// spoken of before in this conversation. Nil if there is none.
	Warn *guard.Finding
	// Softer is an attribute that could be said less exactly and was not spoken
	// of before, where there is nothing to warn of. Nil if there is none.
	Softer *guard.Finding
	// Marked are the secrets and identifiers, to be underlined.
	Marked []guard.Finding
	// Hold tells that the draft holds a secret, so that sending it should take
	// a moment's pressing.
	Hold bool
	// Crowd is what the meter will say once the draft is sent.
	Crowd guard.Crowd
}

// Advise says what the guard has to say of a draft. It changes nothing, and
// takes less than a millisecond for an ordinary message.
func (s State) Advise(draft string) Advice {
	c := s.Conversation
	if c == nil || s.Guard == settings.Off {
		return Advice{}
	}
	found := guard.Check(draft, guard.Context{Before: c.lines()})
	a := Advice{Crowd: c.Meter.Add(draft, found).Crowd()}
	worst := func(f guard.Finding) bool {
		return a.Warn == nil || a.Warn.Tier != guard.Secret && f.Tier == guard.Secret
	}
	for _, f := range found {
		silent := slices.Contains(c.Quiet, f.Category)
		f = softenable(draft, f)
		switch {
		case f.Tier == guard.Secret:
			a.Hold = true
		case s.Guard == settings.SecretsOnly:
			continue
		case f.Tier == guard.Attribute:
			if a.Softer == nil && f.Softer != "" && !silent {
				a.Softer = &f
			}
			continue
		}
		a.Marked = append(a.Marked, f)
		if !silent && worst(f) {
			a.Warn = &f
		}
	}
	if a.Warn != nil {
		a.Softer = nil
	}
	return a
}

// softenable has the softer words of a finding take the place of those before
// it that they begin with, since of "about 22" it is the number that is found.
// There are no softer words where the draft has them already.
func softenable(draft string, f guard.Finding) guard.Finding {
	words := strings.Fields(f.Softer)
	for n := len(words) - 1; n > 0; n-- {
		at := f.Start - len(strings.Join(words[:n], " ")+" ")
		if at >= 0 && strings.EqualFold(draft[at:f.Start], strings.Join(words[:n], " ")+" ") {
			f.Start = at
			break
		}
	}
	if strings.EqualFold(draft[f.Start:f.End], strings.TrimSpace(f.Softer)) {
		f.Softer = ""
	}
	return f
}

// lines returns the last messages as the guard reads them.
func (c *Conversation) lines() []guard.Line {
	last := c.Messages[max(0, len(c.Messages)-guard.Lookback):]
	lines := make([]guard.Line, len(last))
	for i, m := range last {
		lines[i] = guard.Line{Text: m.Text}
		if !m.Mine {
			lines[i].Who = guard.Stranger
		}
	}
	return lines
}

// probesIn returns what a stranger's text asks for. A hostile text takes some
// milliseconds, so that it is not to be called with App.mu held.
func probesIn(text string) []guard.Finding {
	return guard.Check(text, guard.Context{Who: guard.Stranger})
}

// heed lets the guard read a message that is about to join the conversation.
// Of the stranger's, Probes are all that it found, and become those of which
// it was not spoken yet.
func (c *Conversation) heed(m *Message, level settings.Guard) {
	if !m.Mine {
		found := m.Probes
		m.Probes = nil
		for _, f := range found {
			if level == settings.Full && !slices.Contains(c.Quiet, f.Category) {
				m.Probes = append(m.Probes, f)
				c.quiet(f.Category)
			}
		}
		return
	}
	if level == settings.Off {
		return
	}
	found := guard.Check(m.Text, guard.Context{Before: c.lines()})
	c.Meter = c.Meter.Add(m.Text, found)
	before := c.disclosed
	c.disclosed += len(found)
	if before < enough && c.disclosed >= enough && level == settings.Full {
		c.Reminders = slices.Concat(c.Reminders, []Reminder{{After: len(c.Messages) + 1, At: m.At}})
	}
}

// quiet silences a category for this conversation.
func (c *Conversation) quiet(category guard.Category) {
	if !slices.Contains(c.Quiet, category) {
		c.Quiet = slices.Concat(c.Quiet, []guard.Category{category})
	}
}

// Heeded returns the conversation as it would be if the guard had read its
// messages as they came.
func (c Conversation) Heeded(level settings.Guard) Conversation {
	messages := c.Messages
	c.Messages, c.Meter, c.Quiet, c.disclosed = nil, guard.Meter{}, nil, 0
	c.Reminders = firstReminder(c.Since)
	for _, m := range messages {
		m.Probes = nil
		if !m.Mine && level == settings.Full {
			m.Probes = probesIn(m.Text)
		}
		c.heed(&m, level)
		c.Messages = append(c.Messages, m)
	}
	return c
}

func firstReminder(at time.Time) []Reminder { return []Reminder{{At: at}} }

// SetGuard turns the guard down, off, or up again.
func (a *App) SetGuard(level settings.Guard) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.update(func(s *State) { s.Guard = level })
}

// Silence says that the guard has spoken of a category in this conversation,
// or that the person meant to give it away. It says no more about it; what is
// secret still takes a moment's pressing to send.
func (a *App) Silence(category guard.Category) {
	a.converseWith(func(c *Conversation) { c.quiet(category) })
}

// NotAboutMe takes a fact out of the meter.
func (a *App) NotAboutMe(fact int) {
	a.converseWith(func(c *Conversation) { c.Meter = c.Meter.Drop(fact) })
}

// converseWith changes the conversation that goes on, if one does.
func (a *App) converseWith(change func(*Conversation)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.talk == nil {
		return
	}
	a.update(func(s *State) {
		c := *s.Conversation
		change(&c)
		s.Conversation = &c
	})
}
