// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

// wires is a conversation whose streams a test has in its hands.
type wires struct {
	t                *testing.T
	dialer, answerer *session.Session
	d, a             *listener

	mu sync.Mutex
	// plan, if any, prepares the stream of that number, from 0, before it
	// starts.
	plan    func(n int, r *relay)
	streams []*relay
	up      chan struct{} // closed while streams can be dialed
	quick   bool          // dialing fails at once while they cannot
}

var errDown = errors.New("down")

// open returns a new stream.
func (w *wires) open() *relay {
	r := newRelay()
	w.mu.Lock()
	n, plan := len(w.streams), w.plan
	w.streams = append(w.streams, r)
	w.mu.Unlock()
	if plan != nil {
		plan(n, r)
	}
	r.start()
	return r
}

// prepare sets the plan of the streams to come.
func (w *wires) prepare(plan func(n int, r *relay)) {
	w.mu.Lock()
	w.plan = plan
	w.mu.Unlock()
}

func (w *wires) redial(ctx context.Context) (net.Conn, error) {
	w.mu.Lock()
	up, quick := w.up, w.quick
	w.mu.Unlock()
	select {
	case <-up:
	default:
		if quick {
			return nil, errDown
		}
	}
	select {
	case <-up:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r := w.open()
	w.answerer.Take(r.far)
	return r.near, nil
}

// stream returns the stream of that number, from 0, or the last one for -1.
func (w *wires) stream(n int) *relay {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n < 0 {
		n += len(w.streams)
	}
	return w.streams[n]
}

func (w *wires) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.streams)
}

// cut breaks every stream.
func (w *wires) cut() {
	w.mu.Lock()
	streams := slices.Clone(w.streams)
	w.mu.Unlock()
	for _, r := range streams {
		r.cut()
	}
}

// down makes the network go away, and raise come back.
func (w *wires) down() {
	w.mu.Lock()
	w.up = make(chan struct{})
	w.mu.Unlock()
	w.cut()
}

func (w *wires) raise() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.up)
}

// wired returns a conversation, with or without cover.
func wired(t *testing.T, cover bool, plan func(n int, r *relay)) *wires {
	t.Helper()
	w := &wires{t: t, plan: plan, up: make(chan struct{})}
	close(w.up)
	r := w.open()
	dialer, answerer := side(), side()
	dialer.Redial = w.redial
	d, a := meet(t.Context(), r.near, r.far, dialer, answerer)
	if d.err != nil || a.err != nil {
		t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
	}
	w.dialer, w.answerer = d.session, a.session
	w.dialer.SetCover(cover)
	w.answerer.SetCover(cover)
	w.d, w.a = listen(t, w.dialer), listen(t, w.answerer)
	t.Cleanup(w.close)
	return w
}

// close ends the conversation, unless it has ended, and waits until nothing of
// it is left.
func (w *wires) close() {
	w.dialer.Close()
	w.answerer.Close()
	w.d.wait()
	w.a.wait()
	w.cut()
	settle()
}

// settle waits until what is on its way through relays has ended too.
func settle() { time.Sleep(time.Minute) }

// listener reads a session's events and checks that they are in order.
type listener struct {
	t       *testing.T
	session *session.Session
	done    chan struct{}

	mu                   sync.Mutex
	received             []string
	sent, delivered      uint64
	interrupted, resumed int
	lastResumed          time.Time
	ended                *session.Ended
	endedAt              time.Time
}

func listen(t *testing.T, s *session.Session) *listener {
	l := &listener{t: t, session: s, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for e := range s.Events() {
			l.happened(e)
		}
	}()
	return l
}

