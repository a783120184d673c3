// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// checkOrder reads a session's events to the end. It returns the last one, and
// an error if they are not in order, or are not those of a session that sent so
// many messages.
func checkOrder(s *Session, messages *atomic.Uint64) (ended Ended, err error) {
	var received, sent, delivered uint64
	interrupted, over := false, false
	wrong := func(e Event) {
		if err == nil {
			err = fmt.Errorf("%#v after %d received, %d sent, %d delivered, interrupted %t, over %t",
				e, received, sent, delivered, interrupted, over)
		}
	}
	for e := range s.Events() {
		if over {
			wrong(e)
		}
		switch e := e.(type) {
		case Received:
			received++
			if e.ID != received || e.Text == "" || len(e.Text) > maxBytes {
				wrong(e)
			}
		case Sent:
			sent++
			if e.ID != sent || sent > messages.Load() {
				wrong(e)
			}
		case Delivered:
			if e.ID <= delivered || e.ID > sent {
				wrong(e)
			}
			delivered = e.ID
		case Interrupted:
			if interrupted {
				wrong(e)
			}
			interrupted = true
		case Resumed:
			if !interrupted {
				wrong(e)
			}
			interrupted = false
		case Ended:
			over, ended = true, e
			if uint64(len(e.Undelivered)) != messages.Load()-delivered {
				wrong(e)
			}
		}
	}
	if !over {
		wrong(nil)
	}
	return ended, err
}

// FuzzHostilePeer is a stranger with valid keys who sends any plaintext, in
// either role.
func FuzzHostilePeer(f *testing.F) {
	seed := func(frames ...[plainSize]byte) {
		var all []byte
		for _, plain := range frames {
			all = append(all, plain[:]...)
		}
		f.Add(true, all)
		f.Add(false, all)
	}
	full := strings.Repeat("x", dataSize)
	seed(plaintext(kindText, 1, 0, 2, 0, 2, "hi"), plaintext(kindIdle, 0, 1, 0, 0, 0, ""))
	seed(plaintext(kindText, 1, 0, 450, 0, dataSize, full), plaintext(kindText, 1, 2, 450, dataSize, 1, "x"))
	seed(plaintext(kindText, 1, 0, 1, 0, 1, "x"), plaintext(kindText, 1, 0, 1, 0, 1, "y"))
	seed(plaintext(kindIdle, 0, 0, 0, 0, 0, ""), plaintext(kindLeave, 0, 0, 0, 0, 0, ""))
	seed(plaintext(kindRenew, 0, 0, requestSize, 0, dataSize, full), plaintext(kindTurn, 0, 0, 0, 0, 0, ""))
	f.Add(true, []byte{})
	f.Fuzz(func(t *testing.T, dialer bool, all []byte) {
		synctest.Test(t, func(t *testing.T) {
			// given a session that has something to say and to lose
			s, h := newPair(dialer)
			s.redial = nil
			s.Send("one")
			s.Send(strings.Repeat("y", 2*dataSize))
			h.discard()
			// when the stranger says what it likes and goes
			go func() {
				for len(all) > 0 {
					var plain [plainSize]byte
					all = all[copy(plain[:], all):]
					if h.write(plain) != nil {
						break
					}
				}
				h.conn.Close()
			}()
			// then the session ends, and every event is in order
			var messages atomic.Uint64
			messages.Store(2)
			if e, err := checkOrder(s, &messages); err != nil || e.Reason != Lost && e.Reason != TheyLeft {
				t.Fatalf("%#v, %v", e, err)
			}
			s.Close()
		})
	})
}

// cunning is a stranger who knows the protocol: it has a dialogue of its own,
// as an honest side has, and departs from it where it is told to.
type cunning struct {
	*hostile
	dialogue dialogue
	heard    chan struct{} // closed when the stream in use ended
}

// begin goes on with a new stream.
func (c *cunning) begin() {
	c.dialogue.broke()
	c.dialogue.begin()
	conn, heard := c.conn, make(chan struct{})
	c.heard = heard
	frames := make(chan frame)
	go func() {
		defer close(heard)
		for f := range frames {
			if h, err := c.dialogue.take(f, time.Now()); err == nil {
				if h.number > 0 {
					c.dialogue.handed = h.number
				}
				if h.turn != nil {
					c.receive = newCipher(*h.turn)
				}
			}
			frames <- frame{} // go on
		}
	}()
	go func() {
		defer close(frames)
		wire := make([]byte, FrameSize)
		for {
			if _, err := io.ReadFull(conn, wire); err != nil {
				return
			}
			plain, err := open(c.receive, wire)
			if err != nil {
				return
			}
			f, err := decode(plain)
			if err != nil {
				panic(err) // an honest side made a bad frame
			}
			frames <- f
			<-frames
		}
	}()
}

