// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"context"
	"fmt"
	"time"

	"passerby/app/keepers"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
)

const (
	// rememberEvery is how often members that stay on are noted, where the
	// person agreed to remember some.
	rememberEvery = 10 * time.Minute
	// stayRate bounds the bandwidth of a member that stays on for others, in
	// bytes a second and both directions together: what a slow line can spare,
	// and several times what a member of a calm network needs.
	stayRate = 32 << 10
	// identityTime is how long our member waits for the key of who stays on,
	// which the system may ask a password for. After that it has another one
	// for this run.
	identityTime = 30 * time.Second
)

// StayRate is the most that a member that stays on sends and receives, in
// kilobytes a second, for front ends to say.
const StayRate = stayRate >> 10

// Keeping is what of the network may be kept from one run to the next. Nothing
// is, unless the person agreed.
type Keeping struct {
	Remember bool // the person agreed that members are remembered
	Stay     bool // the person agreed to stay on for others, with one key for a week
	// Staying tells that this run stays on: it was agreed to before it began,
	// and is still. Where Stay alone is set, the next one will.
	Staying bool
	// Remembered counts the members that are.
	Remembered int
	// Problem is why something that was chosen is not possible, or what is wrong
	// with what was kept, in words for a person, or "".
	Problem string
}

// keeping is what is kept. It is used by one goroutine at a time.
type keeping struct {
	keys     *keepers.Lazy
	memory   *keepers.Memory // nil until a member of ours is there, and where there is no profile
	identity *keepers.Identity
	remember bool // as memory was told
	stay     bool // as identity was told
	staying  bool // this run began with it
}

// openKeeping opens the key of who stays on, and deletes what is left of one
// although nobody agreed. Where somebody did it waits for the key store.
func (a *App) openKeeping() *keeping {
	k := new(keeping)
	if a.params.Profile == "" {
		return k
	}
	if a.params.KeyStore != nil {
		k.keys = keepers.NewLazy(a.params.KeyStore)
	}
	k.stay = a.params.Stay
	k.staying = k.stay
	ctx, cancel := context.WithTimeout(a.ctx, identityTime)
	defer cancel()
	k.identity = keepers.OpenIdentity(ctx, a.shelf(k, k.stay))
	a.showKeeping(k, nil)
	return k
}

// shelf is how package keepers is told where and whether to keep something.
func (a *App) shelf(k *keeping, agreed bool) keepers.Params {
	p := keepers.Params{Dir: a.params.Profile, Agreed: agreed}
	if k.keys != nil {
		p.Keys = k.keys
	}
	return p
}

// member returns the key of our mesh member, and the network that it uses: for
// who stays on, the key of this week and a bounded one. A member with that key
// ends at until; with another one, until is zero and it does not end.
func (k *keeping) member(ctx context.Context, n onion.Network) (key onion.Key, used onion.Network, until time.Time) {
	if !k.staying {
		return onion.GenerateKey(), n, time.Time{}
	}
	ctx, cancel := context.WithTimeout(ctx, identityTime)
	defer cancel()
	key, until = k.identity.Key(ctx, time.Now())
	return key, keepers.NewCap(stayRate).Network(n), until
}

// SetRemember agrees, or no longer agrees, that members of the network are
// remembered for the next run; then what was kept is deleted at once. See
// [Keeping].
func (a *App) SetRemember(on bool) { a.consent(func(k *Keeping) { k.Remember = on }) }

// SetStay agrees, or no longer agrees, to stay on for others under one key for
// a week, from the next start on. Where they no longer do, the key that was kept
// is deleted at once, and our member gets another. See [Keeping].
func (a *App) SetStay(on bool) { a.consent(func(k *Keeping) { k.Stay = on }) }

