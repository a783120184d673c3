// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app"
	"passerby/net/lobby"
	"passerby/net/onion/oniontest"
	"passerby/net/session"
	"passerby/net/stamp"
)

// engine is an in-memory tor that connects in three seconds.
type engine struct {
	*oniontest.Node
	status    chan app.EngineStatus
	abandoned atomic.Bool
}

func (e *engine) Status(ctx context.Context) <-chan app.EngineStatus {
	out := make(chan app.EngineStatus)
	go func() {
		defer close(out)
		for {
			select {
			case s := <-e.status:
				select {
				case out <- s:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func (e *engine) Close() error { return nil }

func (e *engine) Abandon() {
	e.abandoned.Store(true)
	e.Kill()
}

func (e *engine) up(restarts int) {
	e.status <- app.EngineStatus{Up: true, Tor: app.Tor{Progress: 100, Summary: "Done", Restarts: restarts}}
}

// cheap is what tests pay: little, as they run at the speed of this machine.
var cheap = lobby.Cost{Gate: 4, Memory: stamp.MinMemory, Effort: 2}

// copyOf starts one copy of the program on n.
func copyOf(t *testing.T, n *oniontest.Net) (*app.App, *engine) {
	t.Helper()
	e := &engine{Node: n.Node(), status: make(chan app.EngineStatus, 8)}
	a := app.New(app.Params{Network: "test", Cost: cheap, Cover: true, Launch: func(ctx context.Context) (app.Engine, error) {
		time.AfterFunc(3*time.Second, func() { e.up(0) })
		return e, ctx.Err()
	}})
	t.Cleanup(func() { a.Close() })
	return a, e
}

// await returns the first State that ok accepts, of those from now on.
func await(t *testing.T, a *app.App, what string, ok func(app.State) bool) app.State {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for s := range a.Watch(ctx) {
		if ok(s) {
			return s
		}
	}
	t.Fatalf("never: %s; now %+v", what, a.State())
	panic("unreachable")
}

func in(phase app.Phase) func(app.State) bool {
	return func(s app.State) bool { return s.Phase == phase }
}

// pair returns two copies in a conversation with each other.
func pair(t *testing.T) (a, b *app.App) {
	t.Helper()
	a, b, _, _ = meet(t, true, "Music", "tea")
	return a, b
}

// meet returns the same with their tors, with or without cover.
func meet(t *testing.T, cover bool, interests ...string) (a, b *app.App, torOfA, torOfB *engine) {
	t.Helper()
	n := oniontest.New()
	a, torOfA = copyOf(t, n)
	b, torOfB = copyOf(t, n)
	for _, c := range []*app.App{a, b} {
		c.SetCover(cover)
		if err := c.Find(interests); err != nil {
			t.Fatal(err)
		}
	}
	await(t, a, "talking", in(app.Talking))
	await(t, b, "talking", in(app.Talking))
	return a, b, torOfA, torOfB
}

func TestTwoStrangersTalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		if got := fmt.Sprint(a.State().Conversation.Interests); got != "[Music tea]" {
			t.Errorf("shared interests %s", got)
		}
		// when one says something
		const text = "hello\u202e there" // with a control that turns the line around
		id, err := a.Send(text)
		if err != nil || id != 1 {
			t.Fatal(id, err)
		}
		// then it is waiting, sent, delivered, and read without the control
		var steps []app.Delivery
		await(t, a, "delivered", func(s app.State) bool {
			steps = append(steps, s.Conversation.Messages[0].Delivery)
			return s.Conversation.Messages[0].Delivery == app.Delivered
		})
		s := await(t, b, "received", func(s app.State) bool { return len(s.Conversation.Messages) == 1 })
		if got := s.Conversation.Messages[0]; got.Mine || got.Text != "hello there" {
			t.Errorf("got %+v", got)
		}
		// when b leaves
		if err := b.Leave(); err != nil {
			t.Fatal(err)
		}
		// then both forget what was said, and say why
		if c := b.State().Conversation; c.Ended != app.YouLeft || c.Messages != nil || c.Heard != 1 || c.Said != 0 {
			t.Errorf("b: %+v", c)
		}
		s = await(t, a, "after", in(app.After))
		if c := s.Conversation; c.Ended != app.TheyLeft || c.Messages != nil || c.Said != 1 || len(c.Undelivered) != 0 {
			t.Errorf("a: %+v", c)
		}
		if err := a.Leave(); err != nil || a.State().Phase != app.Home || a.State().Conversation != nil {
			t.Errorf("%v, %+v", err, a.State())
		}
	})
}

func TestNextFindsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		if err := a.Next(); err != nil {
			t.Fatal(err)
		}
		await(t, b, "left alone", in(app.After))
		if err := b.Next(); err != nil {
			t.Fatal(err)
		}
		again := func(s app.State) bool { return s.Phase == app.Talking && s.Conversation.ID == 2 }
		await(t, a, "a second conversation", again)
		await(t, b, "a second conversation", again)
	})
}

func TestTheNextSearchDoesNotTellWhoLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		time.Sleep(time.Minute) // a chat onion for the next one is ready
		began := time.Now()
		if err := a.Next(); err != nil {
			t.Fatal(err)
		}
		// then nothing is sent before the conversation seems to end
		s := await(t, a, "a search at work", func(s app.State) bool { return s.Search != nil && s.Search.Published })
		if took := time.Since(began); took < 3*time.Second || took > 8*time.Second {
			t.Errorf("it began after %v", took)
		}
		if s.Phase != app.Seeking {
			t.Errorf("%+v", s)
		}
		await(t, b, "left alone", in(app.After))
	})
}

func TestTheNextSearchDoesNotWaitForALineThatIsBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _, _, e := meet(t, true)
		time.Sleep(time.Minute)
		e.Kill()
		await(t, a, "reconnecting", func(s app.State) bool { return s.Conversation.Reconnecting })
		began := time.Now()
		if err := a.Next(); err != nil {
			t.Fatal(err)
		}
		await(t, a, "a search at work", func(s app.State) bool { return s.Search != nil && s.Search.Published })
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it began after %v", took)
		}
	})
}

func TestBlockEndsWithoutSayingSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		if err := a.Block(); err != nil {
			t.Fatal(err)
		}
		if c := a.State().Conversation; c.Ended != app.Blocked {
			t.Errorf("a: %+v", c)
		}
		if c := await(t, b, "after", in(app.After)).Conversation; c.Ended != app.TheyLeft {
			t.Errorf("b: %+v", c)
		}
	})
}

func TestCloseTellsTheStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		a.Close()
		if c := await(t, b, "after", in(app.After)).Conversation; c.Ended != app.TheyLeft {
			t.Errorf("b: %+v", c)
		}
		// and commands of a closed program are refused, not lost in a panic
		for name, err := range map[string]error{"find": a.Find(nil), "next": a.Next(), "block": a.Block()} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		if _, err := a.Send("x"); !errors.Is(err, app.ErrNotTalking) {
			t.Errorf("send: %v", err)
		}
	})
}

func TestCloseTellsWhoWasLeftBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		// when somebody leaves and ends the program at once
		if err := a.Leave(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		a.Close()
		// then the stranger is told, and it does not take long
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("took %v", took)
		}
		s := await(t, b, "something", func(s app.State) bool { return s.Phase == app.After || s.Conversation.Reconnecting })
		if c := s.Conversation; c.Ended != app.TheyLeft {
			t.Errorf("b: %+v", c)
		}
	})
}

