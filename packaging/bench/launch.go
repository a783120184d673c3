// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"passerby/app/console/consoletest"
)

const (
	readyTime = 2 * time.Minute  // for one launch
	oddly     = 15 * time.Second // behind tor: a launch that is worth a closer look
)

// launch is what was measured with one start of the program.
type launch struct{ own, ready time.Duration }

// launches holds what was measured with many.
type launches struct {
	plain          []time.Duration // bootstraps of plain tors
	cold           []time.Duration // their first connects
	first, joining []launch
}

// start starts a copy and waits until it is ready.
func start(ctx context.Context, program, torrc, network string, tell func(string, ...any)) (_ *consoletest.Copy, l launch, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, readyTime, fmt.Errorf("not within %v", readyTime))
	defer cancel()
	c, err := consoletest.Start(consoletest.Options{Program: program, Name: "of " + network, Torrc: torrc, Network: network})
	if err != nil {
		return nil, l, err
	}
	up, err := c.AwaitThat(ctx, "tor at 100 %", func(e consoletest.Event) bool { return e.Event == "tor" && e.Progress == 100 })
	if err != nil {
		return nil, l, errors.Join(err, c.Close())
	}
	ready, err := c.Await(ctx, "ready")
	if err != nil {
		return nil, l, errors.Join(err, c.Close())
	}
	l = launch{up.At.Sub(c.Began()), ready.At.Sub(c.Began())}
	if l.ready-l.own > oddly {
		tell("a launch that took oddly long: %s", c.Transcript())
	}
	return c, l, nil
}

// measureLaunches starts as many copies at once as width says, each alone in a
// network of its own, and then rounds times a second copy in each beside a
// plain tor, which connects to an onion service once it can.
func measureLaunches(ctx context.Context, program, torrc string, width, rounds int, tell func(string, ...any)) (all launches, err error) {
	residents := make([]*consoletest.Copy, width)
	defer func() {
		err = errors.Join(err, together(context.Background(), width, func(_ context.Context, i int) error {
			if residents[i] == nil {
				return nil
			}
			return residents[i].Close()
		}))
	}()
	host, _, err := startTor(ctx, torrc)
	if err != nil {
		return all, err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	greeter, err := newGreeter(ctx, host)
	if err != nil {
		return all, err
	}
	defer greeter.close()
	var mu sync.Mutex
	name := func(i int) string { return fmt.Sprintf("bench-launch-%d", i) }
	err = together(ctx, width, func(ctx context.Context, i int) error {
		c, l, err := start(ctx, program, torrc, name(i), tell)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		residents[i] = c
		all.first = append(all.first, l)
		tell("first copy: bootstrap %s, ready %s", duration(l.own.Seconds()), duration(l.ready.Seconds()))
		return nil
	})
	if err != nil {
		return all, err
	}
	for range rounds {
		err := together(ctx, 2*width, func(ctx context.Context, i int) error {
			if i < width {
				t, took, err := startTor(ctx, torrc)
				if err != nil {
					return err
				}
				defer t.Close()
				first, err := greeter.connect(ctx, t)
				if err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				all.plain, all.cold = append(all.plain, took), append(all.cold, first)
				return nil
			}
			c, l, err := start(ctx, program, torrc, name(i-width), tell)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all.joining = append(all.joining, l)
			tell("joining copy: bootstrap %s, ready %s", duration(l.own.Seconds()), duration(l.ready.Seconds()))
			return c.Close()
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// lines are the lines of the table about launches.
func (all launches) lines(hop string) []line {
	split := func(of []launch) (own, ready []float64) {
		for _, l := range of {
			own, ready = append(own, l.own.Seconds()), append(ready, l.ready.Seconds())
		}
		return own, ready
	}
	difference := func(own, ready []float64) float64 {
		return median(pairwise(own, ready, func(o, r float64) float64 { return r - o }))
	}
	own, joined := split(all.joining)
	ownFirst, first := split(all.first)
	return []line{
		{hop: hop, what: "bootstrap | launch to ready, joining", unit: duration, floor: seconds(all.plain), ours: joined,
			aim: aim{kind: excess, limit: 3}},
		{hop: hop, what: "own bootstrap | launch to ready, joining", unit: duration, floor: own, ours: joined,
			aim: aim{kind: pairedExcess, limit: 3, result: difference(own, joined)}},
		{hop: hop, what: "first connect of a fresh tor |", unit: duration, floor: seconds(all.cold)},
		{hop: hop, what: "own bootstrap | first in an empty network", unit: duration, floor: ownFirst, ours: first,
			aim: aim{kind: pairedExcess, limit: 15, result: difference(ownFirst, first)}},
	}
}
