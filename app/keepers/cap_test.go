// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app/keepers"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// sink is a stream that takes and gives whatever is asked at once.
type sink struct {
	net.Conn // of which nothing else is used
	mu       sync.Mutex
	passed   int
	closed   bool
}

func (s *sink) add(n int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, net.ErrClosed
	}
	s.passed += n
	return n, nil
}

func (s *sink) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

func (s *sink) Read(p []byte) (int, error)       { return s.add(len(p)) }
func (s *sink) Write(p []byte) (int, error)      { return s.add(len(p)) }
func (s *sink) SetDeadline(time.Time) error      { return nil }
func (s *sink) SetReadDeadline(time.Time) error  { return nil }
func (s *sink) SetWriteDeadline(time.Time) error { return nil }

func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passed
}

// rush uses streams in both directions for d and returns how many bytes
// passed.
func rush(c *keepers.Cap, streams int, d time.Duration) int {
	s := new(sink)
	var all sync.WaitGroup
	var conns []net.Conn
	for range streams {
		conn := c.Conn(s)
		conns = append(conns, conn)
		for _, use := range []func([]byte) (int, error){conn.Read, conn.Write} {
			all.Go(func() {
				for b := make([]byte, 1000); ; time.Sleep(time.Millisecond) {
					if _, err := use(b); err != nil {
						return
					}
				}
			})
		}
	}
	time.Sleep(d)
	passed := s.count()
	for _, conn := range conns {
		conn.Close()
	}
	all.Wait()
	return passed
}

func TestCapBoundsBothDirectionsTogether(t *testing.T) {
	for _, rate := range []int{8 << 10, 64 << 10} {
		synctest.Test(t, func(t *testing.T) {
			got := rush(keepers.NewCap(rate), 10, time.Minute)
			least, most := rate*58, rate*62+16<<10+20*1000
			if got < least || got > most {
				t.Errorf("at %d a second, %d bytes in a minute", rate, got)
			}
		})
	}
}

func TestCapOfZeroIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := rush(keepers.NewCap(0), 1, time.Second); got < 1_000_000 {
			t.Errorf("%d bytes in a second", got)
		}
	})
}

func TestCapIsNeverTooTight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := rush(keepers.NewCap(1), 2, time.Minute); got < keepers.MinRate*58 {
			t.Errorf("%d bytes in a minute", got)
		}
	})
}

// Who waits when the rate changes goes on at the new one.
func TestCapCanBeTurned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := keepers.NewCap(keepers.MinRate)
		conn := c.Conn(new(sink))
		done := make(chan time.Time)
		go func() {
			conn.Write(make([]byte, 10<<20))
			done <- time.Now()
		}()
		begun := time.Now()
		time.Sleep(time.Minute)
		c.Set(0)
		if took := (<-done).Sub(begun); took > time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

func TestWaitingEndsWithTheStream(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(net.Conn)
		want error
	}{
		"closed":                {func(c net.Conn) { c.Close() }, net.ErrClosed},
		"deadline":              {func(c net.Conn) { c.SetDeadline(time.Now()) }, os.ErrDeadlineExceeded},
		"deadline of this side": {func(c net.Conn) { c.SetWriteDeadline(time.Now().Add(time.Second)) }, os.ErrDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := keepers.NewCap(keepers.MinRate).Conn(new(sink))
				time.AfterFunc(10*time.Second, func() { tc.end(conn) })
				begun := time.Now()
				n, err := conn.Write(make([]byte, 10<<20))
				if took := time.Since(begun); !errors.Is(err, tc.want) || took > 12*time.Second {
					t.Errorf("%v after %v", err, took)
				}
				if n < 10*keepers.MinRate || n > 13*keepers.MinRate+16<<10 {
					t.Errorf("%d bytes were written", n)
				}
			})
		})
	}
}

// Whoever gives up waiting has not used anything.
func TestWhoGivesUpPaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := keepers.NewCap(keepers.MinRate)
		var all sync.WaitGroup
		for range 100 {
			conn := c.Conn(new(sink))
			all.Go(func() { conn.Write(make([]byte, 4<<10)) })
			time.AfterFunc(time.Second, func() { conn.Close() })
		}
		all.Wait()
		begun := time.Now()
		c.Conn(new(sink)).Write(make([]byte, 4<<10))
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("the next waits for %v", took)
		}
	})
}

func TestCapOfANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		const rate = 8 << 10
		tight := keepers.NewCap(rate).Network(n.Node())
		open, key := n.Node(), onion.GenerateKey()
		for name, side := range map[string]struct{ listens, dials onion.Network }{
			"dialed": {open, tight}, "accepted": {tight, open},
		} {
			l, err := side.listens.Listen(t.Context(), key.Private(), 4)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			const size = 200_000
			go func() {
				c, err := l.Accept()
				if err != nil {
					t.Error(err)
					return
				}
				c.Write(make([]byte, size))
				c.Close()
			}()
			c, err := side.dials.Dial(t.Context(), key.Address().String(), "")
			if err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			got, err := io.Copy(io.Discard, c)
			took := time.Since(begun)
			if got != size || err != nil {
				t.Errorf("%s: %d bytes, %v", name, got, err)
			}
			if took < (size-100_000)/rate*time.Second || took > (size+50_000)/rate*time.Second {
				t.Errorf("%s: it took %v", name, took)
			}
			c.Close()
			l.Close()
		}
	})
}
