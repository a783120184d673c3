// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

// hostile is a stranger with valid keys who writes whatever plaintext it
// likes.
type hostile struct {
	conn          net.Conn
	send, receive *noise.CipherState
}

// newPair returns a running session and the hostile stranger at its other end.
func newPair() (*Session, *hostile) {
	near, far := net.Pipe()
	var k [2][32]byte
	rand.Read(k[0][:])
	rand.Read(k[1][:])
	key := func(i int) *noise.CipherState { return noise.UnsafeNewCipherState(suite, k[i], 0) }
	s := newSession(near, onion.GenerateKey().Address(), [MaxTags]Tag{}, key(0), key(1))
	s.start()
	return s, &hostile{far, key(1), key(0)}
}

// write sends a frame with this plaintext.
func (h *hostile) write(plain [plainSize]byte) error {
	wire, err := h.send.Encrypt(nil, nil, plain[:])
	if err != nil {
		return err
	}
	h.send.Rekey()
	_, err = h.conn.Write(wire)
	return err
}

// say sends a whole message, well made.
func (h *hostile) say(number uint64, message string) error {
	for offset := 0; offset < len(message); offset += dataSize {
		var plain [plainSize]byte
		f := frame{
			kind: kindText, number: number, total: len(message), offset: offset,
			data: []byte(message[offset:min(offset+dataSize, len(message))]),
		}
		f.encode(plain[:])
		if err := h.write(plain); err != nil {
			return err
		}
	}
	return nil
}

// read returns the next frame.
func (h *hostile) read() (frame, error) {
	wire := make([]byte, FrameSize)
	if _, err := io.ReadFull(h.conn, wire); err != nil {
		return frame{}, err
	}
	plain, err := h.receive.Decrypt(nil, nil, wire)
	if err != nil {
		return frame{}, err
	}
	h.receive.Rekey()
	return decode(plain)
}

// end reads events until the last.
func end(s *Session) (received int, e Ended) {
	for event := range s.Events() {
		switch event := event.(type) {
		case Received:
			received++
		case Ended:
			e = event
		}
	}
	return received, e
}

// plaintext is a frame as its fields, with no rule kept.
func plaintext(k kind, number, ack uint64, total, offset, length int, data string) (plain [plainSize]byte) {
	plain[0] = byte(k)
	binary.BigEndian.PutUint64(plain[1:], number)
	binary.BigEndian.PutUint64(plain[9:], ack)
	binary.BigEndian.PutUint16(plain[17:], uint16(total))
	binary.BigEndian.PutUint16(plain[19:], uint16(offset))
	binary.BigEndian.PutUint16(plain[21:], uint16(length))
	copy(plain[headSize:], data)
	return plain
}

