// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"bytes"
	"context"
	"sync"

	"passerby/app/keepers"
)

// fakeStore is a key store in memory.
type fakeStore struct {
	mu   sync.Mutex
	keys map[string][]byte
	err  error // of all methods, if set
}

func newFakeStore() *fakeStore { return &fakeStore{keys: make(map[string][]byte)} }

func (s *fakeStore) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	key, ok := s.keys[name]
	if !ok {
		return nil, keepers.ErrNoKey
	}
	return bytes.Clone(key), nil
}

func (s *fakeStore) Set(_ context.Context, name string, key []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.keys[name] = bytes.Clone(key)
	}
	return s.err
}

func (s *fakeStore) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		delete(s.keys, name)
	}
	return s.err
}
