// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"crypto/mlkem"
	"fmt"
	"io"
	"net"
	"sync/atomic"

	"passerby/net/onion"
	"passerby/net/secret"
)

// Proposal is a conversation that the other side agrees to and that we have
// not confirmed. It waits for Confirm or Close; the other side waits with it,
// for a minute at most.
type Proposal struct {
	params    Params
	conn      net.Conn
	to        onion.Address
	tags      [MaxTags]Tag
	handshake *handshake
	used      atomic.Bool
}

// Propose asks the side at the other end of conn, which must be the onion
// service at to, for a conversation, and waits for the answer: until ctx ends,
// or a minute. It returns ErrBusy when the other side has no time. From now on
// conn belongs to this package; after an error it is closed.
func Propose(ctx context.Context, conn net.Conn, p Params, to onion.Address) (*Proposal, error) {
	c := claim{p.Key.Address(), p.Tags}
	h, err := newHandshake(system, p, c, to, true)
	if err != nil {
		conn.Close()
		return nil, err
	}
	tags, err := propose(ctx, conn, h, c)
	if err != nil {
		h.forget()
		return nil, err
	}
	return &Proposal{params: p, conn: conn, to: to, tags: tags, handshake: h}, nil
}

func propose(ctx context.Context, conn net.Conn, h *handshake, c claim) (tags [MaxTags]Tag, err error) {
	err = step(ctx, conn, "propose", func() error {
		var kem *mlkem.DecapsulationKey768
		secret.Do(func() { kem = h.source.kem() })
		message, err := h.hello(c, kem.EncapsulationKey())
		if err != nil {
			return err
		}
		if _, err := conn.Write(message); err != nil {
			return err
		}
		answer := make([]byte, answerSize)
		if _, err := io.ReadFull(conn, answer); err != nil {
			return err
		}
		tags, err = h.readAnswer(answer, kem)
		return err
	})
	return tags, err
}

// Tags returns the other side's tags.
func (p *Proposal) Tags() [MaxTags]Tag { return p.tags }

// Confirm commits us to the conversation and waits until the other side is
// committed too: until ctx ends, or a minute. A Proposal is confirmed or
// closed once; later calls return ErrUsed. After an error the stream is
// closed.
func (p *Proposal) Confirm(ctx context.Context) (*Session, error) {
	if p.used.Swap(true) {
		return nil, ErrUsed
	}
	defer p.handshake.forget()
	var s *Session
	var l *link
	err := step(ctx, p.conn, "confirm", func() error {
		message, keys, err := p.handshake.confirm()
		if err != nil {
			return err
		}
		s = newSession(p.params, ends{p.params.Key.Address(), p.to}, p.tags, true, keys.root)
		s.exported = keys.exported
		l = newLink(p.conn, true, &keys)
		if _, err := p.conn.Write(message); err != nil {
			return err
		}
		f, err := l.read()
		if err != nil {
			return err
		}
		if f.kind != kindIdle || f.ack != 0 {
			return fmt.Errorf("%w: the first frame is not idle", ErrProtocol)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.start(l)
	return s, nil
}

// Close gives the proposal up and closes the stream. It does nothing to a
// proposal that was confirmed.
func (p *Proposal) Close() error {
	if p.used.Swap(true) {
		return nil
	}
	p.handshake.forget()
	return p.conn.Close()
}