func TestAConversationSurvivesTorsDeath(t *testing.T) {
	for _, cover := range []bool{true, false} {
		t.Run(fmt.Sprint("cover ", cover), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// given two in a conversation
				a, b, e, _ := meet(t, cover)
				// when tor dies
				e.Kill()
				e.status <- app.EngineStatus{Tor: app.Tor{Restarts: 1}}
				if s := await(t, a, "not ready", func(s app.State) bool { return !s.Ready }); s.Problem != nil {
					t.Errorf("%+v", s.Problem)
				}
				// then both wait, and what they say waits
				reconnecting := func(s app.State) bool { return s.Conversation.Reconnecting }
				await(t, a, "a reconnects", reconnecting)
				await(t, b, "b reconnects", reconnecting)
				for _, c := range []*app.App{a, b} {
					if _, err := c.Send("still here"); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(5 * time.Second)
				if m := a.State().Conversation.Messages; len(m) != 1 || m[0].Delivery != app.Waiting {
					t.Errorf("%+v", m)
				}
				// when tor is back, then it arrives, once
				e.Restart()
				e.up(1)
				await(t, a, "ready", func(s app.State) bool { return s.Ready })
				for _, c := range []*app.App{a, b} {
					s := await(t, c, "all is there", func(s app.State) bool {
						m := s.Conversation.Messages
						return !s.Conversation.Reconnecting && len(m) == 2 && m[0].Delivery == app.Delivered
					})
					if s.Conversation.Heard != 1 || s.Conversation.Messages[1].Text != "still here" {
						t.Errorf("%+v", s.Conversation)
					}
				}
			})
		})
	}
}

func TestAStrangerWhoDoesNotComeBackIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _, _, e := meet(t, true)
		a.Send("one")
		await(t, a, "delivered", func(s app.State) bool {
			return s.Conversation.Messages[0].Delivery == app.Delivered
		})
		// when the stranger's tor dies for good
		e.Kill()
		await(t, a, "reconnecting", func(s app.State) bool { return s.Conversation.Reconnecting })
		began := time.Now()
		a.Send("two")
		a.Send("three")
		// then after three minutes it is known what never arrived
		c := await(t, a, "after", in(app.After)).Conversation
		if c.Ended != app.Lost || fmt.Sprint(c.Undelivered) != "[2 3]" || c.Reconnecting || c.Messages != nil {
			t.Errorf("%+v", c)
		}
		if took := time.Since(began); took != session.Patience {
			t.Errorf("ended after %v", took)
		}
	})
}

func TestPanicForgetsAndSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, e, _ := meet(t, true)
		a.Send("forget me")
		// when somebody panics
		began := time.Now()
		a.Panic()
		// then at once nothing is left, and tor is gone
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v", took)
		}
		if s := a.State(); s.Conversation != nil || s.Search != nil || s.Phase != app.Home {
			t.Errorf("%+v", s)
		}
		if !e.abandoned.Load() {
			t.Error("tor goes on")
		}
		// and commands do nothing
		if err := a.Find(nil); !errors.Is(err, app.ErrClosed) {
			t.Errorf("find: %v", err)
		}
		if _, err := a.Send("x"); !errors.Is(err, app.ErrNotTalking) {
			t.Errorf("send: %v", err)
		}
		// and the stranger sees a line that broke
		await(t, b, "reconnecting", func(s app.State) bool { return s.Conversation.Reconnecting })
	})
}

func TestPanicWhileTorIsStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, launch := range map[string]func(ctx context.Context, e *engine) (app.Engine, error){
			"it gives up and cleans up": func(ctx context.Context, e *engine) (app.Engine, error) {
				<-ctx.Done()
				time.Sleep(50 * time.Millisecond)
				e.Abandon()
				return nil, ctx.Err()
			},
			"it is there in that moment": func(ctx context.Context, e *engine) (app.Engine, error) {
				<-ctx.Done()
				return e, nil
			},
			"it hangs": func(ctx context.Context, e *engine) (app.Engine, error) {
				<-ctx.Done()
				e.Abandon()
				time.Sleep(time.Minute)
				return nil, ctx.Err()
			},
		} {
			// given a tor that is being started
			e := &engine{Node: oniontest.New().Node()}
			a := app.New(app.Params{Network: "test", Launch: func(ctx context.Context) (app.Engine, error) { return launch(ctx, e) }})
			synctest.Wait()
			// when somebody panics
			began := time.Now()
			a.Panic()
			// then nothing of it is left, and it does not take long
			if took := time.Since(began); took > 150*time.Millisecond {
				t.Errorf("%s: took %v", name, took)
			}
			if !e.abandoned.Load() {
				t.Errorf("%s: tor goes on", name)
			}
			a.Close()
		}
	})
}

func TestStoppingASearchFreesTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := copyOf(t, oniontest.New())
		for range 5 {
			if err := a.Find(nil); err != nil {
				t.Fatal(err)
			}
			if err := a.Find(nil); !errors.Is(err, app.ErrBusy) {
				t.Fatalf("got %v", err)
			}
			if err := a.Leave(); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.Find(nil); err != nil {
			t.Fatal(err)
		}
		await(t, a, "a search at work", func(s app.State) bool { return s.Search != nil && s.Search.Stamped })
	})
}

func TestLaunchFailureIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := app.New(app.Params{Network: "test", Launch: func(context.Context) (app.Engine, error) {
			return nil, errors.New("no usable tor found: looked everywhere; install tor")
		}})
		defer a.Close()
		s := await(t, a, "a problem", func(s app.State) bool { return s.Problem != nil })
		want := app.Problem{What: "No usable tor found: looked everywhere.", Advice: "Install tor.", Fatal: true}
		if *s.Problem != want {
			t.Errorf("got %+v", *s.Problem)
		}
	})
}

func TestCommandsOutOfPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := copyOf(t, oniontest.New())
		_, sendErr := a.Send("x")
		for name, tc := range map[string]struct{ got, want error }{
			"send":               {sendErr, app.ErrNotTalking},
			"leave":              {a.Leave(), app.ErrIdle},
			"next":               {a.Next(), app.ErrNotTalking},
			"block":              {a.Block(), app.ErrNotTalking},
			"too many interests": {a.Find(strings.Split("a,b,c,d,e", ",")), lobby.ErrInterests},
			"a long interest":    {a.Find([]string{strings.Repeat("x", 33)}), lobby.ErrInterests},
		} {
			if !errors.Is(tc.got, tc.want) {
				t.Errorf("%s: got %v, want %v", name, tc.got, tc.want)
			}
		}
		if s := a.State(); s.Phase != app.Home {
			t.Errorf("%+v", s)
		}
	})
}

func TestSendRefusesWhatCannotBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t)
		for text, want := range map[string]error{
			"":                        session.ErrEmpty,
			" \n\t":                   session.ErrEmpty,
			strings.Repeat("é", 4001): session.ErrTooLong,
			"not \xff UTF-8":          session.ErrInvalid,
		} {
			if _, err := a.Send(text); !errors.Is(err, want) {
				t.Errorf("%.10q: got %v", text, err)
			}
		}
		if n := len(a.State().Conversation.Messages); n != 0 {
			t.Errorf("%d messages", n)
		}
		if _, err := a.Send(strings.Repeat("é", 4000)); err != nil {
			t.Error(err)
		}
	})
}

func TestWatchersGetEveryState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		states := a.Watch(t.Context()) // nobody reads it for now
		const many = 200
		for range many {
			b.Send("x")
			time.Sleep(time.Second)
		}
		seen := 0
		for s := range states {
			if n := len(s.Conversation.Messages); n != seen {
				if n != seen+1 {
					t.Fatalf("from %d to %d messages", seen, n)
				}
				if seen = n; n == many {
					return
				}
			}
		}
	})
}

func TestWhoSendsWithoutEndIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		flood := strings.Repeat("x", 4000)
		for a.State().Phase == app.Talking {
			if _, err := b.Send(flood); errors.Is(err, app.ErrNotTalking) {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		s := await(t, a, "after", in(app.After))
		if s.Conversation.Heard > 5000 || s.Conversation.Messages != nil {
			t.Errorf("heard %d", s.Conversation.Heard)
		}
		await(t, a, "why", func(s app.State) bool { return s.Problem != nil && !s.Problem.Fatal })
		// and the next conversation begins without the complaint
		if err := a.Next(); err != nil || a.State().Problem != nil {
			t.Errorf("%v, %v", err, a.State().Problem)
		}
	})
}
