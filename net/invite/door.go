// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
)

// door is an onion service at which guests arrive. Streams that have not shown
// that they know the link are many and short-lived; of those that have, one is
// served at a time.
type door struct {
	network onion.Network
	key     onion.Key
	terms   terms
	// turn is held while one stream is served, and by whoever else must not
	// meet somebody at the same time.
	turn chan struct{}
	// judge gives the verdict on a guest, whose turn it is.
	judge func(token) (verdict byte)
	// met is told of a guest that has introduced itself, and whose turn it
	// still is. It introduces us and returns what hands the stream over, or nil
	// to have it closed.
	met func(b *bond, guest token, theirs card) (handOver func())

	tasks  sync.WaitGroup
	queued chan struct{} // holds a token for each stream that waits for its turn

	mu      sync.Mutex
	waiting []net.Conn // streams that have yet to show that they know the link
}

// open publishes the service, calls published when others can find it, and
// serves until ctx ends. It returns early only where Tor does not take the
// service.
func (d *door) open(ctx context.Context, published func()) error {
	listening, cancel := context.WithTimeout(ctx, listenTime)
	l, err := d.network.Listen(listening, d.key.Private(), streamsPerCircuit)
	cancel()
	if err != nil {
		return err
	}
	d.queued = make(chan struct{}, maxTurns)
	defer d.tasks.Wait()
	ctx, cancel = context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	defer l.Close()
	d.tasks.Go(func() {
		if d.network.Published(ctx, d.key.Address().String()) == nil {
			published()
		}
	})
	limit := rate.NewLimiter(arrivalRate, arrivalBurst)
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // a passing fault must not become a busy loop
			sleep(ctx, time.Second)
		case !limit.Allow():
			conn.Close()
		default:
			d.admit(conn)
			d.tasks.Go(func() {
				if !d.serve(ctx, conn) {
					conn.Close()
				}
			})
		}
	}
}

// admit counts a stream among those that wait, in the place of another where
// there are too many.
func (d *door) admit(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.waiting) >= maxDoor {
		i := rand.IntN(len(d.waiting))
		d.waiting[i].Close()
		d.waiting = slices.Delete(d.waiting, i, i+1)
	}
	d.waiting = append(d.waiting, conn)
}

func (d *door) dismiss(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = slices.DeleteFunc(d.waiting, func(c net.Conn) bool { return c == conn })
}

// serve tells whether the stream was handed over.
func (d *door) serve(ctx context.Context, conn net.Conn) bool {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	conn.SetDeadline(time.Now().Add(helloTime))
	a, err := receive(conn, d.terms)
	d.dismiss(conn)
	if err != nil {
		return false
	}
	select {
	case d.queued <- struct{}{}:
	default:
		return false
	}
	waiting, cancel := context.WithTimeout(ctx, turnTime)
	err = take(waiting, d.turn)
	cancel()
	<-d.queued
	if err != nil {
		return false
	}
	verdict := d.judge(a.guest)
	handOver := d.attend(a, verdict)
	met := handOver != nil && stop() // or ctx has ended, and the stream with it
	if met {
		handOver()
	}
	<-d.turn
	if verdict != welcome {
		conn.SetDeadline(time.Now().Add(partTime))
		_, _ = conn.Read(make([]byte, 1)) // the other side closes first
	}
	return met
}

// attend serves one stream while it is its turn.
func (d *door) attend(a *arrival, verdict byte) (handOver func()) {
	a.conn.SetDeadline(time.Now().Add(serveTime))
	b, err := a.answer(verdict)
	if err != nil {
		return nil
	}
	defer b.forget()
	if verdict != welcome {
		return nil
	}
	theirs, err := b.meet()
	if err != nil {
		return nil
	}
	return d.met(b, a.guest, theirs)
}

// take takes the only token of turn, which is free when it is empty.
func take(ctx context.Context, turn chan<- struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
