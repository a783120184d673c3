// SPDX-License-Identifier: GPL-3.0-or-later

package update

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

const (
	// dialTime bounds how long it may take to reach the onion service; tor
	// itself gives up after two minutes.
	dialTime = 2 * time.Minute
	// answerTime bounds how long the whole answer may take after that.
	answerTime = time.Minute
)

var (
	// ErrNoAnswer means that nobody can be reached, or says anything.
	ErrNoAnswer = errors.New("nobody answers where this copy asks for updates")
	// ErrOld means that a list is older than the copy that asked.
	ErrOld = errors.New("the list is older than this copy, so an old one is being shown again; do not install anything from there")
)

// Dialer reaches onion services, as an onion.Network does.
type Dialer interface {
	Dial(ctx context.Context, host, isolation string) (net.Conn, error)
}

// Ask asks for the newest list, once. It sends nothing. Errors wrap
// [ErrCannotAsk], [ErrNoAnswer], those of Open, and [ErrOld] where the list is
// older than have.
func (s Source) Ask(ctx context.Context, through Dialer, have Version) (List, error) {
	if !s.Can() {
		return List{}, ErrCannotAsk
	}
	if err := s.Check(); err != nil {
		return List{}, err
	}
	signed, err := s.receive(ctx, through)
	if err != nil {
		return List{}, fmt.Errorf("%w (%w); try again later", ErrNoAnswer, err)
	}
	l, err := s.Open(signed)
	switch {
	case err != nil:
		return List{}, err
	case l.Version.Before(have):
		return List{}, ErrOld
	}
	return l, nil
}

// receive returns what whoever answers says until they close, and at most one
// byte more than a list may have. Where the answer breaks off it returns what
// there is: the signature tells what is missing.
func (s Source) receive(ctx context.Context, through Dialer) ([]byte, error) {
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	// A random word, so that no circuit leads there that anything else uses,
	// an earlier question included.
	conn, err := through.Dial(dialing, s.Address, "update "+rand.Text())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	reading, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	defer context.AfterFunc(reading, func() { conn.Close() })()
	signed, err := io.ReadAll(io.LimitReader(conn, MaxList+1))
	switch {
	case len(signed) > 0:
		return signed, nil
	case reading.Err() != nil:
		return nil, errors.New("they took the connection and said nothing")
	case err != nil:
		return nil, err
	}
	return nil, errors.New("they said nothing and closed the connection")
}
