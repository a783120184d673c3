// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
	"passerby/ui/screenguard"
)

const (
	maxName      = 40               // characters in the heading of what is made up
	usualPause   = 20 * time.Second // between two messages that are made up
	maxTogether  = 999              // minutes that can be named
	strangerName = "A stranger"
)

// tale is a conversation that is made up. It knows nothing of Fyne. It has the
// form of a real one and holds to what a real one can look like: that is all
// there is to its being indistinguishable, since nobody signs what is said.
type tale struct {
	name    string
	talk    app.Conversation
	after   time.Duration     // since they met, when the picture is taken
	capture screenguard.State // that the header names
	guard   settings.Guard    // how much the guard says
	denied  []guard.Fact      // that were not about the writer
	moved   bool              // what the guard read is not what it says now
}

// retell begins with a conversation as it is, and with the guard as it is.
func retell(c app.Conversation, level settings.Guard, at time.Time) *tale {
	t := &tale{name: strangerName, talk: c, guard: level, after: max(0, at.Sub(c.Since))}
	t.talk.Messages = slices.Clone(c.Messages)
	t.talk.Interests = slices.Clone(c.Interests)
	counted := c.Meter.Facts()
	for _, f := range c.Heeded(level).Meter.Facts() {
		if !slices.ContainsFunc(counted, func(g guard.Fact) bool { return sameFact(f, g) }) {
			t.denied = append(t.denied, f)
		}
	}
	return t
}

// sameFact tells whether two facts were told in the same way.
func sameFact(f, g guard.Fact) bool {
	f.ID, g.ID = 0, 0
	return f == g
}

// state is the state of a program in which all of it took place. Messages
// without a word are left out where whole: nobody can send one.
func (t *tale) state(whole bool) (app.State, time.Time) {
	c := t.talk
	c.Messages = slices.Clone(c.Messages)
	if whole {
		c.Messages = slices.DeleteFunc(c.Messages, func(m app.Message) bool {
			return strings.TrimSpace(app.Plain(m.Text)) == ""
		})
	}
	c.Said, c.Heard = 0, 0
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Mine {
			c.Said++
			m.ID = uint64(c.Said)
		} else {
			c.Heard++
			m.ID, m.Delivery = uint64(c.Heard), app.Waiting
		}
	}
	if t.moved {
		c = t.heeded(c)
	}
	return app.State{Phase: app.Talking, Ready: true, Guard: t.guard, Conversation: &c}, c.Since.Add(t.after)
}

// heeded is the conversation as the guard would have read it.
func (t *tale) heeded(c app.Conversation) app.Conversation {
	quiet := c.Quiet
	c = c.Heeded(t.guard)
	for _, category := range quiet {
		if category.Tier() != guard.Probe && !slices.Contains(c.Quiet, category) {
			c.Quiet = append(c.Quiet, category)
		}
	}
	for _, d := range t.denied {
		for _, f := range c.Meter.Facts() {
			if sameFact(f, d) {
				c.Meter = c.Meter.Drop(f.ID)
			}
		}
	}
	return c
}

// has tells whether there is a message at i.
func (t *tale) has(i int) bool { return i >= 0 && i < len(t.talk.Messages) }

func (t *tale) rewrite(i int, text string) { t.talk.Messages[i].Text, t.moved = text, true }

// give makes a message ours, or the stranger's. Ours has come as far as those
// around it.
func (t *tale) give(i int, mine bool) {
	m := &t.talk.Messages[i]
	if m.Mine == mine {
		return
	}
	m.Mine, t.moved = mine, true
	if mine {
		m.Delivery = app.Delivered
		for _, n := range t.talk.Messages[:i] {
			if n.Mine {
				m.Delivery = min(m.Delivery, n.Delivery)
			}
		}
	}
}

// deliver says how far a message of ours has come. Those before it have come
// no less far, and those behind it no farther: they travel in order.
func (t *tale) deliver(i int, d app.Delivery) {
	all := t.talk.Messages
	for j := range all {
		switch m := &all[j]; {
		case !m.Mine:
		case j < i:
			m.Delivery = max(m.Delivery, d)
		case j == i:
			m.Delivery = d
		default:
			m.Delivery = min(m.Delivery, d)
		}
	}
}

// next is the delivery that follows d, the first one behind the last.
func next(d app.Delivery) app.Delivery { return (d + 1) % (app.Delivered + 1) }

