// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/core/transport"
	"github.com/libp2p/go-libp2p/gologshim"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	xrate "github.com/libp2p/go-libp2p/x/rate"
	ma "github.com/multiformats/go-multiaddr"
	mss "github.com/multiformats/go-multistream"

	"passerby/net/onion"
)

// libp2p logs peers and addresses, some of it to standard error. None of that
// may be written anywhere.
func init() { gologshim.SetDefaultHandler(slog.DiscardHandler) }

// errNoResolver is what every look-up of a name gets.
var errNoResolver = errors.New("mesh: names are not resolved")

// noResolver refuses to look up anything. libp2p resolves /dns addresses
// before any transport or gater is asked, which would leave Tor.
type noResolver struct{}

func (noResolver) ResolveDNSAddr(context.Context, peer.ID, ma.Multiaddr, int, int) ([]ma.Multiaddr, error) {
	return nil, errNoResolver
}

func (noResolver) ResolveDNSComponent(context.Context, ma.Multiaddr, int) ([]ma.Multiaddr, error) {
	return nil, errNoResolver
}

// gater refuses every address that is not the peer's own onion.
type gater struct{}

var _ connmgr.ConnectionGater = gater{}

func (gater) InterceptPeerDial(p peer.ID) bool {
	_, err := onion.AddressFromPeer(p)
	return err == nil
}

func (gater) InterceptAddrDial(p peer.ID, m ma.Multiaddr) bool {
	a, err := onion.AddressFromMultiaddr(m)
	if err != nil {
		return false
	}
	owner, err := a.Peer()
	return err == nil && owner == p
}

func (gater) InterceptAccept(network.ConnMultiaddrs) bool { return true }

func (gater) InterceptSecured(_ network.Direction, p peer.ID, _ network.ConnMultiaddrs) bool {
	_, err := onion.AddressFromPeer(p)
	return err == nil
}

func (gater) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }

// limits are the same on every machine: what a copy takes must not tell how
// large its computer is.
func limits() rcmgr.ConcreteLimitConfig {
	const mib = 1 << 20
	return rcmgr.PartialLimitConfig{
		System: rcmgr.ResourceLimits{
			Conns: 160, ConnsInbound: 112, ConnsOutbound: 64,
			Streams: 1024, StreamsInbound: 768, StreamsOutbound: 512,
			FD: rcmgr.Unlimited, Memory: 128 * mib,
		},
		Transient: rcmgr.ResourceLimits{
			Conns: 64, ConnsInbound: 40, ConnsOutbound: 24,
			Streams: 256, StreamsInbound: 192, StreamsOutbound: 128,
			FD: rcmgr.Unlimited, Memory: 32 * mib,
		},
		PeerDefault: rcmgr.ResourceLimits{
			Conns: 4, ConnsInbound: 2, ConnsOutbound: 2,
			Streams: 16, StreamsInbound: 12, StreamsOutbound: 12,
			FD: rcmgr.Unlimited, Memory: 8 * mib,
		},
		Conn:   rcmgr.ResourceLimits{Memory: 4 * mib, Streams: 16, StreamsInbound: 12, StreamsOutbound: 12, Conns: 1, ConnsInbound: 1, ConnsOutbound: 1, FD: rcmgr.Unlimited},
		Stream: rcmgr.ResourceLimits{Memory: 4 * mib, Streams: 1, StreamsInbound: 1, StreamsOutbound: 1},
	}.Build(rcmgr.InfiniteLimits)
}

// muxer returns yamux with time-outs that survive a stall of Tor and windows
// that fit small messages.
func muxer() *yamux.Transport {
	config := *yamux.DefaultTransport.Config()
	config.KeepAliveInterval = keepAlive
	config.ConnectionWriteTimeout = writeTimeout
	config.MaxStreamWindowSize = 256 << 10
	config.MaxIncomingStreams = 12
	return (*yamux.Transport)(&config)
}

