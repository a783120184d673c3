// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"fmt"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

func TestE2ECrowdFormsPairs(t *testing.T) {
	t.Parallel()
	// given six copies
	const n = 6
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
		for i, c := range copies {
			p.ok(c.Send(token(round, i)))
		}
		partner := make([]int, n)
		for i, c := range copies {
			text := p.awaitUnless(c, "received", "ended").Text
			partner[i] = -1
			for j := range copies {
				if text == token(round, j) {
					partner[i] = j
				}
			}
		}
		t.Logf("round %d: partners %v", round+1, partner)
		for i, j := range partner {
			if j < 0 || j == i || partner[j] != i {
				t.Fatalf("copy %d talks to %d, in %v", i, j, partner)
			}
		}
		for _, c := range copies {
			p.awaitUnless(c, "delivered", "ended")
		}
		partners = append(partners, partner)
	}
	// and when all have left, nobody ever had two partners
	for _, c := range copies {
		p.ok(c.Leave())
		p.await(c, "ended")
	}
	for i, c := range copies {
		var conversations [][]string
		talking := false
		for _, e := range c.Events() {
			switch {
			case e.Event == "matched" && talking:
				t.Errorf("a second partner\n%s", c.Transcript())
			case e.Event == "matched":
				talking = true
				conversations = append(conversations, nil)
			case e.Event == "received" && !talking:
				t.Errorf("heard outside a conversation\n%s", c.Transcript())
			case e.Event == "received":
				last := len(conversations) - 1
				conversations[last] = append(conversations[last], e.Text)
			case e.Event == "ended":
				talking = false
			case e.Event == "error":
				t.Errorf("copy %d: %v", i, e)
			}
		}
		want := fmt.Sprint([][]string{{token(0, partners[0][i])}, {token(1, partners[1][i])}})
		if got := fmt.Sprint(conversations); got != want {
			t.Errorf("copy %d heard %s, not %s\n%s", i, got, want, c.Transcript())
		}
	}
}

func token(round, copy int) string { return fmt.Sprintf("round %d copy %d", round, copy) }
