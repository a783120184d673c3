// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"
)

var errTooManyTopics = errors.New("mesh: a member changes too many topics at once")

// company is what members say about the shards that they are in. It is
// GossipSub's subscription filter: other topics than ours do not exist, and
// nobody is in more than maxAnnounced. What it knows may be older than what
// GossipSub knows, never newer. Safe for concurrent use.
type company struct {
	root string // topic
	// changed is called on GossipSub's loop, and must neither wait nor ask it
	// anything.
	changed func(p peer.ID, in []uint16)

	mu     sync.Mutex
	shards map[peer.ID]map[uint16]time.Time // when it said so; zero for what it said first, which is no news
}

var _ pubsub.SubscriptionFilter = (*company)(nil)

func newCompany(root string, changed func(peer.ID, []uint16)) *company {
	return &company{root: root, changed: changed, shards: make(map[peer.ID]map[uint16]time.Time)}
}

// CanSubscribe implements pubsub.SubscriptionFilter.
func (c *company) CanSubscribe(topic string) bool {
	_, ok := shardOf(c.root, topic)
	return ok
}

// FilterIncomingSubscriptions implements pubsub.SubscriptionFilter.
func (c *company) FilterIncomingSubscriptions(p peer.ID, subs []*pb.RPC_SubOpts) ([]*pb.RPC_SubOpts, error) {
	if len(subs) > subscriptions {
		return nil, errTooManyTopics
	}
	subs = pubsub.FilterSubscriptions(subs, c.CanSubscribe)
	c.mu.Lock()
	in := c.shards[p]
	var at time.Time
	if in == nil {
		in = make(map[uint16]time.Time)
		c.shards[p] = in
	} else {
		at = time.Now()
	}
	taken := subs[:0]
	for _, sub := range subs {
		s, _ := shardOf(c.root, sub.GetTopicid())
		if !sub.GetSubscribe() {
			delete(in, s)
		} else if _, known := in[s]; !known && len(in) < maxAnnounced {
			in[s] = at
		} else if !known {
			continue
		}
		taken = append(taken, sub)
	}
	now := slices.Collect(maps.Keys(in))
	c.mu.Unlock()
	c.changed(p, now)
	return taken, nil
}

// of returns the shards that a member is in.
func (c *company) of(p peer.ID) []uint16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.shards[p]))
}

// in tells whether a member is in a topic.
func (c *company) in(p peer.ID, topic string) bool {
	s, ok := shardOf(c.root, topic)
	return ok && slices.Contains(c.of(p), s)
}

// closeness tells how near a member is to a shard.
func (c *company) closeness(p peer.ID, s uint16) int {
	best := 0
	for _, in := range c.of(p) {
		best = max(best, closeness(in, s))
	}
	return best
}

// rooted tells whether some member has been in a shard for long enough to know
// others there.
func (c *company) rooted(s uint16, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, in := range c.shards {
		if at, ok := in[s]; ok && now.Sub(at) >= rootedAfter {
			return true
		}
	}
	return false
}

// under tells whether some member is in a shard or in one below it.
func (c *company) under(above uint16) bool {
	return slices.ContainsFunc(c.all(), func(s uint16) bool { return under(s, above) })
}

// all returns every shard that some member is in.
func (c *company) all() []uint16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	some := make(map[uint16]struct{})
	for _, in := range c.shards {
		for s := range in {
			some[s] = struct{}{}
		}
	}
	return slices.Collect(maps.Keys(some))
}

func (c *company) forget(p peer.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.shards, p)
}

// keep forgets all but those: what a member said last may be heard when it has
// left and was forgotten.
func (c *company) keep(is func(peer.ID) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for p := range c.shards {
		if !is(p) {
			delete(c.shards, p)
		}
	}
}
