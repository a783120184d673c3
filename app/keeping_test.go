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
	"passerby/net/onion"
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
		opened := 0
		a := keeper(t, oniontest.New(), app.Params{Profile: dir, KeyStore: func() (keepers.KeyStore, error) {
			opened++
			return store, nil
		}})
		s := await(t, a, "ready", func(s app.State) bool { return s.Ready })
		time.Sleep(time.Hour)
		if s.Keeping != (app.Keeping{}) || len(kept(t, dir)) != 0 || opened != 0 {
			t.Errorf("%+v, %q, the key store was opened %d times", s.Keeping, kept(t, dir), opened)
		}
		// when they agree, then it is, and when no longer, it is gone at once
		a.SetStay(true)
		time.Sleep(time.Second)
		if names := kept(t, dir); len(names) != 1 || names[0] != keepers.IdentityName {
			t.Errorf("%q", names)
		}
		// from the next start on
		if k := a.State().Keeping; !k.Stay || k.Staying {
			t.Errorf("%+v", k)
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
		if k := s.Keeping; !k.Staying || !strings.Contains(k.Problem, "no key store") {
			t.Errorf("%+v", k)
		}
		if names := kept(t, dir); len(names) != 0 {
			t.Errorf("%q", names)
		}
	})
}

// crowd makes copies that stay on, as many as keeps says, and others that do
// not, and one that remembers. They know each other.
func crowd(t *testing.T, n *oniontest.Net, keeps, others int) (a *app.App, again app.Params, all []*app.App) {
	t.Helper()
	for range keeps {
		store := &keyStore{keys: make(map[string][]byte)}
		all = append(all, keeper(t, n, app.Params{
			Profile: t.TempDir(), Stay: true, KeyStore: func() (keepers.KeyStore, error) { return store, nil },
		}))
	}
	for range others {
		b, _ := copyOf(t, n)
		all = append(all, b)
	}
	store := &keyStore{keys: make(map[string][]byte)}
	again = app.Params{Profile: t.TempDir(), Remember: true, KeyStore: func() (keepers.KeyStore, error) { return store, nil }}
	a = keeper(t, n, again)
	await(t, a, "the others", func(s app.State) bool { return s.Mesh.Peers == len(all) })
	return a, again, all
}

// work has members seek in turn, so that others hand on what they send. Whether
// somebody hands a beacon on to a certain member, or is one of those who are
// asked to publish it, is chance each time.
func work(t *testing.T, all []*app.App, rounds int, until func() bool) {
	t.Helper()
	for i := 0; i < rounds && !until(); i++ {
		seeker := all[i%len(all)]
		if err := seeker.Find(nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		if err := seeker.Leave(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRememberedMembersAreASourceOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a copy that remembers, in a network at work
		n := oniontest.New()
		a, params, others := crowd(t, n, 3, 0)
		work(t, others, 24, func() bool { return a.State().Keeping.Remembered > 0 })
		if a.State().Keeping.Remembered == 0 {
			t.Fatal("no member that works and stays on is remembered")
		}
		a.Close()
		dir := params.Profile
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
		time.Sleep(time.Second)
		if names := kept(t, dir); len(names) != 0 {
			t.Errorf("%q", names)
		}
	})
}

// Whoever works and does not say that it stays on is no keeper.
func TestOnlyThoseWhoStayOnAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _, others := crowd(t, oniontest.New(), 0, 3)
		work(t, others, 8, func() bool { return a.State().Keeping.Remembered > 0 })
		if got := a.State().Keeping.Remembered; got != 0 {
			t.Errorf("%d are remembered", got)
		}
	})
}

// Saying that one stays on costs nothing: who says so and does no work is not
// remembered, and of many who do work not more than a few in one day.
func TestLiesAboutStayingOnAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, _, liars := crowd(t, n, 7, 0)
		for range 6 { // nothing is gossiped, so nobody can have worked
			time.Sleep(10 * time.Minute)
		}
		if got := a.State().Keeping.Remembered; got != 0 {
			t.Fatalf("%d are remembered before anybody has worked", got)
		}
		got := func() int { return a.State().Keeping.Remembered }
		work(t, liars, 90, func() bool { return got() >= keepers.MaxNew })
		work(t, liars, 4, func() bool { return false })
		if got() != keepers.MaxNew {
			t.Errorf("%d of seven are remembered in a day", got())
		}
	})
}

// addressOf returns the member address that a copy has.
func addressOf(t *testing.T, dir string, store *keyStore) onion.Address {
	t.Helper()
	i := keepers.OpenIdentity(t.Context(), keepers.Params{Dir: dir, Keys: store, Agreed: true})
	key, _ := i.Key(t.Context(), time.Now())
	if err := i.Problem(); err != nil {
		t.Fatal(err)
	}
	return key.Address()
}

// member tells whether somebody is a member at an address.
func member(t *testing.T, n *oniontest.Net, at onion.Address) bool {
	t.Helper()
	conn, err := n.Node().Dial(t.Context(), at.String(), "test")
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// Who stays on has one address for a week, through starts, and then another,
// also where the program runs on; and gives it up at once with the consent.
func TestWhoStaysOnHasOneAddressForAWeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, dir, store := oniontest.New(), t.TempDir(), &keyStore{keys: make(map[string][]byte)}
		p := app.Params{Profile: dir, Stay: true, KeyStore: func() (keepers.KeyStore, error) { return store, nil }}
		a := keeper(t, n, p)
		await(t, a, "ready", func(s app.State) bool { return s.Ready && s.Keeping.Staying })
		first := addressOf(t, dir, store)
		if !member(t, n, first) {
			t.Fatal("it is not where its key says")
		}
		a.Close()
		// The week passes while it is closed, but for the last minutes.
		time.Sleep(keepers.Life - 5*time.Minute)
		a = keeper(t, n, p)
		await(t, a, "ready", func(s app.State) bool { return s.Ready })
		if addressOf(t, dir, store) != first || !member(t, n, first) {
			t.Error("it has another address within a week")
		}
		// when the week is over
		time.Sleep(30 * time.Minute)
		await(t, a, "ready again", func(s app.State) bool { return s.Ready })
		second := addressOf(t, dir, store)
		if second == first || member(t, n, first) || !member(t, n, second) {
			t.Errorf("after a week: another key %v, there under the old one %v, under the new one %v",
				second != first, member(t, n, first), member(t, n, second))
		}
		// and when they agree no longer
		a.SetStay(false)
		time.Sleep(time.Second)
		await(t, a, "ready once more", func(s app.State) bool { return s.Ready && !s.Keeping.Staying })
		if member(t, n, second) || len(kept(t, dir)) != 0 || store.count() != 0 {
			t.Errorf("still there under the old key %v, files %q", member(t, n, second), kept(t, dir))
		}
	})
}

// A key store that never answers holds nothing up for long.
func TestAKeyStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		defer close(end)
		begun := time.Now()
		a := keeper(t, oniontest.New(), app.Params{Profile: t.TempDir(), Remember: true, Stay: true, KeyStore: func() (keepers.KeyStore, error) {
			<-end
			return nil, keepers.ErrNoKeyStore
		}})
		await(t, a, "ready", func(s app.State) bool { return s.Ready && s.Keeping.Problem != "" })
		if took := time.Since(begun); took > 3*time.Minute {
			t.Errorf("it was there after %v", took)
		}
		begun = time.Now()
		a.Close()
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("closing took %v", took)
		}
	})
}
