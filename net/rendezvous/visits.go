// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
)

// visited is what we know of one slot.
type visited struct {
	random   [32]byte        // of the slot's period
	answered bool            // somebody else did, when last asked
	last     []onion.Address // whom that answer named
	named    []onion.Address // whom answers named that have not been judged, the oldest first
	until    time.Time       // until then answers are not used
}

func (v *visited) doubted() bool { return time.Now().Before(v.until) }

// judge looks at what has become of those whom a slot named, and doubts the
// slot if some are of no use and none is of any.
func (v *visited) judge(standing func(onion.Address) mesh.Standing) {
	useless := 0
	for _, a := range v.named {
		switch standing(a) {
		case mesh.Working:
			v.named = nil // one who works cannot be made up
			return
		case mesh.Unreachable, mesh.Mute:
			useless++
		}
	}
	if useless >= doubtAfter {
		v.until, v.named = time.Now().Add(doubtFor), nil
	}
}

// visit asks one slot and makes use of the answer. It tells whether somebody
// else answered whom we have no reason to doubt.
func (r *Rendezvous) visit(ctx context.Context, s slot) bool {
	members, mine, err := r.probe(ctx, s.key)
	if ctx.Err() != nil {
		return false
	}
	if mine {
		return false
	}
	useful := r.note(s, members, err == nil)
	r.changed()
	if !useful {
		return false
	}
	r.mu.Lock()
	rival := r.current != nil && r.current.slot.address == s.address
	r.mu.Unlock()
	if r.foreign(members) {
		r.params.Mesh.Bridge(members)
	} else {
		r.params.Mesh.Learn(members)
	}
	if rival {
		r.dropCurrent()
	}
	return true
}

// note records what a visit came to, and tells whether the answer is to be
// used.
func (r *Rendezvous) note(s slot, members []onion.Address, answered bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.visited[s.address]
	if v == nil {
		v = &visited{random: s.random}
		r.visited[s.address] = v
	}
	v.judge(r.params.Mesh.Standing)
	useful := answered && !v.doubted()
	v.answered, v.last = answered, nil
	if useful {
		v.last = members
		v.named = remember(v.named, members, maxNamed)
		r.answers = append(slices.DeleteFunc(r.answers, func(a answer) bool { return a.slot == s.address }), answer{s.address, members})
		r.answers = r.answers[max(0, len(r.answers)-slotShare):]
	}
	if s.random == r.period.current {
		// A doubted slot is one that the network has to do without.
		r.levels[s.level] = append(r.levels[s.level], useful)
		r.levels[s.level] = r.levels[s.level][max(0, len(r.levels[s.level])-levelWindow):]
	}
	return useful
}

// answer is whom one slot last named.
type answer struct {
	slot  onion.Address
	named []onion.Address
}

// review judges all slots again.
func (r *Rendezvous) review() {
	r.mu.Lock()
	for _, v := range r.visited {
		v.judge(r.params.Mesh.Standing)
	}
	r.mu.Unlock()
	r.changed()
}

// enter begins with what Tor says about the period now, and forgets slots that
// do not count any more.
func (r *Rendezvous) enter(p period) {
	r.mu.Lock()
	r.period = p
	maps.DeleteFunc(r.visited, func(_ onion.Address, v *visited) bool {
		return v.random != p.current && (!p.both || v.random != p.previous)
	})
	r.mu.Unlock()
	r.changed()
}

// measure takes one round of the network's size.
func (r *Rendezvous) measure() {
	answers := r.params.Mesh.Answers()
	answers = answers[max(0, len(answers)-(maxAnswers-slotShare)):]
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.answers {
		answers = append(answers, a.named)
	}
	if members, ok := estimate(answers); ok {
		r.size.round(members, time.Now())
	}
}

// hosted tells whether a level seems to have hosts enough: most of its slots
// that were looked at answered, and not both of the last two were empty, as
// many may have left at once.
func (r *Rendezvous) hosted(level int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.levels[level]
	return answering(last) >= wellHosted && answering(last[len(last)-2:]) > 0
}

// dispensable tells whether a level seems to have so many hosts that one may
// leave: what we saw last counts more, or all would leave on what was so when
// none had.
func (r *Rendezvous) dispensable(level int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.levels[level]
	return answering(last) >= wellHosted && answering(last[len(last)-lateWindow:]) == lateWindow
}

// answering counts the looks at slots that found somebody.
func answering(looks []bool) (n int) {
	for _, ok := range looks {
		if ok {
			n++
		}
	}
	return n
}

// foreign tells whether an answer is to be treated as that of a mesh that
// formed apart from ours: it names nobody whom we know. In a large network
// that is what most answers do, and only some are treated so.
func (r *Rendezvous) foreign(members []onion.Address) bool {
	for _, a := range members {
		if r.params.Mesh.Knows(a) {
			return false
		}
	}
	known := float64(len(r.params.Mesh.Members(math.MaxInt)))
	r.mu.Lock()
	all := max(r.size.members(), known+1)
	r.mu.Unlock()
	odds := math.Pow(1-known/all, float64(len(members)))
	return odds < foreignOdds || known < enoughKnown || rand.Float64() < bridgeShare
}
