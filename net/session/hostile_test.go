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
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

// hostile is a stranger with valid keys who writes whatever plaintext it
// likes.
type hostile struct {
	session       *Session // at the other end
	dialer        bool     // the stranger's role
	root          [keySize]byte
	conn          net.Conn
	send, receive *noise.CipherState
	streams       chan net.Conn // the far ends of what a dialing session redialed
}

// newPair returns a running session without cover, which is the dialing side
// or the answering one, and the hostile stranger at its other end. A dialing
// session can redial: the far ends are the stranger's streams.
func newPair(dialer bool) (*Session, *hostile) {
	near, far := net.Pipe()
	h := &hostile{dialer: !dialer, conn: far, streams: make(chan net.Conn, maxAsks)}
	var keys schedule
	for _, key := range []*[keySize]byte{&keys.dialer, &keys.answerer, &keys.root} {
		rand.Read(key[:])
	}
	h.root = keys.root
	h.use(far, keys)
	p := Params{Network: "test"}
	if dialer {
		p.Redial = func(context.Context) (net.Conn, error) {
			near, far := net.Pipe()
			h.streams <- far
			return near, nil
		}
	}
	e := ends{onion.GenerateKey().Address(), onion.GenerateKey().Address()}
	h.session = newSession(p, e, [MaxTags]Tag{}, dialer, keys.root)
	h.session.SetCover(false)
	h.session.start(newLink(near, dialer, &keys))
	return h.session, h
}

