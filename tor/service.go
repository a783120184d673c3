// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cretz/bine/torutil"
	bine "github.com/cretz/bine/torutil/ed25519"
)

const (
	onionSuffix = ".onion"
	maxStreams  = 65535 // the most that tor takes as a limit
	// removeTimeout bounds the wait for tor to remove a service.
	removeTimeout = 10 * time.Second
)

// service is an open onion service: the listener that Listen returns.
type service struct {
	tor        *Tor
	id         string // 56 letters
	maxStreams int
	net.Listener
	target string // name of the listener in tor's language

	turn sync.Mutex // held while tor is told to add or remove the service
	key  string     // expanded private key in base64; "" once closed
	on   *instance  // the tor that has, or may have, the service

	closed chan struct{}

	// The rest is guarded by tor.mu.
	ended    bool
	cause    error         // why it ended, where it was not closed
	uploaded chan struct{} // closed once a directory has its descriptor
}

// Listen implements Network of passerby/net/onion: it publishes an onion
// service on key, answering on [Port], with proof-of-work defences where tor
// has them. At most limit streams, of 1 to 65,535, are open on one circuit at
// a time; one more is refused and harms no other. Errors wrap [ErrListening]
// where the key is in use here already.
//
// The key is kept in memory until the listener is closed, as a tor that is
// started again has to be given it again. Closing the listener removes the
// service; streams that it has accepted stay open.
func (t *Tor) Listen(ctx context.Context, key ed25519.PrivateKey, limit int) (net.Listener, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("tor: listen: a key of %d bytes instead of %d", len(key), ed25519.PrivateKeySize)
	}
	if limit < 1 || limit > maxStreams {
		return nil, fmt.Errorf("tor: listen: a limit of %d streams instead of 1 to %d", limit, maxStreams)
	}
	s, err := t.open(key, limit)
	if err != nil {
		return nil, fmt.Errorf("tor: listen: %w", err)
	}
	for {
		i, err := t.await(ctx, running)
		if err == nil {
			err = s.publish(ctx, i)
		}
		switch {
		case err == nil:
			return s, nil
		case ctx.Err() == nil && i != nil && !isRefusal(err) && !errors.Is(err, net.ErrClosed):
			// This tor died: the next one gets the service.
			select {
			case <-i.gone:
			case <-ctx.Done():
			}
			continue
		}
		s.Close()
		return nil, fmt.Errorf("tor: listen: %w", err)
	}
}

// open makes the local half of a service and registers it.
func (t *Tor) open(key ed25519.PrivateKey, limit int) (*service, error) {
	pair := bine.FromCryptoPrivateKey(key)
	s := &service{
		tor: t, id: torutil.OnionServiceIDFromV3PublicKey(pair.PublicKey()), maxStreams: limit,
		key:    base64.StdEncoding.EncodeToString(pair.PrivateKey()),
		closed: make(chan struct{}), uploaded: make(chan struct{}),
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status.Err != nil {
		return nil, t.status.Err
	}
	if t.services[s.id] != nil {
		return nil, fmt.Errorf("%w: %s%s", ErrListening, s.id, onionSuffix)
	}
	t.targets++
	var err error
	if s.Listener, s.target, err = t.run.listen("o" + strconv.FormatUint(t.targets, 10)); err != nil {
		return nil, fmt.Errorf("target of the onion service: %w", err)
	}
	t.services[s.id] = s
	return s, nil
}

// publish gives the service to i, unless i has it already.
func (s *service) publish(ctx context.Context, i *instance) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.key == "" {
		return net.ErrClosed
	}
	if s.on == i {
		return nil
	}
	s.on = i // also where ctx ends first: the command is carried through
	s.tor.mu.Lock()
	plain := s.tor.noPoW
	s.tor.mu.Unlock()
	if !plain {
		_, err := i.commands.command(ctx, s.addOnion(" PoWDefensesEnabled=1"))
		if err == nil || !isRefusal(err) {
			return err
		}
	}
	if _, err := i.commands.command(ctx, s.addOnion("")); err != nil {
		if isRefusal(err) {
			s.on = nil
		}
		return err
	}
	if !plain {
		s.tor.mu.Lock()
		s.tor.noPoW = true
		s.tor.mu.Unlock()
	}
	return nil
}

