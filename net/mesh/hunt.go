// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

// hunt is the search for members of a shard, or of those below it.
type hunt struct {
	begun time.Time     // when we last asked
	pause time.Duration // until we ask again
}

// starving returns the shards whose members it is time to look for: those that
// we have too few members of, and such kin of what we follow as we have none
// of. It closes topics that we published in long ago.
func (m *Mesh) starving(now time.Time) []uint16 {
	m.following.Lock()
	defer m.following.Unlock()
	wanted := make(map[uint16]bool)
	for s, c := range m.channels {
		if c.sub == nil && now.Sub(c.used) > fanoutFor {
			m.part(s)
			continue
		}
		if !m.fed(c) {
			wanted[s] = true
		}
		if c.sub != nil {
			for _, k := range kin(s) {
				wanted[k] = wanted[k] || !m.company.under(k)
			}
		}
	}
	maps.DeleteFunc(m.hunts, func(s uint16, _ *hunt) bool { return !wanted[s] })
	var due []uint16
	for s, want := range wanted {
		if !want {
			continue
		}
		h := m.hunts[s]
		if h == nil {
			h = &hunt{pause: huntFirst}
			m.hunts[s] = h
		}
		if now.Sub(h.begun) > h.pause {
			due = append(due, s)
		}
	}
	slices.SortFunc(due, m.sooner)
	return due
}

// sooner orders shards by how soon their members should be looked for. Those
// that we are in ourselves come before their kin, with which others are found
// later. Of either the deepest come first, which are what somebody is there for,
// and what the others are looked for with; but the root before all, because few
// are up there, most of them for seconds only, and all who found nobody below
// meet there. It is called with following held.
func (m *Mesh) sooner(a, b uint16) int {
	x, y := m.channels[a] != nil, m.channels[b] != nil
	switch {
	case x && y && (a == Root || b == Root):
		return int(a) - int(b)
	case x == y:
		return int(b) - int(a)
	case x:
		return -1
	}
	return 1
}

// begin notes that a shard's members are being looked for.
func (m *Mesh) begin(s uint16) {
	m.following.Lock()
	defer m.following.Unlock()
	if h := m.hunts[s]; h != nil {
		h.begun, h.pause = time.Now(), min(h.pause*3/2, huntLast)
	}
}

// fed tells whether we are connected to enough members of a shard.
func (m *Mesh) fed(c *channel) bool {
	in := c.topic.ListPeers()
	if c.sub == nil {
		return len(in) >= fanoutDegree
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	chosen := 0
	for _, p := range in {
		if mb := m.members[p]; mb != nil && !mb.inbound {
			chosen++
		}
	}
	return len(in) >= shardDegree && chosen >= shardOut
}

// search looks for members of a shard and of those below it: it asks a member
// that is as near to it as any, and any other, whom they know, and dials some
// of those. A member that knows nobody there names such as are nearer than
// itself. It has some, since each keeps company with kin of every level: so
// each round halves the part of the network that is left to look in.
func (m *Mesh) search(s uint16) {
	var best []peer.ID
	nearestYet := -1
	all := m.all()
	for _, p := range all {
		n := m.company.closeness(p, s)
		if n > nearestYet {
			best, nearestYet = nil, n
		}
		if n == nearestYet {
			best = append(best, p)
		}
	}
	if len(all) == 0 {
		return
	}
	reached := false
	// The second is asked because the first may lie, or be lost in a corner.
	for _, p := range []peer.ID{best[rand.IntN(len(best))], all[rand.IntN(len(all))]} {
		near, others, err := m.sample(p, s)
		if err != nil {
			continue
		}
		m.Learn(slices.Concat(near, others))
		reached = m.dialSome(s, near, others) || reached
	}
	if !reached {
		return
	}
	// Whoever names members that are there is worth asking again soon.
	m.following.Lock()
	defer m.following.Unlock()
	if h := m.hunts[s]; h != nil {
		h.pause = huntFirst
	}
}

// dialSome dials some of those who are said to be near a shard, and tells
// whether one was there. Where there is none that we are not connected to, we
// are in a corner that is complete in itself, and any other may lead out of it.
func (m *Mesh) dialSome(s uint16, near, others []onion.Address) (reached bool) {
	dials := 0
	for _, a := range near {
		if dials == huntDials || !m.room(s) {
			break
		}
		if m.view.claim(a) {
			dials++
			reached = m.dial(a) || reached
		}
	}
	if dials > 0 || m.outbound() >= maxOutbound {
		return reached
	}
	for _, a := range others {
		if m.view.claim(a) {
			return m.dial(a)
		}
	}
	return false
}

// outbound counts the members that we dialed.
func (m *Mesh) outbound() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.members) - m.inbound()
}

// room makes sure that we may dial one more member near a shard, and ends for
// that the connection to one that we dialed and that is in none of our shards.
func (m *Mesh) room(s uint16) bool {
	if m.outbound() < maxOutbound {
		return true
	}
	ours := append(m.Following(), s)
	m.mu.Lock()
	var idle []peer.ID
	for p, mb := range m.members {
		if !mb.inbound && !slices.ContainsFunc(m.company.of(p), func(in uint16) bool { return slices.Contains(ours, in) }) {
			idle = append(idle, p)
		}
	}
	m.mu.Unlock()
	if len(idle) == 0 {
		return false
	}
	for _, conn := range m.host.swarm.ConnsToPeer(idle[rand.IntN(len(idle))]) {
		conn.Close()
	}
	return true
}

// all returns the members that we are connected to.
func (m *Mesh) all() []peer.ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]peer.ID, 0, len(m.members))
	for p := range m.members {
		all = append(all, p)
	}
	return all
}
