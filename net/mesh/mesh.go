// SPDX-License-Identifier: GPL-3.0-or-later

// Package mesh joins this copy to the others: a GossipSub mesh of libp2p hosts
// that are reached at onion addresses and nowhere else.
//
// # A host made by hand
//
// libp2p.New brings Identify, address discovery, NAT mapping, relays and a
// resolver, each of which can say or ask something outside Tor. The host here
// is a bare swarm with Noise and yamux over one onion transport; what is not
// linked in cannot leak. GossipSub learns of peers from Identify; here
// torHost.announce tells it instead.
//
// # Shards
//
// A network that grows splits its gossip into shards, the nodes of a binary
// tree with one topic each, so that what one member hears stays bounded. Which
// shard a payload is in follows from the payload ([Params].Shard); which shards
// a member hears is its own choice ([Mesh.Follow]). A payload in the topic of
// another shard is invalid. Members tell those they are connected to what they
// follow, and each keeps to a few who follow what it does: where too few are,
// it asks for such. Who knows none names members in shards near by, as deep in
// the tree as can be, so the search gets nearer with each question.
//
// # Three protocols
//
// A member opens a gossip stream. Members may ask each other for a sample of
// the mesh: the answer is always sixteen keys, and a bit by which a member says
// that it stays on for others. And anybody may push one beacon to a member with
// a key made for that alone, see [Mesh.Push]: who pushes is never a member and
// cannot be told from one that never comes back.
//
// # Who is in the view
//
// Addresses are computed from keys, so nobody can lie about where a member
// lives, only about whether it exists. Members that this copy met itself are
// told on; hearsay is dialed but not repeated.
package mesh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	mss "github.com/multiformats/go-multistream"

	"passerby/net/onion"
)

// takenByte is the answer to a push that was taken.
const takenByte = 1

// Errors of this package and of its callbacks.
var (
	// ErrRefused tells that a member did not take what was pushed.
	ErrRefused = errors.New("mesh: refused")
	// ErrIgnore is wrapped by what Params.Check returns for a payload that is
	// of no use and nobody's fault.
	ErrIgnore = errors.New("mesh: ignored")
	// ErrExpel is wrapped by what Params.Check returns for a payload that nobody
	// relays by mistake: the connection to whoever relayed it ends.
	ErrExpel = errors.New("mesh: expelled")
	// ErrAlone tells that nobody is there to hear.
	ErrAlone = errors.New("mesh: no members to publish to")
)

// Params is what a Mesh is made of. All fields but Shard, Stays
// and Changed are required.
type Params struct {
	Network onion.Network
	Key     onion.Key // our member key, for one run of the program
	Name    string    // the network's name; networks with different names never meet
	// Check judges a payload of PayloadSize bytes that a member relayed to us,
	// or that we publish ourselves. It is called inline for every message from
	// the mesh and must be quick. Its error is held against who relayed it,
	// unless it wraps ErrIgnore; see also ErrExpel.
	Check func(from onion.Address, payload []byte) error
	// Deliver gets each valid payload once, ours included when it comes back.
	Deliver func(payload []byte)
	// TakePush gets a payload that a stranger hands over, and refuses it with
	// an error.
	TakePush func(payload []byte) error
	// PayloadSize is the one size of a payload in bytes.
	PayloadSize int
	// Shard tells in which shard's topic a payload of PayloadSize bytes
	// belongs: [Root], or 2 to 4095, a node of a binary tree in heap order.
	// It is called before Check, for whatever comes, and must be quick. All
	// belong in the root where it is not set.
	Shard func(payload []byte) uint16
	// Stays tells, if set, whether this member stays on for others, so that
	// those who ask it whom it knows may remember it. It must be quick.
	Stays func() bool
	// Changed is called, if set, when the number of members may have changed.
	Changed func()
}

// Mesh is our place in the mesh. Its methods are safe for concurrent use.
type Mesh struct {
	params                  Params
	host                    *torHost
	gossip, sampling, pushs protocol.ID
	topicName               string
	pubsub                  *pubsub.PubSub
	company                 *company
	ledger                  *ledger
	view                    *view
	meter                   *meter
	kick                    chan struct{} // wakes maintain
	news                    chan struct{} // wakes follow

	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	// following orders what we do with topics. It may be held while
	// GossipSub's loop is waited for, and so never on that loop.
	following sync.Mutex
	channels  map[uint16]*channel
	hunts     map[uint16]*hunt // by the shard that is looked for

	mu      sync.Mutex
	answers []answer // of the last members that told us whom they know, the oldest first
	members map[peer.ID]*member
	seen    map[network.Conn]time.Time // connections that are no member's yet
	closed  bool
}

