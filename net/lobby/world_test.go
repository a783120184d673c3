// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/net/lobby"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/session"
	"passerby/net/stamp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const network = "test"

// cost is what tests of many members can bear.
var cost = lobby.Cost{Gate: 2, Memory: stamp.MinMemory, Effort: 1, Door: -16}

// place is where the members of a test are: Tor in memory, and a mesh that is
// no more than delays.
type place struct {
	t    *testing.T
	tor  *oniontest.Net
	size int // what members take the network's size for; 0 where there are no shards

	mu      sync.Mutex
	members []*member
	pushed  map[string]time.Time // beacons, when they were first taken
}

// member is one copy of the program, and its lobby.Mesh.
type member struct {
	place   *place
	address onion.Address // of the mesh key
	node    *oniontest.Node
	*lobby.Lobby

	mu        sync.Mutex
	deaf      bool     // takes pushes and does nothing
	follows   []uint16 // shards
	published [][]byte
}

func newPlace(t *testing.T) *place {
	return &place{t: t, tor: oniontest.New(), pushed: make(map[string]time.Time)}
}

func (p *place) join(costs ...func(*lobby.Cost)) *member {
	m := &member{place: p, address: onion.GenerateKey().Address(), node: p.tor.Node(), follows: []uint16{0}}
	c := cost
	for _, change := range costs {
		change(&c)
	}
	params := lobby.Params{Network: m.node, Mesh: m, Name: network, Cost: c}
	if p.size > 0 {
		params.Size = func() int { return p.size }
	}
	m.Lobby = lobby.New(context.Background(), params)
	p.mu.Lock()
	p.members = append(p.members, m)
	p.mu.Unlock()
	return m
}

func (p *place) joinAll(n int) []*member {
	var all []*member
	for range n {
		all = append(all, p.join())
	}
	return all
}

func (p *place) close() {
	for _, m := range p.all() {
		m.Lobby.Close()
	}
}

func (p *place) all() []*member {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*member(nil), p.members...)
}

func (m *member) Members(n int) []onion.Address {
	var others []onion.Address
	for _, other := range m.place.all() {
		if other != m {
			others = append(others, other.address)
		}
	}
	rand.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	return others[:min(n, len(others))]
}

func (m *member) Push(ctx context.Context, to onion.Address, payload []byte) error {
	select {
	case <-time.After(time.Second + rand.N(time.Second)):
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, other := range m.place.all() {
		if other.address != to {
			continue
		}
		if other.isDeaf() {
			return nil
		}
		if err := other.TakePush(payload); err != nil {
			return err
		}
		m.place.mu.Lock()
		if _, ok := m.place.pushed[string(payload)]; !ok {
			m.place.pushed[string(payload)] = time.Now()
		}
		m.place.mu.Unlock()
		return nil
	}
	return errors.New("no such member")
}

// Depth implements lobby.Shards: nobody is anywhere yet.
func (m *member) Depth() int { return 0 }

// Follow implements lobby.Shards.
func (m *member) Follow(shards []uint16) {
	if len(shards) > 8 || !slices.IsSorted(shards) || len(slices.Compact(slices.Clone(shards))) != len(shards) {
		m.place.t.Errorf("follows %v", shards)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.follows = shards
}

func (m *member) hears(payload []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.follows, lobby.ShardOf(payload))
}

func (m *member) isDeaf() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.deaf
}

func (m *member) Publish(ctx context.Context, payload []byte) error {
	m.place.mu.Lock()
	since := time.Since(m.place.pushed[string(payload)])
	m.place.mu.Unlock()
	if since < lobby.MinMix || since > lobby.MaxMix+time.Second {
		m.place.t.Errorf("published %v after it was pushed", since)
	}
	b, err := lobby.Decode(payload, network, cost, lobby.EpochOf(time.Now()))
	if err != nil {
		m.place.t.Errorf("published what is no beacon: %v", err)
	}
	if own, ok := m.Seeker(); ok && own == b.Address {
		m.place.t.Error("published its own beacon")
	}
	m.mu.Lock()
	m.published = append(m.published, payload)
	m.mu.Unlock()
	for _, other := range m.place.all() {
		if other == m {
			continue // as for a mesh that does not hand us what we publish
		}
		time.AfterFunc(200*time.Millisecond+rand.N(700*time.Millisecond), func() {
			if other.hears(payload) && other.Check(payload) == nil {
				other.Deliver(payload)
			}
		})
	}
	return nil
}

