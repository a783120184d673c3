// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

func TestE2ECrowdFormsPairs(t *testing.T) {
	t.Parallel()
	// given six copies
	p := newParty(t)
	began := time.Now()
	copies := p.startReady("a", "b", "c", "d", "e", "f")
	t.Logf("six copies were ready after %s", seconds(time.Since(began)))
	var partners [][]int
	for round, press := range []func(c *consoletest.Copy) error{
		func(c *consoletest.Copy) error { return c.Find() },
		(*consoletest.Copy).Next,
	} {
		// when all press at once
		began := time.Now()
		for _, c := range copies {
			p.ok(press(c))
		}
		for _, c := range copies {
			p.await(c, "matched")
		}
		t.Logf("round %d: all matched after %s", round+1, seconds(time.Since(began)))
		// then what each says to its partner tells who is whose
		partner := p.partners(copies, round)
		t.Logf("round %d: partners %v", round+1, partner)
		partners = append(partners, partner)
	}
	// and when all have left, nobody ever had two partners
	for _, c := range copies {
		p.ok(c.Leave())
		p.await(c, "ended")
	}
	for i, c := range copies {
		want := fmt.Sprint([][]string{{token(0, partners[0][i])}, {token(1, partners[1][i])}})
		if got := fmt.Sprint(conversations(t, c)); got != want {
			t.Errorf("copy %d heard %s, not %s\n%s", i, got, want, c.Transcript())
		}
	}
}

// partners lets each copy say who it is to whomever it talks to, and returns
// the index of each one's partner, that everybody has one who has them.
func (p *party) partners(copies []*consoletest.Copy, round int) []int {
	p.t.Helper()
	for i, c := range copies {
		p.ok(c.Send(token(round, i)))
	}
	partner := make([]int, len(copies))
	for i, c := range copies {
		text := p.awaitExchange(c)
		partner[i] = slices.IndexFunc(copies, func(other *consoletest.Copy) bool {
			return text == token(round, slices.Index(copies, other))
		})
	}
	for i, j := range partner {
		if j < 0 || j == i || partner[j] != i {
			p.t.Fatalf("copy %d talks to %d, in %v", i, j, partner)
		}
	}
	return partner
}

// conversations returns what a copy has heard, conversation by conversation. It
// fails the test for two at a time, for what was heard in none, and for errors.
func conversations(t *testing.T, c *consoletest.Copy) (all [][]string) {
	t.Helper()
	talking := false
	for _, e := range c.Events() {
		switch {
		case e.Event == "matched" && talking:
			t.Errorf("a second partner\n%s", c.Transcript())
		case e.Event == "matched":
			talking = true
			all = append(all, nil)
		case e.Event == "received" && !talking:
			t.Errorf("heard outside a conversation\n%s", c.Transcript())
		case e.Event == "received":
			all[len(all)-1] = append(all[len(all)-1], e.Text)
		case e.Event == "ended":
			talking = false
		case e.Event == "error":
			t.Errorf("%v\n%s", e, c.Transcript())
		}
	}
	return all
}

// awaitExchange waits until a copy has received a message and its own was
// delivered, in either order, and returns what it received.
func (p *party) awaitExchange(c *consoletest.Copy) (text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	for received, delivered := false, false; !received || !delivered; {
		e, err := c.Await(ctx, "received", "delivered", "ended")
		p.ok(err)
		switch e.Event {
		case "received":
			received, text = true, e.Text
		case "delivered":
			delivered = true
		default:
			p.t.Fatalf("%v\n%s", e, c.Transcript())
		}
	}
	return text
}

func token(round, copy int) string { return fmt.Sprintf("round %d copy %d", round, copy) }