// newTransport returns the onion transport with Noise and yamux on top, and
// nothing else to choose from.
func newTransport(ctx context.Context, n onion.Network, key onion.Key, manager network.ResourceManager) (*onion.Transport, error) {
	private, err := key.Libp2p()
	if err != nil {
		return nil, err
	}
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: muxer()}}
	security, err := noise.New(noise.ID, private, muxers)
	if err != nil {
		return nil, fmt.Errorf("mesh: %w", err)
	}
	up, err := upgrader.New([]sec.SecureTransport{security}, muxers, nil, manager, gater{},
		upgrader.WithAcceptTimeout(acceptTimeout))
	if err != nil {
		return nil, fmt.Errorf("mesh: %w", err)
	}
	return onion.NewTransport(ctx, n, key, up, manager), nil
}

// torHost is a libp2p host made by hand from a swarm: no Identify, no NAT, no
// relay, no resolver. Peers are told apart by what they ask for: one that
// opens a gossip stream becomes a member, one that only hands over a beacon
// never does.
type torHost struct {
	swarm   *swarm.Swarm
	store   peerstore.Peerstore
	rcmgr   network.ResourceManager
	bus     event.Bus
	mux     *mss.MultistreamMuxer[protocol.ID]
	members event.Emitter // tells GossipSub of new members
	// admit is asked before a stream is handled; false refuses the stream.
	admit func(network.Stream) bool

	closeOnce sync.Once
	closeErr  error
}

var _ host.Host = (*torHost)(nil)

func newHost(ctx context.Context, n onion.Network, key onion.Key, admit func(network.Stream) bool) (_ *torHost, err error) {
	private, err := key.Libp2p()
	if err != nil {
		return nil, err
	}
	self, err := key.Address().Peer()
	if err != nil {
		return nil, err
	}
	h := &torHost{bus: eventbus.NewBus(), mux: mss.NewMultistreamMuxer[protocol.ID](), admit: admit}
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	if h.store, err = pstoremem.NewPeerstore(); err != nil {
		return nil, fmt.Errorf("mesh: peerstore: %w", err)
	}
	if err = errors.Join(h.store.AddPrivKey(self, private), h.store.AddPubKey(self, private.GetPublic())); err != nil {
		return nil, fmt.Errorf("mesh: peerstore: %w", err)
	}
	// The zero limiter does not limit: by default all onions count as one IP
	// address and share 16 connections.
	h.rcmgr, err = rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(limits()),
		rcmgr.WithMetricsDisabled(), rcmgr.WithConnRateLimiters(&xrate.Limiter{}))
	if err != nil {
		return nil, fmt.Errorf("mesh: resource manager: %w", err)
	}
	h.swarm, err = swarm.NewSwarm(self, h.store, h.bus,
		swarm.WithConnectionGater(gater{}),
		swarm.WithResourceManager(h.rcmgr),
		swarm.WithMultiaddrResolver(noResolver{}),
		swarm.WithDialTimeout(dialTimeout),
		swarm.WithDialRanker(swarm.NoDelayDialRanker),
		swarm.WithUDPBlackHoleSuccessCounter(nil),
		swarm.WithIPv6BlackHoleSuccessCounter(nil))
	if err != nil {
		return nil, fmt.Errorf("mesh: swarm: %w", err)
	}
	var t transport.Transport
	if t, err = newTransport(ctx, n, key, h.rcmgr); err != nil {
		return nil, err
	}
	if err = h.swarm.AddTransport(t); err != nil {
		return nil, fmt.Errorf("mesh: transport: %w", err)
	}
	if h.members, err = h.bus.Emitter(new(event.EvtPeerIdentificationCompleted)); err != nil {
		return nil, fmt.Errorf("mesh: event bus: %w", err)
	}
	h.swarm.SetStreamHandler(h.handle)
	return h, nil
}

// handle finds out what an inbound stream is for. It runs on a goroutine of
// its own for each stream.
func (h *torHost) handle(s network.Stream) {
	if s.SetDeadline(time.Now().Add(negotiateTimeout)) != nil {
		s.Reset()
		return
	}
	id, handle, err := h.mux.Negotiate(s)
	if err != nil || s.SetProtocol(id) != nil || s.SetDeadline(time.Time{}) != nil || !h.admit(s) {
		s.Reset()
		return
	}
	if err := handle(id, s); err != nil {
		s.Reset()
	}
}