func (l *listener) happened(e session.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended != nil {
		l.t.Errorf("%#v after the end", e)
	}
	switch e := e.(type) {
	case session.Received:
		l.received = append(l.received, e.Text)
		if e.ID != uint64(len(l.received)) {
			l.t.Errorf("message %d came as the %dth", e.ID, len(l.received))
		}
	case session.Sent:
		l.sent++
		if e.ID != l.sent {
			l.t.Errorf("%d sent after %d", e.ID, l.sent-1)
		}
	case session.Delivered:
		if e.ID <= l.delivered || e.ID > l.sent {
			l.t.Errorf("%d delivered after %d, %d sent", e.ID, l.delivered, l.sent)
		}
		l.delivered = e.ID
	case session.Interrupted:
		l.interrupted++
		if l.interrupted != l.resumed+1 {
			l.t.Error("interrupted twice")
		}
	case session.Resumed:
		l.resumed++
		l.lastResumed = time.Now()
		if l.resumed != l.interrupted {
			l.t.Error("resumed without interruption")
		}
	case session.Ended:
		l.ended, l.endedAt = &e, time.Now()
	}
}

// wait waits for the last event.
func (l *listener) wait() session.Ended {
	<-l.done
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended == nil {
		l.t.Error("no last event")
		return session.Ended{}
	}
	return *l.ended
}

// is looks at what happened, under the lock.
func (l *listener) is(f func(l *listener) bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return f(l)
}

// until waits until something is so, and fails after a while.
func (l *listener) until(what string, within time.Duration, f func(l *listener) bool) {
	l.t.Helper()
	for began := time.Now(); !l.is(f); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > within {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.t.Fatalf("not %s within %v: %d received, %d sent, %d delivered, %d interrupted, %d resumed, %#v",
				what, within, len(l.received), l.sent, l.delivered, l.interrupted, l.resumed, l.ended)
		}
	}
}

func interrupted(l *listener) bool { return l.interrupted > l.resumed }
func connected(l *listener) bool   { return l.interrupted == l.resumed }

// has tells whether so many messages were received and delivered.
func has(received, delivered int) func(*listener) bool {
	return func(l *listener) bool { return len(l.received) >= received && l.delivered >= uint64(delivered) }
}

// both runs a test in a bubble, with and without cover.
func both(t *testing.T, f func(t *testing.T, cover bool)) {
	t.Helper()
	for _, cover := range []bool{true, false} {
		t.Run(fmt.Sprint("cover ", cover), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, cover) })
		})
	}
}

// text is the message of that number: some need several frames.
func text(n int) string { return fmt.Sprint(n, " ", strings.Repeat("ä", n%5*200)) }

// check fails if the messages received are not the first so many, each once.
func (l *listener) check(count int) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.received) != count {
		l.t.Errorf("%d messages, not %d", len(l.received), count)
	}
	for i, got := range l.received {
		if got != text(i+1) {
			l.t.Errorf("message %d is %.20q", i+1, got)
		}
	}
}

func TestResume(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given 400 messages each way, and a stream that breaks 20 times
		w := wired(t, cover, func(_ int, r *relay) { r.there.latency, r.back.latency = 300*time.Millisecond, 300*time.Millisecond })
		const count = 400
		var work sync.WaitGroup
		for _, s := range []*session.Session{w.dialer, w.answerer} {
			work.Go(func() {
				for i := range count {
					time.Sleep(2500 * time.Millisecond)
					send(t, s, text(i+1))
				}
			})
		}
		work.Go(func() {
			for range 20 {
				time.Sleep(45 * time.Second)
				w.cut()
			}
		})
		work.Wait()
		// then every message arrives once, in order, on both sides
		for _, l := range []*listener{w.d, w.a} {
			l.until("delivered", time.Hour, has(count, count))
			l.check(count)
			if l.resumed == 0 || l.resumed > 20 {
				t.Errorf("resumed %d times", l.resumed)
			}
		}
	})
}

