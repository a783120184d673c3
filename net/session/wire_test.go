// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/bits"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

// tap records what is written to a stream.
type tap struct {
	net.Conn
	mu     sync.Mutex
	writes [][]byte
}

func (c *tap) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.writes = append(c.writes, bytes.Clone(p))
	c.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *tap) bytes() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Join(c.writes, nil)
}

// bent is a stream whose reader gets one byte changed.
type bent struct {
	net.Conn
	at int // offset of the byte in all that is read
}

func (c *bent) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.at >= 0 && c.at < n {
		p[c.at] ^= 1 << (c.at % 8)
	}
	c.at -= n
	return n, err
}

func TestEveryWriteIsWholeFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a conversation that has everything in it, and a refusal
		near, far := net.Pipe()
		d, a := &tap{Conn: near}, &tap{Conn: far}
		ds, as := talkOver(t, d, a)
		for _, text := range []string{"x", strings.Repeat("y", 448), strings.Repeat("🧭", session.MaxText)} {
			send(t, ds, text)
			send(t, as, text)
			go func() { next(t, ds); next(t, ds); next(t, ds) }()
			next(t, as)
			next(t, as)
			next(t, as)
		}
		time.Sleep(5 * session.KeepAlive / 2)
		go drain(ds)
		go drain(as)
		ds.Leave()
		near2, far2 := net.Pipe()
		busy := &tap{Conn: far2}
		p := side()
		go func() {
			r, err := session.Receive(t.Context(), busy, p)
			if err == nil {
				r.Refuse()
			}
		}()
		session.Propose(t.Context(), near2, side(), p.Key.Address())
		// then nothing but whole frames was written
		for name, c := range map[string]*tap{"dialer": d, "answerer": a, "busy": busy} {
			if len(c.writes) == 0 {
				t.Errorf("%s wrote nothing", name)
			}
			for i, w := range c.writes {
				if len(w) == 0 || len(w)%session.FrameSize != 0 {
					t.Errorf("%s: write %d has %d bytes", name, i, len(w))
				}
			}
		}
		// and a refusal is as long as an answer
		if len(busy.writes) != 1 || len(busy.writes[0]) != len(a.writes[0]) {
			t.Error("a refusal can be told from an answer by its size")
		}
	})
}

func TestEqualConversationsLookDifferent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two conversations of the same strangers with the same words
		dialer, answerer := side(), side()
		var recorded [2][]byte
		for i := range recorded {
			near, far := net.Pipe()
			d, a := &tap{Conn: near}, &tap{Conn: far}
			dr, ar := meet(t.Context(), d, a, dialer, answerer)
			if dr.err != nil || ar.err != nil {
				t.Fatal(dr.err, ar.err)
			}
			send(t, dr.session, strings.Repeat("a", session.MaxText))
			expect(t, dr.session, session.Sent{ID: 1}, session.Delivered{ID: 1})
			closeBoth(dr.session, ar.session)
			// Only the claim in message 1 is the same: address and tags, which
			// Tor's own encryption hides from all but the answerer.
			recorded[i] = append(d.bytes()[64:], a.bytes()...)
		}
		// then their bytes agree no more than chance makes them
		n := min(len(recorded[0]), len(recorded[1]))
		differ, ones := 0, 0
		for i := range n {
			differ += bits.OnesCount8(recorded[0][i] ^ recorded[1][i])
			ones += bits.OnesCount8(recorded[0][i])
		}
		// 8n fair coins: six standard deviations are 3·√(8n).
		for what, count := range map[string]int{"bits that differ": differ, "bits that are set": ones} {
			if off := count - 4*n; off*off > 9*8*n {
				t.Errorf("%d of %d %s", count, 8*n, what)
			}
		}
	})
}

func TestTamperingWithAnyByteOfTheHandshake(t *testing.T) {
	const (
		fromDialer   = 4 * session.FrameSize // messages 1 and 3
		fromAnswerer = 4 * session.FrameSize // message 2 and the first frame
	)
	dialer, answerer := side(), side()
	try := func(t *testing.T, toDialer, toAnswerer int) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			near, far := net.Pipe()
			d, a := meet(ctx, &bent{near, toDialer}, &bent{far, toAnswerer}, dialer, answerer)
			if d.err == nil && a.err == nil {
				t.Errorf("byte %d to the dialer, %d to the answerer: both are content", toDialer, toAnswerer)
			}
			for _, s := range []*session.Session{d.session, a.session} {
				if s != nil {
					_, end := drain(s)
					if end.Reason != session.Lost {
						t.Errorf("a half-open conversation ended as %q", end.Reason)
					}
				}
			}
		})
	}
	for i := range fromDialer {
		try(t, -1, i)
	}
	for i := range fromAnswerer {
		try(t, i, -1)
	}
}

func TestOtherNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer, answerer := side(), side()
		answerer.Network = "another"
		near, far := net.Pipe()
		d, a := meet(t.Context(), near, far, dialer, answerer)
		if d.err == nil || !errors.Is(a.err, session.ErrProtocol) {
			t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
		}
	})
}

func TestSomebodyElseAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialer who wants another than the one it reaches
		near, far := net.Pipe()
		answered := make(chan result)
		go func() { answered <- answer(t.Context(), far, side()) }()
		d := dial(t.Context(), near, side(), side().Key.Address())
		if a := <-answered; d.err == nil || a.err == nil {
			t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
		}
	})
}

func TestTalkingToOneself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := side()
		near, far := net.Pipe()
		d, a := meet(t.Context(), near, far, p, p)
		if d.err == nil || !errors.Is(a.err, session.ErrProtocol) {
			t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
		}
	})
}

func TestReplayIsWorthNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given all that a dialer wrote in a conversation
		answerer := side()
		near, far := net.Pipe()
		d := &tap{Conn: near}
		dr, ar := meet(t.Context(), d, far, side(), answerer)
		if dr.err != nil || ar.err != nil {
			t.Fatal(dr.err, ar.err)
		}
		send(t, dr.session, "once")
		expect(t, ar.session, session.Received{ID: 1, Text: "once"})
		closeBoth(dr.session, ar.session)
		// when somebody says it all again
		near, far = net.Pipe()
		go near.Write(d.bytes())
		go io.Copy(io.Discard, near)
		defer near.Close()
		a := answer(t.Context(), far, answerer)
		// then nobody is proven to be there
		if !errors.Is(a.err, session.ErrProtocol) {
			t.Fatalf("got %v", a.err)
		}
	})
}

func TestAddressesThatAreNone(t *testing.T) {
	for name, address := range map[string]onion.Address{
		"zero":           {},
		"identity":       {1},
		"not on a curve": {2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				defer near.Close()
				go near.Write(append(address[:], make([]byte, 3*session.FrameSize-32)...))
				_, err := session.Receive(t.Context(), far, side())
				if !errors.Is(err, session.ErrProtocol) || !errors.Is(err, onion.ErrBadAddress) {
					t.Fatalf("got %v", err)
				}
			})
		})
	}
}
