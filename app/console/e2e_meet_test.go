// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerby/app"
	"passerby/app/console/consoletest"
)

// messages returns 20 messages of one side: of all lengths and kinds, each
// different, and each such that the other side shows it unchanged.
func messages(side string) []string {
	texts := []string{
		"hello, I am " + side,
		"x" + side,
		"two\nlines",
		"a blank\n\none between",
		"  spaces around  ",
		"\"quotes\", \\backslashes\\, /slashes/ and <tags> & such",
		"grüße, żółw, naïve, Ελλάδα, Привет, 日本語, 한국어, ไทย",
		"עברית and العربية",
		"नमस्ते क्षेत्र",
		"e\u0301 with a combining accent",
		"🦊 👩‍👩‍👧 👍🏽 ❤️ 🇨🇭",
		"{\"do\":\"quit\"}",
		"/quit",
		strings.Repeat("a", app.MaxMessage-1) + side,
		strings.Repeat("äß€", app.MaxMessage/3) + side,
		strings.Repeat("🦊", app.MaxMessage-1) + side,
		strings.Repeat("line\n", 100) + side,
		strings.Repeat("0123456789", 45), // near the border of a frame
		"the same text twice",
		"the same text twice",
	}
	return texts
}

func TestE2EMessages(t *testing.T) {
	t.Parallel()
	// given two copies that have met
	p := newParty(t)
	copies := p.startReady("a", "b")
	a, b := copies[0], copies[1]
	t.Logf("matched after %s", seconds(p.meet(a, b)))
	// when each sends 20 messages, without waiting for the other
	began := time.Now()
	fromA, fromB := messages("a"), messages("b")
	if len(fromA) != 20 {
		t.Fatalf("%d messages", len(fromA))
	}
	for i := range fromA {
		p.ok(a.Send(fromA[i]), b.Send(fromB[i]))
	}
	// then each is received and reported as delivered
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, c := range copies {
		received, delivered := 0, 0
		for received < 20 || delivered < 20 {
			e, err := c.Await(ctx, "received", "delivered", "ended", "error")
			if err != nil {
				t.Fatal(err)
			}
			switch e.Event {
			case "received":
				received++
			case "delivered":
				delivered++
			default:
				t.Fatalf("%v, after %d received and %d delivered\n%s", e, received, delivered, c.Transcript())
			}
		}
	}
	t.Logf("40 messages delivered after %s", seconds(time.Since(began)))
	// and when both leave, so that nothing more can come
	p.ok(a.Leave())
	if e := p.await(a, "ended"); e.Reason != "you left" {
		t.Errorf("a ended because %s", e.Reason)
	}
	if e := p.await(b, "ended"); e.Reason != "they left" {
		t.Errorf("b ended because %s", e.Reason)
	}
	// then each was received once, in order, unchanged
	checkReceived(t, a, fromB)
	checkReceived(t, b, fromA)
	// and sent and delivered once, in this order
	checkDelivered(t, a, 20)
	checkDelivered(t, b, 20)
}

func checkReceived(t *testing.T, c *consoletest.Copy, want []string) {
	t.Helper()
	got := all(c, "received")
	if len(got) != len(want) {
		t.Errorf("%d messages received, not %d\n%s", len(got), len(want), c.Transcript())
	}
	for i := range min(len(got), len(want)) {
		if got[i].Text != want[i] {
			t.Errorf("message %d: %s was sent, %s received", i+1, short(want[i]), short(got[i].Text))
		}
	}
}

func checkDelivered(t *testing.T, c *consoletest.Copy, n uint64) {
	t.Helper()
	var sent, delivered uint64 // the last one; they go up by one
	for _, e := range c.Events() {
		switch e.Event {
		case "sent":
			if sent++; e.ID != sent {
				t.Errorf("message %d is sent after %d\n%s", e.ID, sent-1, c.Transcript())
			}
		case "delivered":
			if delivered++; e.ID != delivered || e.ID > sent {
				t.Errorf("message %d is delivered after %d, when %d were sent\n%s", e.ID, delivered-1, sent, c.Transcript())
			}
		}
	}
	if sent != n || delivered != n {
		t.Errorf("%d sent and %d delivered, not %d", sent, delivered, n)
	}
}

// readyTime is within what time after Tor's bootstrap a copy on an empty
// network promises to be ready.
const readyTime = 15 * time.Second