// TestDiesAtEveryStep breaks the stream that resumes, in each direction after
// so many bytes: at each border of frames and inside of each frame of request,
// agreement, renewal (which each stream that resumed begins with) and messages.
func TestDiesAtEveryStep(t *testing.T) {
	const frame = 488
	var counts []int
	for i := range 14 {
		counts = append(counts, i*frame, i*frame+1, i*frame+frame-1)
	}
	try := func(t *testing.T, cover bool, there, back int) {
		synctest.Test(t, func(t *testing.T) {
			w := wired(t, cover, func(n int, r *relay) {
				r.there.latency, r.back.latency = 50*time.Millisecond, 70*time.Millisecond
				if n == 1 || n == 2 { // and once more
					r.there.limit, r.back.limit = there, back
				}
			})
			// given messages under way in both directions
			for i := range 3 {
				send(t, w.dialer, text(i+1))
				send(t, w.answerer, text(i+1))
			}
			time.Sleep(300 * time.Millisecond)
			w.cut()
			for i := 3; i < 6; i++ {
				send(t, w.dialer, text(i+1))
				send(t, w.answerer, text(i+1))
			}
			// then each arrives once, in order
			for _, l := range []*listener{w.d, w.a} {
				l.until("delivered", session.Patience, has(6, 6))
			}
			// and the keys of both sides agree: they can resume again
			w.cut()
			send(t, w.dialer, text(7))
			send(t, w.answerer, text(7))
			for _, l := range []*listener{w.d, w.a} {
				l.until("delivered again", session.Patience, has(7, 7))
				l.until("resumed", session.Patience, connected)
				l.check(7)
			}
		})
	}
	for _, cover := range []bool{true, false} {
		for _, n := range counts {
			t.Run(fmt.Sprintf("cover %t, %d bytes there", cover, n), func(t *testing.T) { try(t, cover, n, -1) })
			t.Run(fmt.Sprintf("cover %t, %d bytes back", cover, n), func(t *testing.T) { try(t, cover, -1, n) })
			t.Run(fmt.Sprintf("cover %t, %d bytes both ways", cover, n), func(t *testing.T) { try(t, cover, n, n) })
		}
	}
}

func TestSeveralAttemptsRace(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given streams of which some are slow and some fast, so that later
		// attempts overtake the first, and agreements come when they are not
		// needed any more
		latency := []time.Duration{100, 4900, 2600, 100, 3000, 100, 2500, 2500, 2500}
		w := wired(t, cover, func(n int, r *relay) {
			d := latency[n%len(latency)] * time.Millisecond
			r.there.latency, r.back.latency = d, d
		})
		const count = 60
		for i := range count {
			send(t, w.dialer, text(i+1))
			send(t, w.answerer, text(i+1))
			time.Sleep(4 * time.Second)
			if i%5 == 4 {
				w.cut()
			}
		}
		for _, l := range []*listener{w.d, w.a} {
			l.until("delivered", time.Hour, has(count, count))
			l.check(count)
		}
		// then, when all is quiet, one stream is left open
		time.Sleep(time.Minute)
		open := 0
		for i := range w.count() {
			_, _, ended := w.stream(i).there.seen()
			_, _, endedBack := w.stream(i).back.seen()
			if ended.IsZero() && endedBack.IsZero() {
				open++
			}
		}
		if open != 1 || w.count() < 20 {
			t.Errorf("%d of %d streams are open", open, w.count())
		}
	})
}

