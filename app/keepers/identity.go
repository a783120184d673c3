// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"encoding/binary"
	"time"

	"passerby/net/onion"
)

// IdentityName is the name of the file with our own key as a keeper.
const IdentityName = "keeper-key"

const (
	seedSize     = 32
	identitySize = seedSize + 8
)

// Identity is the key in the mesh of somebody who stays on for others. It is
// kept for [Life] and then replaced, so that those who remember it find it
// again. Its methods are safe for concurrent use and wait for the disk and the
// key store.
type Identity struct {
	*shelf
	key  onion.Key
	made time.Time // zero where there is no key
}

// OpenIdentity returns the key of before, if it may be kept and is there. It
// waits for the key store. Where the person did not agree, it deletes what may
// be left.
func OpenIdentity(ctx context.Context, p Params) *Identity {
	i := &Identity{shelf: newShelf(p, IdentityName, "your keys as a keeper", identitySize)}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.load(ctx)
	return i
}

// load is called with mu held.
func (i *Identity) load(ctx context.Context) {
	content := i.open(ctx)
	if content == nil {
		return
	}
	defer clear(content)
	i.key = onion.KeyFromSeed([seedSize]byte(content[:seedSize]))
	i.made = time.Unix(int64(binary.BigEndian.Uint64(content[seedSize:])), 0)
}

// Key returns the key that a keeper shows at now, and until when: a new mesh
// member should be made then. Where keeping it is not possible or was not
// agreed to, it is a new key with each run of the program, and Problem says
// why.
func (i *Identity) Key(ctx context.Context, now time.Time) (key onion.Key, until time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.made.IsZero() || !now.Before(i.made.Add(Life)) || i.made.After(now.Add(skew)) {
		i.key, i.made = onion.GenerateKey(), now.Truncate(time.Second)
		content := make([]byte, 0, identitySize)
		content = append(content, i.key.Private().Seed()...)
		content = binary.BigEndian.AppendUint64(content, uint64(i.made.Unix()))
		i.put(ctx, content)
		clear(content)
	}
	return i.key, i.made.Add(Life)
}

// Agree records that the person agreed to stay on: the next key, or the one
// from before, is kept.
func (i *Identity) Agree(ctx context.Context) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.agreed {
		return
	}
	i.agreed = true
	i.key, i.made = onion.Key{}, time.Time{}
	i.load(ctx)
}

// Withdraw deletes the file and its key, and forgets our key: the one in use
// should be given up with the mesh member that has it. An error says what is
// left.
func (i *Identity) Withdraw(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key, i.made = onion.Key{}, time.Time{}
	return i.withdraw(ctx)
}
