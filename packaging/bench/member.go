// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"passerby/net/lobby"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
)

// sighting is one thing that one member did with a beacon.
type sighting struct {
	at     time.Time
	member int
	beacon []byte
}

// about tells whether the beacon is that of a chat address.
func (s sighting) about(chat onion.Address) bool { return bytes.Contains(s.beacon, chat[:]) }

// dial is a stream to a stranger's chat onion.
type dial struct {
	member int
	to     string
	stood  time.Time // when it was there
	conn   *heldConn
}

// heldConn remembers whether it was closed.
type heldConn struct {
	net.Conn
	closed atomic.Bool
}

func (c *heldConn) Close() error {
	c.closed.Store(true)
	return c.Conn.Close()
}

// journal is what all members together did since it was last cleared.
type journal struct {
	mu                        sync.Mutex
	taken, published, arrived []sighting
	dials                     []dial
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.taken, j.published, j.arrived, j.dials = nil, nil, nil, nil
}

func (j *journal) note(list *[]sighting, member int, beacon []byte) {
	now := time.Now()
	j.mu.Lock()
	defer j.mu.Unlock()
	*list = append(*list, sighting{now, member, bytes.Clone(beacon)})
}

// member is a copy of the program without its State: the parts that package
// app puts together, with a journal of what passes between them.
type member struct {
	number  int
	journal *journal
	mesh    atomic.Pointer[mesh.Mesh]
	lobby   *lobby.Lobby
	slots   *rendezvous.Rendezvous
	running sync.WaitGroup
	cancel  context.CancelFunc

	made, found atomic.Int64 // chat onions made, and of them such as can be reached
}

// newMember lets a tor take part in the network of this name.
func newMember(ctx context.Context, tor onion.Network, name string, number int, j *journal) (*member, error) {
	m := &member{number: number, journal: j}
	ctx, m.cancel = context.WithCancel(ctx)
	m.lobby = lobby.New(ctx, lobby.Params{Network: chatNetwork{tor, m}, Mesh: lobbyMesh{m}, Name: name})
	joined, err := mesh.New(ctx, mesh.Params{
		Network: tor, Key: onion.GenerateKey(), Name: name, PayloadSize: lobby.BeaconSize,
		Check: func(from onion.Address, payload []byte) error {
			err := m.lobby.CheckFrom(from, payload)
			switch {
			case errors.Is(err, lobby.ErrForged):
				return fmt.Errorf("%w: %w", mesh.ErrExpel, err)
			case err != nil && !errors.Is(err, lobby.ErrInvalid):
				return fmt.Errorf("%w: %w", mesh.ErrIgnore, err)
			}
			return err
		},
		Deliver: func(payload []byte) {
			j.note(&j.arrived, number, payload)
			m.lobby.Deliver(payload)
		},
		TakePush: m.lobby.TakePush,
	})
	if err != nil {
		m.close()
		return nil, err
	}
	m.mesh.Store(joined)
	m.slots = rendezvous.New(rendezvous.Params{Network: tor, Mesh: joined, Name: name})
	m.running.Go(func() { m.slots.Run(ctx) })
	return m, nil
}

func (m *member) close() {
	m.cancel()
	m.lobby.Close()
	m.running.Wait()
	if joined := m.mesh.Load(); joined != nil {
		joined.Close()
	}
}

// warm tells whether the member has company and a chat onion at hand.
func (m *member) warm(peers int) bool {
	return m.mesh.Load().Peers() >= peers && m.made.Load() > 0 && m.made.Load() == m.found.Load()
}

// chatNetwork is tor as the lobby sees it.
type chatNetwork struct {
	onion.Network
	m *member
}

func (n chatNetwork) Published(ctx context.Context, host string) error {
	n.m.made.Add(1)
	err := n.Network.Published(ctx, host)
	n.m.found.Add(1) // or nobody waits for it any more
	return err
}

func (n chatNetwork) Dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	conn, err := n.Network.Dial(ctx, host, isolation)
	if err != nil {
		return nil, err
	}
	held := &heldConn{Conn: conn}
	j := n.m.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dials = append(j.dials, dial{n.m.number, host, time.Now(), held})
	return held, nil
}

// lobbyMesh is the mesh as the lobby sees it.
type lobbyMesh struct{ m *member }

func (l lobbyMesh) Members(n int) []onion.Address {
	if joined := l.m.mesh.Load(); joined != nil {
		return joined.Members(n)
	}
	return nil
}

func (l lobbyMesh) Push(ctx context.Context, to onion.Address, payload []byte) error {
	err := l.m.mesh.Load().Push(ctx, to, payload)
	if err == nil {
		l.m.journal.note(&l.m.journal.taken, l.m.number, payload)
	}
	return err
}

func (l lobbyMesh) Publish(ctx context.Context, payload []byte) error {
	joined := l.m.mesh.Load()
	if joined == nil {
		return mesh.ErrAlone
	}
	l.m.journal.note(&l.m.journal.published, l.m.number, payload)
	return joined.Publish(ctx, payload)
}
