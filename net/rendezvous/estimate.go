// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"slices"
	"time"

	"passerby/net/onion"
)

// estimate tells how many members a network has, given whom several of them
// know. Each answer is taken for a random sample: what it has in common with
// the others is as much as chance allows in a network of that size
// (capture and recapture, with Chapman's correction). One answer's lie is one
// value of many, of which the median counts.
func estimate(answers [][]onion.Address) (members float64, ok bool) {
	named := make(map[onion.Address]int) // by how many answers
	total := 0
	for _, answer := range answers {
		total += len(answer)
		for _, a := range answer {
			named[a]++
		}
	}
	var each []float64
	for _, answer := range answers {
		if len(answer) == 0 {
			continue
		}
		again := 0
		for _, a := range answer {
			again += named[a] - 1
		}
		others := total - len(answer)
		each = append(each, float64((len(answer)+1)*(others+1))/float64(again+1)-1)
	}
	if len(each) < minAnswers {
		return 0, false
	}
	return median(each), true
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// size is the estimate that is acted on. It follows the median of the last few
// rounds, and in one round it at most doubles or halves: who lies has to go on
// lying to most of us for long, and we have time to hear others.
type size struct {
	now    float64 // 0 until the first round
	rounds []float64
	last   time.Time
}

// round takes one estimate, unless the last one was taken just now.
func (s *size) round(estimate float64, now time.Time) {
	if !s.last.IsZero() && now.Sub(s.last) < roundEvery/2 {
		return
	}
	s.last = now
	s.rounds = append(s.rounds, estimate)
	if len(s.rounds) > maxRounds {
		s.rounds = slices.Delete(s.rounds, 0, 1)
	}
	goal := median(s.rounds)
	if s.now == 0 {
		s.now = min(goal, membersPerSlot*Slots) // as much as level 0 is for
		return
	}
	s.now = min(max(goal, s.now/maxStep), s.now*maxStep)
}

func (s *size) members() float64 { return s.now }

// level returns the highest level that is used at this size, by one who used
// another until now.
func (s *size) level(until int) int {
	level, slots := 0, Slots
	for l := 1; l < Levels; l++ {
		slots += SlotsAt(l)
		bound := float64(membersPerSlot * slots)
		if l > until {
			bound *= levelMargin
		} else {
			bound /= levelMargin
		}
		if s.now >= bound {
			level = l
		}
	}
	return level
}