// next writes what an honest side would, changed by change.
func (c *cunning) next(need bool, change func(plain []byte)) {
	var f frame
	ok, turn, err := c.dialogue.next(&f, need, time.Now())
	if err != nil || !ok {
		return
	}
	var plain [plainSize]byte
	f.encode(plain[:])
	if change != nil {
		change(plain[:])
	}
	if c.write(plain) == nil && turn != nil {
		c.send = newCipher(*turn)
	}
}

// FuzzCunningPeer is a stranger who follows the protocol, renewals and
// resumption included, up to where the fuzzer has it depart from it. The first
// byte says which role it has; of the others, each is a step, some with
// operands.
func FuzzCunningPeer(f *testing.F) {
	const (
		honest  = iota // what an honest side would say next
		changed        // the same, with a byte changed: place (2 bytes), change
		raw            // a frame of any fields: kind, number, ack, total (2), offset (2), length (2)
		message        // have a message to say: length (2 bytes)
		wait           // let some time pass: seconds
		broken         // break the stream and resume
		overdue        // renew the keys without a reason
		again          // say the last frame's plaintext again
		leave          // want to leave
		answer         // have the session say something
		steps
	)
	f.Add([]byte{0, message, 0, 5, honest, honest, wait, 3, message, 4, 200, honest, honest, honest, honest})
	f.Add([]byte{1, broken, honest, honest, honest, honest, honest, honest, honest, honest, broken, honest, honest})
	f.Add([]byte{0, broken, honest, honest, honest, honest, honest, overdue, honest, honest, honest, honest, honest})
	f.Add([]byte{0, overdue, honest, honest, again, changed, 0, 9, 1, honest})
	f.Add([]byte{1, answer, answer, broken, honest, honest, changed, 1, 0, 255, broken, honest, leave, honest, honest})
	f.Add([]byte{1, broken, raw, 3, 0, 0, 4, 112, 0, 0, 1, 193, honest, raw, 4, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, program []byte) {
		synctest.Test(t, func(t *testing.T) {
			operand := func() byte {
				if len(program) == 0 {
					return 0
				}
				b := program[0]
				program = program[1:]
				return b
			}
			two := func() int { return int(operand())<<8 | int(operand()) }
			s, h := newPair(operand()%2 == 1)
			c := &cunning{hostile: h}
			c.dialogue = dialogue{dialer: h.dialer, renewer: noiseRenewer{system, s.ends}, renewed: time.Now()}
			c.dialogue.roots.settle(h.root)
			c.begin()
			var messages atomic.Uint64
			events := make(chan error)
			go func() {
				_, err := checkOrder(s, &messages)
				events <- err
			}()
			var last [plainSize]byte
			for range 200 {
				if len(program) == 0 {
					break
				}
				switch operand() % steps {
				case honest:
					c.next(true, func(plain []byte) { copy(last[:], plain) })
				case changed:
					at, by := two()%plainSize, operand()
					c.next(true, func(plain []byte) { plain[at] ^= by })
				case raw:
					c.write(plaintext(kind(operand()), uint64(operand()), uint64(operand()), two(), two(), two(), strings.Repeat("x", dataSize)))
				case message:
					c.dialogue.out.add(strings.Repeat("ä", 1+two()%MaxText))
				case wait:
					time.Sleep(time.Duration(operand()) * time.Second)
				case broken:
					c.conn.Close()
					<-c.heard
					c.comeBack()
				case overdue:
					c.dialogue.overdue = true
				case again:
					c.write(last)
				case leave:
					c.dialogue.leaving = true
				case answer:
					messages.Add(1)
					if _, err := s.Send("answer"); err != nil {
						messages.Add(^uint64(0))
					}
				}
				synctest.Wait()
			}
			// then nothing hangs, and everything is in order
			s.Close()
			if err := <-events; err != nil {
				t.Fatal(err)
			}
			c.conn.Close()
			<-c.heard
			hangUp(s, h)
		})
	})
}

// comeBack resumes, if the session still wants to.
func (c *cunning) comeBack() {
	defer c.begin()
	roots := c.dialogue.roots.all()
	c.root = roots[0]
	if c.hostile.dialer {
		if ack, err := c.ask(); err == nil {
			c.dialogue.out.ack(ack)
		}
		return
	}
	for _, root := range roots {
		c.root = root
		select {
		case conn := <-c.streams:
			c.streams <- conn
			if c.agree(c.dialogue.handed) == nil {
				c.dialogue.roots.settle(root)
				return
			}
		case <-time.After(Patience):
			return
		}
	}
}

