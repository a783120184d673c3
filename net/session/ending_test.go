// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

func TestLeaveHandsOverWhatWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, a := talk(t)
		for range 100 {
			send(t, d, "x")
		}
		go drain(d)
		left := make(chan error)
		go func() { left <- d.Leave(t.Context()) }()
		list, end := drain(a)
		if err := <-left; err != nil {
			t.Error(err)
		}
		if len(list) != 101 || end.Reason != session.TheyLeft {
			t.Fatalf("%d events, %q", len(list), end.Reason)
		}
	})
}

func TestLeaveWhileCoverIsTurnedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialing side that leaves under cover, and another that is silent
		w := wired(t, true, nil)
		w.answerer.SetCover(false)
		synctest.Wait()
		time.Sleep(time.Second)
		began := time.Now()
		left := make(chan error)
		go func() { left <- w.dialer.Leave(t.Context()) }()
		synctest.Wait()
		// when cover is turned off meanwhile, then it does not wait any longer
		w.dialer.SetCover(false)
		if err := <-left; err != nil || time.Since(began) > 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if e := w.a.wait(); e.Reason != session.TheyLeft {
			t.Errorf("%#v", e)
		}
	})
}

// TestTheEndIsNotAtAFixedTime looks at how long the dialing side keeps the
// stream after its farewell: a fixed time would point to that frame.
func TestTheEndIsNotAtAFixedTime(t *testing.T) {
	var waits []time.Duration
	synctest.Test(t, func(t *testing.T) {
		for range 200 {
			w := wired(t, true, nil)
			if err := w.answerer.Leave(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.d.wait()
			_, times, ended := w.stream(0).there.seen()
			i := slices.IndexFunc(times, w.d.endedAt.Before) // the frame after the other's farewell
			waits = append(waits, ended.Sub(times[i]))
		}
	})
	// 3 seconds and an exponential time of mean 0.75 seconds, 2 at most
	slices.Sort(waits)
	if first, last := waits[0], waits[len(waits)-1]; first < 3*time.Second || last > 5*time.Second {
		t.Errorf("from %v to %v", first, last)
	}
	for quantile, want := range map[int]time.Duration{50: 3216 * time.Millisecond, 100: 3520 * time.Millisecond, 150: 4040 * time.Millisecond} {
		if off := waits[quantile] - want; off.Abs() > 400*time.Millisecond {
			t.Errorf("%d of %d within %v, not %v", quantile, len(waits), waits[quantile], want)
		}
	}
}

func TestBothLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answerer := side()
		near, far, _, _ := onionPair(t, answerer)
		d, a := meet(t.Context(), near, far, side(), answerer)
		var work sync.WaitGroup
		for _, s := range []*session.Session{d.session, a.session} {
			work.Go(func() {
				if err := s.Leave(t.Context()); err != nil {
					t.Error(err)
				}
				expect(t, s, session.Ended{Reason: session.YouLeft})
			})
		}
		work.Wait()
	})
}

func TestLeaveGivesUpInTheEnd(t *testing.T) {
	for name, tc := range map[string]struct {
		mode mode
		sent []session.Event
	}{
		"a stream that loses all": {mode: losing, sent: []session.Event{session.Sent{ID: 1}}},
		"a stream that is stuck":  {mode: stuck},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				bad := newFaulty(near)
				d, a := talkOver(t, bad, far)
				time.Sleep(session.KeepAlive + time.Second) // both have been heard
				bad.set(tc.mode)
				send(t, d, "x")
				began := time.Now()
				if err := d.Leave(t.Context()); err == nil {
					t.Error("the other side was told")
				}
				if took := time.Since(began); took != 15*time.Second {
					t.Errorf("took %v", took)
				}
				expect(t, d, tc.sent...)
				expect(t, d, session.Ended{Reason: session.YouLeft, Undelivered: []uint64{1}})
				// then they know that we are gone, but not why
				expect(t, a, session.Interrupted{}, session.Ended{Reason: session.Lost})
				if took := time.Since(began); took != 15*time.Second+session.Patience {
					t.Errorf("lost after %v", took)
				}
			})
		})
	}
}

func TestCloseSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, a := talk(t)
		began := time.Now()
		d.Close()
		if time.Since(began) != 0 {
			t.Error("Close took its time")
		}
		expect(t, d, session.Ended{Reason: session.Closed})
		expect(t, a, session.Interrupted{}, session.Ended{Reason: session.Lost})
		if err := d.Leave(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := a.Leave(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBrokenStreamIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two messages of which one was delivered, and a dialer that
		// cannot dial again
		answerer := side()
		near, far, tor, _ := onionPair(t, answerer)
		d, a := meet(t.Context(), near, far, side(), answerer)
		d.session.SetCover(false)
		a.session.SetCover(false)
		send(t, d.session, "one")
		expect(t, d.session, session.Sent{ID: 1}, session.Delivered{ID: 1})
		send(t, d.session, "two")
		expect(t, d.session, session.Sent{ID: 2})
		// when tor dies
		tor.Kill()
		// then it is known what is missing
		expect(t, d.session, session.Ended{Reason: session.Lost, Undelivered: []uint64{2}})
		expect(t, a.session, session.Received{ID: 1, Text: "one"}, session.Interrupted{}, session.Ended{Reason: session.Lost})
	})
}