// announce tells GossipSub that p speaks gossip, in the place of Identify.
func (h *torHost) announce(p peer.ID, conn network.Conn, gossip protocol.ID) {
	// An error means that the bus is closed, and so are we.
	_ = h.members.Emit(event.EvtPeerIdentificationCompleted{Peer: p, Conn: conn, Protocols: []protocol.ID{gossip}})
}

func (h *torHost) ID() peer.ID                      { return h.swarm.LocalPeer() }
func (h *torHost) Peerstore() peerstore.Peerstore   { return h.store }
func (h *torHost) Addrs() []ma.Multiaddr            { return h.swarm.ListenAddresses() }
func (h *torHost) Network() network.Network         { return h.swarm }
func (h *torHost) Mux() protocol.Switch             { return h.mux }
func (h *torHost) ConnManager() connmgr.ConnManager { return connmgr.NullConnMgr{} }
func (h *torHost) EventBus() event.Bus              { return h.bus }

// Connect dials info.ID at the address that its key gives; addresses in info
// are not believed.
func (h *torHost) Connect(ctx context.Context, info peer.AddrInfo) error {
	address, err := onion.AddressFromPeer(info.ID)
	if err != nil {
		return err
	}
	h.store.AddAddr(info.ID, address.Multiaddr(), peerstore.TempAddrTTL)
	_, err = h.swarm.DialPeer(network.WithDialPeerTimeout(ctx, dialTimeout), info.ID)
	return err
}

func (h *torHost) handler(handler network.StreamHandler) mss.HandlerFunc[protocol.ID] {
	return func(_ protocol.ID, rwc io.ReadWriteCloser) error {
		handler(rwc.(network.Stream)) // what handle passed to Negotiate
		return nil
	}
}

func (h *torHost) SetStreamHandler(id protocol.ID, handler network.StreamHandler) {
	h.mux.AddHandler(id, h.handler(handler))
}

func (h *torHost) SetStreamHandlerMatch(id protocol.ID, match func(protocol.ID) bool, handler network.StreamHandler) {
	h.mux.AddHandlerWithFunc(id, match, h.handler(handler))
}

func (h *torHost) RemoveStreamHandler(id protocol.ID) { h.mux.RemoveHandler(id) }

// NewStream opens a stream on a connection that exists; it never dials. It
// takes one protocol, as there is never a choice, and does not wait until the
// other side agrees: the protocol's name goes with the first bytes written,
// which saves a round trip through Tor. A refusal shows as an error of Read.
func (h *torHost) NewStream(ctx context.Context, p peer.ID, ids ...protocol.ID) (network.Stream, error) {
	if len(ids) != 1 {
		return nil, fmt.Errorf("mesh: stream: %d protocols to choose from", len(ids))
	}
	s, err := h.swarm.NewStream(network.WithNoDial(ctx, "connections are made by the mesh alone"), p)
	if err != nil {
		return nil, fmt.Errorf("mesh: stream: %w", err)
	}
	if err := s.SetProtocol(ids[0]); err != nil {
		s.Reset()
		return nil, fmt.Errorf("mesh: stream: %w", err)
	}
	return &lazyStream{s, mss.NewMSSelect(s, ids[0])}, nil
}

// lazyStream is a stream that names its protocol with the first bytes.
type lazyStream struct {
	network.Stream
	named mss.LazyConn
}

func (s *lazyStream) Read(b []byte) (int, error)  { return s.named.Read(b) }
func (s *lazyStream) Write(b []byte) (int, error) { return s.named.Write(b) }

// Close names the protocol if that has not been done, and waits for the other
// side to agree, or its answer would meet a closed stream.
func (s *lazyStream) Close() error { return s.named.Close() }

// CloseWrite names the protocol if that has not been done.
func (s *lazyStream) CloseWrite() error {
	_ = s.named.Flush() // where it fails, so does CloseWrite
	return s.Stream.CloseWrite()
}

func (h *torHost) Close() error {
	h.closeOnce.Do(func() {
		var errs []error
		if h.swarm != nil {
			errs = append(errs, h.swarm.Close())
		}
		if h.members != nil {
			errs = append(errs, h.members.Close())
		}
		if h.rcmgr != nil {
			errs = append(errs, h.rcmgr.Close())
		}
		if h.store != nil {
			errs = append(errs, h.store.Close())
		}
		h.closeErr = errors.Join(errs...)
	})
	return h.closeErr
}
