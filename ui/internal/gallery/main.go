// SPDX-License-Identifier: GPL-3.0-or-later

// Command gallery opens the window over a program that only pretends, so that
// every screen can be looked at, and its keys tried, without Tor and without
// anybody else:
//
//	go run -tags migrated_fynedo ./ui/internal/gallery [scene]
//
// The scenes are listed by -h. Without one it plays a whole evening: Tor
// connects, and each Find leads to a stranger who answers. Settings are behind
// Ctrl+comma in every one of them. With -curtain the window is covered while
// another is in front.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
	"passerby/ui"
)

func main() {
	curtain := flag.Bool("curtain", false, "")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "gallery [-curtain] [scene]\nscenes: %s\n", strings.Join(names(), " "))
	}
	flag.Parse()
	kept := settings.InMemory()
	kept.Change(func(c *settings.Choices) { c.Curtain = *curtain })
	p := &pretended{state: scenes[flag.Arg(0)], changed: make(chan struct{})}
	p.state.Cover = true
	if c := p.state.Conversation; c != nil && p.state.Phase == app.Talking {
		heeded := c.Heeded(p.state.Guard)
		p.state.Conversation = &heeded
	}
	switch flag.Arg(0) {
	case "":
		go p.connect()
	case "meanwhile":
		go p.chatter()
	}
	if err := ui.Run(context.Background(), p, ui.Options{Settings: kept, NoCards: flag.Arg(0) != "cards"}); err != nil {
		log.Fatal(err)
	}
}

