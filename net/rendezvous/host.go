// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
)

// host is a slot that this copy answers at.
type host struct {
	slot      slot
	since     time.Time
	listener  net.Listener
	published chan struct{} // closed when others can find it

	cancel context.CancelFunc
	tasks  sync.WaitGroup
}

// newHost publishes a slot and answers there until close.
func (r *Rendezvous) newHost(ctx context.Context, s slot) (*host, error) {
	listenCtx, cancel := context.WithTimeout(ctx, listenTime)
	defer cancel()
	l, err := r.params.Network.Listen(listenCtx, s.key.Private(), hostStreams)
	if err != nil {
		return nil, err
	}
	h := &host{slot: s, since: time.Now(), listener: l, published: make(chan struct{})}
	ctx, h.cancel = context.WithCancel(ctx)
	h.tasks.Go(func() {
		if r.params.Network.Published(ctx, s.address.String()) == nil {
			close(h.published)
			r.changed()
		}
	})
	h.tasks.Go(func() { h.serve(ctx, r.sample) })
	return h, nil
}

func (h *host) serve(ctx context.Context, sample func([RequestSize]byte) []onion.Address) {
	askers := make(chan struct{}, maxAskers)
	limit := rate.NewLimiter(askRate, askBurst)
	for {
		conn, err := h.listener.Accept()
		if errors.Is(err, net.ErrClosed) || ctx.Err() != nil {
			return
		}
		if err != nil {
			select { // a passing fault of the listener must not become a busy loop
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			continue
		}
		if !limit.Allow() {
			conn.Close()
			continue
		}
		select {
		case askers <- struct{}{}:
		default:
			conn.Close()
			continue
		}
		h.tasks.Go(func() {
			defer func() { <-askers }()
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			_ = reply(conn, sample) // a broken asker is none of our concern
		})
	}
}

func (h *host) close() {
	h.cancel()
	h.listener.Close()
	h.tasks.Wait()
}

// sample answers a question: members at random, ourselves among them like any
// other. It also notices a nonce of our own.
func (r *Rendezvous) sample(nonce [RequestSize]byte) []onion.Address {
	r.mu.Lock()
	if _, ours := r.nonces[nonce]; ours {
		r.nonces[nonce] = true
	}
	r.mu.Unlock()
	all := append(r.params.Mesh.Members(4*AnswerSize/32), r.params.Mesh.Address())
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
