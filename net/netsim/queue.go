// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import "time"

// queue is the clock of a simulation: what is to happen, in order. Of two
// events at one time the one that was added first comes first, so that a
// simulation is the same each time.
type queue struct {
	now    time.Duration // since the beginning
	seq    uint64
	events []event // a binary heap
}

type event struct {
	at  time.Duration
	seq uint64
	do  func()
}

func (a *event) before(b *event) bool { return a.at < b.at || a.at == b.at && a.seq < b.seq }

// after has do called when d has passed.
func (q *queue) after(d time.Duration, do func()) {
	q.seq++
	q.events = append(q.events, event{q.now + max(d, 0), q.seq, do})
	for i := len(q.events) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.events[i].before(&q.events[parent]) {
			break
		}
		q.events[i], q.events[parent] = q.events[parent], q.events[i]
		i = parent
	}
}

// run lets everything happen up to a moment.
func (q *queue) run(until time.Duration) {
	for len(q.events) > 0 && q.events[0].at <= until {
		e := q.pop()
		q.now = e.at
		e.do()
	}
	q.now = until
}

func (q *queue) pop() event {
	top := q.events[0]
	last := len(q.events) - 1
	q.events[0] = q.events[last]
	q.events[last] = event{}
	q.events = q.events[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if child+1 < last && q.events[child+1].before(&q.events[child]) {
			child++
		}
		if !q.events[child].before(&q.events[i]) {
			break
		}
		q.events[i], q.events[child] = q.events[child], q.events[i]
		i = child
	}
	return top
}