func TestHalfOpen(t *testing.T) {
	t.Run("the dialer notices", func(t *testing.T) {
		both(t, func(t *testing.T, cover bool) {
			// given a stream that is dead on the dialer's side only
			w := wired(t, cover, nil)
			old := w.stream(0)
			old.back.swallow(true)
			send(t, w.answerer, text(1)) // is lost on it
			time.Sleep(time.Second)
			old.near.Close() // and the other end does not hear of it
			old.there.swallow(true)
			// then the new stream takes its place
			send(t, w.dialer, text(1))
			for _, l := range []*listener{w.d, w.a} {
				l.until("delivered", 30*time.Second, has(1, 1))
				l.check(1)
			}
			if !cover {
				time.Sleep(time.Second)
			}
			count := w.count()
			old.cut()
			time.Sleep(2 * session.Silence)
			if w.a.is(interrupted) || w.d.is(interrupted) || w.d.resumed != 1 || w.count() != count {
				t.Error("the old stream's end is taken for the new one's")
			}
		})
	})
	t.Run("the answerer notices", func(t *testing.T) {
		both(t, func(t *testing.T, cover bool) {
			// given a stream that is dead on the answerer's side only
			w := wired(t, cover, nil)
			old := w.stream(0)
			old.there.swallow(true)
			old.back.swallow(true)
			old.far.Close()
			send(t, w.dialer, text(1))
			send(t, w.answerer, text(1))
			w.a.until("interrupted", time.Second, interrupted)
			// then the dialer notices too, because it hears nothing
			for _, l := range []*listener{w.d, w.a} {
				l.until("delivered", session.Silence+10*time.Second, has(1, 1))
				l.check(1)
			}
			old.cut()
		})
	})
	t.Run("nobody notices", func(t *testing.T) {
		both(t, func(t *testing.T, cover bool) {
			w := wired(t, cover, nil)
			old := w.stream(0)
			old.there.swallow(true)
			old.back.swallow(true)
			send(t, w.dialer, text(1))
			send(t, w.answerer, text(1))
			for _, l := range []*listener{w.d, w.a} {
				l.until("delivered", session.Silence+session.KeepAlive+10*time.Second, has(1, 1))
				l.check(1)
			}
		})
	})
}

func TestOutage(t *testing.T) {
	for name, quick := range map[string]bool{"dials fail": true, "dials hang": false} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cover bool) {
				// given two minutes without a network
				w := wired(t, cover, nil)
				w.quick = quick
				time.Sleep(session.KeepAlive + time.Second) // both have been heard
				w.down()
				for i := range 10 {
					time.Sleep(12 * time.Second)
					send(t, w.dialer, text(i+1))
					send(t, w.answerer, text(i+1))
				}
				// then nothing of it went out, and nobody gave up
				for _, l := range []*listener{w.d, w.a} {
					if !l.is(func(l *listener) bool { return interrupted(l) && l.sent == 0 && l.ended == nil }) {
						t.Errorf("%#v", l)
					}
				}
				// when it is back, all of it arrives, in order
				w.raise()
				for _, l := range []*listener{w.d, w.a} {
					l.until("delivered", time.Minute, has(10, 10))
					l.check(10)
				}
			})
		})
	}
}

func TestLost(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given three messages each way that were delivered, and two that were
		// not
		w := wired(t, cover, nil)
		for i := range 3 {
			send(t, w.dialer, text(i+1))
			send(t, w.answerer, text(i+1))
		}
		w.d.until("delivered", time.Minute, has(3, 3))
		w.a.until("delivered", time.Minute, has(3, 3))
		w.quick = true
		began := time.Now()
		w.down()
		for i := range 2 {
			time.Sleep(time.Minute)
			send(t, w.dialer, text(i+4))
			send(t, w.answerer, text(i+4))
		}
		// then after three minutes both sides know which these are
		for _, l := range []*listener{w.d, w.a} {
			e := l.wait()
			if e.Reason != session.Lost || e.Err == nil || !slices.Equal(e.Undelivered, []uint64{4, 5}) {
				t.Errorf("%#v", e)
			}
			if took := l.endedAt.Sub(began); took < session.Patience || took > session.Patience+2*time.Second {
				t.Errorf("after %v", took)
			}
			if _, err := l.session.Send("x"); !errors.Is(err, session.ErrEnded) {
				t.Errorf("got %v", err)
			}
			l.check(3)
		}
	})
}

func TestLostWhereTheLastFrameArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a message that arrived and whose acknowledgement did not
		w := wired(t, false, nil)
		w.stream(0).back.swallow(true)
		send(t, w.dialer, text(1))
		w.a.until("received", time.Second, has(1, 0))
		// when the network goes and does not come back, then it counts as not
		// delivered, because nobody knows
		w.down()
		if e := w.d.wait(); e.Reason != session.Lost || !slices.Equal(e.Undelivered, []uint64{1}) {
			t.Errorf("%#v", e)
		}
	})
}

