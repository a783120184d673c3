// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// side returns what a stranger brings, with a new key.
func side(tags ...session.Tag) session.Params {
	p := session.Params{Key: onion.GenerateKey(), Network: "test"}
	copy(p.Tags[:], tags)
	return p
}

// result is how one side's handshake went.
type result struct {
	session *session.Session
	err     error
}

// answer receives and accepts on conn.
func answer(ctx context.Context, conn net.Conn, p session.Params) result {
	r, err := session.Receive(ctx, conn, p)
	if err != nil {
		return result{nil, err}
	}
	s, err := r.Accept(ctx)
	return result{s, err}
}

// dial proposes and confirms on conn.
func dial(ctx context.Context, conn net.Conn, p session.Params, to onion.Address) result {
	proposal, err := session.Propose(ctx, conn, p, to)
	if err != nil {
		return result{nil, err}
	}
	s, err := proposal.Confirm(ctx)
	return result{s, err}
}

// meet runs a whole handshake over two ends of a stream.
func meet(ctx context.Context, near, far net.Conn, dialer, answerer session.Params) (d, a result) {
	answered := make(chan result)
	go func() { answered <- answer(ctx, far, answerer) }()
	d = dial(ctx, near, dialer, answerer.Key.Address())
	return d, <-answered
}

// talk returns both ends of a conversation over net.Pipe, without cover and
// without a way to resume.
func talk(t *testing.T) (dialer, answerer *session.Session) {
	t.Helper()
	near, far := net.Pipe()
	return talkOver(t, near, far)
}

func talkOver(t *testing.T, near, far net.Conn) (dialer, answerer *session.Session) {
	t.Helper()
	d, a := meet(t.Context(), near, far, side(), side())
	if d.err != nil || a.err != nil {
		t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
	}
	d.session.SetCover(false)
	a.session.SetCover(false)
	return d.session, a.session
}

// onionPair returns a stream between two copies of the in-memory Tor.
func onionPair(t *testing.T, answerer session.Params) (near, far net.Conn, nearTor, farTor *oniontest.Node) {
	t.Helper()
	tor := oniontest.New()
	nearTor, farTor = tor.Node(), tor.Node()
	l, err := farTor.Listen(t.Context(), answerer.Key.Private(), 4)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host := answerer.Key.Address().String()
	if err := farTor.Published(t.Context(), host); err != nil {
		t.Fatal(err)
	}
	if near, err = nearTor.Dial(t.Context(), host, "test"); err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return near, far, nearTor, farTor
}

// next returns the next event.
func next(t *testing.T, s *session.Session) session.Event {
	t.Helper()
	e, ok := <-s.Events()
	if !ok {
		t.Fatal("no more events")
	}
	return e
}

// expect reads events and compares them. Causes are not compared.
func expect(t *testing.T, s *session.Session, want ...session.Event) {
	t.Helper()
	for _, w := range want {
		got := next(t, s)
		switch e := got.(type) {
		case session.Ended:
			e.Err = nil
			if len(e.Undelivered) == 0 {
				e.Undelivered = nil
			}
			got = e
		case session.Interrupted:
			got = session.Interrupted{}
		}
		if !reflect.DeepEqual(got, w) {
			t.Fatalf("got %#v, want %#v", got, w)
		}
	}
}

// drain reads events until the end.
func drain(s *session.Session) (list []session.Event, end session.Ended) {
	for e := range s.Events() {
		if ended, ok := e.(session.Ended); ok {
			end = ended
		}
		list = append(list, e)
	}
	return list, end
}

// closeBoth ends a conversation whose ending is not what a test is about.
func closeBoth(sessions ...*session.Session) {
	for _, s := range sessions {
		s.Close()
		drain(s)
	}
}

