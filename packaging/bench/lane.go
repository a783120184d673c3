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
	"sync/atomic"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

const (
	reachTime   = time.Minute // until a new onion service can be reached
	maxFailures = 5           // circuits that fail, of all of a lane
	maxStreams  = 64          // on one circuit of a lane
)

// lane is the way from one tor to an onion service of another.
type lane struct {
	from    onion.Network
	key     onion.Key
	client  session.Params
	service net.Listener
	next    chan func(net.Conn) // what the service does with the next stream
	serving sync.WaitGroup
	// resuming takes the streams that come unasked, if it is there.
	resuming atomic.Pointer[session.Session]

	mu  sync.Mutex
	far []*session.Session // the service's sides of all conversations
}

// newLane makes the service and waits until it can be reached.
func newLane(ctx context.Context, from, to onion.Network) (*lane, error) {
	l := &lane{from: from, key: onion.GenerateKey(), next: make(chan func(net.Conn), 1)}
	l.client = session.Params{Key: onion.GenerateKey(), Network: "bench", Redial: func(ctx context.Context) (net.Conn, error) {
		return from.Dial(ctx, l.host(), onion.Isolation("bench"))
	}}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	var err error
	if l.service, err = to.Listen(ctx, l.key.Private(), maxStreams); err != nil {
		return nil, err
	}
	l.serving.Go(l.serve)
	if err = to.Published(ctx, l.host()); err != nil {
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

func (l *lane) host() string { return l.key.Address().String() }

func (l *lane) close() {
	l.service.Close()
	l.mu.Lock()
	all := l.far
	l.mu.Unlock()
	for _, s := range all {
		s.Close()
	}
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
				conn.SetDeadline(time.Now().Add(wholeTime))
				f(conn)
			})
		default:
			if s := l.resuming.Load(); s != nil {
				s.Take(conn)
				break
			}
			conn.Close() // the late stream of a dial that was given up
		}
	}
}

// dial opens a stream with which the service does f. It lasts as long as ctx
// may.
func (l *lane) dial(ctx context.Context, isolation string, f func(net.Conn)) (net.Conn, error) {
	select {
	case <-l.next: // of a dial that failed
	default:
	}
	l.next <- f
	conn, err := l.from.Dial(ctx, l.host(), isolation)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	return conn, conn.SetDeadline(deadline)
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

// conversation is a session on a lane, with both of its sides.
type conversation struct {
	near, far *session.Session
	wire      *countedConn // its first stream
	ready     time.Duration
}

// converse opens a session and measures the way to it.
func (l *lane) converse(ctx context.Context, isolation string, cover bool) (*conversation, error) {
	answered := make(chan *session.Session, 1)
	begin := time.Now()
	conn, err := l.dial(ctx, isolation, func(conn net.Conn) { l.answer(conn, answered) })
	if err != nil {
		return nil, err
	}
	c := &conversation{wire: &countedConn{Conn: conn}}
	proposal, err := session.Propose(ctx, c.wire, l.client, l.key.Address())
	if err != nil {
		return nil, err
	}
	if c.near, err = proposal.Confirm(ctx); err != nil {
		return nil, err
	}
	c.ready = time.Since(begin)
	select {
	case c.far = <-answered:
	case <-ctx.Done():
		c.near.Close()
		return nil, context.Cause(ctx)
	}
	c.setCover(cover)
	return c, nil
}

// answer is the other side of a session: it agrees and listens.
func (l *lane) answer(conn net.Conn, answered chan<- *session.Session) {
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
	l.mu.Lock()
	l.far = append(l.far, s)
	l.mu.Unlock()
	answered <- s
	for range s.Events() {
	}
}

// close ends both sides; the far one would wait for the near one to come back.
func (c *conversation) close() {
	c.near.Close()
	c.far.Close()
}

func (c *conversation) setCover(on bool) {
	c.near.SetCover(on)
	c.far.SetCover(on)
}

// listen calls see with all that happens until it says that this was it.
func (c *conversation) listen(ctx context.Context, see func(session.Event) (done bool)) error {
	for {
		select {
		case e, ok := <-c.near.Events():
			if !ok {
				return errors.New("the session has ended")
			}
			if see(e) {
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// send measures a message until the other side has it.
func (c *conversation) send(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	id, err := c.near.Send("The time from here until the other side has it.")
	if err != nil {
		return 0, err
	}
	err = c.listen(ctx, func(e session.Event) bool { return delivers(e, id) })
	return time.Since(begin), err
}

// delivers tells whether e is the delivery of message id.
func delivers(e session.Event, id uint64) bool {
	d, ok := e.(session.Delivered)
	return ok && d.ID >= id
}

// countedConn counts its bytes.
type countedConn struct {
	net.Conn
	in, out atomic.Int64
}

func (c *countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.in.Add(int64(n))
	return n, err
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.out.Add(int64(n))
	return n, err
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

// echoOnce measures a frame there and back.
func echoOnce(conn net.Conn) (time.Duration, error) {
	frame := make([]byte, session.FrameSize)
	begin := time.Now()
	if _, err := conn.Write(frame); err != nil {
		return 0, err
	}
	_, err := io.ReadFull(conn, frame)
	return time.Since(begin), err
}

// repeat calls f until it has succeeded rounds times, and gives up after a few
// failures: on a busy machine some circuits fail.
func repeat(ctx context.Context, rounds int, what string, tell func(string, ...any), f func(i int) error) error {
	for done, failed := 0, 0; done < rounds; {
		err := f(done)
		if err == nil {
			done++
			continue
		}
		tell("a %s failed: %v", what, err)
		if failed++; failed > maxFailures || ctx.Err() != nil {
			return err
		}
	}
	return nil
}
