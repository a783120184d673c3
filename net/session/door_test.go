// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

// knock opens a stream to the answering side's chat onion, as anybody can.
func (w *wires) knock() net.Conn {
	near, far := net.Pipe()
	w.answerer.Take(far)
	return near
}

// isClosed reports whether the other end of a stream is closed, without waiting.
func isClosed(conn net.Conn) bool {
	conn.SetReadDeadline(time.Now())
	_, err := conn.Read(make([]byte, 1))
	return errors.Is(err, io.EOF)
}

// notAnswered waits until the other end is closed, and fails where it says
// something before, or stays.
func notAnswered(t *testing.T, conn net.Conn) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if b, err := io.ReadAll(conn); len(b) > 0 || err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// undisturbed fails unless messages pass both ways and the stream never broke.
func (w *wires) undisturbed() {
	w.t.Helper()
	var counts [2]int
	for i, x := range []struct{ from, to *listener }{{w.d, w.a}, {w.a, w.d}} {
		x.to.is(func(l *listener) bool { counts[i] = len(l.received); return true })
		send(w.t, x.from.session, text(counts[i]+1))
	}
	w.d.until("delivered", time.Minute, has(counts[1]+1, counts[0]+1))
	w.a.until("delivered", time.Minute, has(counts[0]+1, counts[1]+1))
	w.d.check(counts[1] + 1)
	w.a.check(counts[0] + 1)
	for _, l := range []*listener{w.d, w.a} {
		if !l.is(func(l *listener) bool { return l.interrupted == 0 }) {
			w.t.Errorf("interrupted %d times", l.interrupted)
		}
	}
}

func TestTheDoorIsBounded(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, nil)
		w.undisturbed()
		goroutines := runtime.NumGoroutine()
		// given ten thousand streams at once that say nothing
		var conns []net.Conn
		for range 10_000 {
			conns = append(conns, w.knock())
		}
		synctest.Wait()
		// then a few are heard out
		open := slices.DeleteFunc(conns, isClosed)
		if len(open) != 256 {
			t.Errorf("%d streams are open", len(open))
		}
		if more := runtime.NumGoroutine() - goroutines; more > 2*256 {
			t.Errorf("%d goroutines for them", more)
		}
		w.undisturbed()
		// and not for long
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if open = slices.DeleteFunc(open, isClosed); len(open) != 0 {
			t.Errorf("%d streams are open", len(open))
		}
		if more := runtime.NumGoroutine() - goroutines; more > 3 {
			t.Errorf("%d goroutines are left", more)
		}
		w.undisturbed()
	})
}

func TestTheDoorHoldsNoMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wired(t, false, nil)
		heap := func() uint64 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		garbage := make([]byte, 3*session.FrameSize)
		visit := func() {
			conn := w.knock()
			go func() {
				conn.Write(garbage)
				conn.Close()
			}()
			synctest.Wait()
		}
		for range 100 {
			visit()
		}
		before := heap()
		for range 5000 {
			visit()
		}
		if after := heap(); after > before+1<<20 {
			t.Errorf("%d bytes more after 5,000 streams", after-before)
		}
		w.undisturbed()
	})
}

