// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"errors"
	"net"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

// request is a stranger's offer that we have read. From whom it comes is a
// claim until they have confirmed.
type request struct {
	from    onion.Address
	verdict chan bool // has room for one
	ctx     context.Context
	cancel  context.CancelFunc
}

// listen takes the streams of strangers until the chat onion is closed. Once
// there is a partner, they are for the conversation to judge: the partner may
// come back on a new stream. When the search was given up it hangs up on them.
func (s *search) listen() {
	for {
		conn, err := s.chat.listener.Accept()
		if errors.Is(err, net.ErrClosed) || s.lobby.ctx.Err() != nil {
			return
		}
		if err != nil {
			sleep(s.lobby.ctx, time.Second)
			continue
		}
		if partner := s.partner.Load(); partner != nil {
			partner.Take(conn)
			continue
		}
		if s.ctx.Err() != nil {
			conn.Close()
			continue
		}
		s.outside.enter(conn)
		s.running.Go(func() { s.answer(conn) })
	}
}

// puzzle returns how many bits a stranger has to solve who comes now: more with
// each one who has solved theirs and is not answered yet, and with each block
// of the last minutes.
func (s *search) puzzle() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lobby.params.Cost.Door + s.inside.pending() + s.parked.pending() + len(s.requests) + blockBits*s.lobby.recentBlocks()
}

// receive has one stranger solve a puzzle and hears them out.
func (s *search) receive(conn net.Conn) (*session.Request, error) {
	ctx, cancel := context.WithTimeout(s.ctx, admitTime)
	defer cancel()
	err := session.Admit(ctx, conn, s.params.Network, s.chat.address, s.puzzle())
	s.outside.leave(conn)
	if err != nil {
		return nil, err
	}
	s.inside.enter(conn)
	defer s.inside.leave(conn)
	ctx, cancel = context.WithTimeout(s.ctx, receiveTime)
	defer cancel()
	return session.Receive(ctx, conn, s.params)
}

// answer answers one stranger when pairing has decided.
func (s *search) answer(conn net.Conn) {
	incoming, err := s.receive(conn)
	if err != nil {
		return
	}
	r := &request{from: incoming.From(), verdict: make(chan bool, 1)}
	r.ctx, r.cancel = context.WithCancel(s.ctx)
	defer r.cancel()
	if s.lobby.isBlocked(r.from) || !s.park(conn, incoming.Tags()) || !s.enter(r, incoming.Tags()) || !s.verdict(r) {
		incoming.Refuse()
		return
	}
	ctx, cancel := context.WithTimeout(r.ctx, reserveTime)
	defer cancel()
	overdue := time.AfterFunc(confirmUsual, func() { s.overdue(r) })
	defer overdue.Stop()
	partner, err := incoming.Accept(ctx)
	if err != nil {
		partner = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.requests[r.from] == r {
		delete(s.requests, r.from)
		s.resolve(partner)
	} else if partner != nil { // released, and they came in that very moment
		s.running.Go(func() { s.lobby.dismiss(partner) })
	}
}

// overdue tells pairing that the confirm of a request does not come.
func (s *search) overdue(r *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.requests[r.from] == r {
		s.do(s.pairing.overdue(r.from))
		signal(s.look)
	}
}

// enter tells pairing of a request. It fails where there is one of the same
// stranger.
func (s *search) enter(r *request, tags [session.MaxTags]session.Tag) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.requests[r.from] != nil {
		return false
	}
	// Who shares an interest is preferred, then who has paid for a beacon.
	rank := 2 * s.shared(tags)
	if _, known := s.lobby.pool.get(r.from); known {
		rank++
	}
	s.requests[r.from] = r
	s.do(s.pairing.requested(r.from, rank))
	return true
}

// verdict waits for pairing's answer to a request.
func (s *search) verdict(r *request) bool {
	ctx, cancel := context.WithTimeout(s.ctx, queueWait)
	defer cancel()
	select {
	case yes := <-r.verdict:
		return yes
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case yes := <-r.verdict: // in the last moment
		return yes
	default:
	}
	delete(s.requests, r.from)
	s.pairing.withdrawn(r.from)
	return false
}
