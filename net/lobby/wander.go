// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"slices"
	"time"
)

// wander keeps a search in the right shard: that of its first interest, at the
// level at which others are, nearer to the root where it finds nobody, further
// down where there are too many.
func (s *search) wander(w way, level int) {
	t := s.lobby.tree
	defer t.hear(nil)
	var left []uint16 // shards that we do not hear any more
	moved, climbed := time.Now(), false
	for {
		now := time.Now()
		deepest := t.deepest()
		_, home := t.place()
		switch own := w.node(level); {
		case home > level && t.surveying(now): // we began where nobody else does
			w, level, moved = wayOf(s.own, home), home, now
		case level > deepest:
			level, moved = deepest, now
		case level < deepest && now.Sub(moved) >= crowdWindow && t.crowded(own):
			left = append(left, own)
			level, moved = level+1, now
		case level > 0 && now.Sub(moved) >= climbAfter && now.Sub(s.company()) >= climbAfter:
			// Who has climbed before and found nobody again leaves out what is
			// between: those who stayed behind hear the root as well.
			if level = above(level); climbed {
				level = 0
			}
			moved, climbed = now, true
		}
		own := w.node(level)
		shards := w.ascent(level, deepest)
		for _, shard := range shards {
			if shard != own && t.crowded(shard) && !slices.Contains(left, shard) {
				left = append(left, shard)
			}
		}
		shards = slices.DeleteFunc(shards, func(shard uint16) bool { return shard != own && slices.Contains(left, shard) })
		if deepest == 0 {
			shards = nil // home is the root
		}
		slices.Sort(shards)
		t.hear(shards)
		s.settle(own)
		if !sleep(s.ctx, wanderEvery) {
			return
		}
	}
}

// above returns the level to which who finds nobody goes up: as far as those
// who stay behind hear, who follow maxAscent levels.
func above(level int) int { return max(level-(maxAscent-1), 0) }

// settle makes a shard that of our beacons.
func (s *search) settle(shard uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if shard != s.shard {
		s.shard = shard
		close(s.moved)
		s.moved = make(chan struct{})
	}
}

// place returns the shard of our beacons, and what is closed when it is another.
func (s *search) place() (shard uint16, moved <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shard, s.moved
}

// company returns when there was last somebody to call, or who called us.
func (s *search) company() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) > 0 || s.pairing.phase != free {
		return time.Now()
	}
	return s.met
}
