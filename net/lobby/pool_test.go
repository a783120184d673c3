// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"testing"
	"time"
)

func TestPool(t *testing.T) {
	at := time.Now()
	addresses := func(p *pool) (all []int) {
		p.newest(func(s sighting) bool {
			all = append(all, number(s.Address))
			return true
		})
		return all
	}
	t.Run("the oldest leaves for a new one", func(t *testing.T) {
		p := newPool(3)
		for i := range 5 {
			p.add(Beacon{Epoch: 1, Address: address(i)}, at)
		}
		if got := addresses(p); len(got) != 3 || got[0] != 4 || got[2] != 2 || len(p.by) != 3 {
			t.Fatalf("got %v", got)
		}
	})
	t.Run("nobody overwrites a beacon of the same epoch", func(t *testing.T) {
		p := newPool(3)
		first := Beacon{Epoch: 1, Address: address(0)}
		second := first
		second.Tags[0][0] = 1
		if !p.add(first, at) || p.add(second, at) || p.add(first, at) {
			t.Fatal("taken twice")
		}
		if got, _ := p.get(address(0)); got != first || !p.knows(second) {
			t.Fatal("overwritten")
		}
	})
	t.Run("who is heard in another shard seeks on", func(t *testing.T) {
		p := newPool(3)
		first := Beacon{Epoch: 1, Address: address(0)}
		p.add(first, at)
		p.add(Beacon{Epoch: 1, Address: address(1)}, at)
		for i := range maxShards + 3 {
			b := first
			b.Tags[0][0], b.Shard = 9, uint16(i+2)
			news := i < maxShards-1
			if p.knows(b) == news || !p.paid(b) || p.add(b, at.Add(time.Minute)) != news {
				t.Fatalf("shard %d", b.Shard)
			}
		}
		if got, _ := p.get(address(0)); got != first || addresses(p)[0] != 0 || p.count(address(9)) != 2 {
			t.Fatal("overwritten, or not the newest")
		}
		if p.paid(Beacon{Epoch: 1, Address: address(0), Work: [8]byte{1}}) || p.paid(Beacon{Epoch: 2, Address: address(0)}) || p.paid(Beacon{Address: address(2)}) {
			t.Fatal("other work counts as paid")
		}
	})
	t.Run("a newer epoch replaces an older one", func(t *testing.T) {
		p := newPool(3)
		old, young := Beacon{Epoch: 1, Address: address(0)}, Beacon{Epoch: 2, Address: address(0)}
		p.add(old, at)
		if !p.add(young, at) || p.add(old, at) || !p.knows(young) || p.count(address(9)) != 1 {
			t.Fatal("not replaced")
		}
	})
	t.Run("what is over goes", func(t *testing.T) {
		p := newPool(9)
		for i := range 5 {
			p.add(Beacon{Epoch: uint32(i), Address: address(i)}, at)
		}
		p.expire(3)
		if got := addresses(p); len(got) != 3 || got[0] != 4 || got[2] != 2 {
			t.Fatalf("got %v", got)
		}
		if p.count(address(4)) != 2 || p.count(address(0)) != 3 {
			t.Fatal("counted wrongly")
		}
	})
}

func TestTrialsAreBoundedAndEnd(t *testing.T) {
	tr := newTrials()
	for i := range maxTrials + 10 {
		tr.add(Beacon{Epoch: 1, Address: address(i)}, 1, 0)
	}
	if len(tr.by) != maxTrials {
		t.Fatalf("%d are remembered", len(tr.by))
	}
	b := Beacon{Epoch: 1, Address: address(maxTrials + 9)}
	for range maxFailures {
		tr.add(b, 1, 0)
	}
	if !tr.of(b).hopeless() {
		t.Fatal("called for ever")
	}
	b.Epoch++
	if tr.of(b).hopeless() {
		t.Fatal("a new beacon gives no new chance")
	}
	tr.expire(4)
	if len(tr.by) != 0 {
		t.Fatal("never forgotten")
	}
}
