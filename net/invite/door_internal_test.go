// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// opened makes a one-time link on a network of its own and waits until it can
// be found.
func opened(t *testing.T, n *oniontest.Net, met func(Meeting)) (*Book, Link) {
	t.Helper()
	b := New(Params{
		Network: n.Node(), Name: "test", Met: met,
		Members: func(int) []onion.Address { return nil },
	})
	if _, err := b.Invite(t.Context(), Once); err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Second)
	return b, b.Status()[0].Link
}

// dialed is a stream to a link's service, or nil.
func dialed(t *testing.T, n *oniontest.Net, l Link) net.Conn {
	t.Helper()
	c, err := n.Node().Dial(t.Context(), l.address().String(), "")
	if err != nil {
		return nil
	}
	return c
}

func TestWhoeverSaysNothingIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		b, l := opened(t, n, nil)
		defer b.Close()
		c := dialed(t, n, l)
		begun := time.Now()
		c.Read(make([]byte, 1))
		if took := time.Since(begun); took < helloTime || took > helloTime+2*time.Second {
			t.Errorf("after %v", took)
		}
		// when it stops in the middle instead, then likewise
		c = dialed(t, n, l)
		s, err := greet(c, linkTerms(l), token{1})
		if err != nil {
			t.Fatal(err)
		}
		begun = time.Now()
		c.Read(make([]byte, 1))
		if took := time.Since(begun); took > serveTime+2*time.Second {
			t.Errorf("after %v", took)
		}
		s.forget()
	})
}

func TestStreamsThatSayNothingAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		b, l := opened(t, n, nil)
		var open atomic.Int32
		var all sync.WaitGroup
		most := int32(0)
		for range 140 { // ten a second
			time.Sleep(100 * time.Millisecond)
			all.Go(func() {
				if c := dialed(t, n, l); c != nil {
					time.Sleep(time.Second) // for a refusal to arrive
					open.Add(1)
					c.Read(make([]byte, 1))
					open.Add(-1)
					c.Close()
				}
			})
			time.Sleep(time.Millisecond)
			most = max(most, open.Load())
		}
		if most < maxDoor-4 || most > maxDoor+4 { // some are on their way
			t.Errorf("%d streams are open", most)
		}
		b.Close()
		all.Wait()
	})
}

// Somebody with the link comes all the time. It is answered as often as the
// bucket allows, and no more.
func TestGuestsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		b, l := opened(t, n, nil)
		b.mu.Lock()
		for _, e := range b.entries {
			e.guests[token{9}], e.Phase = struct{}{}, Met // somebody is there
		}
		b.mu.Unlock()
		var answered atomic.Int32
		var all sync.WaitGroup
		const seconds = 60
		end := time.Now().Add(seconds * time.Second)
		for range 20 {
			all.Go(func() {
				for time.Now().Before(end) {
					if c := dialed(t, n, l); c != nil {
						c.SetDeadline(end)
						if _, err := greet(c, linkTerms(l), token{1}); errors.Is(err, ErrBusy) {
							answered.Add(1)
						}
						c.Close()
					}
				}
			})
		}
		all.Wait()
		b.Close()
		if got := answered.Load(); got < 20 || got > arrivalBurst+seconds {
			t.Errorf("%d answers in a minute", got)
		}
	})
}

// Two who have the link stall as long as they may, again and again. The third
// gets in all the same.
func TestStallersDoNotKeepAGuestOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		met := make(chan Meeting, 8)
		b, l := opened(t, n, func(m Meeting) { met <- m })
		var all sync.WaitGroup
		end := make(chan struct{})
		for i := range 2 {
			all.Go(func() {
				for {
					select {
					case <-end:
						return
					default:
					}
					if c := dialed(t, n, l); c != nil {
						c.SetDeadline(time.Now().Add(greetTime))
						if _, err := greet(c, linkTerms(l), token{byte(i)}); err == nil {
							c.Read(make([]byte, 1))
						}
						c.Close()
					}
				}
			})
		}
		time.Sleep(30 * time.Second)
		guest := New(Params{
			Network: n.Node(), Name: "test", Met: func(m Meeting) { met <- m },
			Members: func(int) []onion.Address { return nil },
		})
		if _, err := guest.Follow(t.Context(), l.String()); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		<-met
		<-met
		if took := time.Since(begun); took > 5*time.Minute {
			t.Errorf("after %v", took)
		}
		close(end)
		all.Wait()
		guest.Close()
		b.Close()
	})
}
