// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

// acquainted returns a view of connected members, each with the shards it is in.
func acquainted(t *testing.T, in map[onion.Address][]uint16) *view {
	t.Helper()
	v := newView(onion.GenerateKey().Address())
	for a, shards := range in {
		p, err := a.Peer()
		if err != nil {
			t.Fatal(err)
		}
		v.met(a, true)
		v.follows(p, shards)
	}
	return v
}

func TestWhoIsInAShardIsNamedBeforeThoseBelowIt(t *testing.T) {
	// given many below a shard, and one in it
	one := onion.GenerateKey().Address()
	in := map[onion.Address][]uint16{one: {5}}
	for range 4 * nearest {
		in[onion.GenerateKey().Address()] = []uint16{20}
	}
	near := acquainted(t, in).near(5, 0)
	// then that one is the first to be dialed
	if len(near) != nearest || near[0] != one {
		t.Errorf("%d named, the one at %d", len(near), slices.Index(near, one))
	}
}

func TestAnAnswerAboutTheRootIsASampleWithOneOfTheRoot(t *testing.T) {
	// given a network that is split, in which some are in the root
	up, gone := make(map[onion.Address]bool), onion.GenerateKey().Address()
	in := map[onion.Address][]uint16{gone: {Root, 20}}
	for i := range 4 * samples {
		a := onion.GenerateKey().Address()
		if in[a] = []uint16{20}; i < samples {
			in[a] = []uint16{Root, 20}
			up[a] = true
		}
	}
	v := acquainted(t, in)
	v.met(gone, false) // it may have left the root since
	for range 100 {
		if near := v.near(Root, 0); len(near) != rootNamed || !up[near[0]] {
			t.Fatalf("%d named", len(near))
		}
	}
	// and nobody, where nobody is in it
	if near := acquainted(t, map[onion.Address][]uint16{gone: {20}}).near(Root, 0); len(near) > 0 {
		t.Errorf("%d named of a root in which nobody is", len(near))
	}
}

func TestTheDepthIsWhereHalfOfTheOthersAre(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   [][]uint16
		want int
	}{
		{"nobody", nil, 0},
		{"all at the root", [][]uint16{{Root}, {Root}, {Root}}, 0},
		{"one who says nothing", [][]uint16{{}, {19}}, 4},
		{"seekers hear what is above", [][]uint16{{Root, 2, 4, 9, 19, 39}, {20}, {30}, {16}}, 4},
		{"newcomers at the root", [][]uint16{{Root}, {20}, {30}, {16}}, 4},
		{"a third that lies", [][]uint16{{4095}, {20}, {30}}, 4},
		{"half that lies", [][]uint16{{4095}, {20}}, 11},
	} {
		m := &Mesh{members: make(map[peer.ID]*member), company: newCompany("", func(peer.ID, []uint16) {})}
		for _, in := range tc.in {
			p, err := onion.GenerateKey().Address().Peer()
			if err != nil {
				t.Fatal(err)
			}
			m.members[p] = &member{}
			m.company.shards[p] = make(map[uint16]time.Time)
			for _, s := range in {
				m.company.shards[p][s] = time.Time{}
			}
		}
		if got := m.Depth(); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestWhatWeAreInIsLookedForBeforeItsKin(t *testing.T) {
	m := &Mesh{channels: map[uint16]*channel{Root: {}, 5: {}, 20: {}}}
	due := []uint16{21, 4, 20, 3, Root, 11, 5}
	slices.SortFunc(due, m.sooner)
	if want := []uint16{Root, 20, 5, 21, 11, 4, 3}; !slices.Equal(due, want) {
		t.Errorf("%v, want %v", due, want)
	}
}

func TestWhoHasJustComeToAShardIsNotTrustedToKnowOthersThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCompany("lobby", func(peer.ID, []uint16) {})
		says := func(p peer.ID, shards ...uint16) {
			var subs []*pb.RPC_SubOpts
			for _, s := range shards {
				topic, yes := topicOf("lobby", s), true
				subs = append(subs, &pb.RPC_SubOpts{Topicid: &topic, Subscribe: &yes})
			}
			if _, err := c.FilterIncomingSubscriptions(p, subs); err != nil {
				t.Fatal(err)
			}
		}
		rooted := func(s uint16) bool { return c.rooted(s, time.Now()) }
		// given one who was in a shard when we met
		says("a", 20)
		if !rooted(20) {
			t.Error("whoever was there before we met counts as new")
		}
		// when it begins to hear others
		says("a", Root, 10)
		if rooted(Root) || rooted(10) {
			t.Error("whoever has just come counts as old")
		}
		// and says so again
		time.Sleep(rootedAfter / 2)
		says("a", 10)
		time.Sleep(rootedAfter / 2)
		if !rooted(Root) || !rooted(10) {
			t.Error("who came long ago counts as new")
		}
		// and nobody is in others
		if rooted(11) {
			t.Error("somebody is in a shard that nobody is in")
		}
	})
}
