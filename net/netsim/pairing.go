// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import "slices"

// phase is what a seeker is bound by, as in package lobby, whose documentation
// has the rules.
type phase uint8

const (
	free phase = iota
	reserved
	confirming
	paired
)

// stage is how far a call has come.
type stage uint8

const (
	dialing stage = iota
	offered
	held
)

// call is one attempt of a seeker to become another's partner.
type call struct {
	from, to *search
	stage    stage
	shares   bool
	stale    bool
	since    int64
	over     bool // for the caller
	request  *request
}

// request is a call as its other side sees it.
type request struct {
	call *call
	rank int
	over bool
}

// above tells whether our address is the higher one.
func (s *search) above(other *search) bool { return s.lot > other.lot }

// requested decides about an offer that has come.
func (s *search) requested(r *request) {
	from := r.call.from
	if s.hog && !s.over { // says yes to everybody
		s.send(r.call, func() { from.accepted(r.call) })
		return
	}
	known := slices.ContainsFunc(s.queue, func(q *request) bool { return q.call.from == from })
	full := s.phase != free && len(s.queue) >= maxQueue
	if s.over || s.phase == paired || from == s.with || known || full && s.queue[s.last()].rank >= r.rank {
		s.refuse(r)
		return
	}
	if c := s.callTo(from); c != nil {
		if c.stage == held || c.stage == offered && !s.above(from) {
			s.refuse(r)
			return
		}
		s.drop(c)
	}
	if s.phase == free {
		s.accept(r)
		return
	}
	if full {
		last := s.last()
		s.refuse(s.queue[last])
		s.queue = slices.Delete(s.queue, last, last+1)
	}
	s.queue = append(s.queue, r)
	s.world.after(queueWait, func() {
		if i := slices.Index(s.queue, r); i >= 0 && !s.over {
			s.queue = slices.Delete(s.queue, i, i+1)
			s.refuse(r)
		}
	})
}

// last returns the place in the queue of whoever is preferred least.
func (s *search) last() (last int) {
	for i, r := range s.queue {
		if r.rank <= s.queue[last].rank {
			last = i
		}
	}
	return last
}

// accept binds us to an offer until its confirm.
func (s *search) accept(r *request) {
	s.phase, s.with, s.late, s.bound = reserved, r.call.from, false, r
	s.world.after(confirmUsual, func() {
		if s.bound == r && s.phase == reserved && !s.over {
			s.late = true
			if h := s.firstHeld(); h != nil {
				s.release()
				s.confirm(h)
				return
			}
			s.fill()
		}
	})
	s.world.after(reserveTime, func() {
		if s.bound == r && s.phase == reserved && !s.over {
			r.over = true
			s.broken(r.call)
			s.resolve(false)
		}
	})
	c := r.call
	s.send(c, func() { c.from.accepted(c) })
}

// refuse tells a caller no.
func (s *search) refuse(r *request) {
	if r.over {
		return
	}
	r.over = true
	c := r.call
	s.send(c, func() { c.from.ended(c, 0, 1) })
}

// release gives up waiting for a confirm.
func (s *search) release() {
	s.bound.over = true
	s.broken(s.bound.call)
	s.phase, s.with, s.bound = free, nil, nil
}

// broken tells the caller that the stream has ended.
func (s *search) broken(c *call) {
	s.send(c, func() { c.from.ended(c, 1, 0) })
}

// accepted is called when an offer of ours was accepted.
func (s *search) accepted(c *call) {
	switch {
	case c.over || s.over || s.hog: // who never confirms leaves it at that
	case s.phase == free:
		s.confirm(c)
	case s.phase == reserved && s.late:
		s.release()
		s.confirm(c)
	case s.phase == reserved && s.above(c.to):
		c.stage = held
	default:
		s.drop(c)
	}
}

func (s *search) firstHeld() *call {
	for _, c := range s.calls {
		if c.stage == held {
			return c
		}
	}
	return nil
}

// confirm binds us to somebody who accepted.
func (s *search) confirm(c *call) {
	s.phase, s.with = confirming, c.to
	s.remove(c)
	c.over = true
	for len(s.calls) > 0 {
		s.drop(s.calls[0])
	}
	r, to := c.request, c.to
	s.send(c, func() {
		if r.over || to.over || to.bound != r {
			return
		}
		r.over = true
		to.resolve(true)
		to.send(c, func() {
			if s.phase == confirming && s.with == to && !s.over {
				s.resolve(true)
			}
		})
	})
	s.world.after(confirmTime, func() {
		if s.phase == confirming && s.with == to && !s.over {
			s.fail(to, maxFailures, 0)
			s.resolve(false)
		}
	})
}

// resolve ends what we are bound by.
func (s *search) resolve(ok bool) {
	if ok {
		s.phase = paired
		if s.world.matched != nil {
			s.world.matched(s, s.with)
		}
		s.bound = nil
		s.end(true)
		return
	}
	s.phase, s.with, s.bound = free, nil, nil
	if h := s.firstHeld(); h != nil {
		s.confirm(h)
		return
	}
	if len(s.queue) > 0 {
		best := 0
		for i, r := range s.queue {
			if r.rank > s.queue[best].rank {
				best = i
			}
		}
		r := s.queue[best]
		s.queue = slices.Delete(s.queue, best, best+1)
		s.accept(r)
		return
	}
	s.fill()
}

// drop ends a call of ours; its other side sees the stream end.
func (s *search) drop(c *call) {
	s.remove(c)
	c.over = true
	r := c.request
	if r == nil {
		return
	}
	s.send(c, func() {
		to := c.to
		if r.over || to.over {
			return
		}
		r.over = true
		if to.bound == r && to.phase == reserved {
			to.resolve(false)
		} else if i := slices.Index(to.queue, r); i >= 0 {
			to.queue = slices.Delete(to.queue, i, i+1)
		}
	})
}
