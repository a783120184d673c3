// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"slices"
	"time"
)

// join connects two members at once, and tells whether they now are for the
// first time.
func (w *world) join(from, to *member) bool {
	if from == to || !from.alive || !to.alive || from.linked(to.place) != nil {
		return false
	}
	inbound := len(to.links) - to.outbound()
	if inbound >= maxInbound {
		return false
	}
	latency := w.params.Tor.latency(w.random)
	from.links = append(from.links, link{to.place, true, latency, w.now})
	to.links = append(to.links, link{from.place, false, latency, w.now})
	from.met, to.met = remember(from.met, to.address, maxMet), remember(to.met, from.address, maxMet)
	from.heard = forget(from.heard, to.address)
	w.tallies.rpc(w, 2, noiseBytes/2+subscribeBytes)
	from.needy, to.needy = true, true
	if w.params.Captured > 0 && from.role == honest && to.role == sybil {
		w.swarm(from)
	}
	return true
}

// swarm has an attacker's members dial one who has come to one of them: now they
// know where it is.
func (w *world) swarm(m *member) {
	for range huntDials {
		w.dial(&w.members[w.kind[w.random.IntN(len(w.kind))]], m.address, func(bool) {})
	}
}

// part ends a connection.
func (w *world) part(a, b *member) {
	for _, pair := range [][2]*member{{a, b}, {b, a}} {
		m, other := pair[0], pair[1]
		m.links = slices.DeleteFunc(m.links, func(l link) bool { return l.peer == other.place })
		m.needy = true
	}
}

// dial tries to connect, and calls done with whether it did. It fails where
// nobody is there any more.
func (w *world) dial(m *member, to address, done func(bool)) {
	life := m.life
	w.tallies.dials++
	takes, ok := w.params.Tor.connect(w.random)
	takes += 4 * w.params.Tor.latency(w.random) // Noise and yamux take two round trips
	w.after(takes, func() {
		if !m.alive || m.life != life {
			return
		}
		other := w.at(to)
		if !ok || other == nil {
			if ok || w.random.IntN(2) == 0 { // twice in vain is enough
				m.met, m.heard = forget(m.met, to), forget(m.heard, to)
				m.shut = remember(m.shut, to, maxShut)
			}
			done(false)
			return
		}
		done(w.join(m, other) || m.linked(to.place) != nil)
	})
}

// sweep lets members who lack company look for it, each second.
func (w *world) sweep() {
	for _, i := range w.alive {
		if m := &w.members[i]; m.needy {
			w.maintain(m)
		}
	}
	if w.now >= w.tallies.since {
		links := 0
		if int(w.now/time.Second)%30 == 0 {
			for _, i := range w.alive {
				links += len(w.members[i].links)
			}
			w.tallies.rpc(w, links, keepBytes)
		}
	}
	w.after(housekeep, w.sweep)
}

// maintain is what net/mesh does once in a second.
func (w *world) maintain(m *member) {
	room := max(degree-len(m.links), outDegree-m.outbound())
	needy := room > 0
	for ; room > 0 && m.dialing < maxDialing; room-- {
		a, ok := w.pick(m)
		if !ok {
			break
		}
		m.dialing++
		w.dial(m, a, func(bool) { m.dialing-- })
	}
	if w.hungers(m) {
		needy = true
		w.hunt(m)
	}
	m.needy = needy
}

// pick chooses whom to dial: those we met before hearsay.
func (w *world) pick(m *member) (address, bool) {
	for _, list := range [][]address{m.met, m.heard} {
		if len(list) == 0 {
			continue
		}
		for range 3 {
			if a := list[w.random.IntN(len(list))]; a.place != m.place && m.linked(a.place) == nil {
				return a, true
			}
		}
	}
	return address{}, false
}

// learn takes names that somebody told.
func (m *member) learn(names []address) {
	for _, a := range names {
		if a.place != m.place && !slices.Contains(m.met, a) && !slices.Contains(m.shut, a) {
			m.heard = remember(m.heard, a, maxHeard)
		}
	}
}

// contacts are those whom a member would name: its neighbours, and whom it met.
func (w *world) contacts(m *member) []address {
	all := make([]address, 0, len(m.links)+len(m.met))
	for i := range m.links {
		all = append(all, w.members[m.links[i].peer].address)
	}
	for _, a := range m.met {
		if m.linked(a.place) == nil {
			all = append(all, a)
		}
	}
	return all
}

// ask asks one random neighbour whom it knows near a shard.
func (w *world) ask(m *member, s shard, answer func(near, others []address)) {
	if len(m.links) == 0 {
		return
	}
	w.askOne(m, m.links[w.random.IntN(len(m.links))], s, answer)
}

func (w *world) askOne(m *member, l link, s shard, answer func(near, others []address)) {
	life, from := m.life, w.members[l.peer].address
	w.tallies.rpc(w, 4, sampleBytes/4)
	w.after(2*l.latency, func() {
		other := w.at(from)
		if !m.alive || m.life != life || other == nil {
			return
		}
		near, others := w.answer(other, s)
		m.learn(near)
		m.learn(others)
		answer(near, others)
	})
}

// answer is whom a member names who is asked about a shard.
func (w *world) answer(m *member, s shard) (near, others []address) {
	all := w.contacts(m)
	w.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if m.role == sybil {
		all = w.accomplices()
	}
	ours := m.closeness(s)
	rank := func(a address) int {
		if other := w.at(a); other != nil {
			return other.closeness(s)
		}
		return -1
	}
	most := nearest
	if s == root {
		most = rootNamed
	}
	for _, a := range all {
		switch r := rank(a); {
		case s == root && (r == 0 || m.linked(a.place) == nil):
		case r >= s.depth() || r > ours:
			near = append(near, a)
		}
	}
	slices.SortStableFunc(near, func(a, b address) int { return rank(b) - rank(a) })
	near = near[:min(len(near), most)]
	for _, a := range all {
		if len(near)+len(others) < samples && !slices.Contains(near, a) {
			others = append(others, a)
		}
	}
	return near, others
}