// use goes on with a stream that has these keys.
func (h *hostile) use(conn net.Conn, keys schedule) {
	h.conn = conn
	h.send, h.receive = newCipher(keys.answerer), newCipher(keys.dialer)
	if h.dialer {
		h.send, h.receive = h.receive, h.send
	}
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

// writeFrame sends a frame, well made.
func (h *hostile) writeFrame(f frame) error {
	var plain [plainSize]byte
	f.encode(plain[:])
	return h.write(plain)
}

// say sends a whole message, well made.
func (h *hostile) say(number uint64, message string) error {
	return h.pieces(frame{kind: kindText, number: number}, []byte(message))
}

// renew sends a whole request or reply.
func (h *hostile) renew(message []byte) error { return h.pieces(frame{kind: kindRenew}, message) }

func (h *hostile) pieces(f frame, whole []byte) error {
	for offset := 0; offset < len(whole); {
		offset = cut(&f, whole, offset)
		if err := h.writeFrame(f); err != nil {
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

// readWhole reads frames of a kind until a message of it is whole.
func (h *hostile) readWhole(k kind) ([]byte, error) {
	var a assembly
	for {
		f, err := h.read()
		if err != nil {
			return nil, err
		}
		if f.kind != k {
			continue
		}
		if whole, err := a.add(f); err != nil || whole {
			return a.partial, err
		}
	}
}

// ask opens a stream to an answering session and asks to resume on it.
func (h *hostile) ask() (ack uint64, err error) {
	near, far := net.Pipe()
	h.session.Take(far)
	x, wire, err := askToResume(system, h.session.ends, h.root)
	if err != nil {
		return 0, err
	}
	defer x.forget()
	if _, err := near.Write(wire); err != nil {
		return 0, err
	}
	answer := make([]byte, resumeSize)
	if _, err := io.ReadFull(near, answer); err != nil {
		return 0, err
	}
	ack, keys, err := x.readAgreement(answer)
	if err != nil {
		return 0, err
	}
	h.use(near, keys)
	return ack, nil
}

// agree answers the next stream that a dialing session redials, and lies about
// what has arrived as it likes.
func (h *hostile) agree(ack uint64) error {
	conn := <-h.streams
	wire := make([]byte, resumeSize)
	if _, err := io.ReadFull(conn, wire); err != nil {
		return err
	}
	x, err := readAsk(system, h.session.ends, h.root, unmasked(h.session.ends.answerer, wire, keySize))
	if err != nil {
		return err
	}
	defer x.forget()
	answer, keys, err := x.agree(ack)
	if err != nil {
		return err
	}
	h.use(conn, keys)
	_, err = conn.Write(answer)
	return err
}

// resume breaks the stream and brings a new one about.
func (h *hostile) resume(ack uint64) error {
	h.conn.Close()
	if !h.dialer {
		return h.agree(ack)
	}
	if _, err := h.ask(); err != nil {
		return err
	}
	return h.writeFrame(frame{})
}

// discard reads and forgets all that comes on the stream in use.
func (h *hostile) discard() { go io.Copy(io.Discard, h.conn) }

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

// hangUp ends a session whose end is not what a test is about.
func hangUp(s *Session, h *hostile) {
	s.Close()
	end(s)
	h.conn.Close()
	for {
		select {
		case conn := <-h.streams:
			conn.Close()
		default:
			return
		}
	}
}

// roles runs a test with the session as the dialing side and as the other.
func roles(t *testing.T, f func(t *testing.T, dialer bool)) {
	t.Helper()
	for name, dialer := range map[string]bool{"dialing": true, "answering": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, dialer) })
		})
	}
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
	renewal := func(total, offset int) [plainSize]byte {
		return plaintext(kindRenew, 0, 0, total, offset, min(dataSize, total-offset), full[:min(dataSize, total-offset)])
	}
	type list = [][plainSize]byte
	both := map[string]list{
		"unknown type":                  {plaintext(5, 0, 0, 0, 0, 0, "")},
		"type of all ones":              {plaintext(255, 0, 0, 0, 0, 0, "")},
		"idle with a number":            {plaintext(kindIdle, 1, 0, 0, 0, 0, "")},
		"idle with a total":             {plaintext(kindIdle, 0, 0, 1, 0, 0, "")},
		"idle with an offset":           {plaintext(kindIdle, 0, 0, 0, 1, 0, "")},
		"idle with a length":            {plaintext(kindIdle, 0, 0, 0, 0, 1, "x")},
		"idle with padding":             {plaintext(kindIdle, 0, 0, 0, 0, 0, "x")},
		"idle with padding at the end":  {plaintext(kindIdle, 0, 0, 0, 0, 0, strings.Repeat("\x00", dataSize-1)+"x")},
		"leave with a number":           {plaintext(kindLeave, 1, 0, 0, 0, 0, "")},
		"leave with padding":            {plaintext(kindLeave, 0, 0, 0, 0, 0, "x")},
		"a message after a farewell":    {plaintext(kindLeave, 0, 0, 0, 0, 0, ""), plaintext(kindText, 1, 0, 1, 0, 1, "x")},
		"message 0":                     {plaintext(kindText, 0, 0, 1, 0, 1, "x")},
		"message 2 first":               {plaintext(kindText, 2, 0, 1, 0, 1, "x")},
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
		"renewal with a number":         {plaintext(kindRenew, 1, 0, requestSize, 0, dataSize, full)},
		"renewal of no bytes":           {plaintext(kindRenew, 0, 0, 0, 0, 0, "")},
		"renewal too short":             {renewal(1, 0)},
		"renewal too long":              {renewal(requestSize+1, 0)},
		"renewal as long as a message":  {renewal(maxBytes, 0)},
		"renewal with padding":          {plaintext(kindRenew, 0, 0, requestSize, 0, 1, full)},
		"renewal from its middle":       {renewal(requestSize, dataSize), renewal(replySize, dataSize)},
		"turn with a number":            {plaintext(kindTurn, 1, 0, 0, 0, 0, "")},
		"turn with padding":             {plaintext(kindTurn, 0, 0, 0, 0, 0, "x")},
		"turn out of turn":              {plaintext(kindTurn, 0, 0, 0, 0, 0, "")},
	}
	dialing := map[string]list{
		"a request from the answering side": {renewal(requestSize, 0)},
		"a reply to nothing":                {renewal(replySize, 0)},
	}
	answering := map[string]list{
		"a reply from the dialing side":  {renewal(replySize, 0)},
		"a request that was not made":    {renewal(requestSize, 0), renewal(requestSize, dataSize), renewal(requestSize, 2*dataSize)},
		"a request with a gap":           {renewal(requestSize, 0), renewal(requestSize, 2*dataSize)},
		"turn in the middle of requests": {renewal(requestSize, 0), plaintext(kindTurn, 0, 0, 0, 0, 0, "")},
	}
	try := func(dialer bool, frames list) func(*testing.T) {
		return func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := newPair(dialer)
				h.discard()
				for _, plain := range frames {
					h.write(plain)
				}
				began := time.Now()
				received, e := end(s)
				if e.Reason == TheyLeft { // said before the nonsense
					e = Ended{Reason: Lost, Err: ErrProtocol}
				}
				if e.Reason != Lost || !errors.Is(e.Err, ErrProtocol) {
					t.Fatalf("%#v", e)
				}
				if time.Since(began) != 0 {
					t.Errorf("noticed after %v", time.Since(began))
				}
				if received != len(frames)-1 && received != 0 {
					t.Errorf("%d messages came through", received)
				}
				synctest.Wait()
				if _, err := h.conn.Write([]byte{0}); err == nil {
					t.Error("the stream is still open")
				}
			})
		}
	}
	for name, frames := range both {
		t.Run(name+", to a dialer", try(true, frames))
		t.Run(name+", to an answerer", try(false, frames))
	}
	for name, frames := range dialing {
		t.Run(name, try(true, frames))
	}
	for name, frames := range answering {
		t.Run(name, try(false, frames))
	}
}

