// SPDX-License-Identifier: GPL-3.0-or-later

// Package oniontest is Tor in memory: nodes that publish and dial onion
// services with the delays, the lost races and the deaths that Tor has, and
// without sockets, so that hundreds of nodes run inside a testing/synctest
// bubble. It stands beside tests on real tor processes, never instead of them.
package oniontest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"passerby/net/onion"
)

// ErrUnreachable is what a dial returns when nobody answers at the address.
var ErrUnreachable = errors.New("oniontest: onion service not reachable")

// Net is a whole Tor network. Its fields may be set before the first node is
// made.
type Net struct {
	Latency time.Duration // one way, end to end, ±50 %
	Connect time.Duration // a fresh circuit to an onion, ±50 %
	Publish time.Duration // from Listen to the descriptor's upload
	Period  time.Duration // of the shared random value; a day where zero

	// Circuit, where set, draws the latency of a stream's circuit, one way, in
	// the place of Latency; Reach draws how long a dial takes, in the place of
	// Connect, and whether it can succeed. Both are called concurrently.
	Circuit func() time.Duration
	Reach   func() (takes time.Duration, ok bool)

	mu       sync.Mutex
	services map[string][]*listener // by host; the last one published wins
	dials    int
}

// New returns a network with delays that are usual on Tor.
func New() *Net {
	return &Net{
		Latency: 150 * time.Millisecond, Connect: 1500 * time.Millisecond,
		Publish: 3 * time.Second, Period: 24 * time.Hour,
		services: make(map[string][]*listener),
	}
}

// Dials returns how many dials all nodes have begun so far.
func (n *Net) Dials() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dials
}

func around(d time.Duration) time.Duration {
	return time.Duration((0.5 + rand.Float64()) * float64(d))
}

// Node returns one copy's view of the network. Nodes of different islands
// cannot reach each other until Bridge joins the islands.
func (n *Net) Node() *Node {
	return &Node{net: n, cache: make(map[string]*listener), up: make(chan struct{}), conns: make(map[*conn]struct{})}
}

// Node is one copy of tor. It is an onion.Network.
type Node struct {
	net *Net

	mu        sync.Mutex
	down      bool
	up        chan struct{} // closed when a tor that is down comes back
	island    int
	cache     map[string]*listener // descriptors, kept until Renew
	listeners []*listener
	conns     map[*conn]struct{}
}

var _ onion.Network = (*Node)(nil)

// SetIsland cuts the node off from all nodes of other islands, as for two
// networks that have not met. Everybody starts on island 0.
func (n *Node) SetIsland(i int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.island = i
	clear(n.cache)
}

// Kill breaks every stream and hides every service, as tor's death does.
// Services come back with Restart.
func (n *Node) Kill() {
	n.mu.Lock()
	n.down = true
	conns := n.conns
	n.conns = make(map[*conn]struct{})
	clear(n.cache)
	listeners := n.listeners
	n.mu.Unlock()
	for c := range conns {
		c.kill()
	}
	for _, l := range listeners {
		l.setUp(false)
	}
}

// Restart brings a killed node back.
func (n *Node) Restart() {
	n.mu.Lock()
	n.down = false
	close(n.up)
	n.up = make(chan struct{})
	listeners := n.listeners
	n.mu.Unlock()
	for _, l := range listeners {
		l.publish()
	}
}