// FuzzResumptionAtTheDoor gives the answering side any bytes at its door: as
// they are, inside of a request that is made from the root, or as frames after
// one.
func FuzzResumptionAtTheDoor(f *testing.F) {
	f.Add([]byte{}, []byte{}, byte(0))
	f.Add(make([]byte, resumeSize), []byte{}, byte(0))
	f.Add(make([]byte, resumePayload), make([]byte, FrameSize), byte(1))
	f.Add(make([]byte, resumePayload), make([]byte, plainSize), byte(2))
	f.Add([]byte("x"), bytes.Repeat([]byte{1}, 3*plainSize), byte(2))
	f.Fuzz(func(t *testing.T, first, rest []byte, how byte) {
		synctest.Test(t, func(t *testing.T) {
			s, h := newPair(false)
			h.discard()
			near, far := net.Pipe()
			s.Take(far)
			known := how%3 > 0
			if known {
				x := newExchange(system, resumeLabel, s.ends, h.root, true)
				message, _, _, err := x.noise.WriteMessage(nil, append(first, make([]byte, resumePayload)...)[:resumePayload])
				if err != nil {
					t.Fatal(err)
				}
				near.Write(system.masked(s.ends.answerer, message, keySize))
				answer := make([]byte, resumeSize)
				if _, err := io.ReadFull(near, answer); err != nil {
					t.Fatal(err)
				}
				_, keys, err := x.readAgreement(answer)
				if err != nil {
					t.Fatal(err)
				}
				if how%3 == 2 {
					send := newCipher(keys.dialer)
					frames := rest
					rest = nil
					for len(frames) > 0 {
						plain := make([]byte, FrameSize)
						frames = frames[copy(plain[:plainSize], frames):]
						if err := seal(send, plain); err != nil {
							t.Fatal(err)
						}
						rest = append(rest, plain...)
					}
				}
			} else {
				rest = append(first, rest...)
			}
			go io.Copy(io.Discard, near)
			near.SetWriteDeadline(time.Now().Add(time.Second))
			near.Write(rest)
			time.Sleep(doorTime)
			near.Close()
			synctest.Wait()
			// then who does not know the root changes nothing
			if how%3 < 2 {
				h.say(1, "x")
				if e := <-s.Events(); e != (Received{1, "x"}) {
					t.Fatalf("%#v", e)
				}
			}
			s.mu.Lock()
			if len(s.door.waiting) > 0 || len(s.door.agreed) > 1 {
				t.Fatalf("%d and %d streams at the door", len(s.door.waiting), len(s.door.agreed))
			}
			s.mu.Unlock()
			hangUp(s, h)
		})
	})
}

// FuzzAgreement gives the dialing side any bytes as an agreement: as they are,
// or inside of a message of who knows the root.
func FuzzAgreement(f *testing.F) {
	f.Add([]byte{}, false)
	f.Add(make([]byte, resumeSize), false)
	f.Add(make([]byte, 8), true)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1}, true)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 3}, true)
	f.Add(bytes.Repeat([]byte{255}, 8), true)
	f.Fuzz(func(t *testing.T, payload []byte, known bool) {
		synctest.Test(t, func(t *testing.T) {
			// given a dialing side with one message that was sent and one that
			// was delivered
			s, h := newPair(true)
			s.Send("one")
			h.read()
			h.writeFrame(frame{ack: 1})
			s.Send("two")
			h.read()
			for range 3 {
				<-s.Events()
			}
			h.conn.Close()
			if _, ok := (<-s.Events()).(Interrupted); !ok {
				t.Fatal("not interrupted")
			}
			conn := <-h.streams
			wire := make([]byte, resumeSize)
			io.ReadFull(conn, wire)
			answer := append(payload, make([]byte, resumeSize)...)[:resumeSize]
			if known {
				x, err := readAsk(system, s.ends, h.root, unmasked(s.ends.answerer, wire, keySize))
				if err != nil {
					t.Fatal(err)
				}
				message, _, _, err := x.noise.WriteMessage(nil, answer[:resumePayload])
				if err != nil {
					t.Fatal(err)
				}
				answer = system.masked(s.ends.answerer, message, keySize)
			}
			conn.Write(answer)
			synctest.Wait()
			s.mu.Lock()
			resumed, ended, acked := s.link != nil, s.ended, s.dialogue.out.acked
			s.mu.Unlock()
			// then only who knows the root is believed, and nobody who lies
			honest := known && bytes.HasPrefix(append(payload, make([]byte, 8)...)[:7], make([]byte, 7)) && len(payload) > 7 && (payload[7] == 1 || payload[7] == 2)
			switch {
			case honest && (!resumed || ended || acked != uint64(payload[7])):
				t.Fatal("an honest agreement is not taken")
			case known && !honest && !ended:
				t.Fatal("a lie is taken")
			case !known && (resumed || ended || acked != 1):
				t.Fatal("anybody can agree")
			}
			conn.Close()
			hangUp(s, h)
		})
	})
}

