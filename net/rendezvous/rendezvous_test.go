// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/rendezvous"
)

// member is a real mesh member that looks for others by slots.
type member struct {
	*mesh.Mesh
	*rendezvous.Rendezvous
	node *oniontest.Node
	stop func()

	mu    sync.Mutex
	heard map[string]bool // payloads
}

func (m *member) hears(payload string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heard[payload]
}

// payloadSize is the size of what members gossip.
const payloadSize = 8

func newMember(t *testing.T, n *oniontest.Net, island int) *member {
	t.Helper()
	m := &member{node: n.Node(), heard: make(map[string]bool)}
	m.node.SetIsland(island)
	var err error
	m.Mesh, err = mesh.New(t.Context(), mesh.Params{
		Network: m.node, Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
		Check: func(onion.Address, []byte) error { return nil }, TakePush: func([]byte) error { return nil },
		Deliver: func(p []byte) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.heard[string(p)] = true
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Rendezvous = rendezvous.New(rendezvous.Params{Network: m.node, Mesh: m.Mesh, Name: "test"})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { m.Run(ctx) })
	m.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		m.Mesh.Close()
	})
	t.Cleanup(m.stop)
	return m
}

func wait(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Since(start) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// fast is a network whose random value changes every 24 minutes.
func fast() *oniontest.Net {
	n := oniontest.New()
	n.Period = 24 * time.Minute
	return n
}

func TestFirstOnAnEmptyNetworkCanBeFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := fast()
		first := newMember(t, n, 0)
		wait(t, 15*time.Second, "hosting", func() bool { return first.Status().Hosting })
		time.Sleep(3 * time.Minute)
		// when the second comes, with no address given to either
		second := newMember(t, n, 0)
		wait(t, 20*time.Second, "a meeting", func() bool { return first.Peers() == 1 && second.Peers() == 1 })
		if second.Status().Answered == 0 {
			t.Error("a slot answered but is not counted")
		}
	})
}

func TestManyThatStartAtOnceBecomeOneMesh(t *testing.T) {
	for _, many := range []int{2, 6, together} {
		synctest.Test(t, func(t *testing.T) {
			n := fast()
			all := make([]*member, many)
			for i := range all {
				all[i] = newMember(t, n, 0)
			}
			start := time.Now()
			wait(t, 5*time.Minute, "one mesh", func() bool { return connected(all) == many })
			t.Logf("%d that start at once are one mesh after %v", many, time.Since(start))
		})
	}
}

// connected returns how many members the first can reach by way of Knows.
func connected(all []*member) int {
	reached := map[*member]bool{all[0]: true}
	queue := []*member{all[0]}
	for len(queue) > 0 {
		m := queue[0]
		queue = queue[1:]
		if m.Peers() == 0 {
			continue
		}
		for _, other := range all {
			if !reached[other] && m.Knows(other.Mesh.Address()) {
				reached[other] = true
				queue = append(queue, other)
			}
		}
	}
	return len(reached)
}

func TestTwoHostsOfOneSlotMerge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two groups that formed while they could not reach each other
		n := fast()
		var all []*member
		for i := range 8 {
			all = append(all, newMember(t, n, i%2))
		}
		time.Sleep(5 * time.Minute)
		if c := connected(all); c != 4 {
			t.Fatalf("%d in one group", c)
		}
		// when the networks are joined
		for _, m := range all {
			m.node.SetIsland(0)
		}
		// then they become one mesh by themselves
		start := time.Now()
		wait(t, 15*time.Minute, "one mesh", func() bool { return connected(all) == 8 })
		t.Logf("merged after %v", time.Since(start))
	})
}

func TestFoundThroughAChangeOfTheRandomValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := fast()
		first := newMember(t, n, 0)
		wait(t, 15*time.Second, "hosting", func() bool { return first.Status().Hosting })
		// when newcomers come all through two changes, each while nobody
		// but the first is there
		for range 25 {
			time.Sleep(2 * time.Minute)
			second := newMember(t, n, 0)
			wait(t, time.Minute, "a meeting", func() bool { return second.Peers() == 1 })
			second.stop()
		}
	})
}

func TestAnswersOfThePeriodBeforeDoNotCountForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a newcomer that came just behind a change, and heard of a
		// member at its slot of both periods
		n := fast()
		first := newMember(t, n, 0)
		wait(t, 15*time.Second, "hosting", func() bool { return first.Status().Hosting })
		now, _, _, err := first.node.SharedRandom(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wait(t, n.Period, "a change", func() bool {
			current, _, _, err := first.node.SharedRandom(t.Context())
			return err == nil && current != now
		})
		time.Sleep(30 * time.Second)
		second := newMember(t, n, 0)
		wait(t, time.Minute, "both answers", func() bool { return second.Status().Answered == 2 })
		// when the period before counts no more, then its answer does not either
		time.Sleep(n.Period / 8)
		if got := second.Status().Answered; got > 1 {
			t.Errorf("%d slots answered, not 1", got)
		}
	})
}

func TestHostComesBackWithTor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := fast()
		first := newMember(t, n, 0)
		wait(t, 15*time.Second, "hosting", func() bool { return first.Status().Hosting })
		first.node.Kill()
		time.Sleep(20 * time.Second)
		first.node.Restart()
		second := newMember(t, n, 0)
		wait(t, time.Minute, "a meeting", func() bool { return second.Peers() == 1 })
	})
}

func TestCapturedSlotsDoNotStopTheHonest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given somebody who answers nonsense at three slots
		n := fast()
		evil := n.Node()
		current, _, _, err := evil.SharedRandom(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var serving sync.WaitGroup
		defer serving.Wait() // after the listeners below are closed
		for i := range 3 {
			l, err := evil.Listen(t.Context(), rendezvous.SlotKey(current, "test", 0, i).Private(), 8)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			serving.Go(func() { nonsense(l) })
		}
		time.Sleep(10 * time.Second)
		// then two honest ones still meet
		a, b := newMember(t, n, 0), newMember(t, n, 0)
		wait(t, 5*time.Minute, "a meeting", func() bool { return a.Peers() == 1 && b.Peers() == 1 })
		if a.Status().Answered > 5 {
			t.Error("nonsense counts as an answer")
		}
	})
}

func nonsense(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		io.ReadFull(c, make([]byte, rendezvous.RequestSize))
		c.Write(bytes.Repeat([]byte{1}, rendezvous.AnswerSize))
		c.Close()
	}
}

func TestSlotKeyVectors(t *testing.T) {
	// Every copy must derive the same keys for ever: these are the promise.
	for _, tc := range []struct {
		network      string
		level, index int
		want         string
	}{
		{"", 0, 0, "8b5b100d86a6021c"},
	} {
		got := rendezvous.SlotKey([32]byte{}, tc.network, tc.level, tc.index).Address()
		if hex.EncodeToString(got[:8]) != tc.want {
			t.Errorf("%q %d/%d: %x", tc.network, tc.level, tc.index, got[:8])
		}
	}
	seen := make(map[onion.Address]bool)
	for _, network := range []string{"", "a", "b"} {
		for level := range 3 {
			for index := range rendezvous.Slots {
				for _, random := range [][32]byte{{}, {1}} {
					seen[rendezvous.SlotKey(random, network, level, index).Address()] = true
				}
			}
		}
	}
	if len(seen) != 3*3*rendezvous.Slots*2 {
		t.Fatalf("%d different keys", len(seen))
	}
}