// member is a peer that takes part in gossip.
type member struct {
	inbound bool
	deaf    time.Time // since when it is not in the topic; zero if it is
	told    bool      // announced again since it is deaf
	sampled time.Time // when it last asked for a sample
	stays   bool      // it said so when we last asked it for one
}

// New publishes the member address of p.Key and starts taking part. It returns
// once Tor has taken the service; ctx bounds that wait alone. Nobody is known
// yet: see [Mesh.Learn].
func New(ctx context.Context, p Params) (_ *Mesh, err error) {
	m := &Mesh{
		params: p, view: newView(p.Key.Address()),
		meter: &meter{peers: make(map[peer.ID]*budget)}, kick: make(chan struct{}, 1),
		news: make(chan struct{}, 1), channels: make(map[uint16]*channel), hunts: make(map[uint16]*hunt),
		members: make(map[peer.ID]*member), seen: make(map[network.Conn]time.Time),
	}
	m.gossip, m.sampling, m.pushs, m.topicName = names(p.Name)
	m.company = newCompany(m.topicName, m.told)
	m.ledger = newLedger(m.company.in)
	m.ctx, m.cancel = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			m.Close()
		}
	}()
	if m.host, err = newHost(ctx, p.Network, p.Key, m.admit); err != nil {
		return nil, err
	}
	m.host.swarm.Notify(&network.NotifyBundle{ConnectedF: m.connected, DisconnectedF: m.disconnected})
	m.host.SetStreamHandler(m.sampling, m.answerSample)
	m.host.SetStreamHandler(m.pushs, m.takePush)
	if m.pubsub, err = newGossip(m.ctx, m.host, m.gossip, m.company, m.inspect, m.check); err != nil {
		return nil, err
	}
	if err = m.host.swarm.Listen(p.Key.Address().Multiaddr()); err != nil {
		return nil, fmt.Errorf("mesh: %w", err)
	}
	m.following.Lock()
	err = m.enter(Root)
	m.following.Unlock()
	if err != nil {
		return nil, err
	}
	m.tasks.Go(m.follow)
	m.tasks.Go(m.maintain)
	return m, nil
}

// Address returns our member address.
func (m *Mesh) Address() onion.Address { return m.params.Key.Address() }

// Close leaves the mesh, removes the onion service and waits for everything
// that the mesh started to end.
func (m *Mesh) Close() error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.cancel()
	var err error
	if m.host != nil {
		err = m.host.Close()
	}
	m.tasks.Wait()
	return err
}

// Learn adds members that somebody named; they are dialed as needed.
func (m *Mesh) Learn(addresses []onion.Address) {
	m.view.learn(addresses)
	m.wake()
}

// Bridge adds members like Learn and connects to two of them even if we have
// members enough, as when another mesh is found that formed apart from ours.
// With three times the members we try to have it only learns: a slot that
// names strangers each time must not grow our connections without end.
func (m *Mesh) Bridge(addresses []onion.Address) {
	m.view.learn(addresses)
	m.mu.Lock()
	room := max(0, maxOutbound-len(m.members))
	m.mu.Unlock()
	for _, i := range rand.Perm(len(addresses))[:min(2, room, len(addresses))] {
		if a := addresses[i]; m.view.claim(a) {
			m.spawn(func() { m.dial(a) })
		}
	}
	m.wake()
}

// Meet adds members like Learn and connects to two of them even where Bridge
// would not, for members that come from a source that is worth more than most.
// It makes room for them, up to a bound.
func (m *Mesh) Meet(addresses []onion.Address) {
	m.view.learn(addresses)
	dials := 0
	for _, i := range rand.Perm(len(addresses)) {
		if dials == huntDials || !m.room(Root) {
			break
		}
		if a := addresses[i]; m.view.claim(a) {
			dials++
			m.spawn(func() { m.dial(a) })
		}
	}
	m.wake()
}

// Knows tells whether we are connected to a member or met it lately.
func (m *Mesh) Knows(a onion.Address) bool { return a == m.Address() || m.view.fresh(a) }

// Hurry forgets all waits before dialing members again, as after an
// interruption of our own.
func (m *Mesh) Hurry() {
	m.view.hurry()
	m.wake()
}

// Members returns up to n random members that we are connected to or met
// lately, never ourselves.
func (m *Mesh) Members(n int) []onion.Address { return m.view.sample(n) }

// Push hands a payload to the member at address with a key and circuits made
// for that alone, and returns nil when the member took it. The member learns
// nothing about us, and neither does who watches all gossip.
func (m *Mesh) Push(ctx context.Context, to onion.Address, payload []byte) error {
	ctx, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	err := m.push(ctx, to, payload)
	if err != nil && !errors.Is(err, ErrRefused) && ctx.Err() == nil {
		m.view.failed(to)
	}
	return err
}