// ledger notes when something is written to a stream.
type ledger struct {
	net.Conn
	mu    sync.Mutex
	times []time.Time
}

func (c *ledger) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.times = append(c.times, time.Now())
	c.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *ledger) list() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.times)
}

// mode is what is wrong with a stream.
type mode int

const (
	fine   mode = iota
	losing      // what is written disappears
	stuck       // writing hangs until the stream is closed
	torn        // writing fails
)

var errTorn = errors.New("torn")

// faulty is a stream with something wrong in one direction.
type faulty struct {
	net.Conn
	closed chan struct{}
	once   sync.Once
	mu     sync.Mutex
	mode   mode
}

func newFaulty(c net.Conn) *faulty { return &faulty{Conn: c, closed: make(chan struct{})} }

func (c *faulty) set(m mode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mode = m
}

func (c *faulty) Write(p []byte) (int, error) {
	c.mu.Lock()
	m := c.mode
	c.mu.Unlock()
	switch m {
	case losing:
		return len(p), nil
	case stuck:
		<-c.closed
		return 0, net.ErrClosed
	case torn:
		return 0, errTorn
	default:
		return c.Conn.Write(p)
	}
}

func (c *faulty) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func TestSilenceIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a conversation in which nobody says a word for a day
		near, far := net.Pipe()
		hole := newFaulty(near)
		d, a := talkOver(t, hole, far)
		time.Sleep(24 * time.Hour)
		// when a message comes late, then it still arrives
		send(t, d, "still there?")
		expect(t, a, session.Received{ID: 1, Text: "still there?"})
		expect(t, d, session.Sent{ID: 1}, session.Delivered{ID: 1})
		// when nothing passes any more
		hole.set(losing)
		began := time.Now()
		// then it is noticed after 30 seconds without a frame
		if e, ok := next(t, a).(session.Interrupted); !ok || e.Err == nil {
			t.Fatalf("%#v", e)
		}
		if took := time.Since(began); took > session.Silence || took < session.Silence-session.KeepAlive {
			t.Fatalf("noticed after %v", took)
		}
		expect(t, d, session.Ended{Reason: session.Lost})
		expect(t, a, session.Ended{Reason: session.Lost})
	})
}

func TestIdleFramesComeOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := &ledger{Conn: near}
		d, a := talkOver(t, c, far)
		before := len(c.list())
		time.Sleep(10*session.KeepAlive + time.Second)
		if frames := len(c.list()) - before; frames != 10 {
			t.Errorf("%d frames in ten times KeepAlive", frames)
		}
		closeBoth(d, a)
	})
}

func TestSendIsBoundedWhenWeDoNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, a := talk(t)
		go drain(a)
		accepted := 0
		for accepted < 10_000 {
			if _, err := d.Send("x"); errors.Is(err, session.ErrFull) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			accepted++
			time.Sleep(time.Second)
		}
		if accepted == 10_000 {
			t.Fatal("events pile up without end")
		}
		closeBoth(d, a)
	})
}

func TestEventsThatNobodyReadsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given an end that nobody reads of
		d, a := talk(t)
		send(t, d, "x")
		synctest.Wait()
		d.Leave(t.Context())
		a.Leave(t.Context())
		// then it ends all the same: the bubble holds no goroutine for ever
		time.Sleep(time.Minute + time.Second)
		if _, open := <-a.Events(); open {
			t.Fatal("an event after a minute")
		}
	})
}

func TestLeaveAnswersTheirReaderThatStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who floods us and us not reading
		d, a := talk(t)
		for range 200 {
			send(t, d, "x")
		}
		synctest.Wait()
		// when we leave, then the flood is not in the way
		began := time.Now()
		if err := a.Leave(t.Context()); err != nil {
			t.Fatal(err)
		}
		if time.Since(began) != 0 {
			t.Errorf("took %v", time.Since(began))
		}
		drain(a)
		_, end := drain(d)
		if end.Reason != session.TheyLeft || len(end.Undelivered) == 0 {
			t.Fatalf("%#v", end)
		}
	})
}

func TestGoodbyeIsHeardOverABrokenWriter(t *testing.T) {
	for name, tc := range map[string]struct {
		leave bool
		want  session.Reason
	}{
		"the other side left":   {true, session.TheyLeft},
		"the stream just broke": {false, session.Lost},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				c := newFaulty(near)
				d, a := talkOver(t, c, far)
				c.set(torn)
				send(t, d, "x")
				synctest.Wait()
				var work sync.WaitGroup
				defer work.Wait()
				if tc.leave {
					work.Go(func() { a.Leave(t.Context()) })
				}
				_, end := drain(d)
				drain(a)
				if end.Reason != tc.want || len(end.Undelivered) != 1 {
					t.Fatalf("%#v", end)
				}
				if !tc.leave && !errors.Is(end.Err, errTorn) && !errors.Is(end.Err, io.EOF) {
					t.Fatalf("lost because of %v", end.Err)
				}
			})
		})
	}
}
