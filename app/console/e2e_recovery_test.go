// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

// killTor ends a copy's tor with SIGKILL.
func (p *party) killTor(c *consoletest.Copy) (pid int) {
	p.t.Helper()
	pid, err := c.KillTor()
	p.ok(err)
	return pid
}

// awaitRecovery waits until a copy whose tor was this is ready again.
func (p *party) awaitRecovery(c *consoletest.Copy, before int) {
	p.t.Helper()
	p.await(c, "ready")
	after, err := c.TorPID()
	p.ok(err)
	if after == before {
		p.t.Fatal("ready again with a tor that was killed")
	}
}

// awaitEnd waits until a copy's conversation ends for this reason.
func (p *party) awaitEnd(c *consoletest.Copy, reason string) {
	p.t.Helper()
	if e := p.await(c, "ended"); e.Reason != reason {
		p.t.Errorf("it ended because %q, not %q", e.Reason, reason)
	}
}

func TestE2ETorIsKilled(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	copies := p.startReady("a", "b")
	a, b := copies[0], copies[1]
	p.awaitPeers(b, 1)
	// when a copy loses its tor while nothing goes on
	began := time.Now()
	p.awaitRecovery(a, p.killTor(a))
	t.Logf("ready again after %s", seconds(time.Since(began)))
	// then it can find and be found again
	t.Logf("matched after %s", seconds(p.meet(a, b)))
	p.say(a, b, "back again")
	p.say(b, a, "welcome")
	// when a copy loses its tor in a conversation
	began = time.Now()
	killed := p.killTor(b)
	// then both learn that the way broke, the other unless it is back before,
	// and one may leave all the same
	p.awaitUnless(b, "reconnecting", "ended")
	t.Logf("it knew after %s", seconds(time.Since(began)))
	p.awaitEither(patience, [2]wait{{a, "reconnecting", hasSaid("reconnecting")}, {b, "resumed", hasSaid("resumed")}})
	t.Logf("the other knew, or need not know, after %s", seconds(time.Since(began)))
	p.ok(a.Leave(), b.Leave())
	p.awaitEnd(a, "you left")
	p.awaitEnd(b, "you left")
	// and both can find and be found again
	p.awaitRecovery(b, killed)
	t.Logf("ready again after %s", seconds(time.Since(began)))
	t.Logf("matched after %s", seconds(p.meet(b, a)))
	p.say(b, a, "once more")
	p.say(a, b, "with feeling")
}

func TestE2EPasserbyIsKilled(t *testing.T) {
	t.Parallel()
	// given two copies in a conversation
	p := newParty(t)
	copies := p.startReady("a", "b")
	a, b := copies[0], copies[1]
	p.meet(a, b)
	p.say(a, b, "goodbye")
	tor, err := a.TorPID()
	p.ok(err)
	// when one is killed
	p.ok(a.Kill())
	// then its tor is gone within five seconds
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	p.ok(consoletest.AwaitEnd(ctx, tor))
	t.Logf("its tor was gone after %s", seconds(time.Since(began)))
	// and the other learns that the way broke, and need not wait
	p.awaitUnless(b, "reconnecting", "ended")
	t.Logf("the other knew after %s", seconds(time.Since(began)))
	p.ok(b.Leave())
	p.awaitEnd(b, "you left")
	// and a copy in the same profile can find it again
	p.close(a)
	again := p.startReady("a")[0]
	t.Logf("matched after %s", seconds(p.meet(again, b)))
	p.say(again, b, "hello again")
}
