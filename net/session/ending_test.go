// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"errors"
	"io"
	"net"
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
		go func() {
			if err := d.Leave(); err != nil {
				t.Error(err)
			}
		}()
		list, end := drain(a)
		if len(list) != 101 || end.Reason != session.TheyLeft {
			t.Fatalf("%d events, %q", len(list), end.Reason)
		}
	})
}

func TestBothLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answerer := side()
		near, far, _, _ := onionPair(t, answerer)
		d, a := meet(t.Context(), near, far, side(), answerer)
		var work sync.WaitGroup
		for _, s := range []*session.Session{d.session, a.session} {
			work.Go(func() {
				if err := s.Leave(); err != nil {
					t.Error(err)
				}
				expect(t, s, session.Ended{Reason: session.YouLeft})
			})
		}
		work.Wait()
	})
}

func TestLeaveTakesThreeSecondsAtMost(t *testing.T) {
	for name, tc := range map[string]struct {
		mode mode
		sent []session.Event
		told bool
	}{
		// What was handed to the stream may have arrived, for all we know.
		"a stream that loses all": {mode: losing, sent: []session.Event{session.Sent{ID: 1}}, told: true},
		"a stream that is stuck":  {mode: stuck},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				bad := newFaulty(near)
				d, a := talkOver(t, bad, far)
				bad.set(tc.mode)
				send(t, d, "x")
				began := time.Now()
				if err := d.Leave(); (err == nil) != tc.told {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != 3*time.Second {
					t.Errorf("took %v", took)
				}
				expect(t, d, tc.sent...)
				expect(t, d, session.Ended{Reason: session.YouLeft, Undelivered: 1})
				// then they know that we are gone, but not why
				expect(t, a, session.Ended{Reason: session.Lost})
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
		expect(t, a, session.Ended{Reason: session.Lost})
		if err := d.Leave(); err != nil {
			t.Fatal(err)
		}
		if err := a.Leave(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBrokenStreamIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two messages of which one was delivered
		answerer := side()
		near, far, tor, _ := onionPair(t, answerer)
		d, a := meet(t.Context(), near, far, side(), answerer)
		send(t, d.session, "one")
		expect(t, d.session, session.Sent{ID: 1}, session.Delivered{ID: 1})
		send(t, d.session, "two")
		expect(t, d.session, session.Sent{ID: 2})
		// when tor dies
		tor.Kill()
		// then it is known how many are missing
		expect(t, d.session, session.Ended{Reason: session.Lost, Undelivered: 1})
		expect(t, a.session, session.Received{ID: 1, Text: "one"}, session.Ended{Reason: session.Lost})
	})
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
		// then it is noticed after 90 seconds without a frame
		_, end := drain(a)
		if end.Reason != session.Lost || end.Err == nil {
			t.Fatalf("ended: %#v", end)
		}
		if took := time.Since(began); took > session.Silence || took < session.Silence-session.KeepAlive {
			t.Fatalf("noticed after %v", took)
		}
		expect(t, d, session.Ended{Reason: session.Lost})
	})
}

func TestIdleFramesComeOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := &tap{Conn: near}
		d, a := talkOver(t, c, far)
		before := len(c.bytes())
		time.Sleep(10*session.KeepAlive + time.Second)
		if frames := (len(c.bytes()) - before) / session.FrameSize; frames != 10 {
			t.Errorf("%d frames in ten times KeepAlive", frames)
		}
		closeBoth(d, a)
	})
}

func TestAReaderThatStopsHoldsTheOtherBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who does not read
		d, a := talk(t)
		accepted := 0
		for {
			if _, err := d.Send("x"); errors.Is(err, session.ErrFull) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			accepted++
			synctest.Wait()
		}
		// then we can queue so many and no more
		if accepted < 256 || accepted > 256+64 {
			t.Fatalf("%d messages were taken", accepted)
		}
		time.Sleep(time.Hour) // and nobody takes the stream for dead
		// when the stranger reads at last, then all arrives
		for i := range accepted {
			expect(t, a, session.Received{ID: uint64(i + 1), Text: "x"})
		}
		synctest.Wait()
		if _, err := d.Send("x"); err != nil {
			t.Fatal(err)
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
		d.Leave()
		a.Leave()
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
		if err := a.Leave(); err != nil {
			t.Fatal(err)
		}
		if time.Since(began) != 0 {
			t.Errorf("took %v", time.Since(began))
		}
		drain(a)
		_, end := drain(d)
		if end.Reason != session.TheyLeft || end.Undelivered == 0 {
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
				if tc.leave {
					go a.Leave()
				}
				_, end := drain(d)
				drain(a)
				if end.Reason != tc.want || end.Undelivered != 1 {
					t.Fatalf("%#v", end)
				}
				if !tc.leave && !errors.Is(end.Err, errTorn) && !errors.Is(end.Err, io.EOF) {
					t.Fatalf("lost because of %v", end.Err)
				}
			})
		})
	}
}
