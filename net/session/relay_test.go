// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"net"
	"slices"
	"sync"
	"time"
)

// relay is a stream with somebody in its middle, who sees what passes and
// when, delays it, and breaks the stream as a test wants.
type relay struct {
	near, far   net.Conn // the ends that the dialing and the answering side hold
	a, b        net.Conn // our ends of them
	there, back way      // from near to far, and from far to near
}

// way is one direction of a relay. Its first fields may be set before anything
// passes.
type way struct {
	latency time.Duration
	limit   int  // bytes after which the whole stream breaks; none where negative
	keep    int  // bytes after which all disappears; none where 0
	hole    bool // what comes disappears, and that it ends

	mu    sync.Mutex
	bytes []byte
	times []time.Time // of each read from the side that sends
	ended time.Time   // when the side that sends closed the stream
}

func newRelay() *relay {
	r := &relay{there: way{limit: -1}, back: way{limit: -1}}
	r.near, r.a = net.Pipe()
	r.b, r.far = net.Pipe()
	return r
}

// start begins to pass on.
func (r *relay) start() {
	go r.there.pass(r, r.a, r.b)
	go r.back.pass(r, r.b, r.a)
}

// cut breaks the stream on both sides.
func (r *relay) cut() {
	r.a.Close()
	r.b.Close()
}

// pass carries bytes from one end to the other, until either is closed.
func (w *way) pass(r *relay, from, to net.Conn) {
	type piece struct {
		bytes []byte
		at    time.Time
	}
	under := make(chan piece, 1<<14) // on the way
	defer close(under)
	go func() {
		for p := range under {
			time.Sleep(time.Until(p.at))
			if p.bytes == nil {
				to.Close()
				continue
			}
			to.Write(p.bytes)
		}
	}()
	b := make([]byte, 4<<10)
	for {
		w.mu.Lock()
		limit := w.limit
		w.mu.Unlock()
		if limit == 0 {
			r.cut()
			return
		}
		n, err := from.Read(b)
		now := time.Now()
		w.mu.Lock()
		if err != nil {
			w.ended = now
			if !w.hole {
				under <- piece{nil, now.Add(w.latency)}
			}
			w.mu.Unlock()
			return
		}
		if w.limit >= 0 {
			n = min(n, w.limit)
			w.limit -= n
		}
		w.bytes = append(w.bytes, b[:n]...)
		if w.keep > 0 && len(w.bytes) > w.keep {
			w.hole = true
		}
		w.times = append(w.times, now)
		hole := w.hole
		w.mu.Unlock()
		if !hole {
			under <- piece{slices.Clone(b[:n]), now.Add(w.latency)}
		}
	}
}

// seen returns what was sent so far, and when.
func (w *way) seen() (bytes []byte, times []time.Time, ended time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.bytes), slices.Clone(w.times), w.ended
}

// swallow makes what is sent from now on disappear, or not.
func (w *way) swallow(hole bool) {
	w.mu.Lock()
	w.hole = hole
	w.mu.Unlock()
}
