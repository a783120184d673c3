// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

// lostAfter is how long a conversation waits for the stranger to come back.
const lostAfter = 3 * time.Minute

// afterOutage is how long a conversation that can go on again may take to do
// so.
const afterOutage = 90 * time.Second

func TestE2EOutages(t *testing.T) {
	t.Parallel()
	const stop, sleep, away = 90 * time.Second, 80 * time.Second, 2 * time.Minute
	var (
		circuits = timing{fault: "the circuit is closed, with cover", from: "then"}
		dialer   = timing{fault: "the dialing side's tor stands still for 90 s", from: "its going on"}
		answerer = timing{fault: "the answering side's tor stands still for 90 s", from: "its going on"}
		asleep   = timing{fault: "one computer sleeps for 80 s", from: "its waking"}
		network  = timing{fault: "the network is away for 2 minutes", from: "its coming back"}
	)
	// All with cover, which is what somebody has who changed nothing.
	pairs := make([]*pair, 3)
	t.Run("at once", func(all *testing.T) {
		all.Run("the dialing side's tor stands still", func(inner *testing.T) {
			inner.Parallel()
			p := newPair(inner, t, "outage of the dialer's tor")
			p.torStandsStill(&dialer, stop, p.dialer())
			pairs[0] = p
		})
		all.Run("the answering side's tor stands still", func(inner *testing.T) {
			inner.Parallel()
			p := newPair(inner, t, "outage of the answerer's tor")
			p.torStandsStill(&answerer, stop, 1-p.dialer())
			pairs[1] = p
		})
		all.Run("a computer sleeps", func(inner *testing.T) {
			inner.Parallel()
			p := newPair(inner, t, "sleep")
			together(inner, &asleep, sleep, p.copies[0].Pause, p)
			pairs[2] = p
		})
		all.Run("circuits are closed", func(t *testing.T) {
			t.Parallel()
			newPair(t, t, "circuits under cover").loseCircuits(&circuits)
		})
		all.Run("the stranger is gone", func(t *testing.T) {
			t.Parallel()
			newPair(t, t, "gone").lose()
		})
	})
	if !t.Failed() {
		t.Run("the network is away", func(inner *testing.T) {
			for _, p := range pairs {
				p.within(inner)
			}
			n, err := farTor.Network()
			if err != nil {
				inner.Fatal(err)
			}
			together(inner, &network, away, func(ctx context.Context, d time.Duration) error {
				n.Pause(ctx, d)
				return nil
			}, pairs...)
		})
	}
	report(t, &circuits, &dialer, &answerer, &asleep, &network)
}

// torStandsStill stops the tor of one side. A copy whose tor does not answer
// for a minute starts another, so the end may come before tor goes on.
func (p *pair) torStandsStill(times *timing, d time.Duration, side int) {
	p.t.Helper()
	before, err := p.copies[side].TorPID()
	p.ok(err)
	together(p.t, times, d, p.copies[side].PauseTor, p)
	after, err := p.copies[side].TorPID()
	p.ok(err)
	if after != before {
		p.t.Log("with another tor")
	}
}

// together brings about for the time d what no conversation of some pairs can
// go on with.
func together(t *testing.T, times *timing, d time.Duration, fault func(context.Context, time.Duration) error, pairs ...*pair) {
	t.Helper()
	// given messages on their way in both directions
	for _, p := range pairs {
		p.talk(5)
	}
	// when, and more is said meanwhile
	began, done := time.Now(), make(chan error, 1)
	go func() { done <- fault(t.Context(), d) }()
	time.Sleep(d / 2)
	for _, p := range pairs {
		p.talk(5)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	// then
	ended := time.Now()
	for _, p := range pairs {
		p.awaitResumed(times, began, ended, afterOutage)
		p.talk(5)
		p.awaitDelivered(patience)
		p.checkTalk()
	}
}

// lose kills one side for good.
func (p *pair) lose() {
	p.t.Helper()
	const last = 5
	p.talk(5)
	p.awaitDelivered(patience)
	gone, left := p.copies[0], p.copies[1]
	// when
	began := time.Now()
	p.ok(gone.KillAll())
	p.speak(1, last)
	// then the other waits for its time
	ctx, cancel := context.WithTimeout(p.t.Context(), patience+lostAfter+patience)
	defer cancel()
	noticed, err := left.AwaitThat(ctx, "reconnecting once more", func(e consoletest.Event) bool {
		return e.Event == "reconnecting" && e.At.After(began)
	})
	p.ok(err)
	p.t.Logf("noticed after %s", seconds(noticed.At.Sub(began)))
	ended, err := left.Await(ctx, "ended", "resumed")
	p.ok(err)
	waited := ended.At.Sub(noticed.At)
	p.t.Logf("lost %s later", seconds(waited))
	if waited < lostAfter-time.Second || waited > lostAfter+10*time.Second {
		p.t.Errorf("it waited %s, not %s", seconds(waited), seconds(lostAfter))
	}
	// and says what was not delivered: exactly what was said since
	want := make([]uint64, last)
	for i := range want {
		want[i] = uint64(p.said[1] - last + 1 + i)
	}
	if ended.Reason != "lost" || !slices.Equal(ended.Undelivered, want) {
		p.t.Errorf("%v, not lost with %d", ended, want)
	}
	// and it can go on to find another
	another := p.start("c")
	p.await(another, "ready")
	p.t.Logf("matched after %s", seconds(p.meet(left, another)))
	p.say(left, another, "somebody else?")
	p.say(another, left, "somebody else")
}
