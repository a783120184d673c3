// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// starving returns the shards that we have too few members of and that it is
// time to look for, and closes topics that we published in long ago.
func (m *Mesh) starving(now time.Time) []uint16 {
	m.following.Lock()
	defer m.following.Unlock()
	var all []uint16
	for s, c := range m.channels {
		if c.sub == nil && now.Sub(c.used) > fanoutFor {
			m.part(s)
			continue
		}
		if m.fed(c) {
			c.pause = huntFirst
		} else if now.Sub(c.hunted) > c.pause {
			c.hunted, c.pause = now, min(c.pause*3/2, huntLast)
			all = append(all, s)
		}
	}
	return all
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

// hunt looks for members of a shard: it asks a member that is near it, in
// half of all cases, or any other, whom it knows, and dials some of those. A
// member that knows nobody in the shard names such as are nearer to it than
// itself, so each round gets nearer.
func (m *Mesh) hunt(s uint16) {
	var best []peer.ID
	nearestYet := -1
	all := m.all()
	for _, p := range all {
		n := 0
		for _, in := range m.company.of(p) {
			n = max(n, nearness(s, in))
		}
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
	if rand.IntN(2) == 0 {
		best = all
	}
	near, others, err := m.sample(best[rand.IntN(len(best))], s)
	if err != nil {
		return
	}
	m.Learn(slices.Concat(near, others))
	dials, reached := 0, false
	for _, a := range near {
		if dials == huntDials || !m.room(s) {
			break
		}
		if m.view.claim(a) {
			dials++
			reached = m.dial(a) || reached
		}
	}
	if !reached {
		return
	}
	// Whoever names members that are there is worth asking again soon.
	m.following.Lock()
	defer m.following.Unlock()
	if c := m.channels[s]; c != nil {
		c.pause = huntFirst
	}
}

// room makes sure that we may dial one more member of a shard, and ends for
// that the connection to one that we dialed and that is in none of our shards.
func (m *Mesh) room(s uint16) bool {
	ours := append(m.Following(), s)
	m.mu.Lock()
	var idle []peer.ID
	outbound := 0
	for p, mb := range m.members {
		if mb.inbound {
			continue
		}
		outbound++
		if !slices.ContainsFunc(m.company.of(p), func(in uint16) bool { return slices.Contains(ours, in) }) {
			idle = append(idle, p)
		}
	}
	m.mu.Unlock()
	if outbound < maxOutbound {
		return true
	}
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
