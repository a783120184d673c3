// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

// pair is two copies on the far network that talk to each other for as long as
// a test lasts, whatever happens to them. Each message carries its number.
type pair struct {
	*party
	copies [2]*consoletest.Copy
	said   [2]int // messages of each side so far
	chat   string // the onion service that the conversation runs over
}

// newPair starts two copies, which the end of owner closes, and makes them
// meet. The pair reports to t.
func newPair(t, owner *testing.T, name string, flags ...string) *pair {
	t.Helper()
	p := &pair{party: newPartyIn(t, owner, &farTor, name)}
	p.flags = flags
	// One after the other: two that come to an empty network at the same time
	// both wait there for others, and find each other later.
	for side, name := range []string{"a", "b"} {
		p.copies[side] = p.startReady(name)[0]
	}
	for _, c := range p.copies {
		p.awaitPeers(c, 1)
	}
	before := p.services()
	t.Logf("matched after %s", seconds(p.meet(p.copies[0], p.copies[1])))
	p.talk(1)
	p.awaitDelivered(patience)
	p.findChat(slices.DeleteFunc(p.services(), func(s string) bool { return slices.Contains(before, s) }))
	return p
}

// findChat finds out which of some services the conversation runs over, beside
// those of the mesh: the one whose loss breaks it.
func (p *pair) findChat(services []string) {
	p.t.Helper()
	if len(services) == 1 {
		p.chat = services[0]
		return
	}
	for _, service := range services {
		p.chat = service
		dialer, ok := p.dialed()
		if !ok { // a stream of the mesh, which has ended since
			continue
		}
		since := time.Now()
		p.closeCircuits(dialer)
		ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
		err := p.copies[0].AwaitAll(ctx, "reconnecting", func(said []consoletest.Event) bool {
			began, _ := breaks(said, since)
			return !began.IsZero()
		})
		cancel()
		if err == nil {
			p.talk(1)
			p.awaitResumed(new(timing), since, since, patience)
			return
		}
	}
	p.t.Fatalf("the conversation runs over none of %q", services)
}

// closeCircuits closes the circuits of one side that carry the conversation.
func (p *pair) closeCircuits(side int) {
	p.t.Helper()
	var ids []string
	for _, c := range p.circuits()[side] {
		ids = append(ids, c.ID)
	}
	if len(ids) == 0 {
		p.t.Fatal("the conversation has no circuit")
	}
	p.ok(p.copies[side].CloseCircuits(p.t.Context(), ids...))
}

// services returns the onion services to which either copy has streams.
func (p *pair) services() (services []string) {
	p.t.Helper()
	for _, c := range p.copies {
		circuits, err := c.Circuits(p.t.Context())
		p.ok(err)
		for _, c := range circuits {
			if c.Joined() && c.Streams > 0 && !slices.Contains(services, c.Service) {
				services = append(services, c.Service)
			}
		}
	}
	return services
}

// circuits returns the circuits between the two copies over which the
// conversation runs, or ran until it went on over others, by side.
func (p *pair) circuits() (sides [2][]consoletest.Circuit) {
	p.t.Helper()
	for side, c := range p.copies {
		all, err := c.Circuits(p.t.Context())
		p.ok(err)
		for _, c := range all {
			if c.Joined() && c.Service == p.chat {
				sides[side] = append(sides[side], c)
			}
		}
	}
	return sides
}

// dialer returns the side that dialed.
func (p *pair) dialer() int {
	p.t.Helper()
	side, ok := p.dialed()
	if !ok {
		p.t.Fatal("nobody has dialed")
	}
	return side
}

// dialed returns the side that has a stream to the other, if one has.
func (p *pair) dialed() (side int, ok bool) {
	p.t.Helper()
	for side, circuits := range p.circuits() {
		if slices.ContainsFunc(circuits, func(c consoletest.Circuit) bool { return c.Streams > 0 }) {
			return side, true
		}
	}
	return 0, false
}

// relays returns the fingerprints of the relays that carry the conversation,
// from both copies to the one where their circuits meet.
func (p *pair) relays() (relays []string) {
	p.t.Helper()
	sides := p.circuits()
	for _, c := range sides[p.dialer()] {
		if c.Streams == 0 || len(c.Path) == 0 {
			continue
		}
		relays = append(relays, c.Path...)
		for _, other := range sides[1-p.dialer()] {
			if len(other.Path) > 0 && slices.Contains(c.Path, other.Path[len(other.Path)-1]) {
				relays = append(relays, other.Path...)
			}
		}
	}
	return relays
}

// text is message n of a side.
func text(side, n int) string { return fmt.Sprintf("%c %d", 'a'+side, n) }

// talk sends n messages from each side and does not wait.
func (p *pair) talk(n int) {
	p.t.Helper()
	for range n {
		for side := range p.copies {
			p.speak(side, 1)
		}
	}
}

// speak sends n messages from one side.
func (p *pair) speak(side, n int) {
	p.t.Helper()
	for range n {
		p.said[side]++
		p.ok(p.copies[side].Send(text(side, p.said[side])))
	}
}

// awaitAll waits until everything that a side has said is fit, or says that the
// conversation has ended.
func (p *pair) awaitAll(side int, within time.Duration, what string, fit func([]consoletest.Event) bool) []consoletest.Event {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), within)
	defer cancel()
	over := func(said []consoletest.Event) bool { return count(said, "ended") > 0 }
	c := p.copies[side]
	p.ok(c.AwaitAll(ctx, what, func(said []consoletest.Event) bool { return fit(said) || over(said) }))
	said := c.Events()
	if over(said) {
		p.t.Fatalf("it ended before: %s\n%s", what, c.Transcript())
	}
	return said
}