func TestNonsenseEndsTheSession(t *testing.T) {
	full := strings.Repeat("x", dataSize)
	for name, frames := range map[string][][plainSize]byte{
		"unknown type":                  {plaintext(3, 0, 0, 0, 0, 0, "")},
		"type of all ones":              {plaintext(255, 0, 0, 0, 0, 0, "")},
		"idle with a number":            {plaintext(kindIdle, 1, 0, 0, 0, 0, "")},
		"idle with a total":             {plaintext(kindIdle, 0, 0, 1, 0, 0, "")},
		"idle with an offset":           {plaintext(kindIdle, 0, 0, 0, 1, 0, "")},
		"idle with a length":            {plaintext(kindIdle, 0, 0, 0, 0, 1, "x")},
		"idle with padding":             {plaintext(kindIdle, 0, 0, 0, 0, 0, "x")},
		"idle with padding at the end":  {plaintext(kindIdle, 0, 0, 0, 0, 0, strings.Repeat("\x00", dataSize-1)+"x")},
		"leave with a number":           {plaintext(kindLeave, 1, 0, 0, 0, 0, "")},
		"leave with padding":            {plaintext(kindLeave, 0, 0, 0, 0, 0, "x")},
		"message 0":                     {plaintext(kindText, 0, 0, 1, 0, 1, "x")},
		"message 2 first":               {plaintext(kindText, 2, 0, 1, 0, 1, "x")},
		"message 1 twice":               {plaintext(kindText, 1, 0, 1, 0, 1, "x"), plaintext(kindText, 1, 0, 1, 0, 1, "x")},
		"message 3 after 1":             {plaintext(kindText, 1, 0, 1, 0, 1, "x"), plaintext(kindText, 3, 0, 1, 0, 1, "x")},
		"message 2 inside 1":            {plaintext(kindText, 1, 0, 450, 0, dataSize, full), plaintext(kindText, 2, 0, 1, 0, 1, "x")},
		"empty message":                 {plaintext(kindText, 1, 0, 0, 0, 0, "")},
		"message too long in bytes":     {plaintext(kindText, 1, 0, maxBytes+1, 0, dataSize, full)},
		"not from the start":            {plaintext(kindText, 1, 0, 450, dataSize, 1, "x")},
		"the same piece twice":          {plaintext(kindText, 1, 0, 450, 0, dataSize, full), plaintext(kindText, 1, 0, 450, 0, dataSize, full)},
		"a gap":                         {plaintext(kindText, 1, 0, 3*dataSize, 0, dataSize, full), plaintext(kindText, 1, 0, 3*dataSize, 2*dataSize, dataSize, full)},
		"total that changes":            {plaintext(kindText, 1, 0, 450, 0, dataSize, full), plaintext(kindText, 1, 0, 451, dataSize, 2, "xx")},
		"offset behind the end":         {plaintext(kindText, 1, 0, 1, 1, 0, "")},
		"piece too short":               {plaintext(kindText, 1, 0, 450, 0, 448, full[1:])},
		"piece too long for the frame":  {plaintext(kindText, 1, 0, 450, 0, 450, full)},
		"length of all ones":            {plaintext(kindText, 1, 0, 65535, 0, 65535, full)},
		"text with padding":             {plaintext(kindText, 1, 0, 1, 0, 1, "xx")},
		"not UTF-8":                     {plaintext(kindText, 1, 0, 1, 0, 1, "\xff")},
		"half a character at the end":   {plaintext(kindText, 1, 0, 2, 0, 2, "x\xc3")},
		"acknowledging what never was":  {plaintext(kindIdle, 0, 1, 0, 0, 0, "")},
		"acknowledging everything":      {plaintext(kindIdle, 0, 1<<64-1, 0, 0, 0, "")},
		"acknowledging with a text":     {plaintext(kindText, 1, 1, 1, 0, 1, "x")},
		"acknowledging with a farewell": {plaintext(kindLeave, 0, 1, 0, 0, 0, "")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := newPair()
				go io.Copy(io.Discard, h.conn)
				for _, plain := range frames {
					h.write(plain)
				}
				began := time.Now()
				received, e := end(s)
				if e.Reason != Lost || !errors.Is(e.Err, ErrProtocol) {
					t.Fatalf("%#v", e)
				}
				if time.Since(began) != 0 {
					t.Errorf("noticed after %v", time.Since(began))
				}
				if received != len(frames)-1 && received != 0 {
					t.Errorf("%d messages came through", received)
				}
				if _, err := h.conn.Write([]byte{0}); err == nil {
					t.Error("the stream is still open")
				}
			})
		})
	}
}

func TestTooManyCharactersInFewBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newPair()
		go io.Copy(io.Discard, h.conn)
		h.say(1, strings.Repeat("x", MaxText))
		h.say(2, strings.Repeat("x", MaxText+1))
		if received, e := end(s); received != 1 || !errors.Is(e.Err, ErrProtocol) {
			t.Fatalf("%d, %#v", received, e)
		}
	})
}

func TestAnAcknowledgementIsNotTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newPair()
		s.Send("one")
		s.Send("two")
		go func() {
			for range 2 {
				h.read()
			}
			h.write(plaintext(kindIdle, 0, 2, 0, 0, 0, ""))
			h.write(plaintext(kindIdle, 0, 2, 0, 0, 0, "")) // as often as it likes
			h.write(plaintext(kindIdle, 0, 1, 0, 0, 0, ""))
		}()
		if _, e := end(s); e.Reason != Lost || e.Undelivered != 0 || !errors.Is(e.Err, ErrProtocol) {
			t.Fatalf("%#v", e)
		}
	})
}

func TestHalfAMessageIsNotAcknowledgedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a message of ours of which one frame was read
		s, h := newPair()
		s.Send(strings.Repeat("x", MaxText))
		f, err := h.read()
		if err != nil || f.number != 1 || f.offset != 0 || f.total != MaxText {
			t.Fatalf("%#v, %v", f, err)
		}
		// then all its frames have been handed to the stream at once, so that
		// the acknowledgement is no lie that we can prove
		go io.Copy(io.Discard, h.conn)
		h.write(plaintext(kindIdle, 0, 1, 0, 0, 0, ""))
		for _, want := range []Event{Sent{1}, Delivered{1}} {
			if got := <-s.Events(); got != want {
				t.Fatalf("got %#v, want %#v", got, want)
			}
		}
		s.Close()
		end(s)
	})
}

func TestAWrongKeyEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, spoil := range map[string]func(wire []byte){
			"tag":   func(wire []byte) { wire[FrameSize-1] ^= 1 },
			"type":  func(wire []byte) { wire[0] ^= 1 },
			"noise": func(wire []byte) { rand.Read(wire) },
		} {
			s, h := newPair()
			var plain [plainSize]byte
			wire, _ := h.send.Encrypt(nil, nil, plain[:])
			spoil(wire)
			h.conn.Write(wire)
			if _, e := end(s); e.Reason != Lost || !errors.Is(e.Err, ErrProtocol) {
				t.Errorf("%s: %#v", name, e)
			}
		}
	})
}

func TestAFloodIsBounded(t *testing.T) {
	for name, message := range map[string]string{
		"short messages": "x",
		"long messages":  strings.Repeat("🧭", MaxText),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// given a stranger who sends without end to a reader who does
				// not read
				s, h := newPair()
				go io.Copy(io.Discard, h.conn)
				said := make(chan uint64)
				go func() {
					var n uint64
					for h.say(n+1, message) == nil {
						n++
					}
					said <- n
				}()
				time.Sleep(time.Hour)
				// then our side holds a bounded number of messages
				s.events.mu.Lock()
				held := len(s.events.list)
				s.events.mu.Unlock()
				if held != maxUnread {
					t.Errorf("%d events held", held)
				}
				if c := cap(s.in.partial); c > 2*maxBytes {
					t.Errorf("%d bytes for one message", c)
				}
				s.Close()
				// and one more was read from the stream at most
				if n := <-said; n > maxUnread+1 {
					t.Errorf("the stranger could say %d messages", n)
				}
				end(s)
			})
		})
	}
}

func TestARateIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who sends without end to a reader who reads all
		s, h := newPair()
		go io.Copy(io.Discard, h.conn)
		const count = burst + 10*rate
		began := time.Now()
		go func() {
			for i := range uint64(count) {
				h.say(i+1, "x")
			}
		}()
		for range count {
			if _, ok := (<-s.Events()).(Received); !ok {
				t.Fatal("something else")
			}
		}
		// then it is slowed down
		if took := time.Since(began); took < 9*time.Second || took > 11*time.Second {
			t.Errorf("%d messages took %v", count, took)
		}
		s.Close()
		end(s)
	})
}

func TestADripFeedIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who sends a byte a second and no whole frame
		s, h := newPair()
		go io.Copy(io.Discard, h.conn)
		dripped := make(chan struct{})
		go func() {
			defer close(dripped)
			for {
				if _, err := h.conn.Write([]byte{0}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		began := time.Now()
		if _, e := end(s); e.Reason != Lost || time.Since(began) != Silence {
			t.Errorf("%#v after %v", e, time.Since(began))
		}
		<-dripped
	})
}

func TestForgetting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a session that both wrote in, half a message included
		s, h := newPair()
		go io.Copy(io.Discard, h.conn)
		s.Send("a secret")
		half := strings.Repeat("x", dataSize)
		h.write(plaintext(kindText, 1, 0, 450, 0, dataSize, half))
		synctest.Wait()
		send, receive := s.send, s.receive
		partial := s.in.partial[:cap(s.in.partial)]
		if send.UnsafeKey() == [32]byte{} || partial[0] != 'x' {
			t.Fatal("the test looks at the wrong place")
		}
		// when it ends
		s.Close()
		// then what can be overwritten is
		if send.UnsafeKey() != [32]byte{} || receive.UnsafeKey() != [32]byte{} {
			t.Error("a key is still there")
		}
		for name, b := range map[string][]byte{"writing": s.writing, "reading": s.reading, "partial": partial} {
			for _, c := range b {
				if c != 0 {
					t.Errorf("%s is not empty", name)
					break
				}
			}
		}
		if s.out.waiting != nil {
			t.Error("a text is still held")
		}
		end(s)
	})
}

func TestEveryFrameHasItsOwnKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newPair()
		seen := map[[32]byte]bool{s.send.UnsafeKey(): true}
		for range 5 {
			s.Send("x")
			if _, err := h.read(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if k := s.send.UnsafeKey(); seen[k] {
				t.Fatal("a key was used twice")
			} else {
				seen[k] = true
			}
		}
		s.Close()
		end(s)
	})
}

