// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"context"
	"fmt"
	"slices"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
)

// channel is our part in the topic of one shard.
type channel struct {
	topic *pubsub.Topic
	sub   *pubsub.Subscription // nil where we only publish
	used  time.Time            // when we last published or wanted to; of no meaning where we follow, as what is below
	alone time.Time            // since when we want to and know nobody who is long there, zero when we do not
}

// Follow takes the set of shards whose topics we are in from now on, in the
// place of what was followed before; at first that is [Root] alone. What is no
// shard, and what comes behind the eighth, is left out. It returns when the
// others are being told, and members of the shards are looked for if too few
// are among those we are connected to.
func (m *Mesh) Follow(shards []uint16) {
	want := make(map[uint16]bool)
	for _, s := range shards {
		if validShard(s) && len(want) < maxFollowed {
			want[s] = true
		}
	}
	m.following.Lock()
	defer m.following.Unlock()
	// Leaving comes first, or the others would see more topics than anybody
	// may be in.
	for s, c := range m.channels {
		if c.sub != nil && !want[s] {
			m.part(s)
		}
	}
	for s := range want {
		_ = m.enter(s) // fails when we are being closed
	}
	m.wake()
}

// Following returns the shards that we follow, in order.
func (m *Mesh) Following() []uint16 {
	m.following.Lock()
	defer m.following.Unlock()
	var all []uint16
	for s, c := range m.channels {
		if c.sub != nil {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return all
}

// Depth returns how many levels below the root the others are: of those we are
// connected to, half have their deepest shard there or deeper. It is 0 where
// nobody is known. Who would have it another needs half of our connections.
func (m *Mesh) Depth() int {
	var deepest []int
	for _, p := range m.all() {
		in := m.company.of(p)
		if len(in) > 0 {
			deepest = append(deepest, depth(slices.Max(in))) // in heap order the deepest is among the last
		}
	}
	if len(deepest) == 0 {
		return 0
	}
	slices.Sort(deepest)
	return deepest[len(deepest)/2]
}

// open returns our channel of a shard. It is called with following held.
func (m *Mesh) open(s uint16) (*channel, error) {
	if c := m.channels[s]; c != nil {
		return c, nil
	}
	topic, err := m.pubsub.Join(topicOf(m.topicName, s))
	if err != nil {
		return nil, fmt.Errorf("mesh: topic: %w", err)
	}
	c := &channel{topic: topic}
	m.channels[s] = c
	return c, nil
}

// enter begins to follow a shard. It is called with following held.
func (m *Mesh) enter(s uint16) error {
	c, err := m.open(s)
	if err != nil || c.sub != nil {
		return err
	}
	if err := c.topic.SetScoreParams(topicScore()); err != nil {
		return fmt.Errorf("mesh: topic: %w", err)
	}
	sub, err := c.topic.Subscribe(pubsub.WithBufferSize(deliveryRoom))
	if err != nil {
		return fmt.Errorf("mesh: topic: %w", err)
	}
	c.sub = sub
	m.spawn(func() { m.deliver(sub) })
	return nil
}

// part leaves a shard's topic. It is called with following held.
func (m *Mesh) part(s uint16) {
	c := m.channels[s]
	delete(m.channels, s)
	if c.sub != nil {
		c.sub.Cancel()
	}
	_ = c.topic.Close() // fails when we are being closed
}

// deliver hands on what comes to one topic, until it is left.
func (m *Mesh) deliver(sub *pubsub.Subscription) {
	defer sub.Cancel()
	for {
		msg, err := sub.Next(m.ctx)
		if err != nil {
			return
		}
		m.ledger.delivered(msg)
		m.params.Deliver(msg.GetData())
	}
}

// Publish gossips a payload, in the topic of its shard, as a relay of it; we
// need not follow that shard. The writer of a payload never calls it: see
// [Mesh.Push]. [ErrAlone] tells that we are connected to no member of the
// shard, or only to such as have just come there and may know nobody else: the
// writer itself may be one. Some are being looked for, and a later try may
// succeed.
func (m *Mesh) Publish(ctx context.Context, payload []byte) error {
	s := m.shard(payload)
	if !validShard(s) {
		return fmt.Errorf("mesh: publish: %d is no shard", s)
	}
	m.following.Lock()
	c, err := m.open(s)
	ready := false
	if err == nil {
		now := time.Now()
		c.used = now
		m.trim()
		ready = m.ready(s, c, now)
	}
	m.following.Unlock()
	if err != nil {
		return err
	}
	if !ready {
		m.wake()
		return ErrAlone
	}
	if err := c.topic.Publish(ctx, payload); err != nil {
		return fmt.Errorf("mesh: publish: %w", err)
	}
	return nil
}

// ready tells whether to publish in a shard now. Where we do not follow it we
// rather wait, for some time, until we know a member that is long there: whoever
// gets a payload first hands it on at once or not at all. It is called with
// following held.
func (m *Mesh) ready(s uint16, c *channel, now time.Time) bool {
	if len(c.topic.ListPeers()) == 0 {
		return false
	}
	if c.sub != nil || m.company.rooted(s, now) {
		c.alone = time.Time{}
		return true
	}
	if c.alone.IsZero() {
		c.alone = now
	}
	return now.Sub(c.alone) >= fanoutWait
}

// trim closes the topic that we last published in longest ago, where there are
// too many that we do not follow. It is called with following held.
func (m *Mesh) trim() {
	n, oldest := 0, Root
	for s, c := range m.channels {
		if c.sub != nil {
			continue
		}
		if n++; n == 1 || c.used.Before(m.channels[oldest].used) {
			oldest = s
		}
	}
	if n > maxFanout {
		m.part(oldest)
	}
}

// shard tells where a payload belongs.
func (m *Mesh) shard(payload []byte) uint16 {
	if m.params.Shard == nil || len(payload) != m.params.PayloadSize {
		return Root
	}
	return m.params.Shard(payload)
}

// Peers returns how many members hear our gossip and we theirs, in whichever
// shard.
func (m *Mesh) Peers() int { return len(m.inTopics()) }

// inTopics returns the members that are in the topic of any shard, with how
// many shards.
func (m *Mesh) inTopics() map[peer.ID]int {
	in := make(map[peer.ID]int)
	for _, s := range m.company.all() {
		for _, p := range m.pubsub.ListPeers(topicOf(m.topicName, s)) {
			in[p]++
		}
	}
	return in
}

// follow tells at once when a member begins or ends to hear our gossip.
func (m *Mesh) follow() {
	for {
		select {
		case <-m.news:
			m.changed()
		case <-m.ctx.Done():
			return
		}
	}
}

// told is called on GossipSub's loop when a member says where it is.
func (m *Mesh) told(p peer.ID, in []uint16) {
	m.view.follows(p, in)
	select {
	case m.news <- struct{}{}:
	default:
	}
}
