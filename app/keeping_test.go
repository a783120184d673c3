// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app"
	"passerby/app/keepers"
	"passerby/net/onion/oniontest"
)

// keyStore is a system's key store.
type keyStore struct {
	mu   sync.Mutex
	keys map[string][]byte
}

func (s *keyStore) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.keys)
}

func (s *keyStore) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, ok := s.keys[name]
	if !ok {
		return nil, keepers.ErrNoKey
	}
	return slices.Clone(key), nil
}

func (s *keyStore) Set(_ context.Context, name string, key []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[name] = slices.Clone(key)
	return nil
}

func (s *keyStore) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, name)
	return nil
}

// keeper starts a copy that may keep something.
func keeper(t *testing.T, n *oniontest.Net, p app.Params) *app.App {
	t.Helper()
	e := &engine{Node: n.Node(), status: make(chan app.EngineStatus, 8)}
	p.Network, p.Cost = "test", cheap
	p.Launch = func(ctx context.Context) (app.Engine, error) {
		time.AfterFunc(3*time.Second, func() { e.up(0) })
		return e, ctx.Err()
	}
	a := app.New(p)
	t.Cleanup(func() { a.Close() })
	return a
}

// kept returns the names of the files in a folder.
func kept(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, filepath.Base(f))
	}
	return names
}

func TestNothingIsKeptUnlessThePersonAgrees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, store := t.TempDir(), &keyStore{keys: make(map[string][]byte)}
		a := keeper(t, oniontest.New(), app.Params{Profile: dir, KeyStore: func() (keepers.KeyStore, error) { return store, nil }})
		s := await(t, a, "ready", func(s app.State) bool { return s.Ready })
		time.Sleep(time.Hour)
		if want := (app.Keeping{Possible: true}); s.Keeping != want || len(kept(t, dir)) != 0 || store.count() != 0 {
			t.Errorf("%+v, %q", s.Keeping, kept(t, dir))
		}
		// when they agree, then it is, and when no longer, it is gone at once
		a.SetStay(true)
		time.Sleep(time.Second)
		if names := kept(t, dir); len(names) != 1 || names[0] != keepers.IdentityName || !a.State().Keeping.Stay {
			t.Errorf("%q, %+v", names, a.State().Keeping)
		}
		a.SetStay(false)
		time.Sleep(time.Second)
		if names := kept(t, dir); len(names) != 0 || store.count() != 0 {
			t.Errorf("%q, %d keys", names, store.count())
		}
	})
}

func TestWithoutAKeyStoreNothingIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		a := keeper(t, oniontest.New(), app.Params{Profile: dir, Remember: true, Stay: true, KeyStore: func() (keepers.KeyStore, error) {
			return nil, keepers.ErrNoKeyStore
		}})
		s := await(t, a, "ready", func(s app.State) bool { return s.Ready })
		if k := s.Keeping; k.Possible || !strings.Contains(k.Problem, "no key store") {
			t.Errorf("%+v", k)
		}
		if names := kept(t, dir); len(names) != 0 {
			t.Errorf("%q", names)
		}
	})
}

func TestRememberedMembersAreASourceOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a copy that remembers, in a network at work
		n, dir, store := oniontest.New(), t.TempDir(), &keyStore{keys: make(map[string][]byte)}
		params := app.Params{Profile: dir, Remember: true, KeyStore: func() (keepers.KeyStore, error) { return store, nil }}
		a := keeper(t, n, params)
		var others []*app.App
		for range 3 {
			b, _ := copyOf(t, n)
			others = append(others, b)
		}
		await(t, a, "the others", func(s app.State) bool { return s.Mesh.Peers == 3 })
		// Whether others hand a beacon on to it, or it is one of those who are
		// asked to publish it, is chance each time.
		for i := 0; i < 24 && a.State().Keeping.Remembered == 0; i++ {
			seeker := others[i%len(others)]
			if err := seeker.Find(nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Minute)
			if err := seeker.Leave(); err != nil {
				t.Fatal(err)
			}
		}
		if a.State().Keeping.Remembered == 0 {
			t.Fatal("no member that works is remembered")
		}
		a.Close()
		if names := kept(t, dir); len(names) != 1 || names[0] != keepers.MemoryName {
			t.Fatalf("%q", names)
		}
		if b, err := os.ReadFile(filepath.Join(dir, keepers.MemoryName)); err != nil || len(b) == 0 {
			t.Fatalf("%v", err)
		}
		// when it comes back, then it has a second source
		a = keeper(t, n, params)
		await(t, a, "two sources", func(s app.State) bool { return s.Mesh.Sources.Remembered > 0 && !s.Mesh.SlotsAlone })
		// and when the person agrees no longer, all is forgotten
		a.SetRemember(false)
		await(t, a, "nobody", func(s app.State) bool { return s.Keeping.Remembered == 0 })
		if names := kept(t, dir); len(names) != 0 || store.count() != 0 {
			t.Errorf("%q, %d keys", names, store.count())
		}
	})
}
