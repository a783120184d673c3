// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"slices"
	"time"
)

func (c *meter) advance(now time.Duration) {
	at := int64(now / loadSlot)
	for n := 0; c.at < at && n < loadSlots; n++ {
		c.at++
		c.slots[c.at%loadSlots] = 0
	}
	c.at = max(c.at, at)
}

func (c *meter) count(now time.Duration) {
	c.advance(now)
	c.slots[c.at%loadSlots]++
}

// rate is what a member measures that has heard a shard since begin: all who
// hear it hear the same, so one meter serves them all.
func (w *world) rate(s shard, begin, window, least time.Duration) float64 {
	c := &w.topics[s].load
	c.advance(w.now)
	measured := min(window, w.now-begin)
	var n uint32
	for i := range min(int64(measured/loadSlot)+1, int64(window/loadSlot)) {
		if i <= c.at {
			n += c.slots[(c.at-i)%loadSlots]
		}
	}
	return float64(n) / max(measured, least).Seconds()
}

// since tells from when on a member hears a shard.
func (w *world) since(m *member, s shard) (begin time.Duration, ok bool) {
	for i := range m.follows {
		if m.follows[i].shard == s {
			return m.follows[i].since, true
		}
	}
	return 0, false
}

// decide moves a member in the tree where the load says so.
func (w *world) decide(m *member) {
	w.deepen(m)
	switch {
	case m.deepest == 0:
		m.level, m.surveyed = 0, 0
	case m.surveyed == 0:
		m.surveyed = w.now + surveyTime
	case w.now < m.surveyed:
		m.level = w.lively(m)
	case m.settled < m.surveyed:
		m.level, m.settled = w.lively(m), m.surveyed
	default:
		w.move(m)
	}
	w.place(m)
}

// place makes a member hear what it should.
func (w *world) place(m *member) {
	want := append([]shard(nil), m.extra...)
	if m.surveyed == 0 || w.now < m.surveyed {
		for l := 0; l <= m.deepest && len(want) < maxFollowed; l++ {
			if s := m.home.node(l); !slices.Contains(want, s) {
				want = append(want, s)
			}
		}
	} else if s := m.home.node(m.level); !slices.Contains(want, s) {
		want = append(want, s)
	}
	for i := len(m.follows) - 1; i >= 0; i-- {
		if s := m.follows[i].shard; !slices.Contains(want, s) {
			w.unfollow(m, s)
		}
	}
	for _, s := range want {
		w.follow(m, s)
	}
}

func (w *world) lively(m *member) (level int) {
	var most float64
	for l := range m.deepest + 1 {
		s := m.home.node(l)
		if begin, ok := w.since(m, s); ok {
			if rate := w.rate(s, begin, surveyTime, surveyLeast); rate > most || rate >= surveyRate {
				level, most = l, rate
			}
		}
	}
	return level
}

func (w *world) move(m *member) {
	level := min(m.level, m.deepest)
	s := m.home.node(level)
	begin, ok := w.since(m, s)
	if !ok || w.now <= m.settled {
		return
	}
	most := splitRate
	if m.joined > 0 && w.now-m.joined < patienceTime {
		most *= 1.5
	}
	if rate := w.rate(s, begin, splitWindow, loadLeast); rate > most {
		level = min(level+int(math.Ceil(math.Log2(rate/splitRate))), m.deepest)
	} else if w.now-begin >= joinWindow && w.rate(s, begin, joinWindow, joinWindow) < joinRate {
		level, m.joined = max(level-1, 0), w.now
	}
	if level != m.level {
		m.level, m.settled = level, w.now+between(w.random, settleTime/2, settleTime)
	}
}

// crowded tells whether far more beacons come in a shard than should.
func (w *world) crowded(m *member, s shard) bool {
	begin, ok := w.since(m, s)
	return ok && w.rate(s, begin, crowdWindow, crowdWindow) > crowdRate
}
