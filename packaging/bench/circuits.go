// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

const (
	roundTime   = time.Minute // for all of one circuit
	reachTime   = time.Minute // until a new onion service can be reached
	maxFailures = 5           // circuits that fail, of all of a lane
)

// circuit is what was measured with one pair of fresh circuits.
type circuit struct {
	connect, ready   time.Duration
	echoes, messages []time.Duration
}

// lane measures from one tor to an onion service of another.
type lane struct {
	from    onion.Network
	key     onion.Key
	client  session.Params
	service net.Listener
	next    chan func(net.Conn) // what the service does with the next stream
	serving sync.WaitGroup
}

// newLane makes the service and waits until it can be reached.
func newLane(ctx context.Context, from, to onion.Network) (*lane, error) {
	l := &lane{from: from, key: onion.GenerateKey(), next: make(chan func(net.Conn), 1)}
	l.client = session.Params{Key: onion.GenerateKey(), Network: "bench"}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	var err error
	if l.service, err = to.Listen(ctx, l.key.Private(), 16); err != nil {
		return nil, err
	}
	l.serving.Go(l.serve)
	if err = to.Published(ctx, l.key.Address().String()); err != nil {
		l.close()
		return nil, err
	}
	for {
		if _, err = l.connect(ctx); err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			l.close()
			return nil, fmt.Errorf("a new onion service cannot be reached: %w", err)
		}
	}
}

func (l *lane) close() {
	l.service.Close()
	l.serving.Wait()
}

// serve gives each stream to what was asked for.
func (l *lane) serve() {
	for {
		conn, err := l.service.Accept()
		if err != nil {
			return
		}
		select {
		case f := <-l.next:
			l.serving.Go(func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(roundTime))
				f(conn)
			})
		default: // the late stream of a dial that was given up
			conn.Close()
		}
	}
}

// dial opens a stream with which the service does f.
func (l *lane) dial(ctx context.Context, isolation string, f func(net.Conn)) (net.Conn, error) {
	select {
	case <-l.next: // of a dial that failed
	default:
	}
	l.next <- f
	conn, err := l.from.Dial(ctx, l.key.Address().String(), isolation)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(roundTime))
}

// connect measures a bare stream until its first byte.
func (l *lane) connect(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	conn, err := l.dial(ctx, onion.Isolation("bench"), greet)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	_, err = io.ReadFull(conn, make([]byte, 1))
	return time.Since(begin), err
}

// converse measures the way to a session on a fresh circuit.
func (l *lane) converse(ctx context.Context, isolation string) (*session.Session, time.Duration, error) {
	begin := time.Now()
	conn, err := l.dial(ctx, isolation, l.answer)
	if err != nil {
		return nil, 0, err
	}
	proposal, err := session.Propose(ctx, conn, l.client, l.key.Address())
	if err != nil {
		return nil, 0, err
	}
	s, err := proposal.Confirm(ctx)
	return s, time.Since(begin), err
}

// answer is the other side of a session: it agrees and listens.
func (l *lane) answer(conn net.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), roundTime)
	defer cancel()
	request, err := session.Receive(ctx, conn, session.Params{Key: l.key, Network: l.client.Network})
	if err != nil {
		return
	}
	s, err := request.Accept(ctx)
	if err != nil {
		return
	}
	for range s.Events() {
	}
}

// echo sends frames back.
func echo(conn net.Conn) {
	frame := make([]byte, session.FrameSize)
	for {
		if _, err := io.ReadFull(conn, frame); err != nil {
			return
		}
		if _, err := conn.Write(frame); err != nil {
			return
		}
	}
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
	s, ready, err := l.converse(ctx, isolation)
	if err != nil {
		return c, fmt.Errorf("session: %w", err)
	}
	defer s.Close()
	c.ready = ready
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
	for i := range messages + 1 {
		e, err := echoOnce(bare)
		if err != nil {
			return c, fmt.Errorf("echo: %w", err)
		}
		m, err := sendOnce(ctx, s)
		if err != nil {
			return c, fmt.Errorf("message: %w", err)
		}
		if i > 0 { // the first of each finds buffers and windows of the start
			c.echoes, c.messages = append(c.echoes, e), append(c.messages, m)
		}
	}
	return c, nil
}

func echoOnce(conn net.Conn) (time.Duration, error) {
	frame := make([]byte, session.FrameSize)
	begin := time.Now()
	if _, err := conn.Write(frame); err != nil {
		return 0, err
	}
	_, err := io.ReadFull(conn, frame)
	return time.Since(begin), err
}

func sendOnce(ctx context.Context, s *session.Session) (time.Duration, error) {
	begin := time.Now()
	id, err := s.Send("The time from here until the other side has it.")
	if err != nil {
		return 0, err
	}
	for {
		select {
		case e, ok := <-s.Events():
			if !ok {
				return 0, errors.New("the session has ended")
			}
			if d, ok := e.(session.Delivered); ok && d.ID == id {
				return time.Since(begin), nil
			}
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
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
		for done, failed := 0, 0; done < rounds; {
			c, err := l.measure(ctx, done%2 == 1, messages)
			if err != nil {
				tell("a circuit failed: %v", err)
				if failed++; failed > maxFailures || ctx.Err() != nil {
					return err
				}
				continue
			}
			done++
			mu.Lock()
			all = append(all, c)
			tell("circuit %d: connect %s, session %s, echo %s, message %s", len(all), duration(c.connect.Seconds()), duration(c.ready.Seconds()),
				duration(median(seconds(c.echoes))), duration(median(seconds(c.messages))))
			mu.Unlock()
		}
		return nil
	})
	return all, err
}

// circuitLines are the lines of the table about circuits.
func circuitLines(hop string, all []circuit) []line {
	connect := line{hop: hop, what: "connect | session ready", unit: duration, aim: aim{kind: ratio, limit: 2}}
	message := line{hop: hop, what: "echo of 488 bytes | message delivered", unit: duration}
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
