// SPDX-License-Identifier: GPL-3.0-or-later

package onion

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/transport"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"
	"golang.org/x/time/rate"
)

// Limits of one transport.
const (
	// maxDials bounds the dials under way: libp2p's own limit counts only
	// what holds a file descriptor, and each dial makes tor build circuits.
	maxDials = 8
	// upgradeTime bounds Noise and yamux on a stream that is up: a few round
	// trips of a second or two on a slow line. Who takes streams and never says
	// a word must not hold a dial for as long as circuits may take.
	upgradeTime = 20 * time.Second
	// maxStreams is how many streams one rendezvous circuit may open.
	maxStreams = 4
	// acceptRate and acceptBurst bound inbound connections before any
	// handshake. All of them look alike, so the bound is for all together.
	acceptRate  = rate.Limit(4)
	acceptBurst = 48
)

// placeholder is the remote address of every inbound connection. A dialer over
// Tor has no address, and the local address of tor's stream must not be shown
// to anybody.
var placeholder = ma.StringCast("/onion3/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:1")

// Multiaddr returns the address in libp2p's form, "/onion3/<56 letters>:5222".
func (a Address) Multiaddr() ma.Multiaddr {
	return ma.StringCast(fmt.Sprintf("/onion3/%s:%d", a.name(), Port))
}

// AddressFromMultiaddr reads what [Address.Multiaddr] writes and refuses
// everything else: other protocols, other ports, anything behind the onion
// address. libp2p's own parser checks neither version nor checksum.
func AddressFromMultiaddr(m ma.Multiaddr) (Address, error) {
	if len(m) != 1 || m[0].Code() != ma.P_ONION3 {
		return Address{}, fmt.Errorf("%w: not a plain /onion3 address", ErrBadAddress)
	}
	raw := m[0].RawValue()
	if n := len(raw); n != 37 || int(raw[n-2])<<8|int(raw[n-1]) != Port {
		return Address{}, fmt.Errorf("%w: not on port %d", ErrBadAddress, Port)
	}
	return addressFromRaw(raw[:35])
}

// Transport is a libp2p transport over a [Network]: it dials and listens on
// onion addresses and cannot do anything else. It is safe for concurrent use.
type Transport struct {
	ctx      context.Context // of Listen
	network  Network
	key      Key
	upgrader transport.Upgrader
	rcmgr    network.ResourceManager
	dials    chan struct{}
}

var _ transport.Transport = (*Transport)(nil)

// NewTransport returns a transport that listens on key's address only. Listen
// waits for Tor until ctx ends; libp2p gives it no context of its own.
func NewTransport(ctx context.Context, n Network, key Key, upgrader transport.Upgrader, rcmgr network.ResourceManager) *Transport {
	return &Transport{ctx: ctx, network: n, key: key, upgrader: upgrader, rcmgr: rcmgr, dials: make(chan struct{}, maxDials)}
}

// CanDial tells whether m is a valid onion address on our port and nothing
// else.
func (t *Transport) CanDial(m ma.Multiaddr) bool {
	_, err := AddressFromMultiaddr(m)
	return err == nil
}

// Protocols implements transport.Transport.
func (t *Transport) Protocols() []int { return []int{ma.P_ONION3} }

// Proxy implements transport.Transport.
func (t *Transport) Proxy() bool { return false }

// Dial opens a connection to p, whose key must be the one in the address. At
// most 8 dials are under way; more wait. Every dial has circuits of its own.
func (t *Transport) Dial(ctx context.Context, m ma.Multiaddr, p peer.ID) (transport.CapableConn, error) {
	address, err := AddressFromMultiaddr(m)
	if err != nil {
		return nil, err
	}
	if owner, err := address.Peer(); err != nil || owner != p {
		return nil, fmt.Errorf("onion: dial: %w: not the address of this peer", ErrBadAddress)
	}
	select {
	case t.dials <- struct{}{}:
		defer func() { <-t.dials }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	scope, err := t.rcmgr.OpenConnection(network.DirOutbound, true, m)
	if err != nil {
		return nil, fmt.Errorf("onion: dial: %w", err)
	}
	stream, err := t.network.Dial(ctx, address.String(), Isolation("mesh"))
	if err != nil {
		scope.Done()
		return nil, fmt.Errorf("onion: dial: %w", err)
	}
	conn := &maConn{Conn: stream, local: placeholder, remote: m}
	ctx, cancel := context.WithTimeout(ctx, upgradeTime)
	defer cancel()
	return t.upgrader.Upgrade(ctx, t, conn, network.DirOutbound, p, scope) // Upgrade ends scope and conn when it fails
}

// Isolation returns an isolation string that no other call returns, for a
// stream that must share its circuit with nothing. The purpose is for people
// who read tor's log.
func Isolation(purpose string) string {
	var nonce [16]byte
	rand.Read(nonce[:])
	return purpose + ":" + hex.EncodeToString(nonce[:])
}

// Listen publishes the transport's own address; it refuses any other. No
// handshake happens in Accept, so that a silent dialer blocks nobody.
func (t *Transport) Listen(m ma.Multiaddr) (transport.Listener, error) {
	address, err := AddressFromMultiaddr(m)
	if err != nil {
		return nil, err
	}
	if address != t.key.Address() {
		return nil, errors.New("onion: listen: the address is not that of our key")
	}
	l, err := t.network.Listen(t.ctx, t.key.Private(), maxStreams)
	if err != nil {
		return nil, fmt.Errorf("onion: listen: %w", err)
	}
	gated := t.upgrader.GateMaListener(&maListener{Listener: l, addr: m, limit: rate.NewLimiter(acceptRate, acceptBurst)})
	return t.upgrader.UpgradeGatedMaListener(t, gated), nil
}

// maConn is a stream with libp2p's addresses on it.
type maConn struct {
	net.Conn
	local, remote ma.Multiaddr
}

func (c *maConn) LocalMultiaddr() ma.Multiaddr  { return c.local }
func (c *maConn) RemoteMultiaddr() ma.Multiaddr { return c.remote }

// maListener is a listener with libp2p's addresses on it.
type maListener struct {
	net.Listener
	addr  ma.Multiaddr
	limit *rate.Limiter
}

var _ manet.Listener = (*maListener)(nil)

func (l *maListener) Multiaddr() ma.Multiaddr { return l.addr }

func (l *maListener) Accept() (manet.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.limit.Allow() {
			return &maConn{Conn: c, local: l.addr, remote: placeholder}, nil
		}
		c.Close()
	}
}