// Retire ends all that the person has begun, as Close does, while this copy
// stays a member of the network: a search, a conversation, and every invite are
// gone, and nobody can come by one of them. It returns at once. A front end
// calls it when its window goes and the copy stays on.
func (a *App) Retire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.retired++
	if a.search != nil {
		a.search.cancel()
	}
	a.depart(YouLeft)
	for _, p := range a.appointments {
		if p.book != 0 {
			_ = a.book.Cancel(p.book) // it may have forgotten it
		}
	}
	a.forgetInvites()
	a.forgetUpdate()
	a.interests = nil
	a.showInvites()
	a.update(func(s *State) { s.Phase, s.Search, s.Conversation = Home, nil, nil })
}

func (a *App) consent(change func(*Keeping)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.update(func(s *State) { change(&s.Keeping) })
	signal(a.consented)
}

// keep remembers members, and does what the person agrees to, until ctx ends or
// the key of our member is not to be used any more.
func (a *App) keep(ctx context.Context, k *keeping, until time.Time, m *mesh.Mesh, j *joined) {
	if k.identity == nil {
		<-ctx.Done()
		return
	}
	if k.memory == nil {
		k.remember = a.State().Keeping.Remember
		k.memory = keepers.OpenMemory(ctx, a.shelf(k, k.remember), time.Now())
	}
	j.introduce(k.memory.Keepers(time.Now()), rendezvous.Keeper)
	tick := time.NewTicker(rememberEvery)
	defer tick.Stop()
	for {
		stayed := k.staying
		err := k.heed(ctx, a.State().Keeping, j)
		if k.remember && ctx.Err() == nil {
			for _, member := range m.Keepers() {
				// Anybody can say that they stay on. Work for us cannot be
				// claimed, only done, and package keepers bounds how many are
				// taken in a day.
				if m.Standing(member) == mesh.Working {
					k.memory.Met(ctx, member, time.Now())
				}
			}
		}
		a.showKeeping(k, err)
		if stayed != k.staying || !until.IsZero() && !time.Now().Before(until) {
			return
		}
		select {
		case <-tick.C:
		case <-a.consented:
		case <-ctx.Done():
			return
		}
	}
}

// heed does what the person agrees to now. Its error says what could not be
// deleted.
func (k *keeping) heed(ctx context.Context, wish Keeping, j *joined) (err error) {
	if (wish.Remember != k.remember || wish.Stay != k.stay) && k.keys != nil {
		k.keys.Again()
	}
	if wish.Remember != k.remember {
		if k.remember = wish.Remember; k.remember {
			k.memory.Agree(ctx, time.Now())
			j.introduce(k.memory.Keepers(time.Now()), rendezvous.Keeper)
		} else if e := k.memory.Withdraw(ctx); e != nil {
			err = fmt.Errorf("forget the members that were remembered: %w", e)
		}
	}
	if wish.Stay != k.stay {
		if k.stay = wish.Stay; k.stay {
			k.identity.Agree(ctx)
			k.identity.Key(ctx, time.Now()) // which keeps it for the next start
		} else {
			// The key that our member has now goes with the file.
			k.staying = false
			if e := k.identity.Withdraw(ctx); e != nil {
				err = fmt.Errorf("forget the key of who stays on: %w", e)
			}
		}
	}
	return err
}

// showKeeping makes the State true about what is kept.
func (a *App) showKeeping(k *keeping, err error) {
	remembered := 0
	if err == nil {
		err = k.identity.Problem()
	}
	// Whoever has another key the next time is not worth remembering.
	a.stays.Store(k.staying && k.identity.Problem() == nil)
	if k.memory != nil {
		if err == nil {
			err = k.memory.Problem()
		}
		remembered = len(k.memory.Keepers(time.Now()))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	now := a.state.Keeping
	now.Staying, now.Problem, now.Remembered = k.staying, "", remembered
	if err != nil {
		now.Problem = ProblemOf(err).String()
	}
	if now != a.state.Keeping {
		a.update(func(s *State) { s.Keeping = now })
	}
}
