// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
)

func TestViewMakesRoomForThoseWhoAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a copy that has met as many members as it remembers, all gone
		v := newView(onion.Address{})
		name := func(i int) onion.Address { return onion.Address{1, byte(i >> 8), byte(i)} }
		for i := range maxView {
			v.met(name(i), true)
			v.met(name(i), false)
		}
		newcomer, heard := onion.Address{2}, onion.Address{3}
		// when somebody comes while those are still likely to be there
		v.met(newcomer, true)
		// then none of them is forgotten
		if v.fresh(newcomer) || len(v.contacts) != maxView {
			t.Errorf("%d remembered", len(v.contacts))
		}
		// and when somebody comes later, they are remembered and told of
		time.Sleep(freshness)
		v.met(newcomer, true)
		v.learn([]onion.Address{heard})
		if got := v.sample(samples); !slices.Equal(got, []onion.Address{newcomer}) {
			t.Errorf("told of %d members", len(got))
		}
		if v.contacts[heard] == nil || len(v.contacts) != maxView {
			t.Errorf("hearsay is not taken; %d remembered", len(v.contacts))
		}
	})
}