func TestTheAgreementDelivers(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given the same, and a network that comes back for request and
		// agreement only
		w := wired(t, cover, func(n int, r *relay) {
			if n == 1 {
				r.back.limit = session.FrameSize
			}
		})
		w.stream(0).back.swallow(true)
		send(t, w.dialer, text(1))
		w.a.until("received", 5*time.Second, has(1, 0))
		w.cut()
		// then it counts as delivered
		w.d.until("delivered", 10*time.Second, has(0, 1))
	})
}

func TestTheStreamIsTakenOverWhileMuchIsSaid(t *testing.T) {
	for i := range 5 {
		synctest.Test(t, func(t *testing.T) {
			// given two that say as much as they may
			w := wired(t, false, nil)
			for n := range 200 {
				send(t, w.answerer, text(n+1))
				send(t, w.dialer, text(n+1))
			}
			time.Sleep(time.Duration(i) * 10 * time.Millisecond)
			// when the dialing side comes back before the other has noticed that
			// the stream broke, then the writer that ends disturbs nothing
			w.stream(0).near.Close()
			for _, l := range []*listener{w.a, w.d} {
				l.until("delivered", 5*time.Minute, has(200, 200))
				l.check(200)
			}
		})
	}
}

func TestWhoHangsUpAllTheTimeIsNotDialedAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given an answering side that resumes and hangs up
		w := wired(t, true, func(n int, r *relay) {
			if n > 0 {
				time.AfterFunc(2*time.Second, r.cut)
			}
		})
		w.cut()
		// then it has us dial as often as the worst network would, and no more
		time.Sleep(10 * time.Minute)
		early := w.count()
		time.Sleep(time.Hour)
		late := w.count() - early
		if early < 32 || late > 300 {
			t.Errorf("%d streams in the first ten minutes, %d in the hour after", early, late)
		}
		if !w.d.is(func(l *listener) bool { return l.ended == nil }) {
			t.Error("it ended")
		}
		// and is there when it comes to its senses
		w.prepare(nil)
		w.d.until("connected", time.Minute, connected)
		send(t, w.dialer, text(1))
		w.a.until("received", time.Minute, has(1, 0))
	})
}

func TestTypedWhileReconnecting(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, nil)
		w.down()
		for i := range 256 {
			send(t, w.dialer, "x")
			send(t, w.answerer, "x")
			if i%16 == 0 {
				time.Sleep(time.Second)
			}
		}
		// then so many wait, and no more
		for _, s := range []*session.Session{w.dialer, w.answerer} {
			if _, err := s.Send("x"); !errors.Is(err, session.ErrFull) {
				t.Errorf("got %v", err)
			}
		}
		w.raise()
		for _, l := range []*listener{w.d, w.a} {
			l.until("delivered", 10*time.Minute, has(256, 256))
		}
	})
}

func TestLeaveWhileReconnecting(t *testing.T) {
	for name, dialer := range map[string]bool{"the dialer leaves": true, "the answerer leaves": false} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cover bool) {
				for _, outage := range []time.Duration{0, time.Second, 4 * time.Second, time.Minute} {
					// given something that was said while there is no stream
					w := wired(t, cover, nil)
					w.down()
					leaver, l, stayer := w.answerer, w.a, w.d
					if dialer {
						leaver, l, stayer = w.dialer, w.d, w.a
					}
					l.until("interrupted", 2*time.Second, interrupted)
					send(t, leaver, text(1))
					// when its author leaves
					began := time.Now()
					time.AfterFunc(outage, w.raise)
					err := leaver.Leave(t.Context())
					took := time.Since(began)
					if e := l.wait(); e.Reason != session.YouLeft {
						t.Errorf("%#v", e)
					}
					e := stayer.wait()
					if outage < 15*time.Second {
						// then the other side is told as soon as can be
						if err != nil || took < outage || took > 21*time.Second {
							t.Errorf("outage of %v: %v after %v", outage, err, took)
						}
						if e.Reason != session.TheyLeft {
							t.Errorf("outage of %v: %#v", outage, e)
						}
						stayer.check(1)
					} else {
						// or, after a while, is not
						if err == nil || took != 15*time.Second {
							t.Errorf("outage of %v: %v after %v", outage, err, took)
						}
						if e.Reason != session.Lost {
							t.Errorf("outage of %v: %#v", outage, e)
						}
						stayer.check(0)
					}
				}
			})
		})
	}
}

