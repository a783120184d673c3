// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/lobby"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// gossip is a mesh as the lobby sees it, before and after it is there.
type gossip struct{ atomic.Pointer[mesh.Mesh] }

func (g *gossip) Members(n int) []onion.Address               { return g.Load().Members(n) }
func (g *gossip) Publish(ctx context.Context, p []byte) error { return g.Load().Publish(ctx, p) }
func (g *gossip) Follow(shards []uint16)                      { g.Load().Follow(shards) }
func (g *gossip) Depth() int                                  { return g.Load().Depth() }
func (g *gossip) Push(ctx context.Context, a onion.Address, p []byte) error {
	return g.Load().Push(ctx, a, p)
}

// meshed is a copy with a lobby on a real mesh.
type meshed struct {
	*lobby.Lobby
	mesh *mesh.Mesh
}

func newMeshed(t *testing.T, tor *oniontest.Net, size int) *meshed {
	t.Helper()
	node, g := tor.Node(), new(gossip)
	l := lobby.New(context.Background(), lobby.Params{
		Network: node, Mesh: g, Name: network, Cost: cost, Size: func() int { return size },
	})
	m, err := mesh.New(t.Context(), mesh.Params{
		Network: node, Key: onion.GenerateKey(), Name: network, PayloadSize: lobby.BeaconSize, Shard: lobby.ShardOf,
		Check: func(from onion.Address, p []byte) error {
			err := l.CheckFrom(from, p)
			switch {
			case errors.Is(err, lobby.ErrForged):
				return fmt.Errorf("%w: %w", mesh.ErrExpel, err)
			case err != nil && !errors.Is(err, lobby.ErrInvalid):
				return fmt.Errorf("%w: %w", mesh.ErrIgnore, err)
			}
			return err
		},
		Deliver: l.Deliver, TakePush: l.TakePush,
	})
	if err != nil {
		t.Fatal(err)
	}
	g.Store(m)
	return &meshed{l, m}
}

func TestManyInShardsOfARealMesh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given members of a mesh that is split in four
		tor := oniontest.New()
		const size, level = 64 << 2, 2
		var members []*meshed
		var addresses []onion.Address
		for range lobby.Meshed {
			m := newMeshed(t, tor, size)
			members, addresses = append(members, m), append(addresses, m.mesh.Address())
		}
		defer func() {
			for _, m := range members {
				m.mesh.Close()
				m.Close()
			}
		}()
		for _, m := range members {
			m.mesh.Learn(addresses)
		}
		time.Sleep(time.Minute)
		for _, m := range members {
			m.Descend(level)
		}
		time.Sleep(time.Minute)
		for _, m := range members {
			if shards := m.mesh.Following(); len(shards) != 1 || shards[0] < 4 || shards[0] > 7 {
				t.Fatalf("an idle member follows %v", shards)
			}
		}
		// when some seek
		results := make([]*found, lobby.Seeking)
		var seeking sync.WaitGroup
		for i := range results {
			seeking.Go(func() {
				m := &member{Lobby: members[i].Lobby}
				results[i] = m.find(t.Context(), string(rune('a'+i)))
			})
		}
		seeking.Wait()
		// then they find each other, and go back to where they were
		checkPairs(t, results)
		median, p95, _ := times(results)
		t.Logf("matched after %v (median), %v (p95)", median, p95)
		leave(results)
		time.Sleep(10 * time.Second)
		for _, m := range members[:len(results)] {
			if shards := m.mesh.Following(); len(shards) != 1 {
				t.Errorf("after a search it follows %v", shards)
			}
		}
	})
}
