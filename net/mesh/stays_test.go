// SPDX-License-Identifier: GPL-3.0-or-later

package mesh_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// Who stays on says so to whoever asks it for members, and no longer when it
// does not; who does not say so is no keeper.
func TestWhoStaysOnSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given one member that stays on among others that do not
		n := oniontest.New()
		var stays atomic.Bool
		stays.Store(true)
		keeper, err := mesh.New(t.Context(), mesh.Params{
			Network: n.Node(), Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
			Check:   func(onion.Address, []byte) error { return nil },
			Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil }, Stays: stays.Load,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keeper.Close() })
		var others []*member
		for range 3 {
			others = append(others, newMember(t, n, "test"))
		}
		time.Sleep(10 * time.Second)
		for _, m := range others {
			m.Learn([]onion.Address{keeper.Address()})
		}
		// then all come to know it, and it nobody
		all := func(want ...onion.Address) func() bool {
			return func() bool {
				for _, m := range others {
					if !slices.Equal(m.Keepers(), want) {
						return false
					}
				}
				return true
			}
		}
		wait(t, 5*time.Minute, "one known keeper", all(keeper.Address()))
		if got := keeper.Keepers(); len(got) != 0 {
			t.Errorf("the keeper knows of %d", len(got))
		}
		// and when it stays no longer, then they know that too
		stays.Store(false)
		wait(t, 10*time.Minute, "no keeper", all())
		// and one that has gone is none, whatever it said
		stays.Store(true)
		wait(t, 10*time.Minute, "the keeper again", all(keeper.Address()))
		keeper.Close()
		wait(t, 5*time.Minute, "its going", all())
	})
}