// found is how a search ended.
type found struct {
	m     *member
	match *lobby.Match
	own   onion.Address
	took  time.Duration
	err   error
}

// find lets each member look for a stranger, and returns how each search
// ended.
func find(ctx context.Context, members []*member, interests ...string) []*found {
	results := make([]*found, len(members))
	var all sync.WaitGroup
	for i, m := range members {
		all.Go(func() { results[i] = m.find(ctx, interests...) })
	}
	all.Wait()
	return results
}

func (m *member) find(ctx context.Context, interests ...string) *found {
	f := &found{m: m}
	var own sync.Once
	begin := time.Now()
	f.match, f.err = m.Find(ctx, interests, func(lobby.Progress) {
		own.Do(func() { f.own, _ = m.Seeker() })
	})
	f.took = time.Since(begin)
	return f
}

// checkPairs fails unless all found exactly one partner, whose partner they
// are.
func checkPairs(t *testing.T, results []*found) {
	t.Helper()
	by := make(map[onion.Address]*found)
	for _, f := range results {
		if f.err != nil {
			t.Fatalf("a seeker found nobody: %v", f.err)
		}
		if by[f.own] != nil {
			t.Fatal("two seekers have one chat address")
		}
		by[f.own] = f
	}
	for _, f := range results {
		partner := by[f.match.Session.Peer()]
		if partner == nil {
			t.Fatal("a partner that nobody is")
		}
		if partner.match.Session.Peer() != f.own {
			t.Fatal("a partner that has another partner")
		}
	}
}

// talk fails unless what each says reaches its partner.
func talk(t *testing.T, results []*found) {
	t.Helper()
	for _, f := range results {
		if _, err := f.match.Session.Send("from " + f.own.String()); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range results {
		for e := range f.match.Session.Events() {
			if r, ok := e.(session.Received); ok {
				if r.Text != "from "+f.match.Session.Peer().String() {
					t.Fatalf("got %q", r.Text)
				}
				break
			}
			if end, ok := e.(session.Ended); ok {
				t.Fatalf("ended: %v", end)
			}
		}
	}
}

func leave(results []*found) {
	var all sync.WaitGroup
	for _, f := range results {
		all.Go(func() {
			f.match.Session.Leave(context.Background())
			f.match.Close()
			for range f.match.Session.Events() {
			}
		})
	}
	all.Wait()
}

// stranger is somebody who keeps to no rules but their own: an onion service
// and a beacon.
type stranger struct {
	key      onion.Key
	node     *oniontest.Node
	listener net.Listener
	beacon   []byte
}

// stranger makes a stranger who can be reached, and has these interests.
func (p *place) stranger(interests ...string) *stranger {
	p.t.Helper()
	s := &stranger{key: onion.GenerateKey(), node: p.tor.Node()}
	b := lobby.Beacon{Epoch: lobby.EpochOf(time.Now()), Address: s.key.Address(), Tags: s.params(interests...).Tags}
	if err := b.Mint(p.t.Context(), s.key, network, cost); err != nil {
		p.t.Fatal(err)
	}
	s.beacon = b.Encode()
	var err error
	if s.listener, err = s.node.Listen(p.t.Context(), s.key.Private(), 8); err != nil {
		p.t.Fatal(err)
	}
	if err := s.node.Published(p.t.Context(), s.key.Address().String()); err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (s *stranger) params(interests ...string) session.Params {
	p := session.Params{Key: s.key, Network: network}
	for i, word := range interests {
		p.Tags[i] = lobby.TagOf(network, word)
	}
	return p
}

// propose asks the seeker at an address for a conversation.
func (s *stranger) propose(ctx context.Context, to onion.Address) (*session.Proposal, net.Conn, error) {
	conn, err := s.node.Dial(ctx, to.String(), "")
	if err != nil {
		return nil, nil, err
	}
	if err := session.Knock(ctx, conn, network, to); err != nil {
		return nil, nil, err
	}
	proposal, err := session.Propose(ctx, conn, s.params(), to)
	return proposal, conn, err
}

// accept takes every stream until the listener is closed and calls each, one
// after the other, with it.
func (s *stranger) accept(each func(net.Conn)) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		each(conn)
	}
}

// seeker waits until a member's search can be reached, and returns its
// address.
func (m *member) seeker(ctx context.Context) onion.Address {
	for {
		if a, ok := m.Seeker(); ok && m.node.Published(ctx, a.String()) == nil {
			return a
		}
		time.Sleep(100 * time.Millisecond)
	}
}