func (m *Mesh) push(ctx context.Context, to onion.Address, payload []byte) error {
	id, err := to.Peer()
	if err != nil {
		return err
	}
	t, err := newTransport(ctx, m.params.Network, onion.GenerateKey(), &network.NullResourceManager{})
	if err != nil {
		return err
	}
	conn, err := t.Dial(ctx, to.Multiaddr(), id)
	if err != nil {
		return fmt.Errorf("mesh: push: %w", err)
	}
	defer conn.Close()
	s, err := conn.OpenStream(ctx)
	if err != nil {
		return fmt.Errorf("mesh: push: %w", err)
	}
	defer s.Reset()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	// The protocol's name goes with the payload, see torHost.NewStream.
	named := mss.NewMSSelect(s, m.pushs)
	if _, err := named.Write(payload); err != nil {
		return fmt.Errorf("mesh: push: %w", err)
	}
	var answer [1]byte
	if _, err := io.ReadFull(named, answer[:]); err != nil {
		return fmt.Errorf("mesh: push: %w", err)
	}
	if answer[0] != takenByte {
		return ErrRefused
	}
	return nil
}

func (m *Mesh) takePush(s network.Stream) {
	defer s.Reset()
	if s.SetDeadline(time.Now().Add(negotiateTimeout)) != nil {
		return
	}
	payload := make([]byte, m.params.PayloadSize)
	if _, err := io.ReadFull(s, payload); err != nil {
		return
	}
	answer := []byte{takenByte}
	if m.params.TakePush(payload) != nil {
		answer[0] = 0
	}
	if _, err := s.Write(answer); err != nil {
		return
	}
	s.CloseWrite()
	// The pusher closes first, or its answer could be lost with the stream.
	_, _ = io.ReadFull(s, make([]byte, 1))
	s.Conn().Close()
}

// inspect is GossipSub's first look at what a member sends.
func (m *Mesh) inspect(p peer.ID, rpc *pubsub.RPC) error {
	if err := m.meter.inspect(p, rpc); err != nil {
		return err
	}
	m.ledger.sent(p, rpc)
	return nil
}

func (m *Mesh) check(p peer.ID, topic string, payload []byte) error {
	if len(payload) != m.params.PayloadSize {
		return fmt.Errorf("mesh: a payload of %d bytes", len(payload))
	}
	// Or a beacon of one shard could be made to cost the members of all.
	if topic != topicOf(m.topicName, m.shard(payload)) {
		return errors.New("mesh: a payload of another shard")
	}
	from, err := onion.AddressFromPeer(p)
	if err != nil {
		return err
	}
	err = m.params.Check(from, payload)
	if errors.Is(err, ErrExpel) && from != m.Address() {
		m.spawn(func() { _ = m.host.swarm.ClosePeer(p) }) // fails where it is closed already
	}
	return err
}

// admit decides about an inbound stream by its protocol.
func (m *Mesh) admit(s network.Stream) bool {
	p := s.Conn().RemotePeer()
	switch s.Protocol() {
	case m.gossip:
		return m.join(p, s.Conn(), true)
	case m.sampling:
		m.mu.Lock()
		defer m.mu.Unlock()
		mb := m.members[p]
		if mb == nil || time.Since(mb.sampled) < sampleEvery {
			return false
		}
		mb.sampled = time.Now()
		return true
	case m.pushs:
		return true
	}
	return false
}

// join makes p a member and tells GossipSub, unless there is no room.
func (m *Mesh) join(p peer.ID, conn network.Conn, inbound bool) bool {
	m.mu.Lock()
	delete(m.seen, conn)
	if m.members[p] != nil {
		m.mu.Unlock()
		return true
	}
	if inbound && m.inbound() >= maxInbound {
		m.mu.Unlock()
		return false
	}
	m.members[p] = &member{inbound: inbound}
	m.met(p, true)
	m.mu.Unlock()
	m.ledger.met(p)
	m.host.announce(p, conn, m.gossip)
	m.changed()
	return true
}

// met tells the view that p has become a member, or is none any more. It is
// called with mu held, or the view could be told in the wrong order, and take
// somebody who has left for a neighbour ever after.
func (m *Mesh) met(p peer.ID, live bool) {
	if a, err := onion.AddressFromPeer(p); err == nil {
		m.view.met(a, live)
	}
}

// inbound counts members that dialed us. It is called with mu held.
func (m *Mesh) inbound() (n int) {
	for _, mb := range m.members {
		if mb.inbound {
			n++
		}
	}
	return n
}

func (m *Mesh) connected(_ network.Network, conn network.Conn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if conn.Stat().Direction == network.DirInbound && !conn.IsClosed() {
		m.seen[conn] = time.Now()
	}
}

