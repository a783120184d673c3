// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"bytes"
	"slices"

	"passerby/net/onion"
)

// pairing decides, for one seeker, whom it becomes the partner of. It knows
// nothing of streams or time: it is told what happened and answers what to do.
// The rules, and why they end, are in the package's documentation.
//
// It is not safe for concurrent use. Its zero value, with me set, is a seeker
// that is free.
type pairing struct {
	me    onion.Address
	phase phase
	// with is whom phase is about; the zero address while free.
	with onion.Address
	// late tells, while reserved, that the confirm should have come by now.
	late bool
	// calls are our own attempts, with how far they have come.
	calls map[onion.Address]stage
	// held are the calls in stage held, in the order in which they came there.
	held []onion.Address
	// queue are the strangers whose offers wait, in the order of arrival.
	queue []waiting
}

type waiting struct {
	address onion.Address
	rank    int // who is preferred: the higher
}

// phase is what a seeker is bound by.
type phase int

const (
	free       phase = iota
	reserved         // we accepted an offer of with, and wait for the confirm
	confirming       // we confirmed to with, and wait for its first frame
	paired           // with is our partner. This phase never ends.
)

// stage is how far a call of ours has come.
type stage int

const (
	dialing stage = iota + 1 // nothing was said yet
	offered                  // our offer is out, or about to be
	held                     // our offer was accepted; we answer when we can
)

// deed is what the seeker is to do about one stranger.
type deed struct {
	do   do
	with onion.Address
}

type do int

const (
	accept  do = iota // answer its request with yes
	refuse            // answer its request with no
	release           // end its request, which we had accepted
	confirm           // confirm our proposal
	drop              // end our call, whatever its stage
)

// open tells whether calls may begin: also while we keep ourselves for somebody
// who seems not to come.
func (p *pairing) open() bool { return p.phase == free || p.phase == reserved && p.late }

// call begins a call, and tells whether it may begin.
func (p *pairing) call(a onion.Address) bool {
	if !p.open() || a == p.with || a == p.me || p.calls[a] != 0 || len(p.calls) >= maxCalls {
		return false
	}
	if p.calls == nil {
		p.calls = make(map[onion.Address]stage)
	}
	p.calls[a] = dialing
	return true
}

// offer tells whether to make the offer, now that a was reached.
func (p *pairing) offer(a onion.Address) bool {
	if p.calls[a] != dialing {
		return false
	}
	p.calls[a] = offered
	return true
}

// accepted is called when a accepted our offer.
func (p *pairing) accepted(a onion.Address) []deed {
	switch {
	case p.calls[a] != offered: // dropped in the meantime
		return []deed{{drop, a}}
	case p.phase == free:
		return p.confirm(a)
	case p.phase == reserved && p.late:
		return p.leaveFor(a)
	case p.phase == reserved && p.above(a):
		p.calls[a] = held
		p.held = append(p.held, a)
		return nil
	default:
		p.forget(a)
		return []deed{{drop, a}}
	}
}

// ended is called when a call has ended before it was confirmed: not reached,
// refused, broken, or dropped.
func (p *pairing) ended(a onion.Address) { p.forget(a) }

// requested is called when an offer of a arrived. The answer may come from a
// later call.
func (p *pairing) requested(a onion.Address, rank int) []deed {
	known := slices.ContainsFunc(p.queue, func(w waiting) bool { return w.address == a })
	full := p.phase != free && len(p.queue) >= maxQueue
	if p.phase == paired || a == p.me || a == p.with || known || full && p.queue[p.last()].rank >= rank {
		return []deed{{refuse, a}}
	}
	var deeds []deed
	switch p.calls[a] {
	case held: // it accepted ours, so it took back its own
		return []deed{{refuse, a}}
	case offered:
		if !p.above(a) {
			return []deed{{refuse, a}}
		}
		fallthrough
	case dialing:
		p.forget(a)
		deeds = append(deeds, deed{drop, a})
	}
	if p.phase == free {
		p.reserve(a)
		return append(deeds, deed{accept, a})
	}
	if full { // who is preferred to somebody who waits takes their place
		last := p.last()
		deeds = append(deeds, deed{refuse, p.queue[last].address})
		p.queue = slices.Delete(p.queue, last, last+1)
	}
	p.queue = append(p.queue, waiting{a, rank})
	return deeds
}

// last returns the place in the queue of whoever is preferred least, and of
// those of the one who came last.
func (p *pairing) last() int {
	last := 0
	for i, w := range p.queue {
		if w.rank <= p.queue[last].rank {
			last = i
		}
	}
	return last
}

// withdrawn is called when the request of a, which waits, has ended.
func (p *pairing) withdrawn(a onion.Address) {
	p.queue = slices.DeleteFunc(p.queue, func(w waiting) bool { return w.address == a })
}

// resolved is called when what we are bound by has come to an end: with is our
// partner, or it is not and we are free again.
func (p *pairing) resolved(ok bool) []deed {
	if ok {
		p.phase = paired
		deeds := p.dropAll()
		for _, w := range p.queue {
			deeds = append(deeds, deed{refuse, w.address})
		}
		p.queue = nil
		return deeds
	}
	p.phase, p.with = free, onion.Address{}
	switch {
	case len(p.held) > 0: // they keep themselves for us: they come first
		return p.confirm(p.held[0])
	case len(p.queue) > 0:
		best := 0
		for i, w := range p.queue {
			if w.rank > p.queue[best].rank {
				best = i
			}
		}
		a := p.queue[best].address
		p.queue = slices.Delete(p.queue, best, best+1)
		p.reserve(a)
		return []deed{{accept, a}}
	}
	return nil
}

func (p *pairing) reserve(a onion.Address) { p.phase, p.with, p.late = reserved, a, false }

// overdue is called when a, whose offer we accepted, has not confirmed in the
// time that it usually takes.
func (p *pairing) overdue(a onion.Address) []deed {
	if p.phase != reserved || p.with != a {
		return nil
	}
	p.late = true
	if len(p.held) == 0 {
		return nil
	}
	return p.leaveFor(p.held[0])
}

// leaveFor gives up waiting for a confirm, and binds us to a.
func (p *pairing) leaveFor(a onion.Address) []deed {
	left := deed{release, p.with}
	return append([]deed{left}, p.confirm(a)...)
}

// confirm binds us to a, whose acceptance we have.
func (p *pairing) confirm(a onion.Address) []deed {
	p.phase, p.with = confirming, a
	p.forget(a)
	return append([]deed{{confirm, a}}, p.dropAll()...)
}

func (p *pairing) dropAll() []deed {
	var deeds []deed
	for a := range p.calls {
		deeds = append(deeds, deed{drop, a})
	}
	clear(p.calls)
	p.held = nil
	return deeds
}

func (p *pairing) forget(a onion.Address) {
	delete(p.calls, a)
	p.held = slices.DeleteFunc(p.held, func(h onion.Address) bool { return h == a })
}

// above tells whether our address is the higher one.
func (p *pairing) above(a onion.Address) bool { return bytes.Compare(p.me[:], a[:]) > 0 }
