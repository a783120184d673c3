// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"passerby/net/onion"
)

// world runs the rules of pairing for many seekers, with messages that arrive
// in any order between streams and in order on each, and without any time-out.
type world struct {
	t     *testing.T
	rand  *rand.Rand
	nodes []*node
	// flights are the messages under way, by stream.
	flights []*flight
	// partners tells who became whose partner.
	partners map[int]int
	hasty    bool // confirms may be overdue at any moment
}

type node struct {
	id       int
	pairing  pairing
	calls    map[int]*flight // our attempts that were not dropped
	requests map[int]*flight // the requests that we have to answer
	// confirmed is the call that we confirmed last.
	confirmed *flight
}

// flight is one stream from one seeker to another, with what is under way on
// it in each direction.
type flight struct {
	from, to *node
	there    []string
	back     []string
	released bool // by the one who had accepted
	noticed  bool // and the caller's side of the stream has ended
}

func address(i int) onion.Address {
	var a onion.Address
	binary.BigEndian.PutUint32(a[:], uint32(i+1))
	return a
}

func number(a onion.Address) int { return int(binary.BigEndian.Uint32(a[:])) - 1 }

func newWorld(t *testing.T, n int, seed uint64) *world {
	w := &world{t: t, rand: rand.New(rand.NewPCG(seed, 0)), partners: make(map[int]int)}
	for i := range n {
		w.nodes = append(w.nodes, &node{
			id: i, pairing: pairing{me: address(i)},
			calls: make(map[int]*flight), requests: make(map[int]*flight),
		})
	}
	return w
}

// call lets a seeker begin a call, and tells whether the rules let it.
func (w *world) call(from, to int) bool {
	u := w.nodes[from]
	if !u.pairing.call(address(to)) {
		return false
	}
	f := &flight{from: u, to: w.nodes[to], back: []string{"reached"}}
	u.calls[to] = f
	w.flights = append(w.flights, f)
	return true
}

// step delivers one message at random, and tells whether there was one.
func (w *world) step() bool {
	type way struct {
		f     *flight
		there bool
	}
	var ways []way
	for _, f := range w.flights {
		if len(f.there) > 0 {
			ways = append(ways, way{f, true})
		}
		if len(f.back) > 0 {
			ways = append(ways, way{f, false})
		}
	}
	if len(ways) == 0 {
		return false
	}
	if n := w.nodes[w.rand.IntN(len(w.nodes))]; w.hasty && w.rand.IntN(4) == 0 {
		w.do(n, n.pairing.overdue(n.pairing.with))
		return true
	}
	pick := ways[w.rand.IntN(len(ways))]
	f := pick.f
	if pick.there {
		message := f.there[0]
		f.there = f.there[1:]
		w.arrive(f, message)
	} else {
		message := f.back[0]
		f.back = f.back[1:]
		w.answer(f, message)
	}
	return true
}

// arrive is what happens at the side that was called.
func (w *world) arrive(f *flight, message string) {
	u, v := f.from, f.to
	if f.released {
		return
	}
	switch message {
	case "offer":
		v.requests[u.id] = f
		w.do(v, v.pairing.requested(address(u.id), 0))
	case "confirm":
		if v.pairing.phase != reserved || v.pairing.with != address(u.id) || v.requests[u.id] != f {
			w.t.Fatalf("%d confirms to %d, which is not kept for it", u.id, v.id)
		}
		delete(v.requests, u.id)
		w.pair(v.id, u.id)
		f.back = append(f.back, "first")
		w.do(v, v.pairing.resolved(true))
	case "gone":
		// It is noticed where somebody reads: after an acceptance. While the
		// request waits, nobody does, and it stays where it is.
		if v.requests[u.id] == f && v.pairing.phase == reserved && v.pairing.with == address(u.id) {
			delete(v.requests, u.id)
			w.do(v, v.pairing.resolved(false))
		} else {
			f.there = append(f.there, "gone")
			if v.requests[u.id] != f {
				f.there = nil
			} else if w.rand.IntN(8) == 0 { // its wait is over
				f.there = nil
				delete(v.requests, u.id)
				v.pairing.withdrawn(address(u.id))
			}
		}
	}
}

// answer is what happens at the side that calls.
func (w *world) answer(f *flight, message string) {
	u, v := f.from, f.to
	if message == "closed" {
		if f.noticed = true; u.confirmed == f {
			w.do(u, u.pairing.resolved(false))
		}
		return
	}
	if u.calls[v.id] != f && message != "first" {
		return // dropped
	}
	switch message {
	case "reached":
		if !u.pairing.offer(address(v.id)) {
			w.t.Fatalf("%d may not offer to %d, and was not told before", u.id, v.id)
		}
		f.there = append(f.there, "offer")
	case "yes":
		w.do(u, u.pairing.accepted(address(v.id)))
	case "no":
		delete(u.calls, v.id)
		u.pairing.ended(address(v.id))
	case "first":
		w.pair(u.id, v.id)
		w.do(u, u.pairing.resolved(true))
	}
}