func count(events []consoletest.Event, kind string) (n int) {
	for _, e := range events {
		if e.Event == kind {
			n++
		}
	}
	return n
}

// awaitDelivered waits until all that was said has arrived.
func (p *pair) awaitDelivered(within time.Duration) {
	p.t.Helper()
	for side := range p.copies {
		mine, theirs := p.said[side], p.said[1-side]
		p.awaitAll(side, within, fmt.Sprintf("%d messages delivered, %d received", mine, theirs),
			func(said []consoletest.Event) bool {
				return count(said, "delivered") >= mine && count(said, "received") >= theirs
			})
	}
}

// checkTalk checks that each message arrived exactly once, in order, on both
// sides, and that each side spoke of every break and its end in turn.
func (p *pair) checkTalk() {
	p.t.Helper()
	for side, c := range p.copies {
		texts := make([]string, p.said[1-side])
		for i := range texts {
			texts[i] = text(1-side, i+1)
		}
		checkReceived(p.t, c, texts)
		checkDelivered(p.t, c, uint64(p.said[side]))
		broken := false
		for _, e := range c.Events() {
			switch {
			case e.Event == "reconnecting" && broken, e.Event == "resumed" && !broken:
				p.t.Errorf("%q does not fit\n%s", e.Event, c.Transcript())
			case e.Event == "reconnecting", e.Event == "resumed":
				broken = !broken
			}
		}
		if broken {
			p.t.Errorf("it did not resume\n%s", c.Transcript())
		}
	}
}

// breaks returns when the last break that a side has spoken of since then
// began and ended, each zero where it did not.
func breaks(said []consoletest.Event, since time.Time) (began, ended time.Time) {
	for _, e := range said {
		switch {
		case e.At.Before(since):
		case e.Event == "reconnecting":
			began, ended = e.At, time.Time{}
		case e.Event == "resumed":
			ended = e.At
		}
	}
	return began, ended
}

// awaitResumed waits until the sides have come through a fault: somebody spoke
// of a break since then, everybody who did has resumed, and each side hears the
// other again, or has heard all there was to say. It notes how long it took to
// notice, counted from since, and to resume, counted from the moment from.
func (p *pair) awaitResumed(times *timing, since, from time.Time, within time.Duration) {
	p.t.Helper()
	broke := func(said []consoletest.Event) bool {
		began, _ := breaks(said, since)
		return !began.IsZero()
	}
	p.awaitEither(within, [2]wait{{p.copies[0], "reconnecting", broke}, {p.copies[1], "reconnecting", broke}})
	var last time.Time // when somebody resumed
	for side := range p.copies {
		// Who has not noticed may never do so, or late.
		said := p.awaitAll(side, within, "resumed", func(said []consoletest.Event) bool {
			began, ended := breaks(said, since)
			return began.IsZero() || !ended.IsZero()
		})
		if _, ended := breaks(said, since); ended.After(last) {
			last = ended
		}
	}
	for side := range p.copies {
		said := p.awaitAll(side, within, "hears the other", func(said []consoletest.Event) bool {
			began, ended := breaks(said, since)
			heard := slices.ContainsFunc(said, func(e consoletest.Event) bool { return e.Event == "received" && e.At.After(last) }) ||
				count(said, "received") == p.said[1-side]
			return heard && (began.IsZero() || !ended.IsZero())
		})
		if began, ended := breaks(said, since); !began.IsZero() {
			times.add(began.Sub(since), ended.Sub(from))
		}
	}
}

// timing collects how long conversations took to come through one kind of
// fault, each side for itself.
type timing struct {
	fault string
	// from is from when it counts until they resumed: the moment of the fault,
	// or that from which on they could.
	from string

	mu               sync.Mutex
	noticed, resumed []time.Duration
}

func (m *timing) add(noticed, resumed time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.noticed = append(m.noticed, noticed)
	m.resumed = append(m.resumed, resumed)
}

func (m *timing) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("%s: noticed %s; resumed, from %s, %s (n = %d)",
		m.fault, quantiles(m.noticed), m.from, quantiles(m.resumed), len(m.resumed))
}

// quantiles says median, p99 and maximum, by the nearest rank.
func quantiles(times []time.Duration) string {
	if len(times) == 0 {
		return "never"
	}
	return fmt.Sprintf("median %s, p99 %s, max %s", seconds(quantile(times, 50)), seconds(quantile(times, 99)), seconds(quantile(times, 100)))
}

// quantile returns the time that this share of some times does not exceed, by
// the nearest rank. There must be one at least.
func quantile(times []time.Duration, percent int) time.Duration {
	return slices.Sorted(slices.Values(times))[(len(times)*percent+99)/100-1]
}

// report logs times and, where ARTEFACTS names a folder, keeps them there.
func report(t *testing.T, all ...*timing) {
	t.Helper()
	var lines strings.Builder
	for _, m := range all {
		fmt.Fprintln(&lines, m)
	}
	t.Logf("times to resume, %v a hop each way:\n%s", farTor.Config.HopDelay, &lines)
	if dir := os.Getenv("ARTEFACTS"); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "resume-"+t.Name()+".txt"), []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
