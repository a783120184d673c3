// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"crypto/mlkem"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"passerby/net/onion"
)

// refuseWait bounds how long a refusal may take to be written.
const refuseWait = 5 * time.Second

// Request is a stranger's wish for a conversation with us. It waits for Accept
// or Refuse; the stranger waits with it, for a minute at most.
type Request struct {
	params    Params
	conn      net.Conn
	claim     claim
	kem       *mlkem.EncapsulationKey768
	handshake *handshake
	used      atomic.Bool
}

// Receive reads a stranger's request from conn, a stream that arrived at our
// chat onion: until ctx ends, or a minute. From now on conn belongs to this
// package; after an error it is closed.
func Receive(ctx context.Context, conn net.Conn, p Params) (*Request, error) {
	r := &Request{params: p, conn: conn}
	err := step(ctx, conn, "receive a request", func() error {
		message := make([]byte, helloSize)
		if _, err := io.ReadFull(conn, message); err != nil {
			return err
		}
		return r.read(unmasked(p.Key.Address(), message, helloHead))
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// read takes message 1, unmasked.
func (r *Request) read(message []byte) (err error) {
	p := r.params
	if r.claim, err = parseClaim(message); err != nil {
		return err
	}
	if r.claim.dialer == p.Key.Address() {
		return fmt.Errorf("%w: it claims to be us", ErrProtocol)
	}
	if r.handshake, err = newHandshake(system, p, r.claim, p.Key.Address(), false); err != nil {
		return err
	}
	if r.kem, err = r.handshake.readHello(message[claimSize:]); err != nil {
		r.handshake.forget()
		return err
	}
	return nil
}

// From returns the dialer's chat address. It is a claim until Accept returns.
func (r *Request) From() onion.Address { return r.claim.dialer }

// Tags returns the dialer's tags.
func (r *Request) Tags() [MaxTags]Tag { return r.claim.tags }

// Accept agrees to the conversation, and waits until the dialer has confirmed
// it and proven to be From: until ctx ends, or a minute. We are committed when
// Accept returns. A Request is answered once; later calls return ErrUsed.
// After an error the stream is closed.
func (r *Request) Accept(ctx context.Context) (*Session, error) {
	if r.used.Swap(true) {
		return nil, ErrUsed
	}
	defer r.handshake.forget()
	var s *Session
	var l *link
	err := step(ctx, r.conn, "accept", func() error {
		answer, err := r.handshake.answer(r.params.Tags, r.kem)
		if err != nil {
			return err
		}
		if _, err := r.conn.Write(answer); err != nil {
			return err
		}
		message := make([]byte, confirmSize)
		if _, err := io.ReadFull(r.conn, message); err != nil {
			return err
		}
		keys, err := r.handshake.readConfirm(message, r.claim.dialer)
		if err != nil {
			return err
		}
		s = newSession(r.params, ends{r.claim.dialer, r.params.Key.Address()}, r.claim.tags, false, keys.root)
		s.exported = keys.exported
		l = newLink(r.conn, false, &keys)
		return l.write(&frame{kind: kindIdle}, nil)
	})
	if err != nil {
		return nil, err
	}
	s.start(l)
	return s, nil
}

// Refuse tells the dialer that we are busy and closes the stream. It takes
// five seconds at most. It does nothing to a Request that was answered.
func (r *Request) Refuse() error {
	if r.used.Swap(true) {
		return nil
	}
	defer r.handshake.forget()
	ctx, cancel := context.WithTimeout(context.Background(), refuseWait)
	defer cancel()
	err := step(ctx, r.conn, "refuse", func() error {
		refusal, err := r.handshake.refusal()
		if err != nil {
			return err
		}
		_, err = r.conn.Write(refusal)
		return err
	})
	if err != nil {
		return err
	}
	return r.conn.Close()
}
