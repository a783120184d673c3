// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"slices"
	"time"

	"passerby/net/rendezvous"
)

// hosted tells whether a level's slots have hosts in a network of a size, as its
// members see it.
func hosted(level, members int) bool {
	slots := 0
	for l := range level + 1 {
		slots += rendezvous.SlotsAt(l)
	}
	return level == 0 || estimated(members) >= float64(membersPerSlot*slots)
}

// arrive lets a new copy of the program find the network, as net/rendezvous
// does: it asks slots, wave after wave, until enough have answered, and connects
// to two of those whom each names. That a slot's host has left is as likely as
// half a minute is of its time. It uses what comes later, too.
func (w *world) arrive(m *member) {
	w.appear(m, 0)
	w.live(m)
	began, life := w.now, m.life
	w.introduce(m)
	n := &newcomer{world: w, member: m, life: life}
	n.wave(waves)
	w.after(eclipseAfter, func() {
		if n.here() && w.now >= w.tallies.since && len(m.links) > 0 {
			bad := 0
			for i := range m.links {
				if w.members[m.links[i].peer].role == sybil {
					bad++
				}
			}
			w.tallies.captors = append(w.tallies.captors, float64(bad)/float64(len(m.links)))
		}
	})
	var look func()
	look = func() {
		switch {
		case !m.alive || m.life != life:
		case len(m.links) >= gossipLow:
			if w.now >= w.tallies.since {
				w.tallies.welcomed = append(w.tallies.welcomed, (w.now - began).Seconds())
			}
		default:
			w.after(housekeep, look)
		}
	}
	look()
}

// waves are how many slots of each level a newcomer asks at once.
var waves = [][rendezvous.Levels]int{{8, 3, 3}, {0, 3, 3}, {0, 4, 4}}

// eclipseAfter is when it is looked at whom a newcomer has come to know.
const eclipseAfter = 3 * time.Minute

// newcomer is a member that looks for the first others.
type newcomer struct {
	world   *world
	member  *member
	life    uint32
	answers int // of honest hosts, which have nothing in common in a large network
	lies    int // of captors, who see to it that theirs have
}

func (n *newcomer) here() bool { return n.member.alive && n.member.life == n.life }

func (n *newcomer) enough() bool {
	return n.answers+n.lies >= enoughAsked || n.lies >= enoughAgree || n.answers >= enoughAgree && n.world.params.Members <= 10*samples
}

// wave asks some slots, and some more where that was not enough.
func (n *newcomer) wave(left [][rendezvous.Levels]int) {
	w, m := n.world, n.member
	if !n.here() || n.enough() {
		return
	}
	if len(left) == 0 { // alone: from the beginning, a while later
		w.after(hungry, func() {
			if n.here() && len(m.links) == 0 {
				m.heard, m.shut = nil, nil
				n.wave(waves)
			}
		})
		return
	}
	empty := 0.0
	if w.params.HalfLife > 0 {
		empty = min(slotEvery.Seconds()/w.params.HalfLife.Seconds(), 0.5)
	}
	for level, slots := range left[0] {
		for range slots {
			n.ask(hosted(level, w.params.Members), empty)
		}
	}
	w.after(waveTime, func() { n.wave(left[1:]) })
}

// ask asks one slot, which may have a host who has left lately, or none at all.
func (n *newcomer) ask(hosted bool, empty float64) {
	w, m := n.world, n.member
	takes, ok := w.params.Tor.connect(w.random)
	l := w.params.Tor.latency(w.random)
	w.tallies.rpc(w, 2, slotBytes/2)
	captured := w.random.Float64() < w.params.Captured
	host := w.someone()
	if !ok || host == nil || host == m || !captured && (!hosted || w.random.Float64() < empty) {
		return
	}
	w.after(takes+2*l, func() {
		switch {
		case !n.here():
		case captured:
			n.lies++
			n.use(w.accomplices())
		case host.alive:
			n.answers++
			_, others := w.answer(host, root)
			n.use(append(others, host.address))
		}
	})
}

// use takes whom an answer names. Where some of them are known they are of our
// mesh, and it only remembers the others.
func (n *newcomer) use(names []address) {
	m := n.member
	if !slices.ContainsFunc(names, func(a address) bool { return slices.Contains(m.met, a) }) {
		n.world.bridge(m, names)
		return
	}
	m.learn(names)
	m.needy = true
}

// bridge has a member connect to two of those who are named, and remember the
// others.
func (w *world) bridge(m *member, names []address) {
	m.learn(names)
	m.needy = true
	dials := 0
	for _, i := range w.random.Perm(len(names)) {
		if a := names[i]; dials < huntDials && len(m.links)+dials < maxOutbound && a.place != m.place && m.linked(a.place) == nil {
			dials++
			w.dial(m, a, func(bool) {})
		}
	}
}

// introduce gives a newcomer what it has besides slots.
func (w *world) introduce(m *member) {
	for _, n := range []int{w.params.Invited, w.params.Keepers} {
		var names []address
		for len(names) < n {
			other := w.someone()
			if n == w.params.Invited && other.role != honest {
				continue // a friend's list has whom the friend met; that the friend is one is the point of it
			}
			names = append(names, other.address)
		}
		if n == 0 {
			continue
		}
		// An invite takes a while to meet on; keepers are dialed at once. Half
		// of them are there.
		names = names[:(len(names)+1)/2]
		w.bridge(m, names)
	}
}
