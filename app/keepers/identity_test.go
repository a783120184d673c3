// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"testing"
	"time"

	"passerby/app/keepers"
)

func TestAKeeperIsKnownForAWeek(t *testing.T) {
	dir, store := t.TempDir(), newFakeStore()
	p := keepers.Params{Dir: dir, Keys: store, Agreed: true}
	first, until := keepers.OpenIdentity(t.Context(), p).Key(t.Context(), monday)
	if until != monday.Add(keepers.Life) {
		t.Errorf("until %v", until)
	}
	for name, tc := range map[string]struct {
		after time.Duration
		same  bool
	}{
		"at once":            {0, true},
		"a second before":    {keepers.Life - time.Second, true},
		"a week":             {keepers.Life, false},
		"the clock was late": {-time.Hour, true},
		"the clock is wrong": {-30 * oneDay, false},
	} {
		t.Run(name, func(t *testing.T) {
			at := t.TempDir()
			other := newFakeStore()
			p := keepers.Params{Dir: at, Keys: other, Agreed: true}
			k, _ := keepers.OpenIdentity(t.Context(), p).Key(t.Context(), monday)
			i := keepers.OpenIdentity(t.Context(), p)
			now := monday.Add(tc.after)
			got, until := i.Key(t.Context(), now)
			if (got.Address() == k.Address()) != tc.same || !now.Before(until) || i.Problem() != nil {
				t.Errorf("same: %v, until %v, %v", !tc.same, until, i.Problem())
			}
			again, _ := keepers.OpenIdentity(t.Context(), p).Key(t.Context(), now)
			if again.Address() != got.Address() {
				t.Error("the new one is not kept")
			}
		})
	}
	// when consent is withdrawn, then nothing is left and the next is another
	i := keepers.OpenIdentity(t.Context(), p)
	if err := i.Withdraw(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(files(t, dir)) != 0 || len(store.keys) != 0 || i.Kept() != "" {
		t.Error("something is left")
	}
	i.Agree(t.Context())
	if k, _ := i.Key(t.Context(), monday); k.Address() == first.Address() {
		t.Error("the key is the same")
	}
}

func TestAKeeperWithoutAKeyStore(t *testing.T) {
	dir := t.TempDir()
	i := keepers.OpenIdentity(t.Context(), keepers.Params{Dir: dir, Agreed: true})
	k, _ := i.Key(t.Context(), monday)
	again, _ := i.Key(t.Context(), monday.Add(time.Hour))
	if k.Address() != again.Address() {
		t.Error("the key changes while the program runs")
	}
	says(t, i.Problem(), "cannot be kept", "no key store")
	if len(files(t, dir)) != 0 {
		t.Error("something is kept")
	}
}
