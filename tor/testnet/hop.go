// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Limits of one direction of one connection through a [hop]. A queue this long
// carries 256 x 16 KiB in a HopDelay, far more than a relay on loopback sends;
// when it is full, TCP holds the sender back, as on any slow line.
const (
	chunkSize   = 16 << 10
	chunkQueued = 256
)

// hop is a TCP forwarder that stands before a relay's ORPort and holds every
// byte back for a while, each way: the length of the line, without any help
// from the kernel. Order is kept, and the end of one direction passes on its
// own, so that a half-closed connection stays one.
type hop struct {
	listener net.Listener
	target   string
	delay    time.Duration

	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
	wg     sync.WaitGroup
}

// newHop listens on a free port of 127.0.0.1 and forwards to target.
func newHop(target string, delay time.Duration) (*hop, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot listen for a delayed relay: %w", err)
	}
	h := &hop{listener: l, target: target, delay: delay, open: map[net.Conn]struct{}{}}
	h.wg.Go(h.accept)
	return h, nil
}

// port returns the port that the hop listens on.
func (h *hop) port() int { return h.listener.Addr().(*net.TCPAddr).Port }

// Close cuts every connection and returns when no goroutine is left.
func (h *hop) Close() error {
	h.mu.Lock()
	h.closed = true
	err := h.listener.Close()
	for c := range h.open {
		_ = c.Close() // cut, whatever it says
	}
	h.mu.Unlock()
	h.wg.Wait()
	return err
}

func (h *hop) accept() {
	for {
		c, err := h.listener.Accept()
		switch {
		case err == nil:
			h.wg.Go(func() { h.forward(c) })
		case errors.Is(err, net.ErrClosed):
			return
		default: // out of descriptors, most likely: let some be closed first
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// track remembers c for Close, and closes it at once where that has been.
func (h *hop) track(c net.Conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		_ = c.Close()
		return false
	}
	h.open[c] = struct{}{}
	return true
}

func (h *hop) untrack(c net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, c)
	_ = c.Close()
}

func (h *hop) forward(near net.Conn) {
	if !h.track(near) {
		return
	}
	defer h.untrack(near)
	far, err := net.DialTimeout("tcp4", h.target, 5*time.Second)
	if err != nil {
		return // the relay is gone: closing is the answer it would give
	}
	if !h.track(far) {
		return
	}
	defer h.untrack(far)

	var both sync.WaitGroup
	both.Go(func() { h.carry(far.(*net.TCPConn), near.(*net.TCPConn)) })
	both.Go(func() { h.carry(near.(*net.TCPConn), far.(*net.TCPConn)) })
	both.Wait()
}

// chunk is what one read returned, and when it is to be written.
type chunk struct {
	due  time.Time
	data []byte
}

// carry moves bytes from src to dst, each after the delay, and returns when
// src has ended and all is written, or when dst takes no more.
func (h *hop) carry(dst, src *net.TCPConn) {
	queue := make(chan chunk, chunkQueued)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(queue)
		buffer := make([]byte, chunkSize)
		for {
			n, err := src.Read(buffer)
			if n > 0 {
				queue <- chunk{time.Now().Add(h.delay), append([]byte(nil), buffer[:n]...)}
			}
			if errors.Is(err, io.EOF) {
				queue <- chunk{due: time.Now().Add(h.delay)} // the end travels as long as the rest
				return
			}
			if err != nil {
				return
			}
		}
	})
	defer reader.Wait()

	ended := false
	for c := range queue {
		time.Sleep(time.Until(c.due))
		if c.data == nil {
			ended = dst.CloseWrite() == nil
			continue
		}
		if _, err := dst.Write(c.data); err != nil {
			break
		}
	}
	if !ended {
		// Reset, not ended: neither direction has a future.
		_ = src.Close()
		_ = dst.Close()
		for range queue { // frees the reader, should it wait for room
		}
	}
}
