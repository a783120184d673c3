// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

// awaitInvite waits until a copy has told this of an invite.
func (p *party) awaitInvite(c *consoletest.Copy, id uint64, status string) consoletest.Event {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	fit := func(e consoletest.Event) bool {
		return e.Event == "invite" && e.Status == status && (id == 0 || e.ID == id)
	}
	e, err := c.AwaitThat(ctx, "an invite that is "+status, fit)
	p.ok(err)
	return e
}

// met waits until two copies talk whom invites brought together.
func (p *party) met(copies ...*consoletest.Copy) {
	p.t.Helper()
	for _, c := range copies {
		if e := p.awaitUnless(c, "matched", "ended"); e.Invite == 0 {
			p.t.Errorf("no invite brought them: %v\n%s", e, c.Transcript())
		}
	}
}

func TestE2EInviteWhileAllSlotsAreCaptured(t *testing.T) {
	t.Parallel()
	// given two copies where somebody else holds all slots
	p := newParty(t)
	c := capture(p, func(level, _ int) bool { return level == 0 })
	a, b := p.start("a"), p.start("b")
	for _, copy := range []*consoletest.Copy{a, b} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := copy.AwaitThat(ctx, "slots that answer", func(e consoletest.Event) bool { return e.Event == "mesh" && e.Sources.Slots > 0 })
		cancel()
		p.ok(err)
	}
	// when one makes an invite and the other follows it
	began := time.Now()
	p.ok(a.Invite("once"))
	link := p.awaitInvite(a, 0, "preparing").Link
	p.ok(b.Follow(link))
	// then they talk, though they never found each other
	p.met(a, b)
	t.Logf("met by an invite after %s; the captor had answered %d questions", seconds(time.Since(began)), c.answered.Load())
	for _, copy := range []*consoletest.Copy{a, b} {
		alone := false
		for _, e := range all(copy, "mesh") {
			if e.Peers > 0 {
				t.Errorf("the slots were not captured\n%s", copy.Transcript())
			}
			alone = alone || e.Alone
		}
		if !alone {
			t.Errorf("it did not say that all rests on slots\n%s", copy.Transcript())
		}
	}
	p.say(a, b, "found you without them")
	p.say(b, a, "found you too")
	// and when both keep each other and part
	p.ok(a.Again(), b.Again())
	mine, theirs := p.awaitInvite(a, 0, "kept").ID, p.awaitInvite(b, 0, "kept").ID
	p.ok(a.Leave())
	p.awaitEnd(a, "you left")
	p.awaitEnd(b, "they left")
	// then they meet again when both look
	began = time.Now()
	p.ok(a.Meet(mine), b.Meet(theirs))
	note := p.awaitInvite(a, mine, "preparing").Link
	p.met(a, b)
	t.Logf("met again after %s", seconds(time.Since(began)))
	p.say(b, a, "there you are")
	// and no link was written to a file, in whole or in its middle
	const from, to = 30, 60
	p.noTraces("after two invites", []string{link[from:to], note[from:to]}, a, b)
}