func TestTooManyCharactersInFewBytes(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		s, h := newPair(dialer)
		h.discard()
		h.say(1, strings.Repeat("x", MaxText))
		h.say(2, strings.Repeat("x", MaxText+1))
		if received, e := end(s); received != 1 || !errors.Is(e.Err, ErrProtocol) {
			t.Fatalf("%d, %#v", received, e)
		}
	})
}

func TestARepetitionIsPassedOver(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a message that is said again, with other words, another number
		// of pieces, and only in part
		s, h := newPair(dialer)
		h.discard()
		h.say(1, "one")
		h.say(1, "another")
		h.write(plaintext(kindText, 1, 0, 450, 0, dataSize, strings.Repeat("x", dataSize)))
		h.say(2, "two")
		h.say(1, "one")
		h.say(3, "three")
		// then each number is heard once, as it was first said
		for i, text := range []string{"one", "two", "three"} {
			if e := <-s.Events(); e != (Received{uint64(i + 1), text}) {
				t.Fatalf("%#v", e)
			}
		}
		hangUp(s, h)
	})
}

func TestAnAcknowledgementIsNotTakenBack(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		s, h := newPair(dialer)
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
		if _, e := end(s); e.Reason != Lost || len(e.Undelivered) != 0 || !errors.Is(e.Err, ErrProtocol) {
			t.Fatalf("%#v", e)
		}
	})
}

func TestNonsenseThatAcknowledges(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		s, h := newPair(dialer)
		s.Send("one")
		s.Send("two")
		h.read()
		h.discard()
		h.write(plaintext(kindText, 9, 1, 1, 0, 1, "x"))
		// then what it acknowledges is told to be delivered, and the rest not
		var messages atomic.Uint64
		messages.Store(2)
		e, err := checkOrder(s, &messages)
		if err != nil || !errors.Is(e.Err, ErrProtocol) || len(e.Undelivered) != 1 || e.Undelivered[0] != 2 {
			t.Fatalf("%#v, %v", e, err)
		}
	})
}

func TestHalfAMessageIsNotAcknowledgedBefore(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a message of ours of which all frames but the last were read
		s, h := newPair(dialer)
		s.Send(strings.Repeat("x", 3*dataSize))
		f, err := h.read()
		if err != nil || f.number != 1 || f.offset != 0 || f.total != 3*dataSize {
			t.Fatalf("%#v, %v", f, err)
		}
		// when it is acknowledged all the same, then that is a lie
		h.write(plaintext(kindIdle, 0, 1, 0, 0, 0, ""))
		if _, e := end(s); e.Reason != Lost || len(e.Undelivered) != 1 || !errors.Is(e.Err, ErrProtocol) {
			t.Fatalf("%#v", e)
		}
	})
}

