// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Lazy is the system's key store, opened when something is first asked of it:
// where nobody agreed to anything, nothing is asked of the system. What the
// person did not unlock is left alone until they choose again, or they would be
// asked each time that a keeper is met. Its methods are safe for concurrent use;
// those of the key store below are called one at a time.
type Lazy struct {
	open  func() (KeyStore, error)
	using chan struct{} // holds the token of whoever uses the store

	mu      sync.Mutex
	store   KeyStore
	opening chan struct{} // closed when open has returned, nil where it is not under way
	failed  error         // of the last open
	refused error         // the person did not unlock it
}

// NewLazy returns a key store that open opens. Its error wraps ErrNoKeyStore
// where there is none; it is then called again when something else is asked.
// It may hang: whoever waits gives up with their context.
func NewLazy(open func() (KeyStore, error)) *Lazy {
	return &Lazy{open: open, using: make(chan struct{}, 1)}
}

// Again tells that the person has chosen anew, and may be asked again.
func (l *Lazy) Again() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = nil
}

// Get implements KeyStore.
func (l *Lazy) Get(ctx context.Context, name string) (key []byte, err error) {
	err = l.use(ctx, func(s KeyStore) (err error) {
		key, err = s.Get(ctx, name)
		return err
	})
	return key, err
}

// Set implements KeyStore.
func (l *Lazy) Set(ctx context.Context, name string, key []byte) error {
	return l.use(ctx, func(s KeyStore) error { return s.Set(ctx, name, key) })
}

// Delete implements KeyStore.
func (l *Lazy) Delete(ctx context.Context, name string) error {
	return l.use(ctx, func(s KeyStore) error { return s.Delete(ctx, name) })
}

// use calls f with the open store, when its turn comes.
func (l *Lazy) use(ctx context.Context, f func(KeyStore) error) error {
	select {
	case l.using <- struct{}{}:
	case <-ctx.Done():
		return silent(ctx)
	}
	defer func() { <-l.using }()
	s, err := l.opened(ctx)
	if err == nil {
		err = f(s)
	}
	if errors.Is(err, ErrLocked) {
		l.mu.Lock()
		l.refused = err
		l.mu.Unlock()
	}
	return err
}

func (l *Lazy) opened(ctx context.Context) (KeyStore, error) {
	l.mu.Lock()
	if l.store != nil || l.refused != nil {
		defer l.mu.Unlock()
		return l.store, l.refused
	}
	if l.opening == nil {
		l.opening = make(chan struct{})
		go l.begin()
	}
	opening := l.opening
	l.mu.Unlock()
	select {
	case <-opening:
	case <-ctx.Done():
		return nil, silent(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.store, l.failed
}

// begin opens the store. It may outlive whoever asked for that.
func (l *Lazy) begin() {
	s, err := l.open()
	if s == nil && err == nil {
		err = ErrNoKeyStore
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.store, l.failed = s, err
	close(l.opening)
	l.opening = nil
}

func silent(ctx context.Context) error {
	return fmt.Errorf("the system's key store does not answer: %w", ctx.Err())
}
