// SPDX-License-Identifier: GPL-3.0-or-later

package invite_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/invite"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

func TestOneTimeLinkIsUsedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b, c := newPerson(t, n, "test"), newPerson(t, n, "test"), newPerson(t, n, "test")
		link, made := a.invite(t, invite.Once)
		// given a guest who was faster
		followed := b.follow(t, link)
		talk(t, a.meets(t, time.Minute), b.meets(t, time.Minute))
		if b.Done(followed) != nil {
			t.Error("not met")
		}
		if _, err := b.Follow(t.Context(), link); !errors.Is(err, invite.ErrUsed) {
			t.Errorf("the guest follows it again: %v", err)
		}
		// when another comes before the conversation began
		late := c.follow(t, link)
		// then it is not let in, and learns afterwards that it was too late, and
		// remembers
		c.waits(t, late, invite.ErrBusy, time.Minute)
		if err := a.Done(made); err != nil {
			t.Fatal(err)
		}
		c.ends(t, late, invite.ErrUsed, 3*time.Minute)
		if _, err := c.Follow(t.Context(), link); !errors.Is(err, invite.ErrUsed) {
			t.Errorf("followed again: %v", err)
		}
		// and so does whoever comes later
		d := newPerson(t, n, "test")
		d.ends(t, d.follow(t, link), invite.ErrUsed, time.Minute)
		a.meetsNobody(t, 2*time.Hour)
		// and an hour later the service is gone
		e := newPerson(t, n, "test")
		later := e.follow(t, link)
		time.Sleep(time.Hour)
		if e.status(t, later).Phase != invite.Waiting {
			t.Error("somebody still answers")
		}
	})
}

// Many who hold the same one-time link come at once: one gets in.
func TestOneOfManyRivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a := newPerson(t, n, "test")
		link, _ := a.invite(t, invite.Once)
		time.Sleep(10 * time.Second)
		rivals := make([]*person, 6)
		for i := range rivals {
			rivals[i] = newPerson(t, n, "test")
			rivals[i].follow(t, link)
		}
		time.Sleep(10 * time.Minute)
		met := 0
		for _, r := range rivals {
			met += len(r.meeting)
		}
		if met != 1 || len(a.meeting) != 1 {
			t.Errorf("%d got in, %d met", met, len(a.meeting))
		}
	})
}

// A guest whose stream broke comes in again, up to the conversation.
func TestGuestComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
		link, made := a.invite(t, invite.Once)
		id := b.follow(t, link)
		a.meets(t, time.Minute).Conn.Close()
		b.meets(t, time.Minute)
		if err := b.Retry(id); err != nil {
			t.Fatal(err)
		}
		talk(t, a.meets(t, time.Minute), b.meets(t, time.Minute))
		a.Done(made)
		b.Retry(id)
		b.ends(t, id, invite.ErrUsed, time.Minute)
	})
}

func TestLinkForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a := newPerson(t, n, "test")
		link, made := a.invite(t, invite.Many)
		for range 3 {
			b := newPerson(t, n, "test")
			b.follow(t, link)
			talk(t, a.meets(t, time.Minute), b.meets(t, time.Minute))
			if a.Done(made) != nil || a.status(t, made).Phase != invite.Waiting {
				t.Error("it does not go on")
			}
		}
	})
}

func TestForeignOwnAndTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newPerson(t, n, "test"), newPerson(t, n, "another")
		link, _ := a.invite(t, invite.Once)
		if _, err := b.Follow(t.Context(), link); !errors.Is(err, invite.ErrForeign) {
			t.Errorf("of another network: %v", err)
		}
		if _, err := a.Follow(t.Context(), link); !errors.Is(err, invite.ErrOwn) {
			t.Errorf("our own: %v", err)
		}
		for range 7 {
			a.invite(t, invite.Many)
		}
		if _, err := a.Invite(t.Context(), invite.Once); !errors.Is(err, invite.ErrTooMany) {
			t.Errorf("one too many: %v", err)
		}
		for _, s := range a.Status() {
			if err := a.Cancel(s.ID); err != nil {
				t.Error(err)
			}
		}
		a.invite(t, invite.Once)
		if len(a.Status()) != 1 {
			t.Error("what was cancelled is listed")
		}
	})
}

// noise dials a link's service and does what it likes there until stop.
func noise(t *testing.T, n *oniontest.Net, l invite.Link, streams int, behave func(net.Conn)) (stop func()) {
	t.Helper()
	var all sync.WaitGroup
	end := make(chan struct{})
	for range streams {
		node := n.Node()
		all.Go(func() {
			for {
				if c, err := node.Dial(t.Context(), address(t, l).String(), ""); err == nil {
					c.SetDeadline(time.Now().Add(time.Minute))
					behave(c)
					c.Close()
				}
				select {
				case <-end:
					return
				case <-time.After(time.Second):
				}
			}
		})
	}
	return func() { close(end); all.Wait() }
}

// address is where a link leads.
func address(t *testing.T, l invite.Link) onion.Address {
	t.Helper()
	return onion.Address(bytesOf(t, l)[9:41])
}

// Streams of somebody who does not have the link use up nothing, and the guest
// gets through.
func TestWrongHandshakesUseUpNothing(t *testing.T) {
	for name, behave := range map[string]func(net.Conn){
		"garbage": func(c net.Conn) {
			b := make([]byte, 488)
			rand.Read(b)
			c.Write(b)
			io.Copy(io.Discard, c)
		},
		"silence":  func(c net.Conn) { io.Copy(io.Discard, c) },
		"half":     func(c net.Conn) { c.Write(make([]byte, 100)); io.Copy(io.Discard, c) },
		"hangs up": func(net.Conn) {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := oniontest.New()
				a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
				link, made := a.invite(t, invite.Once)
				time.Sleep(10 * time.Second)
				stop := noise(t, n, a.status(t, made).Link, 2, behave)
				time.Sleep(time.Minute)
				if a.status(t, made).Phase != invite.Waiting {
					t.Error("the link is used")
				}
				b.follow(t, link)
				talk(t, a.meets(t, 10*time.Minute), b.meets(t, 10*time.Minute))
				stop()
			})
		})
	}
}

// Whoever answers at a link's address without its key is not taken for the
// inviter, and the guest goes on looking.
func TestSomebodyElseAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		impostor, b := n.Node(), newPerson(t, n, "test")
		k := onion.GenerateKey()
		l, err := impostor.Listen(t.Context(), k.Private(), 4)
		if err != nil {
			t.Fatal(err)
		}
		var serving sync.WaitGroup
		serving.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				io.ReadFull(c, make([]byte, 488))
				c.Write(make([]byte, 488))
				io.Copy(io.Discard, c)
				c.Close()
			}
		})
		a := k.Address()
		id := b.follow(t, write(1, 1, "test", time.Now().Add(invite.Life), a[:]))
		b.meetsNobody(t, 5*time.Minute)
		if s := b.status(t, id); s.Phase != invite.Waiting || !errors.Is(s.Err, invite.ErrProtocol) {
			t.Errorf("phase %d, %v", s.Phase, s.Err)
		}
		l.Close()
		serving.Wait()
	})
}