func TestAnAgreementThatLies(t *testing.T) {
	for name, ack := range map[string]uint64{"taken back": 0, "of what was not sent": 3, "of everything": 1<<64 - 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// given two messages of ours of which one was acknowledged
				s, h := newPair(true)
				s.Send("one")
				h.read()
				h.write(plaintext(kindIdle, 0, 1, 0, 0, 0, ""))
				s.Send("two")
				h.read()
				// when the other side resumes with an acknowledgement that
				// cannot be
				if err := h.resume(ack); err != nil {
					t.Fatal(err)
				}
				_, e := end(s)
				if e.Reason != Lost || !errors.Is(e.Err, ErrProtocol) || len(e.Undelivered) != 1 || e.Undelivered[0] != 2 {
					t.Fatalf("%#v", e)
				}
				hangUp(s, h)
			})
		})
	}
}

func TestAForgedFrameBreaksTheStreamOnly(t *testing.T) {
	for name, spoil := range map[string]func(wire []byte){
		"tag":   func(wire []byte) { wire[FrameSize-1] ^= 1 },
		"type":  func(wire []byte) { wire[0] ^= 1 },
		"noise": func(wire []byte) { rand.Read(wire) },
	} {
		t.Run(name, func(t *testing.T) {
			roles(t, func(t *testing.T, dialer bool) {
				// given a conversation
				s, h := newPair(dialer)
				h.say(1, "one")
				h.read()
				<-s.Events()
				// when somebody on the way changes a frame
				var plain [plainSize]byte
				wire, _ := h.send.Encrypt(nil, nil, plain[:])
				spoil(wire)
				h.conn.Write(wire)
				// then the stream is given up at once, and the conversation
				// goes on
				if e, ok := (<-s.Events()).(Interrupted); !ok || !errors.Is(e.Err, errForged) || errors.Is(e.Err, ErrProtocol) {
					t.Fatalf("%#v", e)
				}
				if err := h.resume(0); err != nil {
					t.Fatal(err)
				}
				h.discard()
				h.say(2, "two")
				for _, want := range []Event{Resumed{}, Received{2, "two"}} {
					if e := <-s.Events(); e != want {
						t.Fatalf("%#v", e)
					}
				}
				hangUp(s, h)
			})
		})
	}
}

func TestFramesOutOfOrderBreakTheStreamOnly(t *testing.T) {
	for name, order := range map[string][]int{
		"the second first":  {1},
		"one left out":      {0, 2},
		"the same twice":    {0, 0},
		"two that swapped":  {0, 2, 1},
		"an old one behind": {0, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			roles(t, func(t *testing.T, dialer bool) {
				s, h := newPair(dialer)
				h.discard()
				var wires [3][]byte
				for i := range wires {
					plain := plaintext(kindText, uint64(i+1), 0, 1, 0, 1, "x")
					wires[i], _ = h.send.Encrypt(nil, nil, plain[:])
					h.send.Rekey()
				}
				go func(conn net.Conn) {
					for _, i := range order {
						conn.Write(wires[i])
					}
				}(h.conn)
				received := uint64(0)
				for e := range s.Events() {
					if r, ok := e.(Received); ok {
						received = r.ID
						continue
					}
					if e, ok := e.(Interrupted); !ok || !errors.Is(e.Err, errForged) {
						t.Fatalf("%#v", e)
					}
					break
				}
				if want := uint64(len(order) - 1); received > want {
					t.Errorf("%d messages came through", received)
				}
				hangUp(s, h)
			})
		})
	}
}

func TestAFloodIsBounded(t *testing.T) {
	for name, message := range map[string]string{
		"short messages": "x",
		"long messages":  strings.Repeat("🧭", MaxText),
	} {
		t.Run(name, func(t *testing.T) {
			roles(t, func(t *testing.T, dialer bool) {
				// given a stranger who sends without end to a reader who does
				// not read
				s, h := newPair(dialer)
				h.discard()
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
				s.mu.Lock()
				if c := cap(s.dialogue.in.assembly.partial); c > 2*maxBytes {
					t.Errorf("%d bytes for one message", c)
				}
				s.mu.Unlock()
				s.Close()
				// and one more was read from the stream at most
				if n := <-said; n > maxUnread+1 {
					t.Errorf("the stranger could say %d messages", n)
				}
				hangUp(s, h)
			})
		})
	}
}

