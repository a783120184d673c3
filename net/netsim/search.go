// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"slices"
	"time"

	"passerby/net/lobby"
)

// hogTime is how long one who never confirms goes on under one address: as long
// as others seek, so that their share of searches is their share of those who
// seek at any moment.
const hogTime = 12 * time.Second

// search is one search for a stranger.
type search struct {
	world  *world
	member *member
	number uint64
	lot    uint64 // its address, as far as addresses decide
	begun  time.Duration
	heard  time.Duration // when its own beacon came back, or 0
	met    time.Duration // when there was last somebody to call
	over   bool
	found  bool
	hog    bool

	interest uint16
	way      way
	level    int
	moved    time.Duration
	climbed  bool
	left     []shard
	beacon   *beacon
	round    int // of pushes, so that what belongs to an earlier one ends

	phase    phase
	with     *search
	bound    *request // while reserved
	late     bool
	calls    []*call
	queue    []*request
	pool     []sighting
	setbacks int
}

// sighting is a stranger's beacon, and what came of calling them.
type sighting struct {
	owner    *search
	interest uint16
	at       time.Duration
	failures int
	refusals int
	next     time.Duration
}

// seek begins a search.
func (w *world) seek(m *member) *search {
	w.searches++
	s := &search{world: w, member: m, number: w.searches, lot: w.random.Uint64(), begun: w.now, met: w.now, moved: w.now}
	if p := w.params; w.random.Float64() < p.Interested {
		s.interest = 1 + uint16(float64(p.Interests)*w.random.Float64()*w.random.Float64()) // some are more common
	}
	m.search = s
	if s.hog = w.params.Hogs > 0 && w.random.Float64() < w.params.Hogs; s.hog {
		w.after(hogTime, func() {
			if !s.over {
				s.end(false)
			}
		})
	}
	// What was heard at home before counts too.
	w.replay(s)
	for _, b := range w.topics[m.home.node(m.level)].recent {
		if begin, ok := w.since(m, b.shard); ok && b.published >= begin {
			s.sight(b, b.published)
		}
	}
	s.level = m.level
	s.way = wayOf(uint16(w.random.Uint32()), s.interest, s.level)
	s.hear()
	s.announce()
	s.tick()
	return s
}

// end ends a search, by a match or by its member's leaving.
func (s *search) end(found bool) {
	w := s.world
	s.over, s.found = true, found
	for len(s.calls) > 0 {
		s.drop(s.calls[0])
	}
	for _, r := range s.queue {
		s.refuse(r)
	}
	s.queue = nil
	if s.bound != nil && !s.bound.over {
		s.bound.over = true
		s.broken(s.bound.call)
	}
	if s.begun >= w.tallies.since && !s.hog {
		if found {
			w.tallies.matched = append(w.tallies.matched, (w.now - s.begun).Seconds())
		} else {
			w.tallies.left++
		}
	}
	m := s.member
	m.search, m.extra = nil, nil
	if m.alive {
		w.place(m)
	}
}

// tick is what a search does each second.
func (s *search) tick() {
	if s.over {
		return
	}
	s.wander()
	s.fill()
	s.world.after(wanderEvery, s.tick)
}

// wander moves a search in the tree, see package lobby.
func (s *search) wander() {
	w, m := s.world, s.member
	before := s.level
	if len(s.calls) > 0 || s.phase != free {
		s.met = w.now
	}
	switch {
	case m.level > s.level && w.now < m.surveyed:
		s.way, s.level, s.moved = wayOf(uint16(w.random.Uint32()), s.interest, m.level), m.level, w.now
	case s.level > m.deepest:
		s.level, s.moved = m.deepest, w.now
	case s.level < m.deepest && w.now-s.moved >= crowdWindow && w.crowded(m, s.way.node(s.level)):
		s.left = append(s.left, s.way.node(s.level))
		s.level, s.moved = s.level+1, w.now
	case s.level > 0 && w.now-s.moved >= climbAfter && w.now-s.met >= climbAfter:
		if s.level = max(s.level-(maxAscent-1), 0); s.climbed { // the second time, to the root
			s.level = 0
		}
		s.moved, s.climbed = w.now, true
	}
	s.hear()
	if s.level != before {
		s.announce()
	}
}

