// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"errors"
)

// Errors about key stores.
var (
	// ErrNoKey is returned by KeyStore.Get where there is no such key.
	ErrNoKey = errors.New("the system's key store does not have the key")
	// ErrNoKeyStore is wrapped by errors that say why there is none.
	ErrNoKeyStore = errors.New("this system has no key store that Passerby can use")
	// ErrLocked is returned where the person did not unlock the key store.
	ErrLocked = errors.New("the system's key store is locked; unlock it and choose again")
)

// KeyStore is where the system keeps small secrets for the person who is
// logged in. Names are a few letters. Its methods may wait for the person, who
// may be asked for a password, until ctx ends. They are called one at a time.
type KeyStore interface {
	// Get returns a key, or ErrNoKey. The caller overwrites it.
	Get(ctx context.Context, name string) ([]byte, error)
	// Set keeps a key, in the place of another one of this name.
	Set(ctx context.Context, name string, key []byte) error
	// Delete forgets a key. It is no error if there is none.
	Delete(ctx context.Context, name string) error
}