func (n *Node) waitUp(ctx context.Context) error {
	for {
		n.mu.Lock()
		down, up := n.down, n.up
		n.mu.Unlock()
		if !down {
			return ctx.Err()
		}
		select {
		case <-up:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Listen implements onion.Network.
func (n *Node) Listen(ctx context.Context, key ed25519.PrivateKey, maxStreams int) (net.Listener, error) {
	if err := n.waitUp(ctx); err != nil {
		return nil, err
	}
	l := &listener{
		node: n, host: onion.Address(key.Public().(ed25519.PublicKey)).String(),
		accept: make(chan net.Conn, maxStreams), closed: make(chan struct{}), published: make(chan struct{}),
	}
	n.mu.Lock()
	n.listeners = append(n.listeners, l)
	n.mu.Unlock()
	l.publish()
	return l, nil
}

// Published implements onion.Network.
func (n *Node) Published(ctx context.Context, host string) error {
	n.mu.Lock()
	var published chan struct{}
	for _, l := range n.listeners {
		if l.host == host {
			published = l.published
		}
	}
	n.mu.Unlock()
	if published == nil {
		return fmt.Errorf("oniontest: %s is not ours", host)
	}
	select {
	case <-published:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Dial implements onion.Network.
func (n *Node) Dial(ctx context.Context, host, _ string) (net.Conn, error) {
	if err := n.waitUp(ctx); err != nil {
		return nil, err
	}
	n.net.mu.Lock()
	n.net.dials++
	n.net.mu.Unlock()
	takes, ok := around(n.net.Connect), true
	if n.net.Reach != nil {
		takes, ok = n.net.Reach()
	}
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l := n.lookUp(host)
	if l == nil || !ok {
		return nil, fmt.Errorf("%w: %s", ErrUnreachable, host)
	}
	latency := around(n.net.Latency) // one circuit, one latency: bytes stay in order
	if n.net.Circuit != nil {
		latency = n.net.Circuit()
	}
	near, far := newConnPair(latency)
	if !n.track(near) || !l.node.track(far) { // a tor died meanwhile
		near.kill()
		return nil, fmt.Errorf("%w: %s", ErrUnreachable, host)
	}
	select {
	case l.accept <- far:
		if l.isClosed() {
			l.drain()
		}
		return near, nil
	case <-l.closed:
	case <-ctx.Done():
	default: // more streams than the service takes
	}
	near.kill()
	return nil, fmt.Errorf("%w: %s", ErrUnreachable, host)
}

// track remembers a stream, which breaks when the node is killed, and tells
// whether the node is up.
func (n *Node) track(c *conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return false
	}
	n.conns[c] = struct{}{}
	c.onClose = func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.conns, c)
	}
	return true
}

// lookUp finds who answers at host: the cached publisher while it is alive,
// else the last one to publish.
func (n *Node) lookUp(host string) *listener {
	n.mu.Lock()
	island, cached := n.island, n.cache[host]
	n.mu.Unlock()
	if cached != nil && cached.alive() && cached.node.on(island) {
		return cached
	}
	n.net.mu.Lock()
	services := n.net.services[host]
	n.net.mu.Unlock()
	for i := len(services) - 1; i >= 0; i-- {
		if l := services[i]; l.alive() && l.node.on(island) {
			n.mu.Lock()
			n.cache[host] = l
			n.mu.Unlock()
			return l
		}
	}
	return nil
}

func (n *Node) on(island int) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.island == island
}

// Renew implements onion.Network.
func (n *Node) Renew(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.cache)
	return ctx.Err()
}

// SharedRandom implements onion.Network.
func (n *Node) SharedRandom(ctx context.Context) (current, previous [32]byte, elapsed float64, err error) {
	if err := n.waitUp(ctx); err != nil {
		return current, previous, 0, err
	}
	now := time.Now().UnixNano()
	run := now / int64(n.net.Period)
	elapsed = float64(now%int64(n.net.Period)) / float64(n.net.Period)
	value := func(run int64) [32]byte {
		return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("oniontest shared random"), uint64(run)))
	}
	return value(run), value(run - 1), elapsed, nil
}

// Now implements onion.Network.
func (n *Node) Now(ctx context.Context) (time.Time, error) { return time.Now(), n.waitUp(ctx) }

type listener struct {
	node      *Node
	host      string
	accept    chan net.Conn
	closeOnce sync.Once
	closed    chan struct{}
	published chan struct{}

	mu         sync.Mutex
	up         bool
	generation int
	once       sync.Once
}

// publish makes the service reachable after the usual delay.
func (l *listener) publish() {
	l.mu.Lock()
	l.generation++
	generation := l.generation
	l.mu.Unlock()
	time.AfterFunc(around(l.node.net.Publish), func() {
		l.mu.Lock()
		if l.generation != generation || l.isClosed() {
			l.mu.Unlock()
			return
		}
		l.up = true
		l.mu.Unlock()
		n := l.node.net
		n.mu.Lock()
		n.services[l.host] = append(n.services[l.host], l)
		n.mu.Unlock()
		l.once.Do(func() { close(l.published) })
	})
}

func (l *listener) setUp(up bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up = up
	l.generation++
}

func (l *listener) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

func (l *listener) alive() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.up && !l.isClosed()
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// drain breaks the streams that nobody will accept any more.
func (l *listener) drain() {
	for {
		select {
		case c := <-l.accept:
			c.(*conn).kill()
		default:
			return
		}
	}
}

func (l *listener) Close() error {
	l.closeOnce.Do(func() {
		close(l.closed)
		l.drain()
		l.node.mu.Lock()
		defer l.node.mu.Unlock()
		for i, other := range l.node.listeners {
			if other == l {
				l.node.listeners = append(l.node.listeners[:i:i], l.node.listeners[i+1:]...)
				break
			}
		}
	})
	return nil
}

func (l *listener) Addr() net.Addr { return addr(l.host) }

type addr string

func (addr) Network() string  { return "onion" }
func (a addr) String() string { return string(a) }
