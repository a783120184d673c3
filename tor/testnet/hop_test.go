// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

const testDelay = 30 * time.Millisecond

// line returns both ends of a connection through a hop.
func line(t *testing.T) (h *hop, near, far *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if h, err = newHop(l.Addr().String(), testDelay); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	near = dialHop(t, h)
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { accepted.Close() })
	return h, near, accepted.(*net.TCPConn)
}

func dialHop(t *testing.T, h *hop) *net.TCPConn {
	t.Helper()
	c, err := net.DialTCP("tcp4", nil, h.listener.Addr().(*net.TCPAddr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestHopDelaysEachWay(t *testing.T) {
	_, near, far := line(t)
	for name, ends := range map[string][2]net.Conn{"there": {near, far}, "back": {far, near}} {
		begin := time.Now()
		if _, err := ends[0].Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(ends[1], make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < testDelay {
			t.Errorf("%s in %v", name, took)
		}
	}
}

func TestHopKeepsOrderAndLosesNothing(t *testing.T) {
	// given more than all queues on the way hold
	_, near, far := line(t)
	sent := make([]byte, 24<<20)
	for i := range sent {
		sent[i] = byte(i ^ i>>8 ^ i>>16)
	}
	failed := make(chan error, 1)
	go func() {
		_, err := near.Write(sent)
		failed <- errors.Join(err, near.CloseWrite())
	}()
	// when the reader is late
	time.Sleep(10 * testDelay)
	got, err := io.ReadAll(far)
	// then
	if err := errors.Join(err, <-failed); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(sent, got) {
		t.Fatalf("%d bytes arrived, of %d", len(got), len(sent))
	}
}

func TestHopHalfClose(t *testing.T) {
	// given an end that has said all
	_, near, far := line(t)
	if _, err := io.WriteString(near, "question"); err != nil {
		t.Fatal(err)
	}
	if err := near.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(far); err != nil || string(got) != "question" {
		t.Fatalf("got %q, %v", got, err)
	}
	// when the other answers
	if _, err := io.WriteString(far, "answer"); err != nil {
		t.Fatal(err)
	}
	far.Close()
	// then
	if got, err := io.ReadAll(near); err != nil || string(got) != "answer" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestHopPassesOnReset(t *testing.T) {
	// given
	_, near, far := line(t)
	if err := far.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	// when
	far.Close()
	// then the other end is not left waiting
	if _, err := near.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("got %v", err)
	}
}

func TestHopCloseCutsAll(t *testing.T) {
	// given one direction that is full, so that a goroutine waits to write
	h, near, _ := line(t)
	go func() { _, _ = near.Write(make([]byte, 64<<20)) }()
	time.Sleep(2 * testDelay)
	// when
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	// then
	if _, err := io.Copy(io.Discard, near); isTimeout(err) {
		t.Fatal("still open")
	}
}

func TestHopToADeadRelay(t *testing.T) {
	// given
	port, hold, err := reserve()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	h, err := newHop((&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}).String(), testDelay)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	// when / then
	if _, err := dialHop(t, h).Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("got %v", err)
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func TestReservedPortIsForWhoNamesIt(t *testing.T) {
	// given
	var p ports
	defer p.Close()
	seen := map[int]bool{}
	var port int
	for range 50 {
		var err error
		if port, err = p.next(); err != nil {
			t.Fatal(err)
		}
		if seen[port] {
			t.Fatalf("port %d twice", port)
		}
		seen[port] = true
	}
	// when
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	// then
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}
