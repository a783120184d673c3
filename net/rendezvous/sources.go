// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"passerby/net/mesh"
	"passerby/net/onion"
)

// Source is where the name of a member comes from.
type Source int

// Slots are asked by this package itself; the other sources come in by
// [Rendezvous.Introduce].
const (
	Slot   Source = iota // whoever hosts a slot, which anybody can
	Invite               // a link or picture that a person was given
	Keeper               // a member remembered from an earlier run
	Friend               // a member that a partner in a conversation named
	sources
)

// String returns the source's name, in lower case.
func (s Source) String() string {
	return [...]string{"slot", "invite", "keeper", "friend"}[s]
}

// Introduce takes members that another source than a slot names, any number of
// times. Two of them are connected to at once, so that no view rests on slots
// alone where there is something else; of one source the last 64 members are
// remembered. It panics if source is [Slot] or none.
func (r *Rendezvous) Introduce(members []onion.Address, source Source) {
	if source <= Slot || source >= sources {
		panic("rendezvous: introduced by what is no source")
	}
	members = members[max(0, len(members)-maxIntroduced):]
	r.mu.Lock()
	r.introduced[source] = remember(r.introduced[source], members, maxIntroduced)
	r.mu.Unlock()
	r.params.Mesh.Meet(members)
	r.changed()
}

// remember adds names behind others, each once, and drops the oldest beyond
// limit.
func remember(old, names []onion.Address, limit int) []onion.Address {
	seen := make(map[onion.Address]bool)
	for _, a := range names {
		seen[a] = true
	}
	var all []onion.Address
	for _, a := range old {
		if !seen[a] {
			all = append(all, a)
		}
	}
	for _, a := range names {
		if seen[a] {
			all = append(all, a)
			delete(seen, a)
		}
	}
	return all[max(0, len(all)-limit):]
}

// Status is what a Rendezvous has reached.
type Status struct {
	// Answered counts the slots that answered when last asked, ours and such
	// as are doubted not among them.
	Answered int
	// Doubted counts the slots whose answers are not used, because those they
	// named are not there or do nothing.
	Doubted int
	// Sources tells which sources answered: a slot by an answer, any other
	// source by a member that we met.
	Sources [sources]bool
	// Independent counts the answers that differ: of those that name for the
	// most part the same members only one counts, as they may be one voice.
	Independent int
	// SlotsAlone is set while all that we know of the network comes from
	// slots. Whoever holds the slots could then be all that we see.
	SlotsAlone bool
	// Hosting is set while we answer at a slot and others can find it, and
	// Level is that slot's.
	Hosting bool
	Level   int
	// Asked is set when slots of every level have been asked at least once.
	Asked bool
	// Size is how many members the network is estimated to have, see the
	// package's documentation; 0 if there is nothing to go by.
	Size int
}

// Status returns what has been reached so far.
func (r *Rendezvous) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Asked: r.asked, Size: int(r.size.members())}
	var answers [][]onion.Address
	for _, v := range r.visited {
		switch {
		case v.doubted():
			s.Doubted++
		case v.answered:
			s.Answered++
			answers = append(answers, v.last)
		}
	}
	s.Sources[Slot] = s.Answered > 0
	others := false
	for source := Invite; source < sources; source++ {
		var met []onion.Address
		for _, a := range r.introduced[source] {
			if r.params.Mesh.Knows(a) || r.params.Mesh.Standing(a) == mesh.Working {
				met = append(met, a)
			}
		}
		if len(met) > 0 {
			s.Sources[source], others = true, true
			answers = append(answers, met)
		}
	}
	s.Independent = voices(answers)
	s.SlotsAlone = s.Sources[Slot] && !others
	for _, h := range []*host{r.current, r.previous} {
		if h != nil {
			select {
			case <-h.published:
				s.Hosting, s.Level = true, h.slot.level
			default:
			}
		}
	}
	return s
}
