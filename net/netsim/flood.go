// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"slices"
	"time"
)

// beacon is one beacon of one search, in one shard.
type beacon struct {
	owner     *search // nil for one that nobody owns
	shard     shard
	interest  uint16
	made      time.Duration
	published time.Duration // when it was first, or -1

	// Where it did not come to all who should have it: who did not get it, when
	// the others did after it was first published, and its place in the tallies.
	missed []int32
	times  []time.Duration
	entry  int
}

// arrival is a copy on its way: to a member, from a member.
type arrival struct {
	at       time.Duration
	to, from int32
	asked    bool // it comes because it was asked for
}

// arrivals is a heap, the earliest on top.
func (w *world) depart(a arrival) {
	w.arrivals = append(w.arrivals, a)
	h := w.arrivals
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if h[parent].at <= h[i].at {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

func (w *world) next() arrival {
	h := w.arrivals
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if child+1 < last && h[child+1].at < h[child].at {
			child++
		}
		if h[i].at <= h[child].at {
			break
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
	w.arrivals = h
	return top
}

// flood brings a beacon from whoever publishes it to all who hear its shard.
// All arrivals are worked out at once, as nothing that happens meanwhile
// changes many of them; seekers hear of it at their time. Where an island in
// the shard, or whoever heard it first and knew nobody else, had it alone, the
// next to publish it brings it to the others.
func (w *world) flood(b *beacon, by *member) {
	w.floods++
	t := &w.topics[b.shard]
	counted := w.now >= w.tallies.since
	late := time.Duration(0)
	if b.published < 0 {
		t.load.count(w.now)
		t.recent = append(t.recent, b)
		if len(t.recent) > maxRecent {
			t.recent = slices.Delete(t.recent, 0, len(t.recent)-maxRecent/2)
		}
		b.published, b.entry = w.now, -1
	} else {
		late = w.now - b.published
		for _, i := range t.members {
			if !slices.Contains(b.missed, i) {
				w.members[i].reached = w.floods
			}
		}
	}
	times := b.times
	w.arrivals = w.arrivals[:0]
	var copies, delivered, adverts int
	if by.hears(b.shard) && by.reached != w.floods {
		times = append(times, late)
		w.hear(by, b, 0)
	}
	by.reached = w.floods
	copies, adverts = w.forward(by, -1, b, w.now)
	for len(w.arrivals) > 0 {
		a := w.next()
		m := &w.members[a.to]
		if m.reached == w.floods {
			continue
		}
		if a.asked {
			copies++
		}
		m.reached = w.floods
		delivered++
		if counted {
			m.verified++
		}
		if m.role != sybil {
			times = append(times, late+a.at-w.now)
		}
		if m.role == spy && w.said != nil {
			w.said(b, a.to, a.from)
		}
		w.hear(m, b, a.at-w.now)
		if m.role == sybil {
			continue
		}
		c, n := w.forward(m, a.from, b, a.at+lookAtWork)
		copies += c
		adverts += n
	}
	b.missed = b.missed[:0]
	for _, i := range t.members { // who has just come, and has no neighbour yet, is not to be reached
		if m := &w.members[i]; m.role != sybil && m.reached != w.floods && w.near(m, b.shard) > 0 {
			b.missed = append(b.missed, i)
		}
	}
	if counted {
		w.tallies.copies += uint64(copies)
		w.tallies.delivered += uint64(delivered)
		w.tallies.rpc(w, copies, messageBytes)
		// Names of one heartbeat go together.
		together := 6 * max(w.rate(b.shard, 0, splitWindow, loadLeast), 1.0/60)
		w.tallies.rpc(w, adverts, int(float64(advertBytes)*(1-math.Exp(-together))/together)+nameBytes)
		w.tallies.messages -= float64(adverts) * (1 - (1-math.Exp(-together))/together)
		w.tallies.reaches(b, times)
	}
	if b.times = times; len(b.missed) == 0 {
		b.times = nil
	}
}

// maxRecent is how many beacons of a shard somebody who begins to seek there
// may know; those before are of people who have found somebody.
const maxRecent = 256

// forward sends a beacon to a member's neighbours, at once to some and, to the
// others, its name with the next heartbeats. It returns how many copies and
// names it sends.
func (w *world) forward(m *member, from int32, b *beacon, at time.Duration) (copies, names int) {
	hearing := w.near(m, b.shard)
	lazy := max(float64(hearing)-gossipMean, 1)
	share := max(gossipD, lazy/4) / lazy
	for i := range m.links {
		l := &m.links[i]
		other := &w.members[l.peer]
		if l.peer == from || !other.hears(b.shard) {
			continue
		}
		latency := time.Duration(float64(l.latency) * (0.9 + 0.2*w.random.Float64()))
		if eager(m.place, l.peer, b.shard, hearing) {
			copies++
			if other.reached != w.floods {
				w.depart(arrival{at + latency, l.peer, m.place, false})
			}
			continue
		}
		// The name of a message goes to six of the others with each heartbeat.
		for tick := range adverts {
			if w.random.Float64() >= share {
				continue
			}
			names++
			if other.reached != w.floods {
				wait := time.Duration((float64(tick) + w.random.Float64()) * float64(heartbeat))
				w.depart(arrival{at + wait + 3*latency, l.peer, m.place, true})
				names += int(share * float64(adverts-1-tick))
				break
			}
		}
	}
	return copies, names
}

// hear tells a seeker of a beacon when it arrives.
func (w *world) hear(m *member, b *beacon, in time.Duration) {
	if s := m.search; s != nil {
		w.after(in, func() { s.delivered(b) })
	}
}

// eager tells whether a member sends messages of a shard to a neighbour unasked:
// GossipSub does to some seven of those who hear the shard, and keeps to the
// same ones.
func eager(a, b int32, s shard, hearing int) bool {
	if hearing <= gossipD {
		return true
	}
	pair := uint64(min(a, b))<<32 | uint64(max(a, b))
	return float64(mix(mix(pair)+uint64(s)*0x9E3779B97F4A7C15)>>40)/(1<<24) < gossipMean/float64(hearing)
}
