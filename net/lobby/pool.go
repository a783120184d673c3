// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"container/list"
	"sync"
	"time"

	"passerby/net/onion"
)

// sighting is a beacon and when it arrived here, by our own clock.
type sighting struct {
	Beacon
	at time.Time
}

// pool holds the beacons of strangers, one for each chat address: the first
// that came in the newest epoch. A second one of the same epoch changes
// nothing, so that nobody overwrites what an owner said.
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
		if e.Value.(*sighting).Epoch >= b.Epoch {
			return false
		}
		p.remove(e)
	}
	if p.order.Len() >= p.limit {
		p.remove(p.order.Front())
	}
	p.by[b.Address] = p.order.PushBack(&sighting{b, at})
	return true
}

// has tells whether this very beacon is in the pool.
func (p *pool) has(b Beacon) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.by[b.Address]
	return ok && e.Value.(*sighting).Beacon == b
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