// FuzzMessage1 gives the answering side a message 1 with any bytes, as they
// are or inside of a valid Noise message.
func FuzzMessage1(f *testing.F) {
	address := fuzzKeys[0].Address()
	f.Add(address[:], []byte{}, true)
	f.Add(address[:], make([]byte, helloPayload), true)
	f.Add([]byte{}, make([]byte, helloSize), false)
	answerer := Params{Key: fuzzKeys[1]}
	f.Fuzz(func(t *testing.T, claimed, rest []byte, valid bool) {
		head := make([]byte, claimSize)
		copy(head, claimed)
		var message []byte
		c, err := parseClaim(head)
		if valid && err == nil {
			payload := make([]byte, helloPayload)
			copy(payload, rest)
			h, err := newHandshake(system, Params{Key: fuzzKeys[0]}, c, answerer.Key.Address(), true)
			if err != nil {
				t.Fatal(err)
			}
			if message, _, _, err = h.noise.WriteMessage(head, payload); err != nil {
				t.Fatal(err)
			}
		} else {
			message = make([]byte, helloSize-nonceSize)
			copy(message[copy(message, head):], rest)
		}
		wire := system.masked(answerer.Key.Address(), message, helloHead)
		r, err := Receive(context.Background(), canned{in: bytes.NewReader(wire)}, answerer)
		if err != nil {
			return
		}
		if r.From() != c.dialer || r.Tags() != c.tags {
			t.Fatal("not what was claimed")
		}
		if s, err := r.Accept(context.Background()); err == nil {
			t.Fatalf("nobody confirmed, and there is %v", s)
		}
	})
}

// FuzzMessage2 gives the dialing side a valid Noise message 2 with any
// payload, or any bytes.
func FuzzMessage2(f *testing.F) {
	f.Add([]byte{yes}, true)
	f.Add([]byte{busy}, true)
	f.Add([]byte{0}, true)
	f.Add(make([]byte, answerSize), false)
	f.Fuzz(func(t *testing.T, rest []byte, valid bool) {
		near, far := net.Pipe()
		defer far.Close()
		answerer := fuzzKeys[1].Address()
		go func() {
			message := make([]byte, helloSize)
			io.ReadFull(far, message)
			answer := make([]byte, answerSize)
			copy(answer, rest)
			r := &Request{params: Params{Key: fuzzKeys[1]}}
			if valid && r.read(unmasked(answerer, message, helloHead)) == nil {
				payload := make([]byte, answerPayload)
				copy(payload, rest)
				message, _, _, err := r.handshake.noise.WriteMessage(nil, payload)
				if err != nil {
					t.Error(err)
				}
				answer = system.masked(answerer, message, keySize)
			}
			far.Write(answer)
		}()
		p, err := Propose(context.Background(), near, Params{Key: fuzzKeys[0]}, answerer)
		switch {
		case err == nil && (!valid || len(rest) == 0 || rest[0] != yes):
			t.Fatal("took what was no answer")
		case errors.Is(err, ErrBusy) && (!valid || len(rest) == 0 || rest[0] != busy):
			t.Fatal("took for a refusal what was none")
		case err == nil:
			p.Close()
		}
	})
}

// FuzzMessage3 gives the answering side any bytes as message 3.
func FuzzMessage3(f *testing.F) {
	f.Add(make([]byte, confirmSize))
	c := claim{dialer: fuzzKeys[0].Address()}
	dialer, err := newHandshake(system, Params{Key: fuzzKeys[0]}, c, fuzzKeys[1].Address(), true)
	if err != nil {
		f.Fatal(err)
	}
	hello, err := dialer.hello(c, fuzzKEM.EncapsulationKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		message := make([]byte, confirmSize)
		copy(message, rest)
		in := bytes.NewReader(append(bytes.Clone(hello), message...))
		r, err := Receive(context.Background(), canned{in: in}, Params{Key: fuzzKeys[1]})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Accept(context.Background()); !errors.Is(err, ErrProtocol) {
			t.Fatalf("got %v", err)
		}
	})
}
