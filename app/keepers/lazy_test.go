// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app/keepers"
)

// lockedStore is a key store that the person does not unlock.
type lockedStore struct {
	keepers.KeyStore
	locked bool
	asked  int
}

func (s *lockedStore) Get(ctx context.Context, name string) ([]byte, error) {
	s.asked++
	if s.locked {
		return nil, keepers.ErrLocked
	}
	return s.KeyStore.Get(ctx, name)
}

// Without consent, and without anything left of one, nothing is asked of the
// system.
func TestTheKeyStoreIsOpenedWhenItIsNeeded(t *testing.T) {
	opened := 0
	store := newFakeStore()
	keys := keepers.NewLazy(func() (keepers.KeyStore, error) {
		opened++
		return store, nil
	})
	p := keepers.Params{Dir: t.TempDir(), Keys: keys}
	m, i := keepers.OpenMemory(t.Context(), p, monday), keepers.OpenIdentity(t.Context(), p)
	m.Met(t.Context(), address(), monday)
	i.Key(t.Context(), monday)
	if opened != 0 || len(files(t, p.Dir)) != 0 {
		t.Fatalf("opened %d times, files %q", opened, files(t, p.Dir))
	}
	m.Agree(t.Context(), monday)
	m.Met(t.Context(), address(), monday)
	i.Agree(t.Context())
	i.Key(t.Context(), monday)
	if opened != 1 || len(files(t, p.Dir)) != 2 || len(store.keys) != 2 {
		t.Errorf("opened %d times, files %q, %d keys", opened, files(t, p.Dir), len(store.keys))
	}
	if err := errors.Join(m.Withdraw(t.Context()), i.Withdraw(t.Context())); err != nil || len(files(t, p.Dir)) != 0 || len(store.keys) != 0 {
		t.Errorf("files %q, %d keys, %v", files(t, p.Dir), len(store.keys), err)
	}
}

// One that is not there now may be there later: a desktop starts many things at
// once.
func TestAKeyStoreThatComesLater(t *testing.T) {
	store, there := newFakeStore(), false
	keys := keepers.NewLazy(func() (keepers.KeyStore, error) {
		if !there {
			return nil, keepers.ErrNoKeyStore
		}
		return store, nil
	})
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: t.TempDir(), Keys: keys, Agreed: true}, monday)
	m.Met(t.Context(), address(), monday)
	says(t, m.Problem(), "cannot be kept", "no key store")
	there = true
	m.Met(t.Context(), address(), monday)
	if err := m.Problem(); err != nil || len(store.keys) != 1 {
		t.Errorf("%v, %d keys", err, len(store.keys))
	}
}

func TestWhoDidNotUnlockTheKeyStoreIsNotAskedAgain(t *testing.T) {
	store := &lockedStore{KeyStore: newFakeStore(), locked: true}
	keys := keepers.NewLazy(func() (keepers.KeyStore, error) { return store, nil })
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: t.TempDir(), Keys: keys, Agreed: true}, monday)
	for range 10 {
		m.Met(t.Context(), address(), monday)
	}
	says(t, m.Problem(), "locked")
	if store.asked != 1 {
		t.Errorf("asked %d times", store.asked)
	}
	store.locked = false
	keys.Again()
	m.Met(t.Context(), address(), monday.Add(oneDay))
	if err := m.Problem(); err != nil {
		t.Error(err)
	}
}

// Those of before are not written over because they could not be read once.
func TestWhatCouldNotBeReadIsNotWrittenOver(t *testing.T) {
	store := newFakeStore()
	p := keepers.Params{Dir: t.TempDir(), Keys: store, Agreed: true}
	friend := address()
	keepers.OpenMemory(t.Context(), p, monday).Met(t.Context(), friend, monday)
	store.err = errors.New("busy")
	m := keepers.OpenMemory(t.Context(), p, monday)
	m.Met(t.Context(), address(), monday)
	says(t, m.Problem(), "could not be read", "busy")
	store.err = nil
	m.Met(t.Context(), address(), monday)
	if got := m.Keepers(monday); len(got) != 2 || !slices.Contains(got, friend) || m.Problem() != nil {
		t.Errorf("%d are known, %v", len(got), m.Problem())
	}
}

// One that never answers keeps nobody longer than they have time for.
func TestAKeyStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		var opened atomic.Int32
		keys := keepers.NewLazy(func() (keepers.KeyStore, error) {
			opened.Add(1)
			<-end
			return newFakeStore(), nil
		})
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			begun := time.Now()
			m := keepers.OpenMemory(ctx, keepers.Params{Dir: t.TempDir(), Keys: keys, Agreed: true}, monday)
			if took := time.Since(begun); took > time.Second {
				t.Errorf("it took %v", took)
			}
			says(t, m.Problem(), "does not answer")
			cancel()
		}
		if opened.Load() != 1 {
			t.Errorf("opened %d times", opened.Load())
		}
		close(end)
		synctest.Wait()
		if _, err := keys.Get(t.Context(), "one"); !errors.Is(err, keepers.ErrNoKey) {
			t.Error(err)
		}
	})
}
