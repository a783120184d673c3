// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerby/app/console/consoletest"
	"passerby/tor/testnet"
)

// crowdTor is the network of thirty copies, with lines as long as the world's.
// It votes every half minute: each vote has every tor fetch a consensus, and a
// new shared random value comes with the 24th.
var crowdTor = testnet.Shared{Config: testnet.Config{Relays: 12, HopDelay: 40 * time.Millisecond, VotingInterval: 30 * time.Second}}

const (
	// findAim is what nineteen in twenty searches should take at most.
	findAim = 30 * time.Second
	// findLast is how long we wait for the last one.
	findLast = 4 * time.Minute
	// gatherTime is how long thirty copies may take to be ready, and to know
	// somebody: two cores start thirty tors.
	gatherTime = 10 * time.Minute
	// apart is the time between two who look for a stranger, in most of the
	// test. A search costs three or four seconds of a core, with that of all
	// relays and all who hear of it, and here one computer does what thirty and
	// a network would.
	apart = 4 * time.Second
	// leastIdle is the share of the machine's time that must be left over for
	// the times of those who search all at once to tell of more than the machine.
	// Two cores have none to spare then.
	leastIdle = 0.1
)

func TestE2EThirtyPairWhileHalfOfTheSlotsAreCaptured(t *testing.T) {
	// given thirty copies, and somebody who has held every other slot of each
	// level since before they came
	const n, dead = 30, 10
	p := newPartyIn(t, t, &crowdTor, t.Name())
	began := time.Now()
	half := capture(p, func(_, index int) bool { return index%2 == 0 })
	t.Logf("half of the slots were captured after %s", seconds(time.Since(began)))
	copies := make([]*consoletest.Copy, n)
	var readied []time.Duration
	for i := range copies {
		copies[i] = p.start(fmt.Sprint(i))
	}
	for _, c := range copies {
		p.awaitGathered(c)
		readied = append(readied, first(c, "ready").At.Sub(c.Began()))
	}
	t.Logf("all were ready %s after their start: %s; the captor had answered %d questions",
		seconds(time.Since(copies[0].Began())), spread(readied), half.answered.Load())
	if half.answered.Load() == 0 {
		t.Fatal("nobody asked the captor")
	}
	// when one after the other looks for a stranger
	p.pairUp("thirty, one after the other", copies, apart, func(c *consoletest.Copy) error { return c.Find() })
	// then each has exactly one
	p.partners(copies, 0)
	// and when all want another at once, each has exactly one again
	p.pairUp("thirty at once", copies, 0, (*consoletest.Copy).Next)
	partner := p.partners(copies, 1)
	// and when ten die at once, four of them in two pairs
	var gone, widowed, left []*consoletest.Copy
	for i, j := range partner {
		pair := []*consoletest.Copy{copies[i], copies[j]}
		switch {
		case i > j:
		case len(gone) < 4:
			gone = append(gone, pair...)
		case len(gone) < dead:
			gone, widowed = append(gone, pair[0]), append(widowed, pair[1])
		}
	}
	for _, c := range copies {
		if !slices.Contains(gone, c) {
			left = append(left, c)
		}
	}
	killed := time.Now()
	p.killAtOnce(gone)
	// then those they talked to learn of it
	var noticed []time.Duration
	for _, c := range widowed {
		noticed = append(noticed, p.awaitUnless(c, "reconnecting", "ended").At.Sub(killed))
	}
	t.Logf("%d learned that the way broke: %s", len(widowed), spread(noticed))
	// and when all twenty who are left want another, each has exactly one
	p.pairUp("the twenty left, one after the other", left, apart, (*consoletest.Copy).Next)
	p.partners(left, 2)
	p.checkPartners(left, 3)
}

// awaitGathered waits until a copy is ready and knows somebody.
func (p *party) awaitGathered(c *consoletest.Copy) {
	p.t.Helper()
	ctx, cancel := context.WithDeadline(p.t.Context(), c.Began().Add(gatherTime))
	defer cancel()
	p.ok(c.AwaitAll(ctx, "ready, with a peer", func(said []consoletest.Event) bool {
		return hasSaid("ready")(said) &&
			slices.ContainsFunc(said, func(e consoletest.Event) bool { return e.Event == "mesh" && e.Peers > 0 })
	}))
}

// first returns the first event of a kind that a copy has told of.
func first(c *consoletest.Copy, kind string) consoletest.Event { return all(c, kind)[0] }

// killAtOnce ends copies and their tors with SIGKILL.
func (p *party) killAtOnce(copies []*consoletest.Copy) {
	p.t.Helper()
	errs := make(chan error)
	for _, c := range copies {
		go func() { errs <- c.KillAll() }()
	}
	for range copies {
		p.ok(<-errs)
	}
}

// pairUp has copies press, each so long after the one before, and waits until
// each talks to somebody: most within the aim, unless all pressed at once and
// the machine had no time to spare.
func (p *party) pairUp(who string, copies []*consoletest.Copy, apart time.Duration, press func(*consoletest.Copy) error) {
	p.t.Helper()
	before := readTimes(p.t)
	pressed := make([]time.Time, len(copies))
	for i, c := range copies {
		if i > 0 {
			time.Sleep(apart)
		}
		pressed[i] = time.Now()
		p.ok(press(c))
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), findLast)
	defer cancel()
	var took []time.Duration
	var errs []error
	for i, c := range copies {
		if e, err := c.Await(ctx, "matched"); err != nil {
			errs = append(errs, err)
		} else {
			took = append(took, e.At.Sub(pressed[i]))
		}
	}
	idle := readTimes(p.t).idleSince(before)
	p.t.Logf("%s: %d matched after: %s; the machine was idle for %.0f %% of the time", who, len(took), spread(took), 100*idle)
	p.ok(errs...)
	if p95 := quantile(took, 95); p95 > findAim && (apart > 0 || idle >= leastIdle) {
		p.t.Errorf("%s: one in twenty waited for more than %s, not %s", who, seconds(p95), seconds(findAim))
	}
}

// times is what proc_stat(5) says of all cores together.
type times struct{ idle, all float64 }

func readTimes(t *testing.T) (now times) {
	t.Helper()
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(stat), "\n")
	// "cpu user nice system idle iowait irq softirq steal …", where guests' time
	// is that of user already.
	const idle, steal = 4, 8
	for i, field := range strings.Fields(first)[:steal+1] {
		if value, err := strconv.ParseFloat(field, 64); err == nil {
			now.all += value
			if i == idle {
				now.idle = value
			}
		}
	}
	return now
}

func (t times) idleSince(before times) float64 {
	return (t.idle - before.idle) / (t.all - before.all)
}

// spread says median, p95 and maximum.
func spread(times []time.Duration) string {
	if len(times) == 0 {
		return "never"
	}
	return fmt.Sprintf("median %s, p95 %s, max %s",
		seconds(quantile(times, 50)), seconds(quantile(times, 95)), seconds(quantile(times, 100)))
}

// checkPartners checks that copies heard one message in each of so many
// conversations, and never had two partners.
func (p *party) checkPartners(copies []*consoletest.Copy, conversed int) {
	p.t.Helper()
	for _, c := range copies {
		heard := conversations(p.t, c)
		if len(heard) != conversed || slices.ContainsFunc(heard, func(texts []string) bool { return len(texts) != 1 }) {
			p.t.Errorf("it heard %q\n%s", heard, c.Transcript())
		}
	}
}
