// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"slices"
	"time"
)

// hungers notes for which shards a member needs more neighbours, and tells
// whether there are any.
func (w *world) hungers(m *member) bool {
	want := func(s shard, fanout bool) {
		for i := range m.hunts {
			if m.hunts[i].shard == s {
				return
			}
		}
		h := hunt{shard: s, fanout: fanout, begun: -huntLast, pause: huntFirst}
		m.hunts = append(m.hunts, h)
	}
	m.hunts = slices.DeleteFunc(m.hunts, func(h hunt) bool {
		switch {
		case h.fanout:
			return w.now > h.until || w.near(m, h.shard) >= fanoutDegree
		case m.hears(h.shard):
			return w.fed(m, h.shard)
		}
		return !w.kinOf(m, h.shard) || w.below(m, h.shard)
	})
	for i := range m.follows {
		s := m.follows[i].shard
		if !w.fed(m, s) {
			want(s, false)
		}
		for k := s; k > 1; k /= 2 {
			if !w.below(m, k^1) {
				want(k^1, false)
			}
		}
	}
	return len(m.hunts) > 0
}

// fed tells whether a member has neighbours enough in a shard that it hears.
func (w *world) fed(m *member, s shard) bool {
	n, out := 0, 0
	for i := range m.links {
		if w.members[m.links[i].peer].hears(s) {
			n++
			if m.links[i].out {
				out++
			}
		}
	}
	return n >= shardDegree && out >= shardOut
}

// near counts a member's neighbours in a shard.
func (w *world) near(m *member, s shard) (n int) {
	for i := range m.links {
		if w.members[m.links[i].peer].hears(s) {
			n++
		}
	}
	return n
}

// rooted tells whether a member has a neighbour who is no newcomer in a shard.
func (w *world) rooted(m *member, s shard) bool {
	for i := range m.links {
		l := &m.links[i]
		if since, ok := w.since(&w.members[l.peer], s); ok && (since <= l.since || w.now-since >= rootedAfter) {
			return true
		}
	}
	return false
}

// kinOf tells whether a shard branches off the way to one that m hears.
func (w *world) kinOf(m *member, k shard) bool {
	for i := range m.follows {
		for s := m.follows[i].shard; s > 1; s /= 2 {
			if s^1 == k {
				return true
			}
		}
	}
	return false
}

// below tells whether a member has a neighbour in a shard or below it.
func (w *world) below(m *member, s shard) bool {
	for i := range m.links {
		other := &w.members[m.links[i].peer]
		for j := range other.follows {
			if other.follows[j].shard.under(s) {
				return true
			}
		}
	}
	return false
}

// hunt begins the searches that are due: for what we hear or publish in before
// its kin, and the root first, then the deepest.
func (w *world) hunt(m *member) {
	slices.SortFunc(m.hunts, func(a, b hunt) int {
		x, y := a.fanout || m.hears(a.shard), b.fanout || m.hears(b.shard)
		switch {
		case x && y && (a.shard == root || b.shard == root):
			return int(a.shard) - int(b.shard)
		case x == y:
			return int(b.shard) - int(a.shard)
		case x:
			return -1
		}
		return 1
	})
	for i := range m.hunts {
		h := &m.hunts[i]
		if m.hunting >= maxHunts {
			return
		}
		if w.now-h.begun <= h.pause || len(m.links) == 0 {
			continue
		}
		h.begun, h.pause = w.now, min(h.pause*3/2, huntLast)
		m.hunting++
		w.tallies.hunts++
		w.look(m, h.shard)
	}
}

// look asks the neighbour that is nearest to a shard, and any, and dials some
// of those whom they name. A neighbour may leave while it is asked; the search
// ends with its time then.
func (w *world) look(m *member, s shard) {
	life := m.life
	best, nearestYet := []link{}, -1
	for _, l := range m.links {
		n := w.members[l.peer].closeness(s)
		if n > nearestYet {
			best, nearestYet = best[:0], n
		}
		if n == nearestYet {
			best = append(best, l)
		}
	}
	asked := []link{best[w.random.IntN(len(best))], m.links[w.random.IntN(len(m.links))]}
	reached, over := false, false
	finish := func() {
		if over || !m.alive || m.life != life {
			return
		}
		over = true
		m.hunting--
		for i := range m.hunts {
			if m.hunts[i].shard == s && reached {
				m.hunts[i].pause = huntFirst
			}
		}
	}
	w.askOne(m, asked[0], s, func(near, others []address) {
		w.dialSome(m, s, near, others, func(ok bool) {
			reached = ok
			if m.linked(asked[1].peer) == nil {
				finish()
				return
			}
			w.askOne(m, asked[1], s, func(near, others []address) {
				w.dialSome(m, s, near, others, func(ok bool) {
					reached = reached || ok
					finish()
				})
			})
		})
	})
	w.after(30*time.Second, finish)
}

// dialSome dials up to two of those near a shard, one after the other, or one
// of the others.
func (w *world) dialSome(m *member, s shard, near, others []address, done func(reached bool)) {
	dials, reached := 0, false
	var next func()
	next = func() {
		for len(near) > 0 && dials < huntDials && w.room(m, s) {
			a := near[0]
			near = near[1:]
			if a.place == m.place || m.linked(a.place) != nil || slices.Contains(m.shut, a) {
				continue
			}
			dials++
			w.dial(m, a, func(ok bool) {
				reached = reached || ok
				next()
			})
			return
		}
		if dials == 0 && m.outbound() < maxOutbound {
			for _, a := range others {
				if a.place != m.place && m.linked(a.place) == nil && !slices.Contains(m.shut, a) {
					w.dial(m, a, done)
					return
				}
			}
		}
		done(reached)
	}
	next()
}

// room ends the connection to one who hears nothing of ours, where we have
// dialed too many.
func (w *world) room(m *member, s shard) bool {
	if m.outbound() < maxOutbound {
		return true
	}
	var idle []int32
	for _, l := range m.links {
		other := &w.members[l.peer]
		if !l.out || other.hears(s) {
			continue
		}
		common := false
		for i := range m.follows {
			common = common || other.hears(m.follows[i].shard)
		}
		if !common {
			idle = append(idle, l.peer)
		}
	}
	if len(idle) == 0 {
		return false
	}
	w.part(m, &w.members[idle[w.random.IntN(len(idle))]])
	return true
}