func send(t *testing.T, s *session.Session, text string) uint64 {
	t.Helper()
	id, err := s.Send(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestTwoStrangersTalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two strangers with interests, over Tor
		dialer, answerer := side(session.Tag{1}), side(session.Tag{2}, session.Tag{3})
		near, far, _, _ := onionPair(t, answerer)
		d, a := meet(t.Context(), near, far, dialer, answerer)
		if d.err != nil || a.err != nil {
			t.Fatal(d.err, a.err)
		}
		d.session.SetCover(false)
		a.session.SetCover(false)
		// then each knows who the other is
		if d.session.Peer() != answerer.Key.Address() || a.session.Peer() != dialer.Key.Address() {
			t.Fatal("somebody talks to somebody else")
		}
		if d.session.PeerTags() != answerer.Tags || a.session.PeerTags() != dialer.Tags {
			t.Fatal("the tags are not the other side's")
		}
		// when both say something
		if id := send(t, d.session, "hello"); id != 1 {
			t.Fatalf("the first message has number %d", id)
		}
		expect(t, a.session, session.Received{ID: 1, Text: "hello"})
		expect(t, d.session, session.Sent{ID: 1}, session.Delivered{ID: 1})
		send(t, a.session, "hello yourself")
		expect(t, d.session, session.Received{ID: 1, Text: "hello yourself"})
		expect(t, a.session, session.Sent{ID: 1}, session.Delivered{ID: 1})
		// and one says something last and leaves
		send(t, d.session, "goodbye")
		if err := d.session.Leave(t.Context()); err != nil {
			t.Fatal(err)
		}
		// then all was delivered and both know who left
		expect(t, a.session, session.Received{ID: 2, Text: "goodbye"}, session.Ended{Reason: session.TheyLeft})
		expect(t, d.session, session.Sent{ID: 2}, session.Delivered{ID: 2}, session.Ended{Reason: session.YouLeft})
		if _, err := d.session.Send("x"); !errors.Is(err, session.ErrEnded) {
			t.Fatalf("got %v", err)
		}
		if _, open := <-a.session.Events(); open {
			t.Fatal("an event after the last")
		}
		if err := d.session.Leave(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSendRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, a := talk(t)
		defer closeBoth(d, a)
		for name, tc := range map[string]struct {
			text string
			want error
		}{
			"nothing":              {"", session.ErrEmpty},
			"a character too many": {strings.Repeat("é", session.MaxText+1), session.ErrTooLong},
			"bytes too many":       {strings.Repeat("x", 4*session.MaxText+1), session.ErrTooLong},
			"not UTF-8":            {"a\xff", session.ErrInvalid},
			"half a surrogate":     {"\xed\xa0\x80", session.ErrInvalid},
		} {
			if _, err := d.Send(tc.text); !errors.Is(err, tc.want) {
				t.Errorf("%s: got %v, want %v", name, err, tc.want)
			}
		}
		// then nothing of it counts
		if id := send(t, d, "x"); id != 1 {
			t.Fatalf("number %d", id)
		}
	})
}

func TestLongestMessages(t *testing.T) {
	for name, text := range map[string]string{
		"one byte each":   strings.Repeat("x", session.MaxText),
		"four bytes each": strings.Repeat("🧭", session.MaxText),
		"one frame":       strings.Repeat("x", 449),
		"one byte over":   strings.Repeat("x", 450),
		"NUL":             "\x00",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, a := talk(t)
				defer closeBoth(d, a)
				send(t, d, text)
				expect(t, a, session.Received{ID: 1, Text: text})
				expect(t, d, session.Sent{ID: 1}, session.Delivered{ID: 1})
			})
		})
	}
}

func TestManyMessagesBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two strangers who both talk without listening
		answerer := side()
		near, far, _, _ := onionPair(t, answerer)
		dr, ar := meet(t.Context(), near, far, side(), answerer)
		if dr.err != nil || ar.err != nil {
			t.Fatal(dr.err, ar.err)
		}
		d, a := dr.session, ar.session
		d.SetCover(false)
		a.SetCover(false)
		const count = 1500
		text := func(who string, i int) string {
			return fmt.Sprintf("%s %d %s", who, i, strings.Repeat("ä", i%700))
		}
		run := func(s *session.Session, mine, theirs string) error {
			sent := 0
			trySend := func() error {
				for sent < count {
					id, err := s.Send(text(mine, sent+1))
					if errors.Is(err, session.ErrFull) {
						return nil
					}
					if err != nil {
						return err
					}
					sent++
					if id != uint64(sent) {
						return fmt.Errorf("message %d has number %d", sent, id)
					}
				}
				return nil
			}
			var received, told, delivered uint64
			for received < count || delivered < count {
				if err := trySend(); err != nil {
					return err
				}
				switch e := (<-s.Events()).(type) {
				case session.Received:
					received++
					if e.ID != received || e.Text != text(theirs, int(e.ID)) {
						return fmt.Errorf("message %d came as number %d", e.ID, received)
					}
				case session.Sent:
					told++
					if e.ID != told {
						return fmt.Errorf("%d sent as number %d", e.ID, told)
					}
				case session.Delivered:
					if e.ID <= delivered || e.ID > told {
						return fmt.Errorf("%d delivered after %d, %d sent", e.ID, delivered, told)
					}
					delivered = e.ID
				default:
					return fmt.Errorf("%#v", e)
				}
			}
			return nil
		}
		// then every message arrives once, in order, on both sides
		errs := make(chan error)
		go func() { errs <- run(d, "d", "a") }()
		go func() { errs <- run(a, "a", "d") }()
		for range 2 {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		closeBoth(d, a)
	})
}

