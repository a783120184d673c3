// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app"
	"passerby/net/invite"
	"passerby/net/onion/oniontest"
)

// copies returns two copies whose tors are connected.
func copies(t *testing.T) (a, b *app.App) {
	t.Helper()
	n := oniontest.New()
	a, _ = copyOf(t, n)
	b, _ = copyOf(t, n)
	for _, c := range []*app.App{a, b} {
		await(t, c, "connected", func(s app.State) bool { return s.Tor.Progress == 100 })
	}
	return a, b
}

// made returns the link of an invite.
func made(t *testing.T, a *app.App, kind app.InviteKind) (id uint64, link string) {
	t.Helper()
	id, err := a.Invite(kind)
	if err != nil {
		t.Fatal(err)
	}
	i := inviteOf(t, a, id)
	if i.Link == "" || !i.Mine || i.Kind != kind || i.Until.IsZero() {
		t.Fatalf("%+v", i)
	}
	return id, i.Link
}

func inviteOf(t *testing.T, a *app.App, id uint64) app.Invite {
	t.Helper()
	for _, i := range a.State().Invites {
		if i.ID == id {
			return i
		}
	}
	t.Fatalf("invite %d is not in %+v", id, a.State().Invites)
	panic("unreachable")
}

// say sends a message from one to the other and waits until it is there.
func say(t *testing.T, from, to *app.App, text string) {
	t.Helper()
	if _, err := from.Send(text); err != nil {
		t.Fatal(err)
	}
	await(t, to, text, func(s app.State) bool {
		c := s.Conversation
		return c != nil && len(c.Messages) > 0 && c.Messages[len(c.Messages)-1].Text == text
	})
}

func TestAnInviteBeginsAConversation(t *testing.T) {
	for _, phase := range []app.Phase{app.Home, app.Seeking} {
		synctest.Test(t, func(t *testing.T) {
			// given two copies, of which one made an invite and may look for a
			// stranger, too
			a, b := copies(t)
			id, link := made(t, a, app.Once)
			if phase == app.Seeking {
				if err := a.Find([]string{"tea"}); err != nil {
					t.Fatal(err)
				}
			}
			// when the other follows it, however it is written
			theirs, err := b.Follow(" " + strings.ToUpper(link[:40]) + "\n" + strings.ToUpper(link[40:]))
			if err != nil {
				t.Fatal(err)
			}
			// then they talk
			s := await(t, a, "talking", in(app.Talking))
			if s.Conversation.Invite != id || s.Search != nil {
				t.Errorf("%+v", s.Conversation)
			}
			if s = await(t, b, "talking", in(app.Talking)); s.Conversation.Invite != theirs {
				t.Errorf("%+v", s.Conversation)
			}
			say(t, a, b, "hello")
			say(t, b, a, "hello yourself")
			// and the invite is used up
			for c, id := range map[*app.App]uint64{a: id, b: theirs} {
				if i := inviteOf(t, c, id); i.Phase != app.InviteOver || i.Problem != "" {
					t.Errorf("%+v", i)
				}
			}
			if _, err := b.Follow(link); !errors.Is(err, invite.ErrUsed) {
				t.Errorf("used twice: %v", err)
			}
			// and leaving goes as ever
			if err := a.Leave(); err != nil {
				t.Fatal(err)
			}
			if c := await(t, b, "after", in(app.After)).Conversation; c.Ended != app.TheyLeft {
				t.Errorf("%+v", c)
			}
			time.Sleep(time.Minute)
			if p := a.State().Phase; p != app.After {
				t.Errorf("phase %v", p)
			}
		})
	}
}

func TestAConversationByInviteSurvivesTorsDeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, who := range []int{0, 1} {
			n := oniontest.New()
			a, torOfA := copyOf(t, n)
			b, torOfB := copyOf(t, n)
			for _, c := range []*app.App{a, b} {
				await(t, c, "connected", func(s app.State) bool { return s.Tor.Progress == 100 })
			}
			_, link := made(t, a, app.Many)
			if _, err := b.Follow(link); err != nil {
				t.Fatal(err)
			}
			await(t, a, "talking", in(app.Talking))
			await(t, b, "talking", in(app.Talking))
			time.Sleep(time.Minute)
			tor := []*engine{torOfA, torOfB}[who]
			tor.Kill()
			tor.status <- app.EngineStatus{Tor: app.Tor{Restarts: 1}}
			await(t, a, "reconnecting", func(s app.State) bool { return s.Conversation.Reconnecting })
			await(t, b, "reconnecting", func(s app.State) bool { return s.Conversation.Reconnecting })
			tor.Restart()
			tor.up(1)
			await(t, a, "resumed", func(s app.State) bool { return !s.Conversation.Reconnecting })
			say(t, a, b, "still here")
		}
	})
}

func TestWhomAnInviteBringsIsASourceOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given three copies that know each other through slots alone
		n := oniontest.New()
		a, _ := copyOf(t, n)
		b, _ := copyOf(t, n)
		copyOf(t, n)
		for _, c := range []*app.App{a, b} {
			await(t, c, "the others", func(s app.State) bool { return s.Mesh.Peers == 2 && s.Ready })
		}
		await(t, b, "slots alone", func(s app.State) bool {
			return s.Mesh.SlotsAlone && s.Mesh.Sources.Slots > 0 && s.Mesh.Sources.Invites == 0
		})
		// when two meet by an invite, then each has another source
		_, link := made(t, a, app.Once)
		if _, err := b.Follow(link); err != nil {
			t.Fatal(err)
		}
		for _, c := range []*app.App{a, b} {
			await(t, c, "another source", func(s app.State) bool { return s.Mesh.Sources.Invites == 1 && !s.Mesh.SlotsAlone })
		}
	})
}

func TestTwoWhoPressAgainMeetAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two strangers who both want to meet again
		a, b := pair(t)
		ids := make(map[*app.App]uint64)
		for _, c := range []*app.App{a, b} {
			id, err := c.Again()
			if err != nil {
				t.Fatal(err)
			}
			if more, err := c.Again(); err != nil || more != id {
				t.Errorf("pressed twice: %d, %v", more, err)
			}
			if i := inviteOf(t, c, id); i.Phase != app.InviteKept || i.Kind != app.Again || i.Link != "" || !c.State().Conversation.Again {
				t.Errorf("%+v", i)
			}
			ids[c] = id
		}
		// when one leaves, then nothing happens by itself
		a.Leave()
		await(t, b, "after", in(app.After))
		time.Sleep(10 * time.Minute)
		if a.State().Phase != app.After || b.State().Phase != app.After {
			t.Fatal("they talk again already")
		}
		// when both look, one an hour later, then they meet
		if err := a.Meet(ids[a]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if p := a.State().Phase; p != app.After {
			t.Fatal("it met somebody else", p)
		}
		if err := b.Meet(ids[b]); err != nil {
			t.Fatal(err)
		}
		await(t, a, "talking", in(app.Talking))
		await(t, b, "talking", in(app.Talking))
		say(t, a, b, "there you are")
		if i := inviteOf(t, a, ids[a]); i.Phase != app.InviteOver {
			t.Errorf("%+v", i)
		}
	})
}

func TestTwoWhoLoseEachOtherMeetAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two who pressed it
		a, b, _, tor := meet(t, true)
		for _, c := range []*app.App{a, b} {
			if _, err := c.Again(); err != nil {
				t.Fatal(err)
			}
		}
		// when they lose each other
		tor.Kill()
		tor.status <- app.EngineStatus{Tor: app.Tor{Restarts: 1}}
		await(t, a, "after", in(app.After))
		await(t, b, "after", in(app.After))
		tor.Restart()
		tor.up(1)
		// then the one with a tor looks by itself, the other when told
		await(t, b, "ready", func(s app.State) bool { return s.Ready })
		if err := b.Meet(b.State().Invites[0].ID); err != nil {
			t.Fatal(err)
		}
		await(t, a, "talking", in(app.Talking))
		await(t, b, "talking", in(app.Talking))
	})
}

func TestWhoIsBusyIsMetLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given somebody who made an invite and talks to a stranger
		n := oniontest.New()
		a, _ := copyOf(t, n)
		b, _ := copyOf(t, n)
		c, _ := copyOf(t, n)
		for _, x := range []*app.App{a, b} {
			if err := x.Find(nil); err != nil {
				t.Fatal(err)
			}
		}
		await(t, a, "talking", in(app.Talking))
		id, link := made(t, a, app.Once)
		// when the guest comes, then the conversation goes on, and both are told
		theirs, err := c.Follow(link)
		if err != nil {
			t.Fatal(err)
		}
		await(t, c, "why not", func(s app.State) bool {
			return len(s.Invites) == 1 && strings.Contains(s.Invites[0].Problem, "somebody else")
		})
		if i := inviteOf(t, c, theirs); i.Phase != app.InviteWaiting {
			t.Errorf("%+v", i)
		}
		say(t, b, a, "undisturbed")
		// when it is over, then the guest is met by itself
		a.Leave()
		s := await(t, a, "talking", in(app.Talking))
		if s.Conversation.Invite != id {
			t.Errorf("%+v", s.Conversation)
		}
		await(t, c, "talking", in(app.Talking))
		say(t, a, c, "now")
	})
}

func TestInvitesThatAreNotPossible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a copy whose tor is not there yet
		a, _ := copyOf(t, oniontest.New())
		if _, err := a.Invite(app.Once); !errors.Is(err, app.ErrOffline) {
			t.Errorf("%v", err)
		}
		if _, err := a.Again(); !errors.Is(err, app.ErrNotTalking) {
			t.Errorf("%v", err)
		}
		await(t, a, "connected", func(s app.State) bool { return s.Tor.Progress == 100 })
		id, link := made(t, a, app.Once)
		for text, want := range map[string]error{
			"http://example.org": invite.ErrNotLink,
			link[:60]:            invite.ErrDamaged,
			link:                 invite.ErrOwn,
		} {
			if _, err := a.Follow(text); !errors.Is(err, want) {
				t.Errorf("%q: %v", text, err)
			}
		}
		for _, kind := range []app.InviteKind{"", "twice", app.Again} {
			if _, err := a.Invite(kind); !errors.Is(err, app.ErrInviteKind) {
				t.Errorf("%q: %v", kind, err)
			}
		}
		if err := a.Meet(id + 1); !errors.Is(err, invite.ErrUnknown) {
			t.Errorf("%v", err)
		}
		// when it is cancelled, then it is gone
		if err := a.CancelInvite(id); err != nil || len(a.State().Invites) != 0 {
			t.Errorf("%v, %+v", err, a.State().Invites)
		}
		if err := a.CancelInvite(id); !errors.Is(err, invite.ErrUnknown) {
			t.Errorf("%v", err)
		}
		a.Close()
		if _, err := a.Follow(link); !errors.Is(err, app.ErrClosed) {
			t.Errorf("%v", err)
		}
	})
}

func TestAnInviteHasAPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := copies(t)
		id, _ := made(t, a, app.Once)
		if p, err := inviteOf(t, a, id).QR(); err != nil || p.Bounds().Dx() < 29 {
			t.Errorf("%v", err)
		}
		if _, err := (app.Invite{}).QR(); err == nil {
			t.Error("a picture of nothing")
		}
	})
}
