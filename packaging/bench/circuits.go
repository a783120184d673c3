// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"passerby/net/onion"
)

const roundTime = time.Minute // for all of one circuit

// circuit is what was measured with one pair of fresh circuits.
type circuit struct {
	connect, ready   time.Duration
	echoes, messages []time.Duration
}

// measure measures everything once; odd rounds the other way round.
func (l *lane) measure(ctx context.Context, odd bool, messages int) (c circuit, err error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	if !odd {
		if c.connect, err = l.connect(ctx); err != nil {
			return c, fmt.Errorf("connect: %w", err)
		}
	}
	isolation := onion.Isolation("bench")
	talk, err := l.converse(ctx, isolation, false)
	if err != nil {
		return c, fmt.Errorf("session: %w", err)
	}
	defer talk.close()
	c.ready = talk.ready
	if odd {
		if c.connect, err = l.connect(ctx); err != nil {
			return c, fmt.Errorf("connect: %w", err)
		}
	}
	// The same isolation and the same service: the same circuit.
	bare, err := l.dial(ctx, isolation, echo)
	if err != nil {
		return c, fmt.Errorf("second stream: %w", err)
	}
	defer bare.Close()
	c.echoes, c.messages, err = compare(ctx, bare, talk, messages)
	return c, err
}

// compare measures messages of a conversation in turns with echoes on a bare
// stream.
func compare(ctx context.Context, bare net.Conn, talk *conversation, count int) (echoes, messages []time.Duration, err error) {
	for i := range count + 1 {
		e, err := echoOnce(bare)
		if err != nil {
			return nil, nil, fmt.Errorf("echo: %w", err)
		}
		m, err := talk.send(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("message: %w", err)
		}
		if i > 0 { // the first of each finds buffers and windows of the start
			echoes, messages = append(echoes, e), append(messages, m)
		}
	}
	return echoes, messages, nil
}

// circuits measures rounds fresh circuits on each pair of tors, all pairs at
// the same time.
func circuits(ctx context.Context, tors []*plainTor, rounds, messages int, tell func(string, ...any)) ([]circuit, error) {
	var mu sync.Mutex
	var all []circuit
	err := together(ctx, len(tors)/2, func(ctx context.Context, i int) error {
		l, err := newLane(ctx, tors[2*i], tors[2*i+1])
		if err != nil {
			return err
		}
		defer l.close()
		return repeat(ctx, rounds, "circuit", tell, func(i int) error {
			c, err := l.measure(ctx, i%2 == 1, messages)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, c)
			tell("circuit %d: connect %s, session %s, echo %s, message %s", len(all), duration(c.connect.Seconds()), duration(c.ready.Seconds()),
				duration(median(seconds(c.echoes))), duration(median(seconds(c.messages))))
			return nil
		})
	})
	return all, err
}

// circuitLines are the lines of the table about circuits.
func circuitLines(hop string, all []circuit) []line {
	connect := line{hop: hop, what: "connect | session ready", unit: duration, aim: aim{kind: ratio, limit: 2}}
	message := line{hop: hop, what: "echo of 488 bytes | message delivered, no cover", unit: duration}
	var ratios []float64
	for _, c := range all {
		connect.floor = append(connect.floor, c.connect.Seconds())
		connect.ours = append(connect.ours, c.ready.Seconds())
		echoes, messages := seconds(c.echoes), seconds(c.messages)
		message.floor = append(message.floor, echoes...)
		message.ours = append(message.ours, messages...)
		ratios = append(ratios, median(messages)/median(echoes))
	}
	message.aim = aim{kind: pairedRatio, limit: 1.1, result: median(ratios)}
	return []line{connect, message}
}
