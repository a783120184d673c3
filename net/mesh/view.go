// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

// contact is what we know of one member.
type contact struct {
	met      time.Time // when we last were connected; zero for hearsay
	live     bool      // connected now
	dialing  bool
	failures int
	retry    time.Time // not dialed before
	shards   []uint16  // that it told us it is in
}

// fresh tells whether there is reason to believe that the member is there.
func (c *contact) fresh() bool {
	return c.live || (!c.met.IsZero() && c.failures == 0 && time.Since(c.met) < freshness)
}

// view is the part of the mesh that this copy knows. What others say enters
// it, but only what we met ourselves leaves it in answers, so that a liar
// cannot fill the network with names of its own. Safe for concurrent use.
type view struct {
	self onion.Address

	mu       sync.Mutex
	contacts map[onion.Address]*contact
	past     map[onion.Address]past
}

// past is what a contact has been that is not connected.
type past struct {
	standing Standing
	at       time.Time
}

func newView(self onion.Address) *view {
	return &view{self: self, contacts: make(map[onion.Address]*contact), past: make(map[onion.Address]past)}
}

// learn adds addresses that somebody named.
func (v *view) learn(addresses []onion.Address) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, a := range addresses {
		if a == v.self || v.contacts[a] != nil {
			continue
		}
		if len(v.contacts) >= maxView && !v.evict() {
			return
		}
		v.contacts[a] = new(contact)
	}
}

// evict forgets one contact that we never met or, where there is none, one that
// we met too long ago to say that it is still there: members come under a new
// key each time, and the view of one that stays on would fill up with those
// who have gone. Map order is random enough: all of a kind are worth the same.
func (v *view) evict() bool {
	var old onion.Address
	found := false
	for a, c := range v.contacts {
		switch {
		case c.dialing || c.fresh():
		case c.met.IsZero():
			delete(v.contacts, a)
			return true
		default:
			old, found = a, true
		}
	}
	delete(v.contacts, old)
	return found
}

// next picks a random contact to dial and marks it as being dialed. Whoever we
// met comes before hearsay, or a liar who names many would keep us busy.
func (v *view) next(now time.Time) (onion.Address, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var pick onion.Address
	n, known := 0, false
	for a, c := range v.contacts {
		met := !c.met.IsZero()
		if c.live || c.dialing || now.Before(c.retry) || (known && !met) {
			continue
		}
		if met && !known {
			n, known = 0, true
		}
		if n++; rand.IntN(n) == 0 {
			pick = a
		}
	}
	if n == 0 {
		return pick, false
	}
	v.contacts[pick].dialing = true
	return pick, true
}

// claim marks a as being dialed, unless it is connected or being dialed.
func (v *view) claim(a onion.Address) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.contacts[a]
	if c == nil || c.live || c.dialing {
		return false
	}
	c.dialing = true
	return true
}

// met records that we are, or were until now, connected to a.
func (v *view) met(a onion.Address, live bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.contacts[a]
	if c == nil {
		if len(v.contacts) >= maxView && !v.evict() {
			return
		}
		c = new(contact)
		v.contacts[a] = c
	}
	if v.past[a].standing == Unreachable {
		delete(v.past, a)
	}
	*c = contact{met: time.Now(), live: live, shards: c.shards}
	if !live { // who admits us and hangs up is not dialed in a loop
		c.retry = c.met.Add(firstRetry/2 + rand.N(firstRetry))
	}
}

// failed records a dial that did not succeed.
func (v *view) failed(a onion.Address) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.contacts[a]
	if c == nil {
		return
	}
	c.dialing = false
	if c.live {
		return
	}
	c.failures++
	if c.failures >= provenDials && c.met.IsZero() {
		v.remember(a, Unreachable)
	}
	if c.failures >= maxFailures {
		delete(v.contacts, a)
		return
	}
	wait := firstRetry << (c.failures - 1)
	c.retry = time.Now().Add(wait/2 + rand.N(wait))
}

// note records what a contact has been that has left. One that was mute is not
// dialed for a while, nor told to anybody.
func (v *view) note(a onion.Address, s Standing) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s != Untried {
		v.remember(a, s)
	}
	if c := v.contacts[a]; c != nil && s == Mute && !c.live {
		c.failures, c.retry = 1, time.Now().Add(pastFor)
	}
}

// remember is called with mu held. The oldest makes room.
func (v *view) remember(a onion.Address, s Standing) {
	delete(v.past, a)
	if len(v.past) >= maxPast {
		var oldest onion.Address
		first := true
		for b, p := range v.past {
			if first || p.at.Before(v.past[oldest].at) {
				oldest, first = b, false
			}
		}
		delete(v.past, oldest)
	}
	v.past[a] = past{s, time.Now()}
}

// standing tells what was recorded of a contact lately.
func (v *view) standing(a onion.Address) Standing {
	v.mu.Lock()
	defer v.mu.Unlock()
	if p, ok := v.past[a]; ok && time.Since(p.at) < pastFor {
		return p.standing
	}
	return Untried
}

// hurry forgets the waits of everybody, as after an interruption of our own.
func (v *view) hurry() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range v.contacts {
		c.retry, c.failures = time.Time{}, 0
	}
}

// sample returns up to n random members that we are connected to or met
// lately.
func (v *view) sample(n int) []onion.Address {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []onion.Address
	for a, c := range v.contacts {
		if c.fresh() {
			all = append(all, a)
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(n, len(all))]
}

// follows records which shards a member says it is in.
func (v *view) follows(p peer.ID, in []uint16) {
	a, err := onion.AddressFromPeer(p)
	if err != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if c := v.contacts[a]; c != nil {
		c.shards = in
	}
}

// near returns members as sample does, such as are in a shard first, then such
// as are in one below it, then such as are nearer to it than ours, the nearest
// first. Of the root, those count that are connected and in it themselves.
func (v *view) near(shard uint16, ours int) []onion.Address {
	v.mu.Lock()
	defer v.mu.Unlock()
	rank := make(map[onion.Address]int)
	var all []onion.Address
	most := nearest
	if shard == Root {
		most = rootNamed
	}
	for a, c := range v.contacts {
		if shard == Root && (!c.live || !slices.Contains(c.shards, Root)) {
			continue
		}
		best := -1
		for _, in := range c.shards {
			best = max(best, closeness(in, shard))
		}
		if c.fresh() && (best >= depth(shard) || best > ours) {
			rank[a] = best
			all = append(all, a)
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	slices.SortStableFunc(all, func(a, b onion.Address) int { return rank[b] - rank[a] })
	return all[:min(len(all), most)]
}

func (v *view) fresh(a onion.Address) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.contacts[a]
	return c != nil && c.fresh()
}
