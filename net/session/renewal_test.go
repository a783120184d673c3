// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// couple is a conversation whose keys a test can look at.
type couple struct {
	t                *testing.T
	dialer, answerer *Session

	mu    sync.Mutex
	conns [2]*mortal // the ends of the stream in use
	took  map[*Session]int
	ended map[*Session]*Ended
}

// mortal is an end of a stream that dies after so many bytes written to it.
type mortal struct {
	net.Conn
	mu   sync.Mutex
	left int // bytes; without end where negative
}

func (c *mortal) Write(p []byte) (int, error) {
	c.mu.Lock()
	dies := c.left >= 0 && len(p) > c.left
	if dies {
		p = p[:c.left]
	}
	if c.left >= 0 {
		c.left -= len(p)
	}
	c.mu.Unlock()
	n, err := c.Conn.Write(p)
	if dies {
		c.Close()
		return n, io.ErrClosedPipe
	}
	return n, err
}

func (c *mortal) dieAfter(n int) {
	c.mu.Lock()
	c.left = n
	c.mu.Unlock()
}

func (c *couple) open() (near, far *mortal) {
	a, b := net.Pipe()
	near, far = &mortal{Conn: a, left: -1}, &mortal{Conn: b, left: -1}
	c.mu.Lock()
	c.conns = [2]*mortal{near, far}
	c.mu.Unlock()
	return near, far
}

func newCouple(t *testing.T, cover bool) *couple {
	c := &couple{t: t, took: make(map[*Session]int), ended: make(map[*Session]*Ended)}
	near, far := c.open()
	keys := schedule{dialer: [keySize]byte{1}, answerer: [keySize]byte{2}, root: [keySize]byte{3}}
	p := Params{Redial: func(context.Context) (net.Conn, error) {
		near, far := c.open()
		c.answerer.Take(far)
		return near, nil
	}}
	c.dialer = newSession(p, ends{}, [MaxTags]Tag{}, true, keys.root)
	c.answerer = newSession(Params{}, ends{}, [MaxTags]Tag{}, false, keys.root)
	same := keys
	for _, s := range []*Session{c.dialer, c.answerer} {
		s.SetCover(cover)
		go c.listen(s)
	}
	c.dialer.start(newLink(near, true, &keys))
	c.answerer.start(newLink(far, false, &same))
	t.Cleanup(func() {
		c.dialer.Close()
		c.answerer.Close()
		synctest.Wait()
	})
	return c
}

// listen counts messages and checks that each comes once, in order.
func (c *couple) listen(s *Session) {
	for e := range s.Events() {
		c.mu.Lock()
		switch e := e.(type) {
		case Received:
			c.took[s]++
			if e.ID != uint64(c.took[s]) || e.Text != fmt.Sprint(e.ID) {
				c.t.Errorf("%#v as the %dth", e, c.took[s])
			}
		case Ended:
			c.ended[s] = &e
		}
		c.mu.Unlock()
	}
}