func TestTheyLeaveIntoADeadStream(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given an answerer that does not know yet that the stream is dead
		w := wired(t, cover, func(n int, r *relay) {
			r.there.latency, r.back.latency = 300*time.Millisecond, 300*time.Millisecond
		})
		old := w.stream(0)
		old.back.swallow(true)
		old.near.Close()
		// when it says something and leaves
		send(t, w.answerer, text(1))
		if err := w.answerer.Leave(t.Context()); err != nil {
			t.Error(err)
		}
		// then both are heard on the next one
		if e := w.d.wait(); e.Reason != session.TheyLeft {
			t.Errorf("%#v", e)
		}
		w.d.check(1)
		old.cut()
	})
}

func TestBothLeaveWhileReconnecting(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		w := wired(t, cover, nil)
		w.down()
		send(t, w.dialer, text(1))
		send(t, w.answerer, text(1))
		time.Sleep(2 * time.Second)
		var work sync.WaitGroup
		for _, s := range []*session.Session{w.dialer, w.answerer} {
			work.Go(func() {
				if err := s.Leave(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // until both are leaving
		w.raise()
		work.Wait()
		for _, l := range []*listener{w.d, w.a} {
			if e := l.wait(); e.Reason != session.YouLeft {
				t.Errorf("%#v", e)
			}
		}
	})
}

func TestCoverIsToggledAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a conversation whose sides turn cover on and off every few
		// hundred milliseconds, and whose stream breaks
		w := wired(t, true, func(_ int, r *relay) {
			r.there.latency, r.back.latency = 100*time.Millisecond, 100*time.Millisecond
		})
		const count = 300
		var work sync.WaitGroup
		stop := make(chan struct{})
		for i, s := range []*session.Session{w.dialer, w.answerer} {
			work.Go(func() {
				for on := false; ; on = !on {
					select {
					case <-stop:
						return
					case <-time.After(time.Duration(170+90*i) * time.Millisecond):
						s.SetCover(on)
					}
				}
			})
			work.Go(func() {
				for i := range count {
					send(t, s, text(i+1))
					time.Sleep(700 * time.Millisecond)
				}
			})
		}
		for range 15 {
			time.Sleep(13 * time.Second)
			w.cut()
		}
		for _, l := range []*listener{w.d, w.a} {
			l.until("delivered", time.Hour, has(count, count))
			l.check(count)
		}
		close(stop)
		work.Wait()
	})
}

func TestCoverTakesEffectAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wired(t, true, nil)
		sides := []struct {
			s   *session.Session
			at  *listener
			way *way
		}{{w.dialer, w.a, &w.stream(0).there}, {w.answerer, w.d, &w.stream(0).back}}
		for _, x := range sides {
			n := 0
			for range 100 {
				// when cover is turned off, then a message goes out at that moment
				x.s.SetCover(true)
				n++
				send(t, x.s, text(n))
				x.s.SetCover(false)
				synctest.Wait()
				if !x.at.is(has(n, 0)) {
					t.Fatal("what waited for a tick is not sent")
				}
				n++
				send(t, x.s, text(n))
				synctest.Wait()
				if !x.at.is(has(n, 0)) {
					t.Fatal("a message waits without cover")
				}
				time.Sleep(time.Second)
			}
			x.s.SetCover(false)
		}
		for _, x := range sides {
			// when it is turned on, then frames flow, and messages wait for them
			_, before, _ := x.way.seen()
			x.s.SetCover(true)
			x.s.SetCover(true)
			time.Sleep(100 * time.Second)
			_, after, _ := x.way.seen()
			if n := len(after) - len(before); n < 200-6*15 || n > 200+6*15 {
				t.Errorf("%d frames in 100 seconds", n)
			}
			x.s.SetCover(false)
		}
	})
}