func (w *world) do(n *node, deeds []deed) {
	for _, d := range deeds {
		other := number(d.with)
		switch d.do {
		case accept:
			n.requests[other].back = append(n.requests[other].back, "yes")
		case refuse:
			if f := n.requests[other]; f != nil {
				f.back = append(f.back, "no")
				if n.pairing.with != d.with {
					delete(n.requests, other)
				}
			}
		case confirm:
			f := n.calls[other]
			delete(n.calls, other)
			n.confirmed = f
			f.there = append(f.there, "confirm")
			if f.noticed {
				f.back = append(f.back, "closed")
			}
		case release:
			f := n.requests[other]
			delete(n.requests, other)
			f.released = true
			f.back = append(f.back, "closed")
		case drop:
			f := n.calls[other]
			delete(n.calls, other)
			if f != nil {
				f.there = append(f.there, "gone")
			}
		}
	}
}

func (w *world) pair(a, b int) {
	if old, ok := w.partners[a]; ok {
		w.t.Fatalf("%d has two partners, %d and %d", a, old, b)
	}
	w.partners[a] = b
}

// check fails unless nobody is bound to anybody but a partner, whose partner
// it is.
func (w *world) check() {
	w.t.Helper()
	for _, n := range w.nodes {
		switch n.pairing.phase {
		case free:
			if _, ok := w.partners[n.id]; ok {
				w.t.Fatalf("%d has a partner and is free", n.id)
			}
		case paired:
			partner := w.partners[n.id]
			if w.partners[partner] != n.id {
				w.t.Fatalf("%d has %d for a partner, which has %d", n.id, partner, w.partners[partner])
			}
		default:
			w.t.Fatalf("%d waits for %d for ever, in phase %d", n.id, number(n.pairing.with), n.pairing.phase)
		}
	}
}

func (w *world) settle() {
	for range 1_000_000 {
		if !w.step() {
			return
		}
	}
	w.t.Fatal("never at rest")
}

func TestWhoeverAsksWhomOnceSomebodyPairsAndNobodyWaits(t *testing.T) {
	for _, n := range []int{2, 3, 4, 5, 8, 30} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			for seed := range uint64(2000) {
				// given seekers each of whom asks up to three others
				w := newWorld(t, n, seed)
				var asked bool
				for from := range n {
					for range w.rand.IntN(maxCalls + 1) {
						asked = w.call(from, w.rand.IntN(n)) || asked
						if w.rand.IntN(3) == 0 {
							w.step()
						}
					}
				}
				// when every message has arrived, and no clock has run
				w.settle()
				// then nobody waits any more, and somebody has a partner
				w.check()
				if asked && len(w.partners) == 0 {
					t.Fatalf("seed %d: nobody paired", seed)
				}
			}
		})
	}
}

func TestACycleOfAcceptancesResolves(t *testing.T) {
	// Everybody asks the next one, and all offers arrive before any answer:
	// each keeps itself for the one before and is asked to by the one behind.
	for _, n := range []int{3, 4, 5, 10} {
		for seed := range uint64(500) {
			w := newWorld(t, n, seed)
			order := w.rand.Perm(n)
			for i, from := range order {
				w.call(from, order[(i+1)%n])
			}
			for _, f := range w.flights {
				w.answer(f, "reached")
				f.back = nil
			}
			for _, f := range w.flights {
				w.arrive(f, "offer")
				f.there = nil
			}
			for _, n := range w.nodes {
				if n.pairing.phase != reserved {
					t.Fatalf("no cycle: %d is in phase %d", n.id, n.pairing.phase)
				}
			}
			// when
			w.settle()
			// then
			w.check()
			if len(w.partners) == 0 {
				t.Fatalf("%d in a circle, seed %d: nobody paired", n, seed)
			}
		}
	}
}

func TestWhoLeavesForAnotherLeavesNobodyWaiting(t *testing.T) {
	// given seekers who lose patience at any moment, and call meanwhile
	for _, n := range []int{2, 3, 5, 20} {
		for seed := range uint64(1000) {
			w := newWorld(t, n, seed)
			w.hasty = true
			for range 100 * n {
				if w.rand.IntN(5) == 0 {
					w.call(w.rand.IntN(n), w.rand.IntN(n))
				}
				w.step()
			}
			w.hasty = false
			w.settle()
			w.check()
		}
	}
}

func TestWhoIsOverdueIsLeftForAnother(t *testing.T) {
	hog, late, other := address(9), address(8), address(1)
	t.Run("who accepts later", func(t *testing.T) {
		p := pairing{me: address(5)}
		p.requested(hog, 0)
		if p.call(other) {
			t.Fatal("calls on before the confirm is overdue")
		}
		p.overdue(hog)
		if p.call(hog) || !p.call(other) || !p.offer(other) {
			t.Fatal("does not call on, or calls the one it waits for")
		}
		deeds := p.accepted(other)
		if len(deeds) != 2 || deeds[0] != (deed{release, hog}) || deeds[1] != (deed{confirm, other}) {
			t.Fatalf("got %v", deeds)
		}
	})
	t.Run("whose acceptance was held", func(t *testing.T) {
		p := pairing{me: address(5)}
		for _, a := range []onion.Address{other, late} {
			p.call(a)
			p.offer(a)
		}
		p.requested(hog, 0)
		if deeds := p.accepted(other); deeds != nil {
			t.Fatalf("got %v", deeds)
		}
		deeds := p.overdue(hog)
		if len(deeds) != 3 || deeds[0] != (deed{release, hog}) || deeds[1] != (deed{confirm, other}) || deeds[2] != (deed{drop, late}) {
			t.Fatalf("got %v", deeds)
		}
		if p.overdue(hog) != nil {
			t.Fatal("left twice")
		}
	})
}