// hear has the search's member hear what the search wants to.
func (s *search) hear() {
	w, m := s.world, s.member
	if m.deepest == 0 {
		if len(m.extra) > 0 {
			m.extra = nil
			w.place(m)
		}
		return
	}
	own := s.way.node(s.level)
	all := []shard{own}
	add := func(sh shard) {
		if sh == own || slices.Contains(s.left, sh) {
			return
		}
		if w.crowded(m, sh) {
			s.left = append(s.left, sh)
			return
		}
		all = append(all, sh)
	}
	add(root)
	for l := min(s.level+1, m.deepest); l > max(s.level-maxAscent, 0); l-- {
		add(s.way.node(l))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if !slices.Equal(all, m.extra) {
		m.extra = all
		w.place(m)
	}
}

// announce makes a beacon for where we are and has others publish it. The work
// for it was done before.
func (s *search) announce() {
	s.round++
	s.beacon = &beacon{owner: s, shard: s.way.node(s.level), interest: s.interest, made: s.world.now, published: -1}
	s.push(s.beacon, s.round, pollEvery)
}

// push hands a beacon to three members, and to others where it does not come
// back.
func (s *search) push(b *beacon, round int, retry time.Duration) {
	w := s.world
	stale := func() bool { return s.over || s.round != round }
	if stale() {
		return
	}
	again := func(retry time.Duration) {
		w.after(between(w.random, retry/2, retry*3/2), func() { s.push(b, round, retry) })
	}
	all := w.contacts(s.member)
	if len(all) == 0 {
		again(retry)
		return
	}
	w.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(len(all), pushWidth)]
	pending, taken := len(all), false
	for _, a := range all {
		takes, ok := w.params.Tor.connect(w.random)
		l := w.params.Tor.latency(w.random)
		takes = min(takes+4*l, pushTimeout)
		w.tallies.rpc(w, 8, (noiseBytes+openBytes+messageBytes+frameBytes)/8)
		w.after(takes+l, func() { // a second attempt follows at once in the product where a circuit fails
			if m := w.at(a); ok && m != nil && takes < pushTimeout {
				w.take(m, b)
				if !taken {
					taken = true
					w.after(l+echoWait, func() {
						if !stale() && s.heard < b.made {
							s.push(b, round, pollEvery)
						}
					})
				}
			} else if m == nil {
				s.member.met = forget(s.member.met, a)
			}
			if pending--; pending == 0 && !taken && !stale() {
				again(min(2*retry, pushRetry))
			}
		})
	}
}

// take is what a member does with a beacon that is pushed to it.
func (w *world) take(m *member, b *beacon) {
	if m.role == sink || m.role == sybil {
		return
	}
	life := m.life
	w.after(between(w.random, minMix, maxMix), func() {
		w.publish(m, life, b, w.now+publishTime)
	})
}

// publish brings a beacon into its shard's topic, as soon as we know somebody
// there.
func (w *world) publish(m *member, life uint32, b *beacon, until time.Duration) {
	if !m.alive || m.life != life || w.now > until {
		return
	}
	near := w.near(m, b.shard)
	if !m.hears(b.shard) && !w.rooted(m, b.shard) && w.now < until-publishTime+fanoutWait {
		near = 0 // all may be its owner and such as know nobody else there yet
	}
	switch {
	case b.published >= 0 && m.hears(b.shard) && !slices.Contains(b.missed, m.place): // it has come to us, or is about to
	case near > 0 && b.published >= 0 && len(b.missed) == 0:
		w.tallies.rpc(w, min(near, gossipD), messageBytes)
	case near > 0:
		if b.published < 0 && b.owner != nil && b.owner.begun >= w.tallies.since && b.owner.round == 1 {
			w.tallies.pushed = append(w.tallies.pushed, (w.now - b.owner.begun).Seconds())
		}
		w.flood(b, m)
	default:
		w.want(m, b.shard)
		w.after(between(w.random, publishRetry/2, publishRetry*3/2), func() { w.publish(m, life, b, until) })
	}
}

// want has a member look for others in a shard that it wants to publish in.
func (w *world) want(m *member, s shard) {
	m.needy = true
	for i := range m.hunts {
		if m.hunts[i].shard == s {
			m.hunts[i].until = max(m.hunts[i].until, w.now+fanoutFor)
			return
		}
	}
	m.hunts = append(m.hunts, hunt{shard: s, fanout: true, begun: -huntLast, pause: huntFirst, until: w.now + fanoutFor})
}

// delivered is called when a beacon has come.
func (s *search) delivered(b *beacon) {
	if s.over {
		return
	}
	if b.owner == s {
		if s.heard == 0 {
			s.heard = s.world.now
		}
		s.fill()
		return
	}
	s.sight(b, s.world.now)
	s.fill()
}

// sight puts a beacon into the pool that came at some time.
func (s *search) sight(b *beacon, at time.Duration) {
	if b.owner == nil || b.owner == s {
		return
	}
	for i := range s.pool {
		if s.pool[i].owner == b.owner {
			s.pool[i].at = at
			return
		}
	}
	s.pool = append(s.pool, sighting{owner: b.owner, interest: b.interest, at: at})
}

// replay fills the pool of a seeker with whatever its neighbours who replay
// have that it has not seen: all that is in date and was said before it came.
// That all of it comes in the moment in which it begins is more than they could
// bring about.
func (w *world) replay(s *search) {
	m := s.member
	for i := range m.links {
		if w.members[m.links[i].peer].role != replayer {
			continue
		}
		sh := m.home.node(m.level)
		begin, _ := w.since(m, sh)
		for _, b := range w.topics[sh].recent {
			if b.published < begin && b.made > w.now-2*lobby.Epoch {
				s.sight(b, w.now)
			}
		}
		return
	}
}