func (m *Mesh) disconnected(n network.Network, conn network.Conn) {
	p := conn.RemotePeer()
	m.mu.Lock()
	delete(m.seen, conn)
	left := len(n.ConnsToPeer(p)) == 0
	gone := left && m.members[p] != nil
	if gone {
		delete(m.members, p)
		m.met(p, false)
	}
	m.mu.Unlock()
	if left {
		// Every push comes under a key of its own: without this the store
		// would grow with each.
		m.host.store.RemovePeer(p)
	}
	if gone {
		m.meter.forget(p)
		m.company.forget(p)
		standing := m.ledger.forget(p)
		if a, err := onion.AddressFromPeer(p); err == nil {
			m.view.note(a, standing)
		}
		m.changed()
		m.wake()
	}
}

func (m *Mesh) changed() {
	if m.params.Changed != nil {
		m.params.Changed()
	}
}

func (m *Mesh) wake() {
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

// maintain keeps us connected to enough members, and those connections alive.
func (m *Mesh) maintain() {
	dialing, hunting := make(chan struct{}, maxDialing), make(chan struct{}, maxHunts)
	var sampled time.Time
	var company int // members that heard us at the last look
	for {
		select {
		case <-m.ctx.Done():
			return
		case <-m.kick:
		case <-time.After(housekeep/2 + rand.N(housekeep)):
		}
		now := time.Now()
		if n := m.watch(now); n != company {
			company = n
			m.changed()
		}
		for _, s := range m.starving(now) {
			select {
			case hunting <- struct{}{}:
				m.begin(s)
				m.spawn(func() {
					defer func() { <-hunting }()
					m.search(s)
				})
			default: // its turn comes
			}
		}
		m.mu.Lock()
		members, dialed := len(m.members), len(m.members)-m.inbound()
		m.mu.Unlock()
		// Whoever dials us chose us, and may be one who plays many: those
		// alone must never be all that we hear.
		for room := max(degree-members, outDegree-dialed); room > 0; room-- {
			if !m.dialNext(dialing) {
				break
			}
		}
		wait := resample
		if members < degree {
			wait = hungry
		}
		if members > 0 && now.Sub(sampled) > wait {
			sampled = now
			m.spawn(m.askSample)
		}
	}
}

// spawn runs f as a task that Close waits for.
func (m *Mesh) spawn(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.tasks.Go(f)
	}
}

// dialNext begins to dial one more member, if there is one and room for it.
func (m *Mesh) dialNext(dialing chan struct{}) bool {
	select {
	case dialing <- struct{}{}:
	default:
		return false
	}
	a, ok := m.view.next(time.Now())
	if !ok {
		<-dialing
		return false
	}
	m.spawn(func() {
		defer m.wake()
		defer func() { <-dialing }()
		m.dial(a)
	})
	return true
}

// dial connects to a member that has been marked as being dialed, and tells
// whether it did.
func (m *Mesh) dial(a onion.Address) bool {
	p, err := a.Peer()
	if err == nil {
		err = m.host.Connect(m.ctx, peer.AddrInfo{ID: p})
	}
	conns := m.host.swarm.ConnsToPeer(p)
	if err != nil || len(conns) == 0 {
		m.view.failed(a)
		return false
	}
	return m.join(p, conns[0], false)
}

// watch ends connections that are of no use and wakes members that fell out
// of gossip, which happens when GossipSub gives up on a stream. It returns how
// many are in gossip.
func (m *Mesh) watch(now time.Time) int {
	inTopic := m.inTopics()
	var end []network.Conn
	var again []peer.ID
	m.mu.Lock()
	for conn, since := range m.seen {
		if m.members[conn.RemotePeer()] != nil {
			delete(m.seen, conn) // its gossip stream was quicker than our notification
		} else if now.Sub(since) > strangerFor {
			delete(m.seen, conn)
			end = append(end, conn)
		}
	}
	for p, mb := range m.members {
		conns := m.host.swarm.ConnsToPeer(p)
		switch {
		case len(conns) == 0: // it left before it was counted
			delete(m.members, p)
			m.met(p, false)
		case !mb.inbound && m.ledger.standing(p) == Mute:
			end = append(end, conns...) // its place is better given to another
		case inTopic[p] > 0:
			mb.deaf, mb.told = time.Time{}, false
		case mb.deaf.IsZero():
			mb.deaf = now
		case now.Sub(mb.deaf) > deafLimit:
			end = append(end, conns...)
		case now.Sub(mb.deaf) > deafAfter && !mb.told:
			mb.told = true
			again = append(again, p)
		}
	}
	isMember := func(p peer.ID) bool { return m.members[p] != nil }
	m.meter.keep(isMember)
	m.company.keep(isMember)
	m.ledger.keep(isMember)
	m.mu.Unlock()
	for _, conn := range end {
		conn.Close()
	}
	for _, p := range again {
		if conns := m.host.swarm.ConnsToPeer(p); len(conns) > 0 {
			m.host.announce(p, conns[0], m.gossip)
		}
	}
	return len(inTopic)
}
