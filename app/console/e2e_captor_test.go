// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
	"passerby/tor"
)

// captor holds slots, and names members there who take streams and never say a
// word.
type captor struct {
	tors     []*tor.Tor
	network  string
	wants    func(level, index int) bool
	names    []onion.Address
	answered atomic.Int64 // questions
	tasks    sync.WaitGroup
	ctx      context.Context
	held     map[[32]byte]bool // shared random values
}

// A captor has a tor for every slotsEach slots, and publishes publishing of
// them at once: one tor that is told of two hundred services in the same moment
// does not get them published in minutes.
const (
	slotsEach  = 24
	publishing = 6
)

// capture takes the slots that it wants of a party's network, until the end of
// the test. It returns when others can find them.
func capture(p *party, wants func(level, index int) bool) *captor {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := &captor{network: p.name, wants: wants, held: make(map[[32]byte]bool), ctx: ctx}
	p.owner.Cleanup(func() {
		cancel()
		for _, own := range c.tors {
			if err := own.Close(); err != nil {
				p.owner.Error(err)
			}
		}
		c.tasks.Wait()
	})
	for len(c.tors)*slotsEach < len(c.wanted()) {
		profile := filepath.Join(p.dir, fmt.Sprint("captor", len(c.tors)))
		own, err := tor.Start(p.t.Context(), tor.Config{Profile: profile, Torrc: p.torrc})
		p.ok(err)
		c.tors = append(c.tors, own)
	}
	for range 3 { // as many as a network of few shows
		key := onion.GenerateKey()
		c.names = append(c.names, key.Address())
		p.ok(c.hold(c.tors[0], key.Private(), func(conn net.Conn) {
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
	random, _, _, err := c.tors[0].SharedRandom(c.ctx)
	if err != nil || c.held[random] {
		return err
	}
	c.held[random] = true
	slots := c.wanted()
	errs := make([]error, len(slots))
	var taking sync.WaitGroup
	for n := range c.tors {
		places := make(chan struct{}, publishing)
		for i := n; i < len(slots); i += len(c.tors) {
			taking.Go(func() {
				places <- struct{}{}
				key := rendezvous.SlotKey(random, c.network, slots[i].level, slots[i].index)
				errs[i] = c.hold(c.tors[n], key.Private(), c.answer)
				<-places
			})
		}
	}
	taking.Wait()
	return errors.Join(errs...)
}

// place is a slot.
type place struct{ level, index int }

// wanted returns the slots that the captor wants.
func (c *captor) wanted() (slots []place) {
	for level := range rendezvous.Levels {
		for index := range rendezvous.SlotsAt(level) {
			if c.wants(level, index) {
				slots = append(slots, place{level, index})
			}
		}
	}
	return slots
}

// hold publishes a service until the end of the test.
func (c *captor) hold(by *tor.Tor, key ed25519.PrivateKey, serve func(net.Conn)) error {
	l, err := by.Listen(c.ctx, key, 64)
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
	return by.Published(c.ctx, address.String())
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