func TestE2EFirstAndSecondCopy(t *testing.T) {
	t.Parallel()
	// given an empty network, when a copy comes
	p := newParty(t)
	first := p.start("first")
	// then it is ready by itself
	bootstrap, ready := p.launchTimes(first)
	t.Logf("the first copy: Tor at 100 %% after %s, ready %s later", seconds(bootstrap), seconds(ready))
	if ready > readyTime {
		t.Errorf("ready %s after Tor, not %s", seconds(ready), seconds(readyTime))
	}
	for _, e := range all(first, "mesh") {
		if e.Peers > 0 {
			t.Errorf("the network was not empty\n%s", first.Transcript())
		}
	}
	// and a second one finds it, with no address given to either
	second := p.start("second")
	bootstrap, ready = p.launchTimes(second)
	t.Logf("the second copy: Tor at 100 %% after %s, ready %s later", seconds(bootstrap), seconds(ready))
	began := time.Now()
	p.awaitPeers(first, 1)
	p.awaitPeers(second, 1)
	t.Logf("connected %s after it was ready", seconds(time.Since(began)))
	t.Logf("matched after %s", seconds(p.meet(first, second)))
	p.say(first, second, "found you")
	p.say(second, first, "found you too")
}

// launchTimes waits until a copy is ready, and returns how long Tor took from
// the start, and what was left then.
func (p *party) launchTimes(c *consoletest.Copy) (bootstrap, ready time.Duration) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	tor, err := c.AwaitThat(ctx, "Tor at 100 %", func(e consoletest.Event) bool { return e.Event == "tor" && e.Progress == 100 })
	if err != nil {
		p.t.Fatal(err)
	}
	is := p.await(c, "ready")
	return tor.At.Sub(c.Began()), is.At.Sub(tor.At)
}

// awaitPeers waits until a copy has been connected to so many others, whenever
// that was.
func (p *party) awaitPeers(c *consoletest.Copy, n int) {
	p.t.Helper()
	for _, e := range all(c, "mesh") {
		if e.Peers >= n {
			return
		}
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	if _, err := c.AwaitThat(ctx, fmt.Sprintf("%d peers", n), func(e consoletest.Event) bool {
		return e.Event == "mesh" && e.Peers >= n
	}); err != nil {
		p.t.Fatal(err)
	}
}

// sharedRandom reads from a tor's folder the number of the run of the shared
// random protocol that its consensus belongs to, and the value; see
// tor.SharedRandom. A run is 24 votes, which on the private network are 10
// seconds apart.
func sharedRandom(c *consoletest.Copy) (run int64, value string, err error) {
	const length = 24 * 10
	f, err := os.Open(filepath.Join(c.Profile(), "tor", "cached-microdesc-consensus"))
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	value = "none"
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "valid-after":
			after, err := time.Parse(time.DateTime, rest)
			if err != nil {
				return 0, "", err
			}
			run = after.Unix() / length
		case "shared-rand-current-value":
			value = rest
		case "dir-source": // the header ends
			return run, value, nil
		}
	}
	return 0, "", fmt.Errorf("no consensus in %s: %w", f.Name(), lines.Err())
}

func TestE2ESlowNewcomerAfterSharedRandomChange(t *testing.T) {
	t.Parallel()
	// given a copy that is there before the shared random value changes
	p := newParty(t)
	host := p.startReady("host")[0]
	before, oldValue, err := sharedRandom(host)
	p.ok(err)
	// when it changes
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	now, value := before, oldValue
	for now == before {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the shared random value does not change")
		}
		// An error is a file that tor writes just now.
		if run, v, err := sharedRandom(host); err == nil {
			now, value = run, v
		}
	}
	t.Logf("the shared random value was %s and is %s, after %s", oldValue, value, seconds(time.Since(host.Began())))
	// then who comes just then finds the copy that is there
	newcomer := p.start("newcomer")
	bootstrap, ready := p.launchTimes(newcomer)
	t.Logf("the newcomer: Tor at 100 %% after %s, ready %s later", seconds(bootstrap), seconds(ready))
	p.awaitPeers(newcomer, 1)
	t.Logf("matched after %s", seconds(p.meet(newcomer, host)))
	p.say(newcomer, host, "still there?")
}