// talk has both sides say so many messages, and waits until they have arrived.
func (c *couple) talk(dialer, answerer int) {
	c.t.Helper()
	for s, n := range map[*Session]int{c.dialer: dialer, c.answerer: answerer} {
		for range n {
			s.mu.Lock()
			next := s.dialogue.out.acked + uint64(len(s.dialogue.out.waiting)) + 1
			s.mu.Unlock()
			if _, err := s.Send(fmt.Sprint(next)); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		waiting := 0
		for _, s := range []*Session{c.dialer, c.answerer} {
			s.mu.Lock()
			waiting += len(s.dialogue.out.waiting)
			s.mu.Unlock()
		}
		if waiting == 0 {
			return
		}
		if time.Since(began) > Patience {
			c.t.Fatalf("%d messages do not arrive", waiting)
		}
	}
}

// root returns the root that both sides have, or fails.
func (c *couple) root() [keySize]byte {
	c.t.Helper()
	c.dialer.mu.Lock()
	d := c.dialer.dialogue.roots
	c.dialer.mu.Unlock()
	c.answerer.mu.Lock()
	a := c.answerer.dialogue.roots
	c.answerer.mu.Unlock()
	if d.offered || a.offered || d.current != a.current || d.current == [keySize]byte{} {
		c.t.Errorf("the dialer has %x, the answerer %x", d.all(), a.all())
	}
	return d.current
}

func TestKeysAreRenewedAfterSoManyMessages(t *testing.T) {
	for _, cover := range []bool{true, false} {
		t.Run(fmt.Sprint("cover ", cover), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCouple(t, cover)
				for range 5 {
					// given as many messages as one root is for, but one
					before := c.root()
					c.talk(RenewMessages/2, RenewMessages/2-1)
					time.Sleep(10 * time.Second)
					if c.root() != before {
						t.Fatal("new keys too early")
					}
					// when the last one has come, then the keys are new
					c.talk(0, 1)
					time.Sleep(30 * time.Second)
					if c.root() == before {
						t.Fatal("no new keys")
					}
				}
			})
		})
	}
}

func TestKeysAreRenewedAfterSomeTime(t *testing.T) {
	for _, cover := range []bool{true, false} {
		t.Run(fmt.Sprint("cover ", cover), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// given two who are silent
				c := newCouple(t, cover)
				last, began := c.root(), time.Now()
				for range 6 {
					// then the dialer asks with its next frame
					for c.dialer.rootNow() == last {
						time.Sleep(100 * time.Millisecond)
					}
					took := time.Since(began)
					began = time.Now()
					if took < RenewTime-time.Second || took > RenewTime+KeepAlive+5*time.Second {
						t.Errorf("new keys after %v", took)
					}
					time.Sleep(15 * time.Second)
					last = c.root()
				}
			})
		})
	}
}

// rootNow returns the root.
func (s *Session) rootNow() [keySize]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialogue.roots.current
}

func TestRenewalWhileMessagesFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCouple(t, false)
		seen := map[[keySize]byte]bool{}
		for range 100 {
			c.talk(25, 25)
			time.Sleep(time.Second)
			seen[c.root()] = true
		}
		if len(seen) < 100*50/RenewMessages-2 {
			t.Errorf("%d roots in 5,000 messages", len(seen))
		}
	})
}

// TestRenewalOnAStreamThatDies breaks a stream inside of each frame of a
// renewal, and of what follows.
func TestRenewalOnAStreamThatDies(t *testing.T) {
	for name, side := range map[string]int{"dialer's": 0, "answerer's": 1} {
		t.Run("the "+name, func(t *testing.T) {
			for frames := range 9 {
				for _, more := range []int{0, 1, FrameSize - 1} {
					synctest.Test(t, func(t *testing.T) {
						// given a renewal that is due
						c := newCouple(t, false)
						c.talk(RenewMessages/2-1, RenewMessages/2)
						before := c.root()
						c.mu.Lock()
						c.conns[side].dieAfter(frames*FrameSize + more)
						c.mu.Unlock()
						// when the stream dies in its middle, with messages under
						// way
						c.talk(3, 3)
						c.talk(3, 3)
						time.Sleep(time.Minute)
						// then both sides have the same new keys
						if c.root() == before {
							t.Errorf("after %d frames and %d bytes the keys are old", frames, more)
						}
						c.mu.Lock()
						c.conns[side].Close()
						c.mu.Unlock()
						c.talk(1, 1)
						time.Sleep(time.Minute)
						c.root()
					})
				}
			}
		})
	}
}

// renewer returns what makes a stranger's renewals.
func (h *hostile) renewer() noiseRenewer { return noiseRenewer{system, h.session.ends} }

