// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerby/app/console/consoletest"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
	"passerby/tor"
)

// captor holds every slot that newcomers count on, and names members there who
// take streams and never say a word.
type captor struct {
	tor      *tor.Tor
	network  string
	names    []onion.Address
	answered atomic.Int64 // questions
	tasks    sync.WaitGroup
	ctx      context.Context
	held     map[[32]byte]bool // shared random values
}

// capture takes all slots of a party's network until the end of the test. It
// returns when others can find them.
func capture(p *party) *captor {
	p.t.Helper()
	own, err := tor.Start(p.t.Context(), tor.Config{Profile: filepath.Join(p.dir, "captor"), Torrc: p.torrc})
	p.ok(err)
	ctx, cancel := context.WithCancel(context.Background())
	c := &captor{tor: own, network: p.name, held: make(map[[32]byte]bool), ctx: ctx}
	p.owner.Cleanup(func() {
		cancel()
		if err := own.Close(); err != nil {
			p.owner.Error(err)
		}
		c.tasks.Wait()
	})
	for range 3 { // as many as a network of few shows
		key := onion.GenerateKey()
		c.names = append(c.names, key.Address())
		p.ok(c.hold(key.Private(), func(conn net.Conn) {
			_, _ = io.Copy(io.Discard, conn) // until they have enough
		}))
	}
	p.ok(c.takeSlots())
	c.tasks.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := c.takeSlots(); err != nil && ctx.Err() == nil {
					p.owner.Error(err)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return c
}

// takeSlots takes the slots of the current period, if it does not hold them,
// and goes on to hold those before.
func (c *captor) takeSlots() error {
	random, _, _, err := c.tor.SharedRandom(c.ctx)
	if err != nil || c.held[random] {
		return err
	}
	c.held[random] = true
	errs := make([]error, rendezvous.Slots)
	var taking sync.WaitGroup
	for i := range errs {
		taking.Go(func() {
			errs[i] = c.hold(rendezvous.SlotKey(random, c.network, 0, i).Private(), c.answer)
		})
	}
	taking.Wait()
	return errors.Join(errs...)
}

// hold publishes a service until the end of the test.
func (c *captor) hold(key ed25519.PrivateKey, serve func(net.Conn)) error {
	l, err := c.tor.Listen(c.ctx, key, 64)
	if err != nil {
		return err
	}
	context.AfterFunc(c.ctx, func() { l.Close() })
	c.tasks.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(c.ctx, func() { conn.Close() })
			c.tasks.Go(func() {
				defer stop()
				defer conn.Close()
				serve(conn)
			})
		}
	})
	address, err := onion.AddressFromKey(key.Public().(ed25519.PublicKey))
	if err != nil {
		return err
	}
	return c.tor.Published(c.ctx, address.String())
}

// answer is a slot's answer, with the captor's own members.
func (c *captor) answer(conn net.Conn) {
	if _, err := io.ReadFull(conn, make([]byte, rendezvous.RequestSize)); err != nil {
		return
	}
	if _, err := conn.Write(mesh.EncodeSample(rendezvous.AnswerSize, c.names)); err != nil {
		return
	}
	c.answered.Add(1)
	_, _ = io.Copy(io.Discard, conn)
}

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
	c := capture(p)
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
