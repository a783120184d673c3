// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"context"
	"sync"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
)

// joined is the mesh as the lobby and the invites see it, before and after it
// is there: they begin as soon as there is a tor.
type joined struct {
	mu     sync.Mutex
	mesh   *mesh.Mesh             // nil until then
	found  *rendezvous.Rendezvous // likewise
	shards []uint16               // to follow, as the lobby said last
	early  []introduction         // who was named before the mesh was there
}

// introduction is members that a source other than slots has named.
type introduction struct {
	members []onion.Address
	source  rendezvous.Source
}

// maxEarly bounds the introductions that wait for the mesh. There is one for
// each person met, and whoever is met keeps us busy.
const maxEarly = 8

// set tells that the mesh is there.
func (j *joined) set(m *mesh.Mesh, r *rendezvous.Rendezvous) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.mesh, j.found = m, r
	for _, i := range j.early {
		r.Introduce(i.members, i.source)
	}
	j.early = nil
	if j.shards != nil {
		m.Follow(j.shards)
	}
}

// get returns the mesh, or nil.
func (j *joined) get() *mesh.Mesh {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.mesh
}

// Members implements [lobby.Mesh].
func (j *joined) Members(n int) []onion.Address {
	if m := j.get(); m != nil {
		return m.Members(n)
	}
	return nil
}

// Push implements [lobby.Mesh].
func (j *joined) Push(ctx context.Context, to onion.Address, payload []byte) error {
	if m := j.get(); m != nil {
		return m.Push(ctx, to, payload)
	}
	return mesh.ErrAlone
}

// Publish implements [lobby.Mesh].
func (j *joined) Publish(ctx context.Context, payload []byte) error {
	if m := j.get(); m != nil {
		return m.Publish(ctx, payload)
	}
	return mesh.ErrAlone
}

// Follow implements [lobby.Shards].
func (j *joined) Follow(shards []uint16) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.shards = append([]uint16{}, shards...)
	if j.mesh != nil {
		j.mesh.Follow(j.shards)
	}
}

// size is how many members the network seems to have, 0 where that is not
// known.
func (j *joined) size() int {
	j.mu.Lock()
	r := j.found
	j.mu.Unlock()
	if r == nil {
		return 0
	}
	return r.Status().Size
}

// introduce tells the mesh of members that another source than a slot names.
func (j *joined) introduce(members []onion.Address, source rendezvous.Source) {
	if len(members) == 0 {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.found != nil {
		j.found.Introduce(members, source)
	} else if len(j.early) < maxEarly {
		j.early = append(j.early, introduction{members, source})
	}
}