func TestAReaderThatStopsHoldsTheOtherBack(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given a stranger who does not read, for an hour, and us writing on
		r := newRelay()
		var answerer *session.Session
		d, a := side(), side()
		d.Redial = func(context.Context) (net.Conn, error) {
			r := newRelay()
			r.start()
			answerer.Take(r.far)
			return r.near, nil
		}
		r.start()
		dr, ar := meet(t.Context(), r.near, r.far, d, a)
		if dr.err != nil || ar.err != nil {
			t.Fatal(dr.err, ar.err)
		}
		answerer = ar.session
		l := listen(t, dr.session)
		dr.session.SetCover(cover)
		ar.session.SetCover(cover)
		accepted := 0
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(time.Second) {
			if _, err := dr.session.Send(text(accepted + 1)); errors.Is(err, session.ErrFull) {
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			accepted++
		}
		// then we can queue so many and no more
		if accepted < 256 || accepted > 256+64 {
			t.Fatalf("%d messages were taken", accepted)
		}
		// when the stranger reads at last, then all arrives, once and in order
		al := listen(t, ar.session)
		al.until("received", time.Hour, has(accepted, 0))
		al.check(accepted)
		l.until("delivered", time.Hour, has(0, accepted))
		dr.session.Close()
		ar.session.Close()
		l.wait()
		al.wait()
		settle()
	})
}

func TestAReaderThatStopsWhileResuming(t *testing.T) {
	both(t, func(t *testing.T, cover bool) {
		// given a stranger whose reader stands still while the stream breaks
		// again and again
		stream := make(chan *relay, 1)
		var answerer *session.Session
		open := func() *relay {
			r := newRelay()
			r.there.latency, r.back.latency = 100*time.Millisecond, 100*time.Millisecond
			r.start()
			select {
			case <-stream:
			default:
			}
			stream <- r
			return r
		}
		d, a := side(), side()
		d.Redial = func(context.Context) (net.Conn, error) {
			r := open()
			answerer.Take(r.far)
			return r.near, nil
		}
		r := open()
		dr, ar := meet(t.Context(), r.near, r.far, d, a)
		if dr.err != nil || ar.err != nil {
			t.Fatal(dr.err, ar.err)
		}
		answerer = ar.session
		l := listen(t, dr.session)
		dr.session.SetCover(cover)
		ar.session.SetCover(cover)
		const count = 200
		for i := range count {
			send(t, dr.session, text(i+1))
		}
		for range 40 {
			time.Sleep(20 * time.Second)
			(<-stream).cut()
		}
		al := listen(t, ar.session)
		al.until("received", time.Hour, has(count, 0))
		al.check(count)
		l.until("delivered", time.Hour, has(0, count))
		dr.session.Close()
		ar.session.Close()
		l.wait()
		al.wait()
		settle()
	})
}

func TestWhoHasHeardNothingDoesNotWaitForLong(t *testing.T) {
	for _, heard := range []bool{false, true} {
		t.Run(fmt.Sprint("heard a frame: ", heard), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// given an answering side, whose dialer may have given up when the
				// handshake's last frame did not come
				w := wired(t, false, nil)
				if heard {
					time.Sleep(session.KeepAlive + time.Second)
				}
				// when the stream breaks and no other comes
				w.down()
				began := time.Now()
				want := time.Minute
				if heard {
					want = session.Patience
				}
				if e := w.a.wait(); e.Reason != session.Lost {
					t.Errorf("%#v", e)
				}
				if took := time.Since(began); took != want {
					t.Errorf("it waited for %v, not %v", took, want)
				}
				w.d.wait()
			})
		})
	}
}
