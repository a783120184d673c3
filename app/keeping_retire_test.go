// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"testing"
	"testing/synctest"
	"time"

	"passerby/app"
)

// Whoever retires has ended everything that a person began, for the stranger
// as by leaving, and is a member all the same.
func TestRetiringEndsAllButTheMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		if _, err := a.Again(); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Invite(app.Many); err != nil {
			t.Fatal(err)
		}
		say(t, b, a, "hello")
		a.Retire()
		if s := a.State(); s.Phase != app.Home || s.Conversation != nil || s.Search != nil || len(s.Invites) != 0 || !s.Ready {
			t.Errorf("%+v", s)
		}
		s := await(t, b, "left alone", in(app.After))
		if s.Conversation.Ended != app.TheyLeft {
			t.Errorf("%+v", s.Conversation)
		}
		time.Sleep(time.Hour)
		if s := a.State(); s.Mesh.Peers != 1 || !s.Ready || s.Phase != app.Home {
			t.Errorf("an hour later %+v", s)
		}
		// and the person can come back and begin anew
		for _, c := range []*app.App{a, b} {
			if err := c.Find(nil); err != nil {
				t.Fatal(err)
			}
		}
		await(t, a, "talking again", in(app.Talking))
		await(t, b, "talking again", in(app.Talking))
		say(t, b, a, "hello again")
	})
}

// Nobody is found, or comes by an invite, once the person has gone; not even
// where it was about to happen, whichever step that had come to.
func TestNobodyMeetsWhoHasRetired(t *testing.T) {
	search := func(t *testing.T, a, b *app.App) {
		for _, c := range []*app.App{a, b} {
			if err := c.Find(nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	invite := func(t *testing.T, a, b *app.App) {
		_, link := made(t, a, app.Many)
		if _, err := b.Follow(link); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what  string
		begin func(t *testing.T, a, b *app.App)
		step  time.Duration
	}{{"search", search, 2 * time.Second}, {"invite", invite, 200 * time.Millisecond}} {
		var talked bool
		for n := 0; !talked && n < 100; n++ {
			after := time.Duration(n) * c.step
			synctest.Test(t, func(t *testing.T) {
				a, b := copies(t)
				c.begin(t, a, b)
				time.Sleep(after)
				talked = a.State().Phase == app.Talking
				a.Retire()
				for range 60 {
					time.Sleep(5 * time.Second)
					if s := a.State(); s.Phase != app.Home || s.Conversation != nil || len(s.Invites) != 0 {
						t.Fatalf("%s, retired after %v: %+v", c.what, after, s)
					}
				}
				// A guest who was just let in is told, and not left to wait.
				if s := b.State(); s.Phase == app.Talking {
					t.Errorf("%s, retired after %v: the other still talks", c.what, after)
				}
			})
		}
		if !talked {
			t.Errorf("%s: no conversation came of it, so this saw only the first steps", c.what)
		}
	}
}