// TestStrangersAtTheDoor lets whoever knows the chat onion say what it likes.
func TestStrangersAtTheDoor(t *testing.T) {
	noise := func(n int) func(*wires, net.Conn) {
		return func(_ *wires, conn net.Conn) {
			b := make([]byte, n)
			rand.Read(b)
			conn.Write(b)
		}
	}
	for name, visit := range map[string]func(w *wires, conn net.Conn){
		"nothing":                    noise(0),
		"a byte":                     noise(1),
		"a frame but one byte":       noise(session.FrameSize - 1),
		"a frame of noise":           noise(session.FrameSize),
		"a lot of noise":             noise(100 * session.FrameSize),
		"a frame of zeros":           func(_ *wires, conn net.Conn) { conn.Write(make([]byte, session.FrameSize)) },
		"a frame of noise, dripping": func(w *wires, conn net.Conn) { drip(conn, session.FrameSize, 30*time.Millisecond) },
		"noise without end":          func(w *wires, conn net.Conn) { drip(conn, 1<<20, time.Second) },
		"a wish for a conversation": func(w *wires, conn net.Conn) {
			if _, err := session.Propose(w.t.Context(), conn, side(), w.dialer.Peer()); err == nil {
				w.t.Error("a second conversation begins")
			}
		},
		"the recorded beginning of this one": func(w *wires, conn net.Conn) {
			b, _, _ := w.stream(0).there.seen()
			conn.Write(b)
		},
		"frames of this one": func(w *wires, conn net.Conn) {
			b, _, _ := w.stream(0).there.seen()
			conn.Write(b[4*session.FrameSize:])
		},
		"frames of the other side": func(w *wires, conn net.Conn) {
			b, _, _ := w.stream(0).back.seen()
			conn.Write(b)
		},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cover bool) {
				w := wired(t, cover, nil)
				w.undisturbed()
				goroutines := runtime.NumGoroutine()
				var work sync.WaitGroup
				for range 40 {
					work.Go(func() {
						conn := w.knock()
						defer conn.Close()
						visit(w, conn)
						// then nobody answers, and the stream is closed
						notAnswered(t, conn)
					})
					time.Sleep(500 * time.Millisecond)
				}
				w.undisturbed()
				work.Wait()
				synctest.Wait()
				if more := runtime.NumGoroutine() - goroutines; more > 3 {
					t.Errorf("%d goroutines are left", more)
				}
			})
		})
	}
}

// drip writes n bytes slowly, until the other end is closed.
func drip(conn net.Conn, n int, pause time.Duration) {
	b := make([]byte, 1)
	for range n {
		rand.Read(b)
		if _, err := conn.Write(b); err != nil {
			return
		}
		time.Sleep(pause)
	}
}

// resumption is what was recorded of a stream that was resumed.
type resumption struct{ request, rest []byte }

// resumed returns a conversation that has just resumed, and what its dialing
// side said on the stream on which it did. If alive is not set, that stream
// died with its request: the root is still the same.
func resumed(t *testing.T, cover, alive bool) (*wires, resumption) {
	t.Helper()
	w := wired(t, cover, func(n int, r *relay) {
		if n == 1 && !alive {
			r.back.limit = session.FrameSize
		}
	})
	w.cut()
	w.d.until("resumed", time.Minute, func(l *listener) bool { return l.resumed > 0 && connected(l) })
	time.Sleep(5 * time.Second) // the answering side may never have noticed
	if alive {
		time.Sleep(20 * time.Second) // let it renew its keys
	}
	var b []byte
	for i := 1; i < w.count(); i++ { // there may have been several attempts
		if seen, _, _ := w.stream(i).there.seen(); len(seen) >= session.FrameSize && (len(b) == 0 || alive) {
			b = seen
		}
	}
	if len(b) == 0 {
		t.Fatal("no request was recorded")
	}
	for _, l := range []*listener{w.d, w.a} { // what comes must not break it
		l.mu.Lock()
		l.interrupted, l.resumed = 0, 0
		l.mu.Unlock()
	}
	return w, resumption{b[:session.FrameSize], b[session.FrameSize:]}
}

// TestReplaysAtTheDoor gives the answering side what it heard before, in the
// same conversation, changed or not.
func TestReplaysAtTheDoor(t *testing.T) {
	flip := func(b []byte, at int) []byte {
		b = slices.Clone(b)
		b[at] ^= 1 << (at % 8)
		return b
	}
	cases := map[string]func(r resumption) []byte{
		"the request":         func(r resumption) []byte { return r.request },
		"the whole stream":    func(r resumption) []byte { return slices.Concat(r.request, r.rest) },
		"all but the request": func(r resumption) []byte { return r.rest },
		"the request twice":   func(r resumption) []byte { return slices.Concat(r.request, r.request) },
		"the request behind its frame": func(r resumption) []byte {
			return slices.Concat(r.rest[:min(len(r.rest), session.FrameSize)], r.request)
		},
		"the request cut short":        func(r resumption) []byte { return r.request[:session.FrameSize-1] },
		"the request without its head": func(r resumption) []byte { return slices.Concat(r.request[1:], r.rest) },
	}
	for _, at := range []int{0, 23, 24, 40, 55, 56, 300, 471, 472, 487} {
		cases[fmt.Sprint("the request with a bit changed in byte ", at)] =
			func(r resumption) []byte { return slices.Concat(flip(r.request, at), r.rest) }
	}
	for name, what := range cases {
		t.Run(name, func(t *testing.T) {
			for _, alive := range []bool{true, false} {
				both(t, func(t *testing.T, cover bool) {
					w, r := resumed(t, cover, alive)
					for range 20 {
						conn := w.knock()
						go conn.Write(what(r))
						notAnswered(t, conn)
						conn.Close()
					}
					w.undisturbed()
				})
			}
		})
	}
}

