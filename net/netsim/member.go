// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"slices"
	"time"
)

// address names one life of one member: places are used again.
type address struct {
	place int32
	life  uint32
}

// link is a connection, as one of its two ends sees it.
type link struct {
	peer    int32
	out     bool // we dialed
	latency time.Duration
	since   time.Duration
}

// followed is a shard that a member hears.
type followed struct {
	shard shard
	place int32 // in the shard's list
	since time.Duration
}

// hunt is a search for members of a shard.
type hunt struct {
	shard  shard
	fanout bool // we only want to publish there
	begun  time.Duration
	pause  time.Duration
	until  time.Duration // of a fanout
}

// member is one copy of the program.
type member struct {
	address
	alive bool
	role  role
	index int32 // in the list of those alive
	links []link
	met   []address // lately, and believed to be there
	heard []address // named by others
	shut  []address // dialed in vain lately

	follows []followed
	hunts   []hunt
	needy   bool
	dialing int
	hunting int

	home     way
	level    int
	born     time.Duration
	deepest  int // level that it may be at
	surveyed time.Duration
	settled  time.Duration
	joined   time.Duration
	extra    []shard // what a search wants to hear

	search   *search
	verified uint32 // beacons since measuring began
	reached  uint32 // the last flood that came here
}

const (
	maxMet   = 48 // contacts kept, in the place of the product's 512: enough to choose from
	maxHeard = 64
	maxShut  = 16
)

func remember(list []address, a address, limit int) []address {
	if slices.Contains(list, a) {
		return list
	}
	if len(list) >= limit {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, a)
}

func forget(list []address, a address) []address {
	if i := slices.Index(list, a); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

func (m *member) hears(s shard) bool {
	for i := range m.follows {
		if m.follows[i].shard == s {
			return true
		}
	}
	return false
}

func (m *member) linked(place int32) *link {
	for i := range m.links {
		if m.links[i].peer == place {
			return &m.links[i]
		}
	}
	return nil
}

// outbound counts the connections that we made.
func (m *member) outbound() (n int) {
	for i := range m.links {
		if m.links[i].out {
			n++
		}
	}
	return n
}

// closeness tells how near a member is to a shard.
func (m *member) closeness(s shard) (best int) {
	for i := range m.follows {
		best = max(best, closeness(m.follows[i].shard, s))
	}
	return best
}