func names() []string {
	var all []string
	for name := range scenes {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// pretended is a ui.Program without a network.
type pretended struct {
	mu      sync.Mutex
	state   app.State
	changed chan struct{}
}

func (p *pretended) State() app.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

func (p *pretended) Watch(ctx context.Context) <-chan app.State {
	states := make(chan app.State)
	go func() {
		defer close(states)
		for {
			p.mu.Lock()
			s, changed := p.state, p.changed
			p.mu.Unlock()
			select {
			case states <- s:
			case <-ctx.Done():
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return states
}

func (p *pretended) set(change func(s *app.State)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pretended) connect() {
	for _, t := range []app.Tor{
		{Progress: 10, Summary: "Connected to a relay"},
		{Progress: 50, Summary: "Loading relay descriptors"},
		{Progress: 90, Summary: "Establishing a Tor circuit"},
		{Progress: 100, Summary: "Done"},
	} {
		time.Sleep(800 * time.Millisecond)
		p.set(func(s *app.State) { s.Tor = t })
	}
	time.Sleep(time.Second)
	p.set(func(s *app.State) { s.Mesh = mesh; s.Ready = true })
}

// chatter has the stranger go on writing, whatever one does meanwhile.
func (p *pretended) chatter() {
	for n := 1; ; n++ {
		time.Sleep(5 * time.Second)
		p.say(app.Message{Text: fmt.Sprintf("And another thing, number %d.", n)}, new(uint64))
	}
}

func (p *pretended) Find(interests []string) error {
	p.set(func(s *app.State) {
		s.Phase, s.Conversation = app.Seeking, nil
		s.Search = &app.Search{Since: time.Now(), Interests: interests}
	})
	go func() {
		for _, change := range []func(*app.Search){
			func(s *app.Search) { s.Published = true },
			func(s *app.Search) { s.Stamped = true },
			func(s *app.Search) { s.Pushed = 3 },
			func(s *app.Search) { s.Echoed = true },
			func(s *app.Search) { s.Beacons = 4 },
			func(s *app.Search) { s.Dialing = 2 },
		} {
			time.Sleep(700 * time.Millisecond)
			p.set(func(s *app.State) {
				if s.Search == nil {
					return
				}
				next := *s.Search
				change(&next)
				s.Search = &next
			})
		}
		time.Sleep(time.Second)
		p.set(func(s *app.State) {
			if s.Search == nil {
				return
			}
			met++
			s.Phase, s.Search = app.Talking, nil
			s.Conversation = &app.Conversation{ID: met, Since: time.Now(), Interests: interests}
		})
	}()
	return nil
}

var met uint64

func (p *pretended) Send(text string) (uint64, error) {
	var id uint64
	p.say(app.Message{Mine: true, Text: text}, &id)
	go func() {
		time.Sleep(300 * time.Millisecond)
		p.reach(id, app.Sent)
		time.Sleep(900 * time.Millisecond)
		p.reach(id, app.Delivered)
		time.Sleep(900 * time.Millisecond)
		p.say(app.Message{Text: "You wrote: " + text}, new(uint64))
	}()
	return id, nil
}

func (p *pretended) say(m app.Message, id *uint64) {
	p.set(func(s *app.State) {
		if s.Phase != app.Talking {
			return
		}
		c := *s.Conversation
		if m.Mine {
			c.Said++
			*id = uint64(c.Said)
		} else {
			c.Heard++
			*id = uint64(c.Heard)
		}
		m.ID, m.At = *id, time.Now()
		c.Messages = append(c.Messages[:len(c.Messages):len(c.Messages)], m)
		quiet := c.Quiet
		c = c.Heeded(s.Guard)
		c.Quiet = slices.Concat(c.Quiet, quiet)
		s.Conversation = &c
	})
}

func (p *pretended) reach(id uint64, d app.Delivery) {
	p.set(func(s *app.State) {
		if s.Phase != app.Talking {
			return
		}
		c := *s.Conversation
		c.Messages = slices.Clone(c.Messages)
		for i := range c.Messages {
			if m := &c.Messages[i]; m.Mine && m.ID <= id {
				m.Delivery = max(m.Delivery, d)
			}
		}
		s.Conversation = &c
	})
}

func (p *pretended) Leave() error { p.end(app.YouLeft); return nil }
func (p *pretended) Block() error { p.end(app.Blocked); return nil }
func (p *pretended) SetGuard(level settings.Guard) {
	p.set(func(s *app.State) { s.Guard = level })
}

// Silence does what the app does.
func (p *pretended) Silence(category guard.Category) {
	p.set(func(s *app.State) {
		if s.Conversation != nil {
			c := *s.Conversation
			c.Quiet = append(c.Quiet[:len(c.Quiet):len(c.Quiet)], category)
			s.Conversation = &c
		}
	})
}

// NotAboutMe does what the app does.
func (p *pretended) NotAboutMe(fact int) {
	p.set(func(s *app.State) {
		if s.Conversation != nil {
			c := *s.Conversation
			c.Meter = c.Meter.Drop(fact)
			s.Conversation = &c
		}
	})
}

func (p *pretended) SetCover(on bool) {
	p.set(func(s *app.State) { s.Cover = on })
}

// Invite shows a link that leads nowhere.
func (p *pretended) Invite(kind app.InviteKind) (uint64, error) {
	p.set(func(s *app.State) {
		s.Invites = append(slices.Clone(s.Invites), app.Invite{
			ID: uint64(len(s.Invites) + 1), Kind: kind, Mine: true, Phase: app.InviteWaiting, Until: time.Now().Add(48 * time.Hour),
			Link: "passerby:aeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibae",
		})
	})
	return 1, nil
}
func (p *pretended) Follow(string) (uint64, error) {
	return 0, errors.New("this is not a link of Passerby; copy all of it, from \"passerby:\" to its end")
}
func (p *pretended) Again() (uint64, error) {
	p.set(func(s *app.State) {
		c := *s.Conversation
		c.Again, s.Conversation = true, &c
		s.Invites = append(slices.Clone(s.Invites), app.Invite{ID: 3, Kind: app.Again, Phase: app.InviteKept})
	})
	return 3, nil
}
func (p *pretended) Meet(uint64) error { return nil }
func (p *pretended) CancelInvite(id uint64) error {
	p.set(func(s *app.State) {
		s.Invites = slices.DeleteFunc(slices.Clone(s.Invites), func(i app.Invite) bool { return i.ID == id })
	})
	return nil
}
func (p *pretended) SetRemember(on bool) {
	p.set(func(s *app.State) { s.Keeping.Remember = on })
}
func (p *pretended) SetStay(on bool) {
	p.set(func(s *app.State) {
		s.Keeping.Stay = on
		s.Keeping.Staying = on && s.Keeping.Staying
	})
}

// AskForUpdates finds a newer version after a while.
func (p *pretended) AskForUpdates() error {
	p.set(func(s *app.State) { s.Update = app.Update{Can: true, Phase: app.UpdateAsking} })
	time.AfterFunc(3*time.Second, func() {
		p.set(func(s *app.State) { s.Update = newer })
	})
	return nil
}

func (p *pretended) Retire() {
	p.set(func(s *app.State) { s.Phase, s.Search, s.Conversation, s.Invites = app.Home, nil, nil, nil })
}
func (p *pretended) Panic()      { os.Exit(0) }
func (p *pretended) Next() error { return p.Find(p.State().Conversation.Interests) }

func (p *pretended) end(why app.Reason) {
	p.set(func(s *app.State) {
		s.Search = nil
		if s.Phase != app.Talking {
			s.Phase, s.Conversation = app.Home, nil
			return
		}
		c := *s.Conversation
		c.Messages, c.Ended, c.Until = nil, why, time.Now()
		s.Phase, s.Conversation = app.After, &c
	})
}