// TestSomebodyElsesRequest: what resumes one conversation is of no use to
// another, not even of the same two sides.
func TestSomebodyElsesRequest(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		_, r := resumed(t, cover, false)
		other := wired(t, cover, nil)
		conn := other.knock()
		go conn.Write(r.request)
		notAnswered(t, conn)
		other.undisturbed()
	})
}

// TestAStolenRequest: a request that arrives on another stream than the one it
// was sent on, before it does on its own, gets an agreement that is of no use.
func TestAStolenRequest(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, func(n int, r *relay) { r.there.hole = n > 0 && n < 4 })
		time.Sleep(session.KeepAlive + time.Second) // both have been heard
		w.cut()
		// given requests of the dialer that somebody on the way keeps
		var stolen []net.Conn
		for n := 1; n < 4; n++ {
			for w.count() <= n {
				time.Sleep(10 * time.Millisecond)
			}
			var request []byte
			for len(request) < session.FrameSize {
				time.Sleep(10 * time.Millisecond)
				request, _, _ = w.stream(n).there.seen()
			}
			// when they say it themselves
			conn := w.knock()
			defer conn.Close()
			go conn.Write(request)
			conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.ReadFull(conn, make([]byte, session.FrameSize)); err != nil {
				t.Fatal(err)
			}
			stolen = append(stolen, conn)
		}
		// and go on with anything
		for i, conn := range stolen {
			go func() {
				b := make([]byte, (1+i)*session.FrameSize)
				rand.Read(b)
				conn.Write(b)
			}()
		}
		// then the dialer still comes through
		for _, l := range []*listener{w.d, w.a} {
			l.until("resumed", session.Patience, func(l *listener) bool { return l.resumed == 1 })
			l.mu.Lock()
			l.interrupted, l.resumed = 0, 0
			l.mu.Unlock()
		}
		w.undisturbed()
		time.Sleep(time.Minute)
		for _, conn := range stolen {
			if !isClosed(conn) {
				t.Error("a stolen request's stream is still open")
			}
		}
		w.undisturbed()
	})
}

// TestAFirstFrameHeldBack: what the dialer said on a stream that it gave up
// does not bring that stream back.
func TestAFirstFrameHeldBack(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given a stream on which request and agreement passed, and whose
		// first frames somebody keeps
		w := wired(t, cover, nil)
		w.prepare(func(_ int, r *relay) { r.there.keep = session.FrameSize })
		w.cut()
		w.d.until("resumed", time.Minute, func(l *listener) bool { return l.resumed == 1 })
		time.Sleep(5 * time.Second)
		held := w.stream(1)
		for i := 1; i < w.count(); i++ {
			if b, _, _ := w.stream(i).there.seen(); len(b) > session.FrameSize {
				held = w.stream(i)
			}
		}
		w.prepare(nil)
		// and then lets the dialer's end die, but not the other
		held.there.swallow(true)
		held.a.Close()
		w.d.until("resumed again", time.Minute, func(l *listener) bool { return l.resumed == 2 })
		for _, l := range []*listener{w.d, w.a} {
			l.until("resumed", time.Minute, connected)
			l.until("resumed", time.Minute, func(l *listener) bool { return l.resumed > 0 })
			l.mu.Lock()
			l.interrupted, l.resumed = 0, 0
			l.mu.Unlock()
		}
		w.undisturbed()
		// when they come late, then it is for nothing
		b, _, _ := held.there.seen()
		held.b.SetWriteDeadline(time.Now().Add(time.Second))
		held.b.Write(b[session.FrameSize:])
		time.Sleep(time.Second)
		w.undisturbed()
		time.Sleep(2 * session.Silence)
		w.undisturbed()
		held.b.Close()
	})
}