func TestARateIsBounded(t *testing.T) {
	for name, frames := range map[string]int{"short messages": 1, "long messages": 35} {
		t.Run(name, func(t *testing.T) {
			roles(t, func(t *testing.T, dialer bool) {
				// given a stranger who sends without end to a reader who reads
				// all
				s, h := newPair(dialer)
				h.discard()
				count := (readBurst + 10*readRate) / frames
				message := strings.Repeat("🧭", (frames*dataSize-10)/4)
				began := time.Now()
				go func() {
					for i := range count {
						h.say(uint64(i+1), message)
					}
				}()
				for range count {
					if e, ok := (<-s.Events()).(Received); !ok {
						t.Fatalf("%#v", e)
					}
				}
				// then it is slowed down
				if took := time.Since(began); took < 9*time.Second || took > 11*time.Second {
					t.Errorf("%d messages took %v", count, took)
				}
				hangUp(s, h)
			})
		})
	}
}

func TestAFloodEndsWithAReason(t *testing.T) {
	for name, flood := range map[string]func(h *hostile, i uint64) error{
		"of messages":           func(h *hostile, i uint64) error { return h.say(i+1, "x") },
		"of idle frames":        func(h *hostile, _ uint64) error { return h.writeFrame(frame{}) },
		"of repeated messages":  func(h *hostile, i uint64) error { return h.say(min(i+1, 7), "x") },
		"of one endless text":   func(h *hostile, i uint64) error { return h.say(i+1, strings.Repeat("x", MaxText)) },
		"just above what it is": func(h *hostile, i uint64) error { time.Sleep(time.Second / (readRate + 4)); return h.say(i+1, "x") },
	} {
		t.Run(name, func(t *testing.T) {
			roles(t, func(t *testing.T, dialer bool) {
				// given a stranger who sends as fast as it can
				s, h := newPair(dialer)
				h.discard()
				flooded := make(chan struct{})
				go func() {
					defer close(flooded)
					for i := uint64(0); flood(h, i) == nil; i++ {
					}
				}()
				began := time.Now()
				s.Send("mine")
				var e Ended
				for event := range s.Events() {
					if ended, ok := event.(Ended); ok {
						e = ended
					}
				}
				// then it is slowed for a minute, and cut
				took := time.Since(began)
				if e.Reason != Flooded || !errors.Is(e.Err, errFlood) || len(e.Undelivered) != 1 {
					t.Fatalf("%#v", e)
				}
				if most := maxSlowed + 2*time.Second + readBurst*time.Second/2; took < maxSlowed || took > most {
					t.Errorf("cut after %v", took)
				}
				<-flooded
				hangUp(s, h)
			})
		})
	}
}

func TestAnHonestBurstIsNoFlood(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a peer that sends as fast as an honest one may, over a stream
		// that hands over late and all at once, for ten minutes
		s, h := newPair(dialer)
		h.discard()
		var frames, said uint64
		honest := bucket{burst: sendBurst, rate: sendRate}
		var work sync.WaitGroup
		work.Go(func() {
			for began := time.Now(); time.Since(began) < 10*time.Minute; {
				// 25 seconds are held back, and come at once
				for mark := time.Now(); time.Since(mark) < 25*time.Second; {
					frames++
					time.Sleep(honest.take(time.Now()))
				}
				for ; frames > 0; frames-- {
					said++
					if err := h.say(said, "x"); err != nil {
						t.Error(err)
						return
					}
				}
			}
			time.Sleep(time.Second)
			s.Close()
		})
		received, e := end(s)
		if e.Reason != Closed || uint64(received) != said || said < 600*sendRate/2 {
			t.Errorf("%d of %d, %#v", received, said, e)
		}
		work.Wait()
		hangUp(s, h)
	})
}

func TestADripFeedIsGivenUp(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a stranger who sends a byte a second and no whole frame
		s, h := newPair(dialer)
		h.discard()
		dripped := make(chan struct{})
		go func(conn net.Conn) {
			defer close(dripped)
			for {
				if _, err := conn.Write([]byte{0}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}(h.conn)
		began := time.Now()
		e := <-s.Events()
		if _, ok := e.(Interrupted); !ok || time.Since(began) != Silence {
			t.Errorf("%#v after %v", e, time.Since(began))
		}
		<-dripped
		hangUp(s, h)
	})
}

