// SPDX-License-Identifier: GPL-3.0-or-later

package mesh_test

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// sharded returns a member of a network in which the second and third byte of
// a payload are its shard.
func sharded(t *testing.T, n *oniontest.Net) *member {
	t.Helper()
	m := &member{node: n.Node(), delivered: make(map[string]int)}
	var err error
	m.Mesh, err = mesh.New(t.Context(), mesh.Params{
		Network: m.node, Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
		Shard: func(p []byte) uint16 { return binary.BigEndian.Uint16(p[1:]) },
		Check: func(onion.Address, []byte) error { return nil },
		Deliver: func(p []byte) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.delivered[string(p)]++
		},
		TakePush: func([]byte) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func payloadOf(shard uint16) []byte {
	p := make([]byte, payloadSize)
	rand.Read(p)
	p[0] = 0
	binary.BigEndian.PutUint16(p[1:], shard)
	return p
}

// introduce lets each know one other, and the first few know many.
func introduce(all []*member) {
	time.Sleep(10 * time.Second)
	for i, m := range all[1:] {
		m.Learn([]onion.Address{all[i/4].Address()})
	}
}

// publish publishes a payload, and waits until the mesh takes it.
func publish(t *testing.T, limit time.Duration, m *member, p []byte) {
	t.Helper()
	wait(t, limit, "publication", func() bool {
		err := m.Publish(t.Context(), p)
		if err != nil && !errors.Is(err, mesh.ErrAlone) {
			t.Fatal(err)
		}
		return err == nil
	})
}

func TestShardsAreHeardByThoseWhoFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a network of which half follow the one side and half the other
		n := oniontest.New()
		all := make([]*member, 12)
		for i := range all {
			all[i] = sharded(t, n)
			all[i].Follow([]uint16{uint16(2 + i%2)})
		}
		introduce(all)
		wait(t, 3*time.Minute, "company", func() bool {
			for _, m := range all {
				if m.Peers() < 5 {
					return false
				}
			}
			return true
		})
		time.Sleep(time.Minute)
		// when somebody who follows it publishes in a shard, and somebody
		// who does not
		for _, from := range []*member{all[0], all[1]} {
			p := payloadOf(2)
			publish(t, 30*time.Second, from, p)
			time.Sleep(20 * time.Second)
			// then all who follow it hear it, once, and nobody else
			for i, m := range all {
				want := 1 - i%2
				if m.got(p) != want {
					t.Errorf("member %d has it %d times", i, m.got(p))
				}
			}
		}
		// and what belongs in no shard of anybody's is not published at all
		if err := all[0].Publish(t.Context(), payloadOf(1)); err == nil {
			t.Error("published in shard 1, which is none")
		}
		if err := all[0].Publish(t.Context(), payloadOf(4095)); !errors.Is(err, mesh.ErrAlone) {
			t.Errorf("published where nobody is: %v", err)
		}
	})
}

func TestFollowReplacesWhatWasFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := sharded(t, n), sharded(t, n)
		introduce([]*member{a, b})
		wait(t, time.Minute, "company", func() bool { return a.Peers() == 1 && b.Peers() == 1 })
		for _, tc := range []struct {
			follow, heard, unheard []uint16
		}{
			{[]uint16{5}, []uint16{5}, []uint16{0, 2, 11}},
			{[]uint16{0, 5, 7}, []uint16{0, 5, 7}, []uint16{3}},
			{[]uint16{mesh.Root}, []uint16{0}, []uint16{5, 7}},
			{[]uint16{1, 4096, 9, 9, 10, 11, 12, 13, 14, 15, 16, 17}, []uint16{9, 16}, []uint16{0, 17}},
			{nil, nil, []uint16{0, 9, 16}},
			{[]uint16{9}, []uint16{9}, []uint16{16}},
		} {
			b.Follow(tc.follow)
			time.Sleep(40 * time.Second)
			for _, s := range tc.heard {
				p := payloadOf(s)
				publish(t, 30*time.Second, a, p)
				time.Sleep(5 * time.Second)
				if b.got(p) != 1 {
					t.Errorf("who follows %v has one of %d %d times", tc.follow, s, b.got(p))
				}
			}
			for _, s := range tc.unheard {
				p := payloadOf(s)
				if err := a.Publish(t.Context(), p); s != mesh.Root && !errors.Is(err, mesh.ErrAlone) {
					t.Errorf("published in %d, which nobody follows: %v", s, err)
				}
				time.Sleep(5 * time.Second)
				if b.got(p) != 0 {
					t.Errorf("who follows %v hears %d", tc.follow, s)
				}
			}
		}
	})
}

func TestFollowAndPublishAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := sharded(t, n), sharded(t, n)
		introduce([]*member{a, b})
		wait(t, time.Minute, "company", func() bool { return a.Peers() == 1 })
		// when everything is done at the same time, closing included
		var all sync.WaitGroup
		for i := range 64 {
			s := uint16(2 + i%20)
			all.Go(func() { a.Follow([]uint16{s, s + 1, s + 2}) })
			all.Go(func() { a.Publish(t.Context(), payloadOf(s)) })
			all.Go(func() { time.Sleep(time.Second); b.Follow([]uint16{s}) })
		}
		all.Go(func() { time.Sleep(time.Second); b.Close() })
		all.Wait()
		time.Sleep(5 * time.Second) // GossipSub tells again, within a second, what found a queue full
		// then what is followed is what somebody asked for
		if got := a.Following(); len(got) != 3 || got[2] != got[0]+2 {
			t.Errorf("follows %v", got)
		}
	})
}

func TestRareShardsAmongManyAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a network with sixteen shards, each with few members
		n := oniontest.New()
		all := make([]*member, 16*crowd)
		for i := range all {
			all[i] = sharded(t, n)
			all[i].Follow([]uint16{uint16(16 + i%16)})
		}
		introduce(all)
		// then each finds those who follow what it does
		start := time.Now()
		p := make([][]byte, 16)
		for i := range p {
			p[i] = payloadOf(uint16(16 + i))
		}
		time.Sleep(3 * time.Minute)
		for i := range p {
			publish(t, 2*time.Minute, all[(i+7)%16], p[i])
		}
		wait(t, time.Minute, "delivery in each shard", func() bool {
			for i, m := range all {
				if m.got(p[i%16]) != 1 {
					return false
				}
			}
			return true
		})
		t.Logf("%d members in 16 shards, all reached after %v", len(all), time.Since(start))
	})
}
