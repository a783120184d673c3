// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

// atDoor has a caller knock at somebody's door, and returns how it ended for
// both. What the caller takes the address for may be wrong, as may its network.
func atDoor(t *testing.T, bits int, near, far net.Conn, self, to onion.Address, theirs string) (knocked, admitted error) {
	t.Helper()
	done := make(chan error)
	go func() { done <- session.Admit(t.Context(), far, "test", self, bits) }()
	knocked = session.Knock(t.Context(), near, theirs, to)
	return knocked, <-done
}

func TestWhoSolvesThePuzzleIsAdmitted(t *testing.T) {
	self := side()
	for _, bits := range []int{-1, 0, 1, 4, session.MaxPuzzle, session.MaxPuzzle + 5} {
		near, far := net.Pipe()
		if knocked, admitted := atDoor(t, bits, near, far, self.Key.Address(), self.Key.Address(), "test"); knocked != nil || admitted != nil {
			t.Fatalf("%d bits: %v, %v", bits, knocked, admitted)
		}
		// and the conversation begins on the same stream
		received := make(chan error, 1)
		go func() {
			_, err := session.Receive(t.Context(), far, self)
			received <- err
			far.Close()
		}()
		caller := side()
		caller.Network = self.Network
		session.Propose(t.Context(), near, caller, self.Key.Address())
		if err := <-received; err != nil {
			t.Fatalf("%d bits: %v", bits, err)
		}
	}
}

// scribe keeps what is written through it, and may change it on the way.
type scribe struct {
	net.Conn
	written [][]byte
	change  func(n int, p []byte)
}

func (c *scribe) Write(p []byte) (int, error) {
	c.written = append(c.written, bytes.Clone(p))
	p = bytes.Clone(p)
	if c.change != nil {
		c.change(len(c.written)-1, p)
	}
	return c.Conn.Write(p)
}

func TestASolutionIsOfUseOnOneStreamToOneAnswerer(t *testing.T) {
	self, other := side().Key.Address(), side().Key.Address()
	knock := func(c *scribe, to onion.Address, network string) (knocked, admitted error) {
		near, far := net.Pipe()
		c.Conn = near
		return atDoor(t, 6, c, far, self, to, network)
	}
	var first scribe
	if knocked, admitted := knock(&first, self, "test"); knocked != nil || admitted != nil {
		t.Fatal(knocked, admitted)
	}
	for name, try := range map[string]func() (error, error){
		"on another network": func() (error, error) { return knock(new(scribe), self, "another") },
		"replayed": func() (error, error) {
			return knock(&scribe{change: func(n int, p []byte) { copy(p, first.written[n]) }}, self, "test")
		},
		"with another knock": func() (error, error) {
			return knock(&scribe{change: func(n int, p []byte) { p[487] ^= byte(1 - n) }}, self, "test")
		},
		// What one was set by somebody else cannot be handed on to a caller of
		// one's own: under another address it reads as noise, mostly refused.
		"by who calls another": func() (error, error) { return knock(new(scribe), other, "test") },
	} {
		t.Run(name, func(t *testing.T) {
			// a wrong solution is right by chance once in 64
			var right int
			for range 4 {
				knocked, admitted := try()
				if admitted == nil {
					right++
				} else if knocked == nil && !errors.Is(admitted, session.ErrUnsolved) {
					t.Fatal(admitted)
				}
			}
			if right > 2 {
				t.Errorf("right %d times of 4", right)
			}
		})
	}
}

func TestAPuzzleThatIsTooHardIsRefused(t *testing.T) {
	// given a hostile door, whose challenges have any number of bits
	var refused int
	for range 64 {
		near, far := net.Pipe()
		go func() {
			io.CopyN(io.Discard, far, session.FrameSize)
			far.Write(make([]byte, session.FrameSize)) // masked: any bits
			far.Close()
		}()
		if err := session.Knock(t.Context(), near, "test", side().Key.Address()); errors.Is(err, session.ErrProtocol) {
			refused++
		}
	}
	if refused < 48 { // 247 of 256
		t.Errorf("%d of 64 refused", refused)
	}
}

func TestSilenceAtTheDoorEnds(t *testing.T) {
	for name, talk := range map[string]func(conn net.Conn){
		"nothing":         func(net.Conn) {},
		"half a knock":    func(conn net.Conn) { conn.Write(make([]byte, 100)) },
		"no solution":     func(conn net.Conn) { conn.Write(make([]byte, session.FrameSize)) },
		"without reading": func(conn net.Conn) { conn.Write(make([]byte, 2*session.FrameSize)) },
	} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			go talk(near)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			begin := time.Now()
			if err := session.Admit(ctx, far, "test", side().Key.Address(), 1); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(begin); took != 10*time.Second {
				t.Errorf("%s: ended after %v", name, took)
			}
			near, far = net.Pipe()
			go talk(far)
			if err := session.Knock(ctx, near, "test", side().Key.Address()); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestSolvingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	near, far := net.Pipe()
	go func() {
		io.CopyN(io.Discard, far, session.FrameSize)
		cancel()
		far.Close()
	}()
	if err := session.Knock(ctx, near, "test", side().Key.Address()); err == nil {
		t.Fatal("no error")
	}
}
