// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"context"
	"slices"
	"sync"

	"passerby/net/lobby"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
)

// joined is the mesh as the lobby and the invites see it, before and after it
// is there: they begin as soon as there is a tor, and go on when our member
// makes room for another one.
type joined struct {
	mu     sync.Mutex
	mesh   *mesh.Mesh             // nil until it is there
	found  *rendezvous.Rendezvous // likewise
	shards []uint16               // to follow, as the lobby said last
	told   []introduction         // the last ones
}

// The lobby asks for shards only where they are there.
var _ lobby.Shards = (*joined)(nil)

// introduction is members that a source other than slots has named.
type introduction struct {
	members []onion.Address
	source  rendezvous.Source
}

// maxTold bounds the introductions that are told to each mesh. There is one for
// each person met, and whoever is met keeps us busy.
const maxTold = 8

// set tells that the mesh is there. It learns whom the one before it knew.
func (j *joined) set(m *mesh.Mesh, r *rendezvous.Rendezvous) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.mesh != nil {
		m.Learn(j.mesh.Members(passedOn))
	}
	j.mesh, j.found = m, r
	for _, i := range j.told {
		r.Introduce(i.members, i.source)
	}
	if j.shards != nil {
		m.Follow(j.shards)
	}
}

// passedOn is how many members a mesh is told of by the one before it: as many
// as there are in a sample.
const passedOn = 16

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

// Depth implements [lobby.Shards].
func (j *joined) Depth() int {
	if m := j.get(); m != nil {
		return m.Depth()
	}
	return 0
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
	if source != rendezvous.Keeper { // who may be forgotten, and are told each time
		if j.told = append(j.told, introduction{members, source}); len(j.told) > maxTold {
			j.told = slices.Delete(j.told, 0, 1)
		}
	}
	if j.found != nil {
		j.found.Introduce(members, source)
	}
}