func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who has somebody already
		near, far := net.Pipe()
		answerer := side()
		go func() {
			r, err := session.Receive(t.Context(), far, answerer)
			if err != nil {
				t.Error(err)
				return
			}
			if err := r.Refuse(); err != nil {
				t.Error(err)
			}
			if _, err := r.Accept(t.Context()); !errors.Is(err, session.ErrUsed) {
				t.Errorf("accepted after refusing: %v", err)
			}
		}()
		// then a proposal is refused, and the stream is closed
		_, err := session.Propose(t.Context(), near, side(), answerer.Key.Address())
		if !errors.Is(err, session.ErrBusy) {
			t.Fatalf("got %v", err)
		}
		if _, err := near.Write([]byte{0}); !errors.Is(err, io.ErrClosedPipe) {
			t.Fatalf("the stream is still open: %v", err)
		}
	})
}

func TestProposalGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		answerer := side(session.Tag{7})
		answered := make(chan result)
		go func() { answered <- answer(t.Context(), far, answerer) }()
		p, err := session.Propose(t.Context(), near, side(), answerer.Key.Address())
		if err != nil {
			t.Fatal(err)
		}
		if p.Tags() != answerer.Tags {
			t.Fatal("the tags are not the answerer's")
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if a := <-answered; a.err == nil {
			t.Fatal("accepted what was given up")
		}
		if _, err := p.Confirm(t.Context()); !errors.Is(err, session.ErrUsed) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestContextInterruptsEveryWait(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context, near, far net.Conn) error{
		"Propose, nobody reads": func(ctx context.Context, near, _ net.Conn) error {
			_, err := session.Propose(ctx, near, side(), side().Key.Address())
			return err
		},
		"Propose, nobody answers": func(ctx context.Context, near, far net.Conn) error {
			go io.Copy(io.Discard, far)
			_, err := session.Propose(ctx, near, side(), side().Key.Address())
			return err
		},
		"Receive": func(ctx context.Context, _, far net.Conn) error {
			_, err := session.Receive(ctx, far, side())
			return err
		},
		"Accept": func(ctx context.Context, near, far net.Conn) error {
			answerer := side()
			go session.Propose(context.Background(), near, side(), answerer.Key.Address())
			return answer(ctx, far, answerer).err
		},
		"Confirm": func(ctx context.Context, near, far net.Conn) error {
			answerer := side()
			go answer(context.Background(), &deaf{Conn: far, after: 3}, answerer)
			return dial(ctx, near, side(), answerer.Key.Address()).err
		},
	} {
		for how, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
			"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(10*time.Second, cancel)
				return ctx, cancel
			},
			"timed out": func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 10*time.Second)
			},
			"left alone": context.WithCancel,
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					near, far := net.Pipe()
					defer near.Close()
					defer far.Close()
					began := time.Now()
					ctx, cancel := end(t.Context())
					defer cancel()
					err := wait(ctx, near, far)
					if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
						t.Fatalf("got %v", err)
					}
					want := 10 * time.Second
					if how == "left alone" {
						want = time.Minute
					}
					if took := time.Since(began); took != want {
						t.Fatalf("took %v", took)
					}
				})
			})
		}
	}
}

// deaf is a stream that reads only so many frames and hangs then.
type deaf struct {
	net.Conn
	after int // frames
	read  int // bytes
}

func (*deaf) SetDeadline(time.Time) error { return nil }

func (d *deaf) Read(p []byte) (int, error) {
	if d.read >= d.after*session.FrameSize {
		io.Copy(io.Discard, d.Conn)
		return 0, io.EOF
	}
	n, err := d.Conn.Read(p)
	d.read += n
	return n, err
}
