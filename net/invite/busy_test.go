// SPDX-License-Identifier: GPL-3.0-or-later

package invite_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/invite"
	"passerby/net/onion/oniontest"
)

// waits waits until p has been told of this trouble with an invite that goes
// on.
func (p *person) waits(t *testing.T, id uint64, want error, within time.Duration) {
	t.Helper()
	for start := time.Now(); ; time.Sleep(time.Second) {
		s := p.status(t, id)
		switch {
		case s.Phase == invite.Waiting && errors.Is(s.Err, want):
			return
		case time.Since(start) > within, s.Phase == invite.Over:
			t.Fatalf("phase %d, %v", s.Phase, s.Err)
		}
	}
}

// turnAway has p meet everybody and talk to nobody until stop, and count the
// meetings; after each it rests for so long.
func (p *person) turnAway(t *testing.T, rest time.Duration) (stop func() int) {
	end, met := make(chan struct{}), make(chan int, 1)
	go func() {
		n := 0
		for {
			select {
			case m := <-p.meeting:
				n++
				m.Conn.Close()
				time.Sleep(rest)
				_ = p.Retry(m.ID)
			case <-end:
				met <- n
				return
			case <-t.Context().Done():
				return
			}
		}
	}()
	return func() int { close(end); return <-met }
}

// A link outlives a conversation that its maker is in, however long.
func TestInviterIsBusyForHours(t *testing.T) {
	for _, kind := range []invite.Kind{invite.Once, invite.Many} {
		synctest.Test(t, func(t *testing.T) {
			n := oniontest.New()
			a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
			link, _ := a.invite(t, kind)
			// given an inviter who talks to somebody else for a day
			id := b.follow(t, link)
			free := [2]func() int{a.turnAway(t, 5*time.Second), b.turnAway(t, 5*time.Second)}
			b.waits(t, id, invite.ErrBusy, time.Hour)
			time.Sleep(24 * time.Hour)
			if s := b.status(t, id); s.Phase == invite.Over {
				t.Fatalf("the guest gave up: %v", s.Err)
			}
			// who was disturbed now and then, and no more often
			met, _ := free[0](), free[1]()
			if least, most := 24*60/15, 9+25*60/5; met < least || met > most {
				t.Errorf("%d meetings in a day, not %d to %d", met, least, most)
			}
			// when the inviter is free, then the two meet
			talk(t, a.meets(t, 10*time.Minute), b.meets(t, 10*time.Minute))
		})
	}
}

// A one-time link is used when somebody talked, not when somebody came: a
// guest whose program was closed meanwhile can follow it again.
func TestGuestComesAgainFromANewStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
		link, made := a.invite(t, invite.Once)
		// given a guest who met an inviter that was not free
		b.follow(t, link)
		a.meets(t, time.Minute).Conn.Close()
		b.meets(t, time.Minute)
		b.Close()
		// when the guest follows the link in a program that knows of nothing
		again := newPerson(t, n, "test")
		id := again.follow(t, link)
		again.waits(t, id, invite.ErrBusy, time.Minute)
		if err := a.Retry(made); err != nil {
			t.Fatal(err)
		}
		// then they meet
		talk(t, a.meets(t, 3*time.Minute), again.meets(t, 3*time.Minute))
		if err := a.Done(made); err != nil {
			t.Error(err)
		}
	})
}

// What was said of one stream must not undo what came of another.
func TestConversationCountsThoughAnotherStreamBroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newPerson(t, n, "test"), newPerson(t, n, "test")
		link, made := a.invite(t, invite.Once)
		if err := a.Done(made); !errors.Is(err, invite.ErrUnknown) {
			t.Errorf("a conversation before anybody came: %v", err)
		}
		// given a guest who was met twice, of which the second came to nothing
		id := b.follow(t, link)
		first := a.meets(t, time.Minute)
		theirs := b.meets(t, time.Minute)
		b.Retry(id)
		a.meets(t, time.Minute).Conn.Close()
		b.meets(t, time.Minute)
		// when that is said before the first became a conversation
		if err := a.Retry(made); err != nil {
			t.Fatal(err)
		}
		talk(t, first, theirs)
		// then the link is used all the same
		if err := a.Done(made); err != nil {
			t.Error(err)
		}
		c := newPerson(t, n, "test")
		c.ends(t, c.follow(t, link), invite.ErrUsed, time.Minute)
	})
}

// Who has a link for many and comes all the time keeps nobody out who is new.
func TestReturningGuestKeepsNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b, c := newPerson(t, n, "test"), newPerson(t, n, "test"), newPerson(t, n, "test")
		link, _ := a.invite(t, invite.Many)
		id := b.follow(t, link)
		free := a.turnAway(t, 0)
		stop := b.turnAway(t, 0)
		b.waits(t, id, invite.ErrBusy, time.Hour)
		free()
		c.follow(t, link)
		theirs := c.meets(t, time.Minute)
		ours := a.meets(t, time.Minute)
		for ours.Peer != theirs.Key.Address() {
			ours = a.meets(t, time.Minute)
		}
		talk(t, ours, theirs)
		stop()
	})
}

// A link for many that has got about lets in no more than so many.
func TestLinkForManyIsForSoMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a := newPerson(t, n, "test")
		link, made := a.invite(t, invite.Many)
		const most = 32
		for i := range most + 1 {
			b := newPerson(t, n, "test")
			id := b.follow(t, link)
			if i == most {
				b.ends(t, id, invite.ErrUsed, time.Minute)
				break
			}
			a.meets(t, time.Minute).Conn.Close()
			b.meets(t, time.Minute)
			if err := a.Done(made); err != nil {
				t.Fatal(err)
			}
			b.Close()
		}
	})
}
