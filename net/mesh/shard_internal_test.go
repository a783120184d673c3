// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

func TestNearness(t *testing.T) {
	for _, tc := range []struct {
		a, b uint16
		want int
	}{
		{Root, Root, 0}, {Root, 2, 0}, {2, 3, 0}, {2, 2, 1}, {2, 4, 1}, {4, 5, 1}, {4, 4, 2},
		{4, 9, 2}, {16, 31, 0}, {24, 25, 3}, {24, 27, 2}, {4095, 4094, 10}, {4095, 4095, 11}, {2, 4095, 0}, {3, 4095, 1},
	} {
		if a, b := nearness(tc.a, tc.b), nearness(tc.b, tc.a); a != tc.want || b != tc.want {
			t.Errorf("%d and %d: %d and %d, not %d", tc.a, tc.b, a, b, tc.want)
		}
	}
}

func TestKinAreAllButTheShard(t *testing.T) {
	for _, s := range []uint16{Root, 2, 9, 31, 4095} {
		for leaf := uint16(2048); leaf <= maxShard; leaf++ {
			n := 0
			for _, k := range append(kin(s), s) {
				if under(leaf, k) {
					n++
				}
			}
			if n != 1 {
				t.Fatalf("%d is under %d of %d and its kin", leaf, n, s)
			}
		}
	}
}

func TestOneNameForEachShard(t *testing.T) {
	for s := range uint16(5000) {
		topic := topicOf("t", s)
		got, ok := shardOf("t", topic)
		if ok != validShard(s) || (ok && got != s) {
			t.Fatalf("%d: %q is %d, %v", s, topic, got, ok)
		}
	}
	for _, topic := range []string{"", "u", "t/", "t/0", "t/02", "t/+2", "t2", "t//2", "t/2/", "t/65538", "t/1", "T"} {
		if s, ok := shardOf("t", topic); ok {
			t.Errorf("%q is %d", topic, s)
		}
	}
}

func FuzzShardOf(f *testing.F) {
	f.Add("t/17")
	f.Fuzz(func(t *testing.T, topic string) {
		if s, ok := shardOf("t", topic); ok && topicOf("t", s) != topic {
			t.Fatal("two names for one shard")
		}
	})
}

// change is what a member says that enters or leaves shards.
func change(subscribe bool, shards ...uint16) (subs []*pb.RPC_SubOpts) {
	for _, s := range shards {
		topic := topicOf("t", s)
		subs = append(subs, &pb.RPC_SubOpts{Subscribe: &subscribe, Topicid: &topic})
	}
	return subs
}

func TestNobodyIsInManyShards(t *testing.T) {
	var told []uint16
	c := newCompany("t", func(_ peer.ID, in []uint16) { told = in })
	// given a member that says so for more and more shards
	for s := uint16(2); s < 200; s++ {
		taken, err := c.FilterIncomingSubscriptions("a", change(true, s))
		if err != nil || (len(taken) == 1) != (s < 2+maxAnnounced) {
			t.Fatalf("%d: %d taken, %v", s, len(taken), err)
		}
	}
	if len(told) != maxAnnounced || len(c.of("a")) != maxAnnounced {
		t.Errorf("in %d shards", len(told))
	}
	// when it leaves some, then it can be in others
	if taken, err := c.FilterIncomingSubscriptions("a", change(false, 2, 3, 99)); err != nil || len(taken) != 3 {
		t.Errorf("%d taken, %v", len(taken), err)
	}
	if taken, _ := c.FilterIncomingSubscriptions("a", change(true, 100, 101, 102)); len(taken) != 2 {
		t.Errorf("%d taken", len(taken))
	}
	// and what is said at once is bounded, and other topics are not heard of
	if _, err := c.FilterIncomingSubscriptions("b", change(true, make([]uint16, subscriptions+1)...)); !errors.Is(err, errTooManyTopics) {
		t.Errorf("got %v", err)
	}
	other := "other"
	if taken, err := c.FilterIncomingSubscriptions("b", []*pb.RPC_SubOpts{{Subscribe: new(bool), Topicid: &other}}); err != nil || len(taken) != 0 {
		t.Errorf("%d taken, %v", len(taken), err)
	}
	c.keep(func(peer.ID) bool { return false })
	if len(c.all()) != 0 {
		t.Error("not forgotten")
	}
}

func TestAnswerRoundTrip(t *testing.T) {
	var all []onion.Address
	for range 2 * samples {
		all = append(all, onion.GenerateKey().Address())
	}
	for near := range nearest + 3 {
		for _, n := range []int{near, near + 1, samples, 2 * samples} {
			for _, stays := range []bool{false, true} {
				t.Run(fmt.Sprint(near, n, stays), func(t *testing.T) {
					b := sample{all[:near], all[near:max(near, n)], stays}.encode()
					got, err := decodeAnswer(b)
					if err != nil || len(b) != sampleSize || len(got.near) != min(near, nearest) || got.stays != stays {
						t.Fatalf("%d near in %d bytes, stays %v, %v", len(got.near), len(b), got.stays, err)
					}
					if !slices.Equal(got.near, all[:len(got.near)]) || len(got.near)+len(got.others) > samples {
						t.Errorf("%d and %d", len(got.near), len(got.others))
					}
				})
			}
		}
	}
	for name, b := range map[string][]byte{
		"more near than there are":  append([]byte{2}, EncodeSample(sampleSize-1, all[:1])...),
		"the same of one who stays": append([]byte{staysBit | 2}, EncodeSample(sampleSize-1, all[:1])...),
		"more near than may be":     append([]byte{nearest + 1}, EncodeSample(sampleSize-1, all[:samples])...),
		"a bit that means nothing":  append([]byte{1 << 6}, EncodeSample(sampleSize-1, all[:samples])...),
		"short":                     make([]byte, sampleSize-1),
	} {
		if _, err := decodeAnswer(b); err == nil {
			t.Error(name)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	one := []onion.Address{onion.GenerateKey().Address()}
	f.Add(sample{near: one}.encode())
	f.Add(sample{others: one, stays: true}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		said, err := decodeAnswer(b)
		if err == nil && string(said.encode()) != string(b) {
			t.Fatal("two encodings of one answer")
		}
	})
}
