// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"net"
	"time"

	"passerby/net/session"
)

// wanted returns how many interests a stranger must share with us now, to be
// called or listened to: two at first where we have two, then one, and in the
// end none. It goes on when our beacon has come back, because by then those of
// others who began with us have come, or when it takes too long to. It is
// called with mu held.
func (s *search) wanted(now time.Time) int {
	widened := s.begun.Add(widenLast)
	if at := s.heard.Add(widenAfter); !s.heard.IsZero() && at.Before(widened) {
		widened = at
	}
	switch left := widened.Sub(now); {
	case left <= 0:
		return 0
	case left <= widenAfter/2:
		return min(len(s.own), 1)
	}
	return min(len(s.own), 2)
}

// park keeps a stranger waiting, whose offer we have heard, as long as we want
// somebody who shares more with us. It tells whether to consider the offer then.
func (s *search) park(conn net.Conn, tags [session.MaxTags]session.Tag) bool {
	ctx, cancel := context.WithTimeout(s.ctx, queueWait)
	defer cancel()
	if s.suits(tags) {
		return true
	}
	s.parked.enter(conn)
	defer s.parked.leave(conn)
	for sleep(ctx, parkEvery) {
		if s.suits(tags) {
			return true
		}
	}
	return false
}

func (s *search) suits(tags [session.MaxTags]session.Tag) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shared(tags) >= s.wanted(time.Now()) || s.pairing.phase == paired
}