func TestTwoWhoAskEachOtherPair(t *testing.T) {
	for seed := range uint64(1000) {
		w := newWorld(t, 2, seed)
		w.call(0, 1)
		w.call(1, 0)
		w.settle()
		w.check()
		if len(w.partners) != 2 {
			t.Fatalf("seed %d: %d have a partner", seed, len(w.partners))
		}
	}
}

func TestAllWhoGoOnAskingPair(t *testing.T) {
	for _, n := range []int{2, 6, 20, 50} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var calls int
			const seeds = 50
			for seed := range uint64(seeds) {
				w := newWorld(t, n, seed)
				for steps := 0; len(w.partners) < n; steps++ {
					if steps > 100_000*n {
						t.Fatalf("seed %d: only %d of %d pair", seed, len(w.partners), n)
					}
					from := w.rand.IntN(n)
					if to := w.rand.IntN(n); w.rand.IntN(4) == 0 && w.nodes[to].pairing.phase != paired && w.call(from, to) {
						calls++
					}
					w.step()
				}
				w.settle()
				w.check()
			}
			t.Logf("%.1f calls for each seeker", float64(calls)/seeds/float64(n))
		})
	}
}

func TestGlare(t *testing.T) {
	low, high := address(1), address(2)
	t.Run("the lower address keeps its own offer", func(t *testing.T) {
		p := pairing{me: low}
		p.call(high)
		p.offer(high)
		if deeds := p.requested(high, 0); len(deeds) != 1 || deeds[0] != (deed{refuse, high}) {
			t.Fatalf("got %v", deeds)
		}
		if p.calls[high] != offered {
			t.Fatal("its own offer is gone")
		}
	})
	t.Run("the higher one drops its own and accepts", func(t *testing.T) {
		p := pairing{me: high}
		p.call(low)
		p.offer(low)
		deeds := p.requested(low, 0)
		if len(deeds) != 2 || deeds[0] != (deed{drop, low}) || deeds[1] != (deed{accept, low}) {
			t.Fatalf("got %v", deeds)
		}
	})
	t.Run("who has not offered yet accepts", func(t *testing.T) {
		p := pairing{me: low}
		p.call(high)
		deeds := p.requested(high, 0)
		if len(deeds) != 2 || deeds[0] != (deed{drop, high}) || deeds[1] != (deed{accept, high}) {
			t.Fatalf("got %v", deeds)
		}
		if p.offer(high) {
			t.Fatal("offers to somebody it accepted")
		}
	})
}

func TestTheQueueIsBoundedAndPrefers(t *testing.T) {
	// given a seeker that keeps itself for somebody
	p := pairing{me: address(0)}
	p.requested(address(1), 0)
	// when more ask than it lets wait
	for i := range maxQueue + 1 {
		rank := 0
		if i == 3 {
			rank = 1
		}
		deeds := p.requested(address(i+2), rank)
		// then the last one is refused at once
		if refused := len(deeds) > 0; refused != (i == maxQueue) {
			t.Fatalf("offer %d: %v", i, deeds)
		}
	}
	// and who is preferred to somebody takes the place of the last of those
	if deeds := p.requested(address(30), 1); len(deeds) != 1 || deeds[0] != (deed{refuse, address(maxQueue + 1)}) || len(p.queue) != maxQueue {
		t.Fatalf("got %v", deeds)
	}
	// and when it is free again, the one it prefers is the first
	if deeds := p.resolved(false); len(deeds) != 1 || deeds[0] != (deed{accept, address(5)}) {
		t.Fatalf("got %v", deeds)
	}
	// and the others go once it has a partner
	if deeds := p.resolved(true); len(deeds) != maxQueue-1 {
		t.Fatalf("got %v", deeds)
	}
}

func TestAFullQueueDropsNobodysCallForNothing(t *testing.T) {
	// given a full queue, and a call of ours to somebody
	p := pairing{me: address(100)}
	p.call(address(50))
	p.offer(address(50))
	p.requested(address(1), 0)
	for i := range maxQueue {
		p.requested(address(i+2), 1)
	}
	// when that one asks us too, and is not preferred
	if deeds := p.requested(address(50), 0); len(deeds) != 1 || deeds[0] != (deed{refuse, address(50)}) {
		t.Fatalf("got %v", deeds)
	}
	// then our call goes on
	if p.calls[address(50)] != offered {
		t.Fatal("dropped")
	}
}