// renewKeys takes the dialing side's part in a whole renewal.
func (h *hostile) renewKeys() error {
	pending, request, err := h.renewer().request(h.root)
	if err != nil {
		return err
	}
	if err := h.renew(request); err != nil {
		return err
	}
	reply, err := h.readWhole(kindRenew)
	if err != nil {
		return err
	}
	keys, err := h.renewer().finish(pending, reply)
	if err != nil {
		return err
	}
	h.receive = newCipher(keys.answerer)
	if err := h.writeFrame(frame{kind: kindTurn}); err != nil {
		return err
	}
	h.send, h.root = newCipher(keys.dialer), keys.root
	return nil
}

func TestAStrangerWhoRenewsAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialing side that renews the keys again and again, without a
		// reason, for two minutes
		s, h := newPair(false)
		began := time.Now()
		count := uint64(0)
		for time.Since(began) < 2*time.Minute {
			for range 4 {
				if err := h.renewKeys(); err != nil {
					t.Fatal(err)
				}
			}
			count++
			if err := h.say(count, "x"); err != nil {
				t.Fatal(err)
			}
			if e := <-s.Events(); e != (Received{count, "x"}) {
				t.Fatalf("%#v", e)
			}
			if _, err := h.read(); err != nil { // the acknowledgement
				t.Fatal(err)
			}
			if count%10 == 0 {
				time.Sleep(3 * time.Second)
			}
		}
		// then it may
		s.mu.Lock()
		if r := s.dialogue.roots; r.offered || r.current != h.root {
			t.Errorf("the roots are %x", r.all())
		}
		s.mu.Unlock()
		hangUp(s, h)
	})
}

// TestRenewalsOutOfTurn are those of a dialing side that keeps to no order.
func TestRenewalsOutOfTurn(t *testing.T) {
	request := func(h *hostile) []byte {
		_, message, err := h.renewer().request(h.root)
		if err != nil {
			panic(err)
		}
		return message
	}
	for name, say := range map[string]func(h *hostile){
		"two requests": func(h *hostile) { h.renew(request(h)); h.renew(request(h)) },
		"a request again after the reply": func(h *hostile) {
			r := request(h)
			h.renew(r)
			h.readWhole(kindRenew)
			h.renew(r)
		},
		"a turn before the reply is out": func(h *hostile) { h.renew(request(h)); h.writeFrame(frame{kind: kindTurn}) },
		"two turns": func(h *hostile) {
			h.renewKeys()
			h.writeFrame(frame{kind: kindTurn})
		},
		"the request of another root": func(h *hostile) { h.root[0] ^= 1; h.renew(request(h)) },
		"a request that was changed": func(h *hostile) {
			r := request(h)
			r[requestSize-1] ^= 1
			h.renew(r)
		},
		"the last request again": func(h *hostile) {
			r := request(h)
			h.renewKeys()
			h.renew(r)
		},
		"a key of zeros": func(h *hostile) {
			// which everybody can compute with: made as Noise demands, but for
			// the key
			r := request(h)
			clear(r[:keySize])
			h.renew(r)
		},
		"no key of the KEM": func(h *hostile) {
			x := newExchange(system, renewLabel, h.session.ends, h.root, true)
			bad := make([]byte, requestSize-keySize-tagSize)
			for i := range bad {
				bad[i] = 0xff
			}
			message, _, _, err := x.noise.WriteMessage(nil, bad)
			if err != nil {
				panic(err)
			}
			h.renew(message)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := newPair(false)
				go func() {
					say(h)
					synctest.Wait() // it is judged before a reply can get out
					io.Copy(io.Discard, h.conn)
				}()
				if _, e := end(s); e.Reason != Lost || !errors.Is(e.Err, ErrProtocol) {
					t.Errorf("%#v: %v", e, e.Err)
				}
				hangUp(s, h)
			})
		})
	}
}

// asked returns a dialing session that has just resumed and asked to renew, and
// its request.
func asked(t *testing.T) (*Session, *hostile, []byte) {
	t.Helper()
	s, h := newPair(true)
	if err := h.resume(0); err != nil {
		t.Fatal(err)
	}
	request, err := h.readWhole(kindRenew)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Event{Interrupted{}, Resumed{}} {
		got := <-s.Events()
		if _, ok := got.(Interrupted); ok {
			got = Interrupted{}
		}
		if got != want {
			t.Fatalf("%#v", got)
		}
	}
	return s, h, request
}