func (s *service) addOnion(extra string) string {
	return fmt.Sprintf("ADD_ONION ED25519-V3:%s Flags=DiscardPK MaxStreams=%d%s Port=%d,%s",
		s.key, s.maxStreams, extra, Port, s.target)
}

// Accept implements net.Listener. Once the service has ended, for whatever
// reason, its errors wrap [net.ErrClosed].
func (s *service) Accept() (net.Conn, error) {
	conn, err := s.Listener.Accept()
	if err == nil {
		return conn, nil
	}
	s.tor.mu.Lock()
	defer s.tor.mu.Unlock()
	if s.cause != nil {
		return nil, fmt.Errorf("%w: %w", s.cause, net.ErrClosed)
	}
	return nil, err
}

// Addr implements net.Listener: the onion address of the service.
func (s *service) Addr() net.Addr { return onionAddr(s.id + onionSuffix) }

// Close implements net.Listener. It returns once tor has removed the service.
func (s *service) Close() error {
	s.tor.mu.Lock()
	if s.ended {
		s.tor.mu.Unlock()
		return nil
	}
	s.tor.mu.Unlock()
	s.end(nil)
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.on == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(s.tor.ctx, removeTimeout)
	defer cancel()
	_, err := s.on.commands.command(ctx, "DEL_ONION "+s.id)
	select {
	case <-s.on.failed: // what is gone needs no removing
		return nil
	default:
	}
	if err != nil && !isRefusal(err) && s.tor.ctx.Err() == nil {
		return fmt.Errorf("tor: remove the onion service: %w", err)
	}
	return nil
}

// end takes the service out of use on our side: nothing publishes it again,
// the key is forgotten, and Accept fails with cause.
func (s *service) end(cause error) {
	s.tor.mu.Lock()
	if s.ended {
		s.tor.mu.Unlock()
		return
	}
	s.ended, s.cause = true, cause
	if s.tor.services[s.id] == s {
		delete(s.tor.services, s.id)
	}
	close(s.closed)
	s.tor.mu.Unlock()
	s.Listener.Close()
	s.turn.Lock()
	defer s.turn.Unlock()
	s.key = ""
}

// noteUpload and forgetUpload keep account of the descriptor. tor.mu is held.
func (s *service) noteUpload() {
	select {
	case <-s.uploaded:
	default:
		close(s.uploaded)
	}
}

func (s *service) forgetUpload() {
	select {
	case <-s.uploaded:
		s.uploaded = make(chan struct{})
	default:
	}
}

// Published implements Network of passerby/net/onion: it waits until a
// directory has taken a descriptor of the open service at host since tor last
// started. Errors wrap [ErrUnknownService] where Listen did not make it, or
// where it is closed.
func (t *Tor) Published(ctx context.Context, host string) error {
	id := strings.TrimSuffix(strings.ToLower(host), onionSuffix)
	for {
		t.mu.Lock()
		s, status, changed := t.services[id], t.status, t.changed
		var uploaded chan struct{}
		if s != nil {
			uploaded = s.uploaded
		}
		t.mu.Unlock()
		switch {
		case status.Err != nil:
			return status.Err
		case s == nil:
			return fmt.Errorf("tor: published: %w", ErrUnknownService)
		}
		select {
		case <-uploaded:
			return nil
		case <-s.closed:
		case <-changed:
		case <-ctx.Done():
			if !status.Up {
				return waitError(ctx, status)
			}
			return fmt.Errorf("tor: no directory has taken the descriptor yet: %w", context.Cause(ctx))
		}
	}
}

// onionAddr is the address of an onion service.
type onionAddr string

// Network implements net.Addr.
func (onionAddr) Network() string { return "onion" }

func (a onionAddr) String() string { return string(a) }