// TestARelayThatDelaysAndDuplicates is everything at once on the way of every
// stream that resumes: bytes come late, and what is said arrives on other
// streams too, later than on the real one or, for every other stream, earlier.
// (An earlier copy takes the request's place, and with it the stream: who can do
// that to all streams can as well keep them.)
func TestARelayThatDelaysAndDuplicates(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, nil)
		w.prepare(func(n int, r *relay) {
			r.there.latency = mathrand.N(2 * time.Second)
			r.back.latency = mathrand.N(2 * time.Second)
			for range 2 {
				go func() { // ends in half a minute
					conn := w.knock()
					defer conn.Close()
					go io.Copy(io.Discard, conn)
					said := 0
					if n%2 == 0 {
						time.Sleep(r.there.latency + time.Second)
					}
					for range 400 {
						time.Sleep(50 * time.Millisecond)
						b, _, ended := r.there.seen()
						if said < len(b) {
							if _, err := conn.Write(b[said:]); err != nil {
								return
							}
							said = len(b)
						} else if !ended.IsZero() {
							return
						}
					}
				}()
			}
		})
		const count = 100
		for i := range count {
			send(t, w.dialer, text(i+1))
			send(t, w.answerer, text(i+1))
			time.Sleep(6 * time.Second)
			if i%10 == 9 {
				w.cut()
			}
		}
		for _, l := range []*listener{w.d, w.a} {
			l.until("delivered", time.Hour, has(count, count))
			l.check(count)
		}
	})
}

// TestResumingThroughAFlood measures how the true other side gets through a
// door that somebody keeps full.
func TestResumingThroughAFlood(t *testing.T) {
	for name, tc := range map[string]struct {
		rate int // streams a second
		most time.Duration
	}{
		"10 a second":  {10, 20 * time.Second},
		"100 a second": {100, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cover bool) {
				w := wired(t, cover, func(_ int, r *relay) {
					r.there.latency, r.back.latency = 300*time.Millisecond, 300*time.Millisecond
				})
				stop := make(chan struct{})
				var flood sync.WaitGroup
				flood.Go(func() {
					var conns []net.Conn
					for {
						select {
						case <-stop:
							for _, conn := range conns {
								conn.Close()
							}
							return
						case <-time.After(time.Second / time.Duration(tc.rate)):
							conns = append(conns, w.knock())
						}
					}
				})
				time.Sleep(5 * time.Second)
				var took []time.Duration
				for i := range 20 {
					began := time.Now()
					w.cut()
					w.a.until("resumed", session.Patience, func(l *listener) bool { return l.resumed > i && connected(l) })
					took = append(took, time.Since(began))
					time.Sleep(time.Second)
				}
				close(stop)
				flood.Wait()
				slices.Sort(took)
				t.Logf("resumed after %v (median), %v (longest of %d)", took[len(took)/2], took[len(took)-1], len(took))
				if took[len(took)-1] > tc.most {
					t.Errorf("not within %v", tc.most)
				}
			})
		})
	}
}

func TestTheDialerHasNoDoor(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, nil)
		for range 100 {
			near, far := net.Pipe()
			w.dialer.Take(far)
			if !isClosed(near) {
				t.Fatal("the stream is open")
			}
		}
		w.undisturbed()
	})
}

func TestTheDoorClosesWithTheConversation(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, nil)
		before := w.knock()
		w.answerer.Close()
		after := w.knock()
		for _, conn := range []net.Conn{before, after} {
			if !isClosed(conn) {
				t.Error("the stream is open")
			}
		}
	})
}
