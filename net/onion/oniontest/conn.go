// SPDX-License-Identifier: GPL-3.0-or-later

package oniontest

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// window bounds the bytes under way in one direction of a stream.
const window = 256 << 10

// conn is one end of a stream with delays.
type conn struct {
	in, out   *half
	closeOnce sync.Once
	onClose   func()
}

func newConnPair(latency time.Duration) (near, far *conn) {
	a, b := newHalf(latency), newHalf(latency)
	return &conn{in: a, out: b}, &conn{in: b, out: a}
}

func (c *conn) Read(p []byte) (int, error)  { return c.in.read(p) }
func (c *conn) Write(p []byte) (int, error) { return c.out.write(p) }

func (c *conn) Close() error {
	c.closeOnce.Do(func() {
		c.in.fail(net.ErrClosed)
		c.out.end()
		if c.onClose != nil {
			c.onClose()
		}
	})
	return nil
}

// kill breaks the stream on both sides at once, as a dead circuit does.
func (c *conn) kill() {
	c.in.fail(io.ErrUnexpectedEOF)
	c.out.fail(io.ErrUnexpectedEOF)
	if c.onClose != nil {
		c.onClose()
	}
}

func (c *conn) LocalAddr() net.Addr  { return addr("local") }
func (c *conn) RemoteAddr() net.Addr { return addr("remote") }

func (c *conn) SetDeadline(t time.Time) error {
	c.in.setReadDeadline(t)
	c.out.setWriteDeadline(t)
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error  { c.in.setReadDeadline(t); return nil }
func (c *conn) SetWriteDeadline(t time.Time) error { c.out.setWriteDeadline(t); return nil }

type chunk struct {
	data []byte
	at   time.Time
}

// half is one direction of a stream.
type half struct {
	latency time.Duration

	mu            sync.Mutex
	chunks        []chunk
	size          int
	ended         bool  // the writer closed: read what is left, then EOF
	err           error // broken: nothing more is read or written
	readDeadline  time.Time
	writeDeadline time.Time
	changed       chan struct{}
}

func newHalf(latency time.Duration) *half {
	return &half{latency: latency, changed: make(chan struct{})}
}

// wake tells whoever waits that something changed. It is called with mu held.
func (h *half) wake() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// wait releases mu until something changes or until comes. It returns with mu
// held.
func (h *half) wait(until time.Time) {
	changed := h.changed
	h.mu.Unlock()
	defer h.mu.Lock()
	if until.IsZero() {
		<-changed
		return
	}
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-changed:
	case <-t.C:
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func passed(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		if passed(h.readDeadline) {
			return 0, os.ErrDeadlineExceeded
		}
		if h.err != nil {
			return 0, h.err
		}
		var next time.Time
		if len(h.chunks) > 0 {
			c := &h.chunks[0]
			if passed(c.at) {
				n := copy(p, c.data)
				c.data = c.data[n:]
				h.size -= n
				if len(c.data) == 0 {
					h.chunks = h.chunks[1:]
				}
				h.wake()
				return n, nil
			}
			next = c.at
		} else if h.ended {
			return 0, io.EOF
		}
		h.wait(earlier(next, h.readDeadline))
	}
}

func (h *half) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case passed(h.writeDeadline):
			return 0, os.ErrDeadlineExceeded
		case h.err != nil:
			return 0, h.err
		case h.ended:
			return 0, net.ErrClosed
		}
		if h.size < window {
			h.chunks = append(h.chunks, chunk{append([]byte(nil), p...), time.Now().Add(h.latency)})
			h.size += len(p)
			h.wake()
			return len(p), nil
		}
		h.wait(h.writeDeadline)
	}
}

func (h *half) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	h.wake()
}

func (h *half) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err == nil {
		h.err = err
	}
	h.wake()
}

func (h *half) setReadDeadline(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.readDeadline = t
	h.wake()
}

func (h *half) setWriteDeadline(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.writeDeadline = t
	h.wake()
}