// TestRepliesOutOfTurn are those of an answering side that keeps to no order.
func TestRepliesOutOfTurn(t *testing.T) {
	for name, say := range map[string]func(h *hostile, request []byte){
		"noise": func(h *hostile, _ []byte) { h.renew(system.bytes(replySize)) },
		"a reply that was changed": func(h *hostile, request []byte) {
			reply, _, _ := h.renewer().reply(h.root, request)
			reply[keySize+1] ^= 1
			h.renew(reply)
		},
		"a reply with a root of its own": func(h *hostile, request []byte) {
			_, other, _ := h.renewer().request([keySize]byte{9})
			reply, _, _ := h.renewer().reply([keySize]byte{9}, other)
			h.renew(reply)
		},
		"the reply twice": func(h *hostile, request []byte) {
			reply, keys, _ := h.renewer().reply(h.root, request)
			h.renew(reply)
			h.send = newCipher(keys.answerer)
			h.renew(reply)
		},
		"a turn": func(h *hostile, _ []byte) { h.writeFrame(frame{kind: kindTurn}) },
		"a request of its own": func(h *hostile, _ []byte) {
			_, request, _ := h.renewer().request(h.root)
			h.renew(request)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h, request := asked(t)
				h.discard()
				go say(h, request)
				if _, e := end(s); e.Reason != Lost || !errors.Is(e.Err, ErrProtocol) {
					t.Errorf("%#v", e)
				}
				hangUp(s, h)
			})
		})
	}
}

func TestAReplyWithoutANewKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given an answering side that replies and does not use the new key
		s, h, request := asked(t)
		h.discard()
		reply, keys, err := h.renewer().reply(h.root, request)
		if err != nil {
			t.Fatal(err)
		}
		h.renew(reply)
		h.writeFrame(frame{})
		// then that breaks the stream, and from the new root it goes on
		if e, ok := (<-s.Events()).(Interrupted); !ok || !errors.Is(e.Err, errForged) {
			t.Fatalf("%#v", e)
		}
		h.root = keys.root
		if err := h.resume(0); err != nil {
			t.Fatal(err)
		}
		if e := <-s.Events(); e != (Resumed{}) {
			t.Fatalf("%#v", e)
		}
		hangUp(s, h)
	})
}

func TestARenewalThatIsNeverAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given an answering side that does not answer a renewal
		s, h, _ := asked(t)
		// then the conversation goes on under the old keys, however long
		requests := make(chan int)
		go func() {
			var f frame
			n := 0
			for err := error(nil); err == nil; f, err = h.read() {
				if f.kind == kindRenew {
					n++
				}
			}
			requests <- n
		}()
		for i := range uint64(1000) {
			if err := h.say(i+1, "x"); err != nil {
				t.Fatal(err)
			}
			if e := <-s.Events(); e != (Received{i + 1, "x"}) {
				t.Fatalf("%#v", e)
			}
			time.Sleep(7 * time.Second)
		}
		// and the dialer does not ask again before there is another stream
		h.conn.Close()
		if n := <-requests; n != 0 {
			t.Errorf("%d frames of further requests", n)
		}
		if err := h.agree(1000); err != nil {
			t.Fatal(err)
		}
		_, e := end(s) // for it never said that much
		if !errors.Is(e.Err, ErrProtocol) {
			t.Errorf("%#v", e)
		}
		hangUp(s, h)
	})
}

