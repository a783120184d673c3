// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"context"
	"math/rand/v2"
	"time"

	"passerby/net/onion"
)

// waves are how many slots of each level a newcomer asks at once, wave after
// wave while it has not heard enough. Level 0 is asked whole at once: in a
// small network it is all that there is, and one host of it all that there may
// be.
var waves = [...][Levels]int{{8, 3, 3}, {0, 3, 3}, {0, 4, 4}}

// look asks slots of all levels until enough have answered. When nobody does,
// it takes one of level 0.
func (r *Rendezvous) look(ctx context.Context, p period, first bool) {
	if !first && r.params.Network.Renew(ctx) != nil {
		return
	}
	empty, ok := r.askAround(ctx, p)
	if !ok {
		return
	}
	r.mu.Lock()
	r.asked = true
	hosting := r.current != nil
	r.mu.Unlock()
	r.changed()
	if empty && !hosting && sleep(ctx, rand.N(2*time.Second)) {
		r.hostOne(ctx, newSlot(p.current, r.params.Name, 0, rand.IntN(Slots)))
	}
}

// askAround asks slots, and tells whether nobody answers, as far as it knows
// by then. Answers that come later are made use of all the same. It is not ok
// if ctx ended.
func (r *Rendezvous) askAround(ctx context.Context, p period) (empty, ok bool) {
	var order [Levels][]int // in the order in which they are asked
	for level := range Levels {
		order[level] = rand.Perm(SlotsAt(level))
	}
	periods := [][32]byte{p.current}
	if p.both {
		periods = append(periods, p.previous)
	}
	r.visits.Wait() // those of the look before
	empty = true
	results := make(chan bool)
	done := make(chan struct{})
	defer close(done)
	pending := 0
	patience, next := time.After(emptyTime), time.After(0)
	for wave := 0; wave < len(waves) || pending > 0; {
		select {
		case <-next:
			next = nil
			if wave == len(waves) {
				continue
			}
			for level, n := range waves[wave] {
				for _, index := range order[level][:n] {
					for _, random := range periods {
						pending++
						r.visits.Go(func() {
							useful := r.visit(ctx, newSlot(random, r.params.Name, level, index))
							select {
							case results <- useful:
							case <-done:
							}
						})
					}
				}
				order[level] = order[level][n:]
			}
			wave++
			next = time.After(waveTime)
		case useful := <-results:
			pending--
			empty = empty && !useful
			if useful && r.heardEnough() {
				return false, true
			}
			if pending == 0 {
				next = time.After(0)
			}
		case <-patience:
			if empty {
				return true, true
			}
		case <-ctx.Done():
			return false, false
		}
	}
	return empty, true
}

// heardEnough tells whether a newcomer needs to ask no further.
func (r *Rendezvous) heardEnough() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	var answers [][]onion.Address
	for _, v := range r.visited {
		if v.answered && !v.doubted() {
			answers = append(answers, v.last)
		}
	}
	return enough(answers)
}