// FuzzHostilePeer is a stranger with valid keys who sends any plaintext.
func FuzzHostilePeer(f *testing.F) {
	seed := func(frames ...[plainSize]byte) {
		var all []byte
		for _, plain := range frames {
			all = append(all, plain[:]...)
		}
		f.Add(all)
	}
	full := strings.Repeat("x", dataSize)
	seed(plaintext(kindText, 1, 0, 2, 0, 2, "hi"), plaintext(kindIdle, 0, 1, 0, 0, 0, ""))
	seed(plaintext(kindText, 1, 0, 450, 0, dataSize, full), plaintext(kindText, 1, 2, 450, dataSize, 1, "x"))
	seed(plaintext(kindIdle, 0, 0, 0, 0, 0, ""), plaintext(kindLeave, 0, 0, 0, 0, 0, ""))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, all []byte) {
		synctest.Test(t, func(t *testing.T) {
			// given a session that has something to say and to lose
			s, h := newPair()
			s.Send("one")
			s.Send(strings.Repeat("y", 2*dataSize))
			go io.Copy(io.Discard, h.conn)
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
			var received, sent, delivered uint64
			var last Event
			for e := range s.Events() {
				switch e := e.(type) {
				case Received:
					received++
					if e.ID != received || e.Text == "" || len(e.Text) > maxBytes {
						t.Fatalf("%#v after %d", e, received)
					}
				case Sent:
					sent++
					if e.ID != sent {
						t.Fatalf("%#v after %d", e, sent)
					}
				case Delivered:
					if e.ID <= delivered || e.ID > sent {
						t.Fatalf("%#v after %d, %d sent", e, delivered, sent)
					}
					delivered = e.ID
				}
				last = e
			}
			ended, ok := last.(Ended)
			if !ok || (ended.Reason != Lost && ended.Reason != TheyLeft) {
				t.Fatalf("%#v", last)
			}
			if ended.Undelivered != 2-int(delivered) {
				t.Fatalf("%#v with %d delivered", ended, delivered)
			}
		})
	})
}

// stream is a net.Conn that reads from a buffer and forgets what is written.
type stream struct {
	net.Conn
	in io.Reader
}

func (c stream) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c stream) Write(p []byte) (int, error) { return len(p), nil }
func (stream) SetDeadline(time.Time) error   { return nil }
func (stream) Close() error                  { return nil }

// fuzzKeys are fixed, so that what the fuzzer finds can be found again.
var fuzzKeys = [2]onion.Key{onion.KeyFromSeed([32]byte{1}), onion.KeyFromSeed([32]byte{2})}

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
			h, err := newHandshake(Params{Key: fuzzKeys[0]}, c, answerer.Key.Address(), true)
			if err != nil {
				t.Fatal(err)
			}
			if message, _, _, err = h.noise.WriteMessage(head, payload); err != nil {
				t.Fatal(err)
			}
		} else {
			message = make([]byte, helloSize)
			copy(message[copy(message, head):], rest)
		}
		r, err := Receive(context.Background(), stream{in: strings.NewReader(string(message))}, answerer)
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
		go func() {
			message := make([]byte, helloSize)
			io.ReadFull(far, message)
			answer := make([]byte, answerSize)
			copy(answer, rest)
			r := &Request{}
			if valid && r.read(message, Params{Key: fuzzKeys[1]}) == nil {
				payload := make([]byte, answerPayload)
				copy(payload, rest)
				answer, _, _, _ = r.handshake.noise.WriteMessage(nil, payload)
			}
			far.Write(answer)
		}()
		p, err := Propose(context.Background(), near, Params{Key: fuzzKeys[0]}, fuzzKeys[1].Address())
		switch {
		case err == nil && (!valid || rest[0] != yes):
			t.Fatal("took what was no answer")
		case errors.Is(err, ErrBusy) && (!valid || rest[0] != busy):
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
	dialer, err := newHandshake(Params{Key: fuzzKeys[0]}, c, fuzzKeys[1].Address(), true)
	if err != nil {
		f.Fatal(err)
	}
	hello, _, _, err := dialer.noise.WriteMessage(c.bytes(), padded(helloPayload, fuzzKEM.EncapsulationKey().Bytes()))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		message := make([]byte, confirmSize)
		copy(message, rest)
		in := strings.NewReader(string(hello) + string(message))
		r, err := Receive(context.Background(), stream{in: in}, Params{Key: fuzzKeys[1]})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Accept(context.Background()); !errors.Is(err, ErrProtocol) {
			t.Fatalf("got %v", err)
		}
	})
}