func TestAPeerThatStopsReading(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a stranger who does not read while we write
		s, h := newPair(dialer)
		accepted := 0
		for {
			if _, err := s.Send(strings.Repeat("x", MaxText)); errors.Is(err, ErrFull) {
				break
			}
			accepted++
		}
		if accepted != maxWaiting {
			t.Errorf("%d messages were taken", accepted)
		}
		// then the stream counts as broken after a while
		began := time.Now()
		if e, ok := (<-s.Events()).(Interrupted); !ok {
			t.Fatalf("%#v", e)
		}
		if took := time.Since(began); took < Silence || took > Silence+farewellWait {
			t.Errorf("noticed after %v", took)
		}
		// and when it reads on the next, all arrives
		if err := h.resume(0); err != nil {
			t.Fatal(err)
		}
		go end(s)
		for number := uint64(1); number <= uint64(accepted); number++ {
			whole, err := h.readWhole(kindText)
			if err != nil || len(whole) != MaxText {
				t.Fatalf("message %d: %v", number, err)
			}
			if err := h.writeFrame(frame{ack: number}); err != nil {
				t.Fatal(err)
			}
		}
		hangUp(s, h)
	})
}

func TestAPeerThatResumesAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialing side that resumes as often as it can, for ten minutes
		s, h := newPair(false)
		began, resumed, refused := time.Now(), 0, 0
		events := make(chan int)
		go func() {
			n := 0
			for range s.Events() {
				n++
			}
			events <- n
		}()
		for time.Since(began) < 10*time.Minute {
			old := h.conn
			if _, err := h.ask(); err != nil {
				refused++
			} else if err := h.writeFrame(frame{}); err == nil {
				resumed++
			}
			synctest.Wait()
			if resumed+refused > 1 && refused == 0 {
				if _, err := old.Write([]byte{0}); err == nil {
					t.Fatal("the old stream is still open")
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
		// then it can do so once a second
		if most := resumeBurst + 10*60*resumeRate; resumed > most || resumed < resumeBurst || refused == 0 {
			t.Errorf("resumed %d times, refused %d", resumed, refused)
		}
		s.mu.Lock()
		if n := len(s.door.asked); n > maxAsks {
			t.Errorf("%d requests are remembered", n)
		}
		if n := len(s.door.agreed); n > maxAgreed {
			t.Errorf("%d streams wait", n)
		}
		s.mu.Unlock()
		hangUp(s, h)
		if n := <-events; n > 1 {
			t.Errorf("%d events", n)
		}
	})
}

func TestAPeerThatAsksAndSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialing side that asks to resume on many streams and goes on
		// on none
		s, h := newPair(false)
		inUse, send, receive := h.conn, h.send, h.receive
		for range 50 {
			if _, err := h.ask(); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		s.mu.Lock()
		if n := len(s.door.agreed); n != maxAgreed {
			t.Errorf("%d streams wait", n)
		}
		s.mu.Unlock()
		// then the stream in use is in use
		last := h.conn
		h.conn, h.send, h.receive = inUse, send, receive
		h.discard()
		h.say(1, "x")
		if e := <-s.Events(); e != (Received{1, "x"}) {
			t.Fatalf("%#v", e)
		}
		// and the others are closed in the end
		time.Sleep(Silence)
		synctest.Wait()
		if _, err := last.Write([]byte{0}); err == nil {
			t.Error("a stream is still open")
		}
		hangUp(s, h)
	})
}

func TestAReaderThatDoesNotHearOfInterruptions(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a stranger whose stream breaks again and again while nobody
		// reads our events
		s, h := newPair(dialer)
		h.say(1, "x")
		synctest.Wait()
		for range 500 {
			if err := h.resume(0); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		// then few of them wait, and tell what was in the end
		s.events.mu.Lock()
		if n := len(s.events.list); n > 3 {
			t.Errorf("%d events wait", n)
		}
		s.events.mu.Unlock()
		h.conn.Close()
		synctest.Wait()
		if e := <-s.Events(); e != (Received{1, "x"}) {
			t.Errorf("%#v", e)
		}
		if e, ok := (<-s.Events()).(Interrupted); !ok {
			t.Errorf("%#v", e)
		}
		hangUp(s, h)
	})
}
