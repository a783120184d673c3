// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/app/console/consoletest"
	"passerby/tor/testnet"
)

// The tests named TestE2E run the real program over real Tor, on private
// networks of their own: one on bare loopback, one with lines as long as the
// world's for those that measure how a conversation comes through faults, and
// one for a crowd. Tests share them, and each has a name of its own for
// --network, so that none meets another's copies. What waits for minutes is
// named TestE2ESlow; what waits for many, TestE2EOutage, and what runs thirty
// copies, TestE2EThirty, are left to "make test-all".

// patience bounds each wait for something that takes seconds on a machine
// that has nothing else to do.
const patience = 2 * time.Minute

var (
	privateTor testnet.Shared
	// More relays than a network needs: two of them are killed, and in a
	// consensus of few the dead ones would be in every circuit.
	farTor  = testnet.Shared{Config: testnet.Config{Relays: 12, HopDelay: 40 * time.Millisecond}}
	builder consoletest.Builder
	// e2eFolder holds everything that copies write.
	e2eFolder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "e2e-") })
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := clearAway(); err != nil {
		fmt.Fprintln(os.Stderr, "left behind:", err)
		code = max(code, 1)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// clearAway ends what the tests share, and tells what is left that a test
// should have ended or removed.
func clearAway() error {
	errs := []error{privateTor.Close(), farTor.Close(), crowdTor.Close(), builder.Close()}
	dir, err := e2eFolder()
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	running, err := consoletest.Mentioning(dir)
	errs = append(errs, err)
	for _, line := range running {
		errs = append(errs, fmt.Errorf("process %s", line))
	}
	entries, err := os.ReadDir(dir)
	errs = append(errs, err)
	for _, e := range entries {
		errs = append(errs, fmt.Errorf("file %s", filepath.Join(dir, e.Name())))
	}
	return errors.Join(append(errs, os.RemoveAll(dir))...)
}

// party is the copies of one test: they have one network name.
type party struct {
	t       *testing.T // who is told, see within
	owner   *testing.T // whose end closes the copies
	name    string
	program string
	torrc   string
	dir     string
	flags   []string // further ones for each copy that is started
}

// newParty starts what the tests share where it is missing.
func newParty(t *testing.T) *party {
	t.Helper()
	return newPartyIn(t, t, &privateTor, t.Name())
}

// newPartyIn is newParty on this network, for copies that give it this name.
// The end of owner, t or the test that t belongs to, closes the copies.
func newPartyIn(t, owner *testing.T, shared *testnet.Shared, name string) *party {
	t.Helper()
	root, err := e2eFolder()
	if err != nil {
		t.Fatal(err)
	}
	p := &party{t: t, owner: owner, name: name}
	if p.program, err = builder.Program(); err != nil {
		t.Fatal(err)
	}
	network, err := shared.Network()
	if err != nil {
		t.Fatal(err)
	}
	p.torrc = network.TorrcFile()
	if p.dir, err = os.MkdirTemp(root, ""); err != nil {
		t.Fatal(err)
	}
	owner.Cleanup(func() {
		if err := os.RemoveAll(p.dir); err != nil {
			owner.Error(err)
		}
	})
	return p
}

// start starts a copy, which the end of the test closes.
func (p *party) start(name string, under ...string) *consoletest.Copy {
	p.t.Helper()
	c, err := consoletest.Start(consoletest.Options{Program: p.program, Name: name, Dir: filepath.Join(p.dir, name),
		Torrc: p.torrc, Network: p.name, Flags: p.flags, Under: under})
	if err != nil {
		p.t.Fatal(err)
	}
	p.owner.Cleanup(func() {
		if err := c.Close(); err != nil {
			p.owner.Error(err)
		}
	})
	return c
}

// within makes a subtest the one that is told how things go, from now on.
func (p *party) within(t *testing.T) { p.t = t }

func (p *party) close(c *consoletest.Copy) {
	p.t.Helper()
	if err := c.Close(); err != nil {
		p.t.Error(err)
	}
}

// startReady starts copies and waits until all are ready.
func (p *party) startReady(names ...string) []*consoletest.Copy {
	p.t.Helper()
	copies := make([]*consoletest.Copy, len(names))
	for i, name := range names {
		copies[i] = p.start(name)
	}
	for _, c := range copies {
		p.await(c, "ready")
	}
	return copies
}

// await waits for the next event of this kind; see Copy.Await.
func (p *party) await(c *consoletest.Copy, kind string) consoletest.Event {
	p.t.Helper()
	return p.awaitUnless(c, kind)
}

// awaitUnless fails as soon as an event of another kind comes first that must
// not.
func (p *party) awaitUnless(c *consoletest.Copy, kind string, unless ...string) consoletest.Event {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	e, err := c.Await(ctx, append(unless, kind)...)
	if err != nil {
		p.t.Fatal(err)
	}
	if e.Event != kind {
		p.t.Fatalf("%v came before %q\n%s", e, kind, c.Transcript())
	}
	return e
}

// wait is for what a copy has said to be fit; what names that in words.
type wait struct {
	by   *consoletest.Copy
	what string
	fit  func(said []consoletest.Event) bool
}

// hasSaid tells whether events of a kind are among those that were said.
func hasSaid(kind string) func([]consoletest.Event) bool {
	return func(said []consoletest.Event) bool {
		return slices.ContainsFunc(said, func(e consoletest.Event) bool { return e.Event == kind })
	}
}

// awaitEither waits until one of two waits is over.
func (p *party) awaitEither(within time.Duration, either [2]wait) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), within)
	defer cancel()
	errs := make(chan error, len(either))
	for _, w := range either {
		go func() { errs <- w.by.AwaitAll(ctx, w.what, w.fit) }()
	}
	err := <-errs
	if err != nil {
		err = <-errs // the other's, which may be none
	} else {
		cancel()
		<-errs
	}
	p.ok(err)
}

// ok fails the test for an error.
func (p *party) ok(errs ...error) {
	p.t.Helper()
	if err := errors.Join(errs...); err != nil {
		p.t.Fatal(err)
	}
}

// meet makes two copies find each other and returns how long it took.
func (p *party) meet(a, b *consoletest.Copy, interests ...string) time.Duration {
	p.t.Helper()
	began := time.Now()
	p.ok(a.Find(interests...), b.Find(interests...))
	for _, c := range []*consoletest.Copy{a, b} {
		p.awaitUnless(c, "matched", "ended")
	}
	return time.Since(began)
}

// say sends a message from one to the other and waits until it has arrived.
func (p *party) say(from, to *consoletest.Copy, text string) {
	p.t.Helper()
	p.ok(from.Send(text))
	if e := p.awaitUnless(to, "received", "ended"); e.Text != text {
		p.t.Fatalf("%q was sent, %q received", text, e.Text)
	}
	p.awaitUnless(from, "delivered", "ended")
}

// all returns the events of one kind so far.
func all(c *consoletest.Copy, kind string) (events []consoletest.Event) {
	for _, e := range c.Events() {
		if e.Event == kind {
			events = append(events, e)
		}
	}
	return events
}

// short cuts a text for a message to a person.
func short(text string) string {
	if r := []rune(text); len(r) > 40 {
		return fmt.Sprintf("%q… (%d characters)", string(r[:40]), len(r))
	}
	return fmt.Sprintf("%q", text)
}

// seconds is a duration for people.
func seconds(d time.Duration) string {
	return strings.TrimSpace(fmt.Sprintf("%6.2f s", d.Seconds()))
}