func TestForgetting(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		// given a session that both wrote in, half a message included
		s, h := newPair(dialer)
		h.discard()
		s.Send("a secret")
		half := strings.Repeat("x", dataSize)
		h.write(plaintext(kindText, 1, 0, 450, 0, dataSize, half))
		synctest.Wait()
		l := s.link
		send, receive := l.send, l.receive
		partial := s.dialogue.in.assembly.partial
		partial = partial[:cap(partial)]
		if send.UnsafeKey() == [32]byte{} || partial[0] != 'x' {
			t.Fatal("the test looks at the wrong place")
		}
		// when it ends
		s.Close()
		// then what can be overwritten is
		if send.UnsafeKey() != [32]byte{} || receive.UnsafeKey() != [32]byte{} {
			t.Error("a key is still there")
		}
		for name, b := range map[string][]byte{"reading": l.reading, "partial": partial, "root": s.dialogue.roots.current[:]} {
			for _, c := range b {
				if c != 0 {
					t.Errorf("%s is not empty", name)
					break
				}
			}
		}
		if s.dialogue.out.waiting != nil {
			t.Error("a text is still held")
		}
		hangUp(s, h)
	})
}

func TestForgettingKeysThatWereAgreedOn(t *testing.T) {
	key := [keySize]byte{1, 2, 3}
	for name, tc := range map[string]struct {
		dialer bool
		line   line
		kept   [keySize]byte
	}{
		"the dialer, before its turn":         {dialer: true},
		"the answerer, before its reply":      {line: line{outgoing: make([]byte, replySize)}},
		"the answerer, once its reply is out": {kept: key}, // the writer overwrites that one
	} {
		// given a stream that breaks while keys are not wholly in use
		fresh := schedule{dialer: key, answerer: key, root: key}
		tc.line.fresh = &fresh
		if !tc.dialer && tc.line.outgoing == nil {
			fresh.root = [keySize]byte{}
		}
		d := dialogue{dialer: tc.dialer, line: &tc.line}
		// when it does, then they are overwritten
		if d.broke(); fresh != (schedule{answerer: tc.kept}) {
			t.Errorf("%s: %v", name, fresh)
		}
	}
}

func TestForgettingTheRootOfAnExchange(t *testing.T) {
	e := ends{onion.GenerateKey().Address(), onion.GenerateKey().Address()}
	root := [keySize]byte{1, 2, 3}
	// given both sides of a resumption
	x, wire, err := askToResume(system, e, root)
	if err != nil {
		t.Fatal(err)
	}
	y, err := readAsk(system, e, root, unmasked(e.answerer, wire, keySize))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*exchange{x, y} {
		if [keySize]byte(x.root) != root {
			t.Fatal("the test looks at the wrong place")
		}
		// when it is done, then no copy of the root is left with it
		if x.forget(); [keySize]byte(x.root) != [keySize]byte{} {
			t.Error("the root is still there")
		}
	}
}

func TestEveryFrameHasItsOwnKey(t *testing.T) {
	roles(t, func(t *testing.T, dialer bool) {
		s, h := newPair(dialer)
		l := s.link
		seen := map[[32]byte]bool{l.send.UnsafeKey(): true}
		for range 5 {
			s.Send("x")
			if _, err := h.read(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if k := l.send.UnsafeKey(); seen[k] {
				t.Fatal("a key was used twice")
			} else {
				seen[k] = true
			}
		}
		hangUp(s, h)
	})
}

// canned is a net.Conn that reads from a buffer and forgets what is written.
type canned struct {
	net.Conn
	in io.Reader
}

func (c canned) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c canned) Write(p []byte) (int, error) { return len(p), nil }
func (canned) SetDeadline(time.Time) error   { return nil }
func (canned) Close() error                  { return nil }

// fuzzKeys are fixed, so that what the fuzzer finds can be found again.
var fuzzKeys = [2]onion.Key{onion.KeyFromSeed([32]byte{1}), onion.KeyFromSeed([32]byte{2})}
