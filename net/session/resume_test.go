// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"passerby/net/onion"
	"passerby/net/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wires is a conversation whose streams a test can cut.
type wires struct {
	t                *testing.T
	dialer, answerer *session.Session
	mu               sync.Mutex
	streams          []net.Conn // of the dialer
	down             bool       // no stream can be dialed
}

var errDown = errors.New("down")

// open returns both ends of a new stream, as the test wants them.
func (w *wires) open() (near, far net.Conn) {
	near, far = net.Pipe()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streams = append(w.streams, near)
	return near, far
}

func (w *wires) redial(context.Context) (net.Conn, error) {
	w.mu.Lock()
	down := w.down
	w.mu.Unlock()
	if down {
		return nil, errDown
	}
	near, far := w.open()
	w.answerer.Take(far)
	return near, nil
}

// cut breaks every stream.
func (w *wires) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.streams {
		c.Close()
	}
	w.streams = nil
}

func (w *wires) setDown(down bool) {
	w.mu.Lock()
	w.down = down
	w.mu.Unlock()
}

// wired returns a conversation, with or without cover.
func wired(t *testing.T, cover bool) *wires {
	t.Helper()
	w := &wires{t: t}
	near, far := w.open()
	dialer := session.Params{Key: onion.GenerateKey(), Network: "test", Redial: w.redial}
	answerer := session.Params{Key: onion.GenerateKey(), Network: "test"}
	answered := make(chan *session.Session)
	go func() {
		r, err := session.Receive(t.Context(), far, answerer)
		if err != nil {
			t.Error(err)
		}
		s, err := r.Accept(t.Context())
		if err != nil {
			t.Error(err)
		}
		answered <- s
	}()
	p, err := session.Propose(t.Context(), near, dialer, answerer.Key.Address())
	if err != nil {
		t.Fatal(err)
	}
	if w.dialer, err = p.Confirm(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.answerer = <-answered
	w.dialer.SetCover(cover)
	w.answerer.SetCover(cover)
	return w
}

func TestResume(t *testing.T) {
	for _, cover := range []bool{true, false} {
		t.Run(fmt.Sprint("cover ", cover), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wired(t, cover)
				const count = 400
				var work sync.WaitGroup
				run := func(s *session.Session) {
					sent, delivered, received, resumed := 0, uint64(0), uint64(0), 0
					tick := time.NewTicker(700 * time.Millisecond)
					defer tick.Stop()
					for delivered < count || received < count {
						select {
						case <-tick.C:
							if sent < count {
								sent++
								if _, err := s.Send(fmt.Sprint(sent)); err != nil {
									t.Error(err)
								}
							}
						case e := <-s.Events():
							switch e := e.(type) {
							case session.Received:
								received++
								if e.ID != received || e.Text != fmt.Sprint(received) {
									t.Errorf("%#v after %d", e, received)
								}
							case session.Delivered:
								delivered = e.ID
							case session.Resumed:
								resumed++
							case session.Ended:
								t.Errorf("%#v", e)
								return
							}
						}
					}
					if resumed == 0 {
						t.Error("never resumed")
					}
				}
				work.Go(func() { run(w.dialer) })
				work.Go(func() { run(w.answerer) })
				work.Go(func() {
					for range 20 {
						time.Sleep(13 * time.Second)
						w.cut()
					}
				})
				work.Wait()
				began := time.Now()
				go func() {
					for range w.answerer.Events() {
					}
				}()
				if err := w.dialer.Leave(t.Context()); err != nil {
					t.Error(err)
				}
				for range w.dialer.Events() {
				}
				w.answerer.Leave(t.Context())
				t.Log("leaving took", time.Since(began))
			})
		})
	}
}
