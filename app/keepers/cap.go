// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"crypto/ed25519"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
)

// Cap bounds the bandwidth of everything that runs through it, both directions
// together, by one token bucket. Nothing is dropped: who writes waits, and what
// is not read waits with the other side. Its methods are safe for concurrent
// use.
type Cap struct {
	mu     sync.Mutex
	bucket *bucket
}

// NewCap returns a Cap of so many bytes a second. Zero is no bound; anything
// else counts as MinRate at least.
func NewCap(bytesPerSecond int) *Cap { return &Cap{bucket: newBucket(bytesPerSecond)} }

// Set changes the rate, also for those that wait.
func (c *Cap) Set(bytesPerSecond int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.bucket.replaced)
	c.bucket = newBucket(bytesPerSecond)
}

func (c *Cap) now() *bucket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bucket
}

// bucket is one rate. Those that wait stand in line, and the first of them
// alone has reserved what it waits for: so whoever gives up has used nothing.
type bucket struct {
	tokens   *rate.Limiter // nil for no bound
	line     chan struct{} // holds the token of the first in line
	replaced chan struct{} // closed when another rate holds
}

func newBucket(bytesPerSecond int) *bucket {
	b := &bucket{line: make(chan struct{}, 1), replaced: make(chan struct{})}
	if bytesPerSecond > 0 {
		r := max(bytesPerSecond, MinRate)
		b.tokens = rate.NewLimiter(rate.Limit(r), max(int(float64(r)*burstTime.Seconds()), minBurst))
	}
	return b
}

// Conn returns a stream whose bytes count. Deadlines hold for the waiting too.
func (c *Cap) Conn(conn net.Conn) net.Conn {
	return &capped{Conn: conn, cap: c, closed: make(chan struct{}), moved: make(chan struct{})}
}

// Network returns a network whose streams all count, dialed and accepted. What
// Tor adds is not counted: about a tenth, and building circuits.
func (c *Cap) Network(n onion.Network) onion.Network { return &cappedNetwork{n, c} }

type cappedNetwork struct {
	onion.Network
	cap *Cap
}

func (n *cappedNetwork) Listen(ctx context.Context, key ed25519.PrivateKey, maxStreams int) (net.Listener, error) {
	l, err := n.Network.Listen(ctx, key, maxStreams)
	if err != nil {
		return nil, err
	}
	return &cappedListener{l, n.cap}, nil
}

func (n *cappedNetwork) Dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	conn, err := n.Network.Dial(ctx, host, isolation)
	if err != nil {
		return nil, err
	}
	return n.cap.Conn(conn), nil
}

type cappedListener struct {
	net.Listener
	cap *Cap
}

func (l *cappedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.cap.Conn(conn), nil
}

// capped is a stream whose bytes count.
type capped struct {
	net.Conn
	cap    *Cap
	once   sync.Once
	closed chan struct{}

	reading, writing sync.Mutex // one debt, one piece at a time
	debt             int        // read and not yet paid for; used with reading held

	mu                          sync.Mutex
	readDeadline, writeDeadline time.Time
	moved                       chan struct{} // closed when a deadline changes
}

// Read pays for the bytes of the Read before: how many come is not known
// before they are there.
func (s *capped) Read(p []byte) (int, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	for s.debt > 0 {
		paid := min(s.debt, piece)
		if err := s.pay(paid, func() time.Time { return s.readDeadline }); err != nil {
			return 0, err
		}
		s.debt -= paid
	}
	n, err := s.Conn.Read(p)
	s.debt = n
	return n, err
}

func (s *capped) Write(p []byte) (int, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	written := 0
	for {
		part := p[written:min(written+piece, len(p))]
		if err := s.pay(len(part), func() time.Time { return s.writeDeadline }); err != nil {
			return written, err
		}
		n, err := s.Conn.Write(part)
		if written += n; err != nil || written == len(p) {
			return written, err
		}
	}
}

// pay waits until n bytes may pass. deadline is called with mu held.
func (s *capped) pay(n int, deadline func() time.Time) error {
	for {
		b := s.cap.now()
		if b.tokens == nil {
			return nil
		}
		first, err := s.wait(nil, b.line, b.replaced, deadline)
		if err != nil {
			return err
		}
		if !first {
			continue
		}
		ticket := b.tokens.ReserveN(time.Now(), n)
		timer := time.NewTimer(ticket.Delay())
		paid, err := s.wait(timer.C, nil, b.replaced, deadline)
		timer.Stop()
		if !paid {
			ticket.Cancel()
		}
		<-b.line
		if paid || err != nil {
			return err
		}
	}
}

// wait waits for a time or for a place, whichever is not nil. It returns false
// when the rate has changed meanwhile.
func (s *capped) wait(at <-chan time.Time, line chan<- struct{}, replaced <-chan struct{}, deadline func() time.Time) (bool, error) {
	for {
		s.mu.Lock()
		limit, moved := deadline(), s.moved
		s.mu.Unlock()
		var late <-chan time.Time
		if !limit.IsZero() {
			timer := time.NewTimer(time.Until(limit))
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-at:
			return true, nil
		case line <- struct{}{}:
			return true, nil
		case <-replaced:
			return false, nil
		case <-moved:
		case <-late:
			return false, os.ErrDeadlineExceeded
		case <-s.closed:
			return false, net.ErrClosed
		}
	}
}

func (s *capped) Close() error {
	s.once.Do(func() { close(s.closed) })
	return s.Conn.Close()
}

func (s *capped) SetDeadline(t time.Time) error {
	s.move(func() { s.readDeadline, s.writeDeadline = t, t })
	return s.Conn.SetDeadline(t)
}

func (s *capped) SetReadDeadline(t time.Time) error {
	s.move(func() { s.readDeadline = t })
	return s.Conn.SetReadDeadline(t)
}

func (s *capped) SetWriteDeadline(t time.Time) error {
	s.move(func() { s.writeDeadline = t })
	return s.Conn.SetWriteDeadline(t)
}

func (s *capped) move(set func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set()
	close(s.moved)
	s.moved = make(chan struct{})
}
