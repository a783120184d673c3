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
	// rememberEvery is how often members that do work are noted, where the
	// person agreed to remember some.
	rememberEvery = 10 * time.Minute
	// rememberFrom is how many members are looked at each time. Package keepers
	// takes five new ones a day at most.
	rememberFrom = 16
	// stayRate bounds the bandwidth of a member that stays on for others, in
	// bytes a second and both directions together: what a slow line can spare,
	// and several times what a member of a calm network needs.
	stayRate = 32 << 10
)

// Keeping is what of the network may be kept from one run to the next. Nothing
// is, unless the person agreed.
type Keeping struct {
	// Possible tells that the system has a key store: without one nothing is
	// kept, whatever was chosen.
	Possible bool
	Remember bool // the person agreed that members are remembered
	Stay     bool // the person agreed to stay on for others, with one key for a week
	// Remembered counts the members that are.
	Remembered int
	// Problem is why something that was chosen is not possible, or what is wrong
	// with what was kept, in words for a person, or "".
	Problem string
}

// keeping is what is kept. Its zero value keeps nothing.
type keeping struct {
	keys     keepers.KeyStore // nil where there is none
	memory   *keepers.Memory
	identity *keepers.Identity
	remember bool // as memory was told
	stay     bool // as identity was told
}

// openKeeping opens what was kept, and deletes what is left although nobody
// agreed. It waits for the key store.
func (a *App) openKeeping() *keeping {
	k := new(keeping)
	if a.params.Profile == "" {
		return k
	}
	reason := keepers.ErrNoKeyStore
	if a.params.KeyStore != nil {
		k.keys, reason = a.params.KeyStore()
	}
	s := a.State().Keeping
	k.remember, k.stay = s.Remember, s.Stay
	p := keepers.Params{Dir: a.params.Profile, Keys: k.keys, Reason: reason, Agreed: k.remember}
	k.memory = keepers.OpenMemory(a.ctx, p, time.Now())
	p.Agreed = k.stay
	k.identity = keepers.OpenIdentity(a.ctx, p)
	a.showKeeping(k, nil)
	return k
}

// member returns the key of our mesh member and the network that it uses: for
// who stays on, the key of this week and a bounded one.
func (k *keeping) member(ctx context.Context, n onion.Network) (onion.Key, onion.Network) {
	if !k.stay || k.identity == nil {
		return onion.GenerateKey(), n
	}
	key, _ := k.identity.Key(ctx, time.Now())
	return key, keepers.NewCap(stayRate).Network(n)
}

// SetRemember agrees, or no longer agrees, that members of the network are
// remembered for the next run; then what was kept is deleted at once. See
// [Keeping].
func (a *App) SetRemember(on bool) { a.consent(func(k *Keeping) { k.Remember = on }) }

// SetStay agrees, or no longer agrees, to stay on for others under one key for
// a week, from the next start on; the key that was kept is deleted at once. See
// [Keeping].
func (a *App) SetStay(on bool) { a.consent(func(k *Keeping) { k.Stay = on }) }

func (a *App) consent(change func(*Keeping)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.update(func(s *State) { change(&s.Keeping) })
	signal(a.consented)
}

// keep remembers members, and does what the person agrees to, until Close.
func (a *App) keep(k *keeping, m *mesh.Mesh, j *joined) {
	if k.memory == nil {
		return
	}
	j.introduce(k.memory.Keepers(time.Now()), rendezvous.Keeper)
	tick := time.NewTicker(rememberEvery)
	defer tick.Stop()
	for {
		err := k.heed(a.ctx, a.State().Keeping, j)
		if k.remember && a.ctx.Err() == nil {
			for _, member := range m.Members(rememberFrom) {
				// Hearsay is nobody's proof: only whoever has done work for us
				// is noted. Of them those who stay on are met again.
				if m.Standing(member) == mesh.Working {
					k.memory.Met(a.ctx, member, time.Now())
				}
			}
		}
		a.showKeeping(k, err)
		select {
		case <-tick.C:
		case <-a.consented:
		case <-a.ctx.Done():
			return
		}
	}
}

// heed does what the person agrees to now. Its error says what could not be
// deleted.
func (k *keeping) heed(ctx context.Context, wish Keeping, j *joined) (err error) {
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
		} else if e := k.identity.Withdraw(ctx); e != nil {
			err = fmt.Errorf("forget the key of who stays on: %w", e)
		}
	}
	return err
}

// showKeeping makes the State true about what is kept.
func (a *App) showKeeping(k *keeping, err error) {
	for _, problem := range []func() error{k.memory.Problem, k.identity.Problem} {
		if err == nil {
			err = problem()
		}
	}
	remembered := len(k.memory.Keepers(time.Now()))
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	now := a.state.Keeping
	now.Possible, now.Problem, now.Remembered = k.keys != nil, "", remembered
	if err != nil {
		now.Problem = ProblemOf(err).String()
	}
	if now != a.state.Keeping {
		a.update(func(s *State) { s.Keeping = now })
	}
}
