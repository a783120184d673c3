// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"slices"
	"time"
)

// wanted returns how many interests a stranger must share with us now.
func (s *search) wanted() int {
	if s.interest == 0 {
		return 0
	}
	widened := s.begun + widenLast
	if s.heard > 0 {
		widened = min(widened, s.heard+widenAfter)
	}
	if s.world.now >= widened {
		return 0
	}
	return 1
}

func (s *search) shared(interest uint16) int {
	if interest != 0 && interest == s.interest {
		return 1
	}
	return 0
}

// fill begins as many calls as there may be.
func (s *search) fill() {
	w := s.world
	for !s.over && (s.phase == free || s.phase == reserved && s.late) {
		if s.setbacks < maxSetbacks && slices.ContainsFunc(s.calls, func(c *call) bool { return w.now-time.Duration(c.since) < spacing }) {
			return
		}
		best := s.best()
		if best == nil || len(s.calls) >= maxCalls && !s.giveWay(best) {
			return
		}
		s.begin(best)
	}
}

// best finds whom to call next.
func (s *search) best() (best *sighting) {
	w := s.world
	ahead := slices.ContainsFunc(s.calls, func(c *call) bool { return c.shares && w.now-time.Duration(c.since) < headStart })
	wanted := s.wanted()
	for i := range s.pool {
		c := &s.pool[i]
		shared := s.shared(c.interest)
		if c.owner == s.with || s.callTo(c.owner) != nil || ahead && shared == 0 ||
			c.failures >= maxFailures || c.refusals >= maxRefusals || w.now < c.next {
			continue
		}
		if s.met = w.now; shared < wanted {
			continue
		}
		if best == nil || s.better(c, best) {
			best = c
		}
	}
	return best
}

func (s *search) better(a, b *sighting) bool {
	w := s.world
	if x, y := s.shared(a.interest), s.shared(b.interest); x != y {
		return x > y
	}
	if a.failures != b.failures {
		return a.failures < b.failures
	}
	if x, y := (w.now-a.at)/freshFor, (w.now-b.at)/freshFor; x != y {
		return x < y
	}
	return mix(s.lot^a.owner.lot) < mix(s.lot^b.owner.lot)
}

// mix gives each seeker an order of its own among equals.
func mix(x uint64) uint64 {
	x ^= x >> 31
	x *= 0x9E3779B97F4A7C15
	x ^= x >> 29
	x *= 0xBF58476D1CE4E5B9
	return x ^ x>>32
}

func (s *search) callTo(other *search) *call {
	for _, c := range s.calls {
		if c.to == other {
			return c
		}
	}
	return nil
}

func (s *search) remove(c *call) {
	if i := slices.Index(s.calls, c); i >= 0 {
		s.calls = slices.Delete(s.calls, i, i+1)
	}
}

// giveWay ends a call that takes too long in favour of another stranger.
func (s *search) giveWay(to *sighting) bool {
	if to.failures > 0 {
		return false
	}
	w := s.world
	var slowest *call
	for _, c := range s.calls {
		slow := w.now-time.Duration(c.since) >= patience && c.stage != held
		old := c.stale && w.now-to.at < freshFor && c.stage == dialing
		if (slow || old) && (slowest == nil || c.since < slowest.since) {
			slowest = c
		}
	}
	if slowest == nil {
		return false
	}
	s.fail(slowest.to, 1, 0)
	s.drop(slowest)
	return true
}

// begin begins a call: a fresh circuit, the puzzle at the door, the offer.
func (s *search) begin(to *sighting) {
	w := s.world
	c := &call{from: s, to: to.owner, since: int64(w.now), shares: s.shared(to.interest) > 0, stale: w.now-to.at >= freshFor}
	s.calls = append(s.calls, c)
	takes, ok := w.params.Tor.connect(w.random)
	l := w.params.Tor.latency(w.random)
	w.tallies.rpc(w, 8, callBytes/8)
	w.after(takes, func() {
		switch {
		case c.over || s.over:
			return
		case !ok || c.to.over && !c.to.found: // nobody answers
			s.ended(c, 1, 0)
			return
		}
		w.after(2*l, func() { // the puzzle comes, its solution and the offer go
			switch {
			case c.over || s.over:
				return
			case c.to.over: // in a conversation: it hangs up on us
				w.after(l, func() { s.ended(c, 1, 0) })
				return
			}
			c.stage = offered
			r := &request{call: c, rank: 2*c.to.shared(s.interest) + 1}
			c.request = r
			c.to.park(r, w.now+queueWait)
			w.after(offerTime, func() {
				if c.stage == offered {
					s.ended(c, 1, 0)
				}
			})
		})
	})
}

// park keeps an offer waiting as long as we want somebody who shares more.
func (s *search) park(r *request, until time.Duration) {
	if r.over {
		return
	}
	if s.over || s.shared(r.call.from.interest) >= s.wanted() {
		s.requested(r)
		return
	}
	if s.world.now >= until {
		s.refuse(r)
		return
	}
	s.world.after(parkEvery, func() { s.park(r, until) })
}

// send has something happen at the other end of a call, when it gets there.
func (s *search) send(_ *call, do func()) {
	s.world.after(s.world.params.Tor.latency(s.world.random), do)
}

// ended is called when a call of ours has come to nothing.
func (s *search) ended(c *call, failures, refusals int) {
	if c.over || s.over {
		return
	}
	c.over = true
	s.remove(c)
	s.fail(c.to, failures, refusals)
	s.setbacks++
	s.fill()
}

// fail notes what became of calling somebody.
func (s *search) fail(to *search, failures, refusals int) {
	w := s.world
	for i := range s.pool {
		c := &s.pool[i]
		if c.owner != to {
			continue
		}
		c.failures += failures
		c.refusals += refusals
		wait := failureWait << max(c.failures-1, 0)
		if failures == 0 {
			wait = refusalWait << max(c.refusals-1, 0)
		}
		c.next = w.now + between(w.random, wait/2, wait*3/2)
	}
}
