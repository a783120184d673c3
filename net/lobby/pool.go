// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"container/list"
	"slices"
	"sync"
	"time"

	"passerby/net/onion"
)

// sighting is a beacon and when it arrived here, by our own clock.
type sighting struct {
	Beacon
	at     time.Time
	shards []uint16 // in which it came, in this epoch
}

// spoken tells whether its owner has said all that is heard of it in a shard.
func (s *sighting) spoken(shard uint16) bool {
	return len(s.shards) >= maxShards || slices.Contains(s.shards, shard)
}

// pool holds the beacons of strangers, one for each chat address: the first
// that came in the newest epoch. Another one of the same epoch changes nothing
// of what its owner said, so that nobody overwrites it; in another shard it
// tells that its owner still seeks.
//
// It is safe for concurrent use.
type pool struct {
	mu    sync.Mutex
	limit int
	order *list.List // of *sighting, the oldest in front
	by    map[onion.Address]*list.Element
}

func newPool(limit int) *pool {
	return &pool{limit: limit, order: list.New(), by: make(map[onion.Address]*list.Element)}
}

// add takes a beacon that arrived at this time, and tells whether it is news.
func (p *pool) add(b Beacon, at time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.by[b.Address]; ok {
		switch s := e.Value.(*sighting); {
		case s.Epoch > b.Epoch, s.Epoch == b.Epoch && s.spoken(b.Shard):
			return false
		case s.Epoch == b.Epoch:
			s.at, s.shards = at, append(s.shards, b.Shard)
			p.order.MoveToBack(e)
			return true
		}
		p.remove(e)
	}
	if p.order.Len() >= p.limit {
		p.remove(p.order.Front())
	}
	p.by[b.Address] = p.order.PushBack(&sighting{b, at, []uint16{b.Shard}})
	return true
}

// knows tells whether a beacon is no news: it is in the pool, or another of
// its owner, its epoch and its shard is, or a later one.
func (p *pool) knows(b Beacon) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.by[b.Address]
	if !ok {
		return false
	}
	s := e.Value.(*sighting)
	return s.Epoch > b.Epoch || s.Epoch == b.Epoch && s.spoken(b.Shard)
}

// paid tells whether the work of a beacon was checked before, when the beacon
// came in another shard.
func (p *pool) paid(b Beacon) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.by[b.Address]
	if !ok {
		return false
	}
	s := e.Value.(*sighting)
	return s.Epoch == b.Epoch && s.Work == b.Work && s.Effort == b.Effort
}

// heard returns the effort that three of four beacons have that came in a shard
// since then, or 0 where there are too few to tell.
func (p *pool) heard(shard uint16, since time.Time) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	var efforts []uint8
	for e := p.order.Back(); e != nil; e = e.Prev() {
		s := e.Value.(*sighting)
		if s.at.Before(since) {
			break
		}
		if slices.Contains(s.shards, shard) {
			efforts = append(efforts, s.Effort)
		}
	}
	if len(efforts) < minHeard {
		return 0
	}
	slices.Sort(efforts)
	return int(efforts[len(efforts)/4])
}

// get returns the beacon of an address.
func (p *pool) get(a onion.Address) (Beacon, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.by[a]
	if !ok {
		return Beacon{}, false
	}
	return e.Value.(*sighting).Beacon, true
}

// expire drops what does not count any more in epoch now.
func (p *pool) expire(now uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := p.order.Front(); e != nil; {
		next := e.Next()
		if !current(e.Value.(*sighting).Epoch, now) {
			p.remove(e)
		}
		e = next
	}
}

// count returns the number of beacons, that of one address left out.
func (p *pool) count(except onion.Address) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.order.Len()
	if _, ok := p.by[except]; ok {
		n--
	}
	return n
}

// newest calls yield for each beacon, the newest arrival first, until yield
// returns false. It must not call back into the pool.
func (p *pool) newest(yield func(sighting) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := p.order.Back(); e != nil; e = e.Prev() {
		if !yield(*e.Value.(*sighting)) {
			return
		}
	}
}

func (p *pool) remove(e *list.Element) {
	delete(p.by, e.Value.(*sighting).Address)
	p.order.Remove(e)
}