// nextCapture is the state that follows s, among those that look different.
func nextCapture(s screenguard.State) screenguard.State {
	switch s {
	case screenguard.Off, screenguard.NotPossible:
		return screenguard.Partial
	case screenguard.Partial:
		return screenguard.On
	case screenguard.On:
		return screenguard.Unknown
	}
	return screenguard.Off
}

// set changes the time at which a message came, named as it is shown, and
// tells whether it is one.
func (t *tale) set(i int, clock string) bool {
	at, ok := onDay(t.talk.Messages[i].At, clock)
	if ok {
		t.talk.Messages[i].At, t.moved = at, true
	}
	return ok
}

// meet changes when they met, and nothing else.
func (t *tale) meet(clock string) bool {
	at, ok := onDay(t.talk.Since, clock)
	if ok {
		t.talk.Since, t.moved = at, true
	}
	return ok
}

// onDay is the time of day that clock names, on the day of at.
func onDay(at time.Time, clock string) (time.Time, bool) {
	named, err := time.Parse("15:04", strings.TrimSpace(clock))
	if err != nil {
		return at, false
	}
	at = at.Local()
	return time.Date(at.Year(), at.Month(), at.Day(), named.Hour(), named.Minute(), at.Second(), 0, at.Location()), true
}

// add puts an empty message above or below the one at i, said by whoever did
// not say that one, and returns its index. In an empty tale the stranger
// begins.
func (t *tale) add(i int, above bool) int {
	all := t.talk.Messages
	m := app.Message{At: t.talk.Since.Add(usualPause)}
	switch {
	case !t.has(i):
		i = len(all)
	case above:
		m.Mine, m.At = !all[i].Mine, all[i].At.Add(-usualPause)
		if i > 0 {
			m.At = between(all[i-1].At, all[i].At)
		}
	default:
		m.Mine, m.At = !all[i].Mine, all[i].At.Add(usualPause)
		if i++; i < len(all) {
			m.At = between(all[i-1].At, all[i].At)
		}
	}
	mine := m.Mine
	m.Mine, t.moved = false, true
	t.talk.Messages = slices.Insert(all, i, m)
	t.give(i, mine)
	return i
}

func between(a, b time.Time) time.Time {
	if pause := b.Sub(a); pause > 0 {
		return a.Add(min(pause/2, usualPause))
	}
	return a
}

// remove takes a message out and returns the index of the one to go on with,
// or -1.
func (t *tale) remove(i int) int {
	t.talk.Messages, t.moved = slices.Delete(t.talk.Messages, i, i+1), true
	return max(i-1, min(0, len(t.talk.Messages)-1))
}

// deny takes a fact out of the meter.
func (t *tale) deny(fact int) {
	s, _ := t.state(false)
	for _, f := range s.Conversation.Meter.Facts() {
		if f.ID == fact {
			t.denied, t.moved = append(t.denied, f), true
		}
	}
}

// silence has the guard say no more about a category.
func (t *tale) silence(c guard.Category) {
	t.talk.Quiet = slices.Concat(t.talk.Quiet, []guard.Category{c})
}

// heedMore turns the guard down, off, and up again.
func (t *tale) heedMore() {
	t.guard, t.moved = (t.guard+1)%(settings.Off+1), true
}

// likes names what both look for, as it is typed.
func (t *tale) likes(typed string) {
	t.talk.Interests = nil
	for part := range strings.SplitSeq(typed, ",") {
		if word := addable(t.talk.Interests, part); word != "" {
			t.talk.Interests = append(t.talk.Interests, word)
		}
	}
}

// lasts names the minutes since they met, and tells whether it is a number
// of them.
func (t *tale) lasts(typed string) bool {
	minutes := 0
	typed = strings.TrimSpace(typed)
	for _, r := range typed {
		if r < '0' || r > '9' || minutes > maxTogether {
			return false
		}
		minutes = 10*minutes + int(r-'0')
	}
	if typed == "" || minutes > maxTogether {
		return false
	}
	t.after = time.Duration(minutes) * time.Minute
	return true
}

// call gives the stranger another heading.
func (t *tale) call(typed string) {
	name := strings.Join(strings.Fields(app.Plain(typed)), " ")
	if utf8.RuneCountInString(name) > maxName {
		name = string([]rune(name)[:maxName])
	}
	t.name = name
}

// guardWord is a level of the guard in the fewest words.
func guardWord(level settings.Guard) string {
	for _, l := range guardLevels {
		if l.level == level {
			return strings.ToLower(l.name)
		}
	}
	return ""
}
