// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"context"
	"math/rand/v2"
	"time"
)

// tend does our part for the slots while the mesh is fine: it looks at one
// slot at random, and takes it if it is empty and its level lacks hosts; and
// it looks at our own, to meet others who host it, and gives it up if others
// do the duty. It returns the time until it is to be done again.
func (r *Rendezvous) tend(ctx context.Context, p period) (next time.Duration) {
	if r.params.Network.Renew(ctx) != nil {
		return settled
	}
	r.review()
	r.measure()
	top := r.topLevel()
	s := r.anySlot(p, top)
	own := r.hosting()
	if own == nil {
		switch {
		case r.visit(ctx, s) || ctx.Err() != nil:
		case r.hosted(s.level):
			return r.rest() / 4 // to see whether it was the only one
		default:
			r.hostOne(ctx, s)
		}
		return r.rest()
	}
	r.visit(ctx, own.slot) // gives it up if another answers there
	if s.address != own.slot.address {
		r.visit(ctx, s)
	}
	// Now and then, or all who came at the same time would leave at the same
	// time. What is left empty by that is taken by others in their turn.
	if time.Since(own.since) > hostAtLeast && rand.IntN(leaveOdds) == 0 &&
		(own.slot.level > top || r.dispensable(own.slot.level)) && r.hosting() == own {
		r.dropCurrent()
	}
	return r.rest()
}

// topLevel returns the highest level that is used.
func (r *Rendezvous) topLevel() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.top = r.size.level(r.top)
	return r.top
}

// anySlot returns a slot of this period at random, of all levels up to top:
// all of them are looked at equally often.
func (r *Rendezvous) anySlot(p period, top int) slot {
	n := 0
	for level := range top + 1 {
		n += SlotsAt(level)
	}
	i := rand.IntN(n)
	level := 0
	for i >= SlotsAt(level) {
		i -= SlotsAt(level)
		level++
	}
	return newSlot(p.current, r.params.Name, level, i)
}

// rest returns the time until we tend again. Each slot is looked at often
// enough by all members together; so the more there are, the less each does.
func (r *Rendezvous) rest() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for level := range r.top + 1 {
		n += SlotsAt(level)
	}
	mean := time.Duration(r.size.members() / float64(n) * float64(slotEvery))
	mean = min(max(mean, settled), settledMax)
	return mean/2 + rand.N(mean)
}
