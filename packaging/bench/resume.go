// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

// resumption is how long it took from the closing of a circuit, and how long a
// bare connect took at about that time.
type resumption struct{ connect, resumed, delivered time.Duration }

// resumptions are all that were measured.
type resumptions struct{ open, covered []resumption } // without cover and with it

// resumer is one conversation whose circuit is closed over and over.
type resumer struct {
	*lane
	tor     *plainTor
	greeter *greeter
	talk    *conversation
}

// measureResumptions closes the circuit of one conversation on each pair of
// tors, rounds times without cover and as often with it.
func measureResumptions(ctx context.Context, tors []*plainTor, rounds int, tell func(string, ...any)) (all resumptions, err error) {
	var mu sync.Mutex
	err = together(ctx, len(tors)/2, func(ctx context.Context, i int) error {
		from, to := tors[2*i], tors[2*i+1]
		l, err := newLane(ctx, from, to)
		if err != nil {
			return err
		}
		defer l.close()
		g, err := newGreeter(ctx, to)
		if err != nil {
			return err
		}
		defer g.close()
		r := &resumer{lane: l, tor: from, greeter: g}
		defer r.end()
		return repeat(ctx, 2*rounds, "resumption", tell, func(i int) error {
			cover := i%2 == 1
			measured, err := r.measure(ctx, cover, i%4 > 1)
			if err != nil {
				r.end() // the next round has a conversation of its own
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			list := &all.open
			if cover {
				list = &all.covered
			}
			*list = append(*list, measured)
			tell("resumption, cover %t: connect %s, resumed %s, message %s", cover, duration(measured.connect.Seconds()),
				duration(measured.resumed.Seconds()), duration(measured.delivered.Seconds()))
			return nil
		})
	})
	return all, err
}

// end ends the conversation, if there is one.
func (r *resumer) end() {
	r.resuming.Store(nil)
	if r.talk != nil {
		r.talk.close()
		r.talk = nil
	}
}

// measure measures everything once; odd rounds the other way round.
func (r *resumer) measure(ctx context.Context, cover, odd bool) (m resumption, err error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	if r.talk == nil {
		if r.talk, err = r.converse(ctx, onion.Isolation("bench"), cover); err != nil {
			return m, fmt.Errorf("session: %w", err)
		}
		r.resuming.Store(r.talk.far)
	}
	r.talk.setCover(cover)
	if !odd {
		if m.connect, err = r.greeter.connect(ctx, r.from); err != nil {
			return m, fmt.Errorf("connect: %w", err)
		}
	}
	if err := r.resume(ctx, &m); err != nil {
		return m, fmt.Errorf("resume: %w", err)
	}
	if odd {
		if m.connect, err = r.greeter.connect(ctx, r.from); err != nil {
			return m, fmt.Errorf("connect: %w", err)
		}
	}
	return m, nil
}

// resume closes the circuit of the conversation and sends a message, which
// waits.
func (r *resumer) resume(ctx context.Context, m *resumption) error {
	tor, err := r.tor.control(ctx)
	if err != nil {
		return err
	}
	defer tor.close()
	ids, err := tor.circuits(r.host())
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return errors.New("the conversation has no circuit")
	}
	begin := time.Now()
	if err := tor.closeCircuits(ids); err != nil {
		return err
	}
	id, err := r.talk.near.Send("What is said while nobody can hear it.")
	if err != nil {
		return err
	}
	return r.talk.listen(ctx, func(e session.Event) bool {
		if _, ok := e.(session.Resumed); ok {
			m.resumed = time.Since(begin)
		}
		if delivers(e, id) {
			m.delivered = time.Since(begin)
		}
		return m.resumed > 0 && m.delivered > 0
	})
}

// lines are the lines of the table about resumptions.
func (all resumptions) lines(hop string) (lines []line) {
	for _, kind := range []struct {
		cover string
		list  []resumption
	}{{"no cover", all.open}, {"cover", all.covered}} {
		resumed := line{hop: hop, what: "connect | closed circuit to resumed, " + kind.cover, unit: duration, aim: aim{kind: shownRatio}}
		delivered := line{hop: hop, what: "connect | closed circuit to delivered, " + kind.cover, unit: duration, aim: aim{kind: shownRatio}}
		for _, r := range kind.list {
			resumed.floor = append(resumed.floor, r.connect.Seconds())
			resumed.ours = append(resumed.ours, r.resumed.Seconds())
			delivered.ours = append(delivered.ours, r.delivered.Seconds())
		}
		delivered.floor = resumed.floor
		lines = append(lines, resumed, delivered)
	}
	return lines
}
