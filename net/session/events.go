// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"sync"
	"time"
)

// Event is what happens in a conversation: Received, Sent, Delivered,
// Interrupted, Resumed or Ended.
type Event interface{ event() }

// Received is a message of the other side. Its text is valid UTF-8 of 1 to
// [MaxText] characters, and otherwise as hostile as a stranger can make it.
type Received struct {
	ID   uint64 // counts the other side's messages, from 1
	Text string
}

// Sent tells that a message of ours was handed to the stream.
type Sent struct{ ID uint64 }

// Delivered tells that the other side's program has the message ID and every
// message before it.
type Delivered struct{ ID uint64 }

// Ended is the last event.
type Ended struct {
	Reason Reason
	// Undelivered are the messages of ours that were not acknowledged, oldest
	// first.
	Undelivered []uint64
	// Err is the cause where Reason is Lost or Flooded. It holds no text of
	// either side.
	Err error
}

// Interrupted tells that the stream broke. The conversation goes on: what is
// sent waits until Resumed, or until Ended where the other side does not come
// back within [Patience].
type Interrupted struct {
	// Err is the cause. It holds no text of either side.
	Err error
}

// Resumed tells that the conversation goes on, on a new stream.
type Resumed struct{}

func (Received) event()    {}
func (Sent) event()        {}
func (Delivered) event()   {}
func (Interrupted) event() {}
func (Resumed) event()     {}
func (Ended) event()       {}

// Reason is why a conversation ended.
type Reason string

// The reasons.
const (
	YouLeft  Reason = "you left"  // by Leave
	TheyLeft Reason = "they left" // the other side said so
	Lost     Reason = "lost"      // the other side was not heard of for too long, or spoke nonsense
	Flooded  Reason = "flooded"   // the other side went on sending faster than it may
	Closed   Reason = "closed"    // by Close
)

const (
	// maxUnread bounds the other side's messages that our reader has not taken.
	maxUnread = 32
	// maxEvents bounds, for Send, the events that our reader has not taken.
	maxEvents = 2 * maxWaiting
	// linger is how long after the end the reader may take to read on.
	linger = time.Minute
)

// queue hands events over to the reader in order. Every wait on it is the
// waiter's own affair: push never blocks.
type queue struct {
	out   chan Event
	ready chan struct{} // holds a token when there may be something to hand over
	room  chan struct{} // holds a token when a Received was taken
	ended chan struct{} // closed with the last push

	mu     sync.Mutex
	list   []Event
	unread int // Received in list
}

func newQueue() *queue {
	return &queue{
		out: make(chan Event), ready: make(chan struct{}, 1),
		room: make(chan struct{}, 1), ended: make(chan struct{}),
	}
}

// signal leaves a token for whoever waits on c.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (q *queue) push(e Event) {
	q.mu.Lock()
	if q.blink(e) {
		q.mu.Unlock()
		return
	}
	q.list = append(q.list, e)
	if _, ok := e.(Received); ok {
		q.unread++
	}
	q.mu.Unlock()
	signal(q.ready)
	if _, ok := e.(Ended); ok {
		close(q.ended)
	}
}

// blink forgets an interruption that is over before the reader has heard of it:
// events of that kind are not bounded otherwise. The first event may be on its
// way to the reader. It is called with mu held.
func (q *queue) blink(e Event) bool {
	last := len(q.list) - 1
	if last < 1 {
		return false
	}
	_, interrupted := q.list[last].(Interrupted)
	_, resumed := e.(Resumed)
	if interrupted && resumed {
		q.list = q.list[:last]
	}
	return interrupted && resumed
}

// hasRoom reports whether one more Received is within the bound.
func (q *queue) hasRoom() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.unread < maxUnread
}

// full reports whether our own reader has fallen behind.
func (q *queue) full() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list) >= maxEvents
}

// run hands events over until the last one was taken, or until nobody took
// one for linger after the end. Then it closes out.
func (q *queue) run() {
	defer close(q.out)
	patience := time.NewTimer(linger)
	patience.Stop()
	defer patience.Stop()
	ended := q.ended
	for {
		var e Event
		var out chan<- Event
		q.mu.Lock()
		if len(q.list) > 0 {
			e, out = q.list[0], q.out
		}
		q.mu.Unlock()
		select {
		case out <- e:
			q.drop(e)
			if _, ok := e.(Ended); ok {
				return
			}
			if ended == nil {
				patience.Reset(linger)
			}
		case <-q.ready:
		case <-ended:
			ended = nil
			patience.Reset(linger)
		case <-patience.C:
			return
		}
	}
}

// drop removes e, the first event, which was taken.
func (q *queue) drop(e Event) {
	q.mu.Lock()
	q.list[0] = nil // the array must not keep a text alive
	q.list = q.list[1:]
	_, received := e.(Received)
	if received {
		q.unread--
	}
	q.mu.Unlock()
	if received {
		signal(q.room)
	}
}
