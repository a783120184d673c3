// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/rendezvous"
)

// hearing counts the members that have heard a payload.
func hearing(all []*member, payload string) (n int) {
	for _, m := range all {
		if m.hears(payload) {
			n++
		}
	}
	return n
}

func TestMeshesOfManyThatFormedApartBecomeOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two groups that started while neither could reach the other
		n := fast()
		n.Period = 24 * time.Hour
		var all []*member
		for i := range 2 * each {
			all = append(all, newMember(t, n, i%2))
		}
		time.Sleep(10 * time.Minute)
		if err := all[0].Publish(t.Context(), []byte("0: apart")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		if got := hearing(all, "0: apart"); got != each {
			t.Fatalf("%d hear what is published in a group of %d", got, each)
		}
		// when the networks are joined
		for _, m := range all {
			m.node.SetIsland(0)
		}
		// then what is published in one group reaches all of both
		start := time.Now()
		for i := 0; ; i++ {
			p := fmt.Sprintf("%08d", i)
			if err := all[i%2].Publish(t.Context(), []byte(p)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			if hearing(all, p) == 2*each {
				break
			}
			if time.Since(start) > 5*time.Minute {
				t.Fatalf("%d of %d hear it", hearing(all, p), 2*each)
			}
		}
		t.Logf("two meshes of %d are one %v after they were joined", each, time.Since(start))
		// and it stays so
		time.Sleep(5 * time.Minute)
		if err := all[1].Publish(t.Context(), []byte("later on")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		if got := hearing(all, "later on"); got != 2*each {
			t.Errorf("later on, %d hear what is published", got)
		}
	})
}

// hosts returns who hosts, and checks that level 0 alone is used.
func hosts(t *testing.T, all []*member) (who []*member) {
	t.Helper()
	for _, m := range all {
		if s := m.Status(); s.Hosting {
			who = append(who, m)
			if s.Level != 0 {
				t.Errorf("a network of %d is hosted at level %d", len(all), s.Level)
			}
		}
	}
	return who
}

func TestDutyIsSharedByManyAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a network that works
		n := fast()
		n.Period = 24 * time.Hour
		var all []*member
		for range dutiful {
			all = append(all, newMember(t, n, 0))
		}
		time.Sleep(15 * time.Minute)
		// then hardly more host than there are slots, and enough for whoever comes
		served := make(map[*member]bool)
		var counts []int
		for range 24 {
			time.Sleep(3 * time.Minute)
			now := hosts(t, all)
			counts = append(counts, len(now))
			for _, m := range now {
				served[m] = true
			}
			// Two may have taken one slot, until one of them meets the other.
			if len(now) < 3 || len(now) > rendezvous.Slots+3 {
				t.Fatalf("%d of %d host", len(now), len(all))
			}
		}
		t.Logf("hosts at a time: %v, over an hour %d different", counts, len(served))
		// and it is not always the same who do it, though they would do
		if len(served) <= min(slices.Max(counts), rendezvous.Slots) {
			t.Errorf("%d have hosted", len(served))
		}
		// and when all who host leave at once, then a newcomer is in soon
		for _, m := range hosts(t, all) {
			m.stop()
			all = slices.DeleteFunc(all, func(other *member) bool { return other == m })
		}
		newcomer := newMember(t, n, 0)
		wait(t, 3*time.Minute, "a meeting", func() bool { return newcomer.Peers() > 0 })
		if s := newcomer.Status(); s.Size > 3*len(all)+8 {
			t.Errorf("a network of %d is taken for one of %d", len(all), s.Size)
		}
	})
}

func TestSizeOfARealMeshOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := fast()
		n.Period = 24 * time.Hour
		var all []*member
		for range crowd {
			all = append(all, newMember(t, n, 0))
			time.Sleep(2 * time.Second)
		}
		time.Sleep(20 * time.Minute)
		var sizes []int
		for _, m := range all {
			sizes = append(sizes, m.Status().Size)
		}
		slices.Sort(sizes)
		t.Logf("%d members estimate %d in the median, %d to %d", crowd, sizes[crowd/2], sizes[0], sizes[crowd-1])
		if sizes[crowd/10] < crowd/3 || sizes[crowd*9/10] > 2*crowd {
			t.Errorf("from %d to %d", sizes[crowd/10], sizes[crowd*9/10])
		}
	})
}

func TestSourcesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given somebody who found the network through slots
		n := fast()
		var others []*member
		for range 5 {
			others = append(others, newMember(t, n, 0))
		}
		time.Sleep(time.Minute)
		m := newMember(t, n, 0)
		if s := m.Status(); s.SlotsAlone || s.Asked || s.Sources[rendezvous.Slot] {
			t.Errorf("before anything: %+v", s)
		}
		wait(t, time.Minute, "a meeting", func() bool { return m.Peers() > 0 })
		if s := m.Status(); !s.SlotsAlone || !s.Sources[rendezvous.Slot] || s.Answered == 0 || s.Independent == 0 {
			t.Errorf("through slots: %+v", s)
		}
		// when an invite names somebody who is not there
		m.Introduce([]onion.Address{onion.GenerateKey().Address()}, rendezvous.Invite)
		time.Sleep(time.Minute)
		if s := m.Status(); !s.SlotsAlone || s.Sources[rendezvous.Invite] {
			t.Errorf("through a dead invite: %+v", s)
		}
		// and when a keeper is met, then slots are not all that there is
		m.Introduce([]onion.Address{others[0].Mesh.Address(), others[1].Mesh.Address()}, rendezvous.Keeper)
		wait(t, time.Minute, "the keeper", func() bool { return m.Status().Sources[rendezvous.Keeper] })
		if s := m.Status(); s.SlotsAlone || s.Sources[rendezvous.Invite] || s.Sources[rendezvous.Friend] {
			t.Errorf("through a keeper: %+v", s)
		}
	})
}

func TestIntroductionsAloneAreEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a network, and a newcomer who can reach it but none of its slots
		n := fast()
		host := newMember(t, n, 0)
		time.Sleep(time.Minute)
		m := newMember(t, n, 0)
		m.Introduce([]onion.Address{host.Mesh.Address()}, rendezvous.Friend)
		wait(t, 10*time.Second, "a meeting", func() bool { return m.Peers() == 1 })
	})
}
