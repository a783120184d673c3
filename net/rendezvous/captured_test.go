// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous_test

import (
	"context"
	"fmt"
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

// capture answers at slots of level 0 with members of its own.
func capture(t *testing.T, n *oniontest.Net, slots int, name func(slot int) []onion.Address) {
	t.Helper()
	evil := n.Node()
	current, _, _, err := evil.SharedRandom(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait) // when the listeners below are closed
	for i := range slots {
		l, err := evil.Listen(t.Context(), rendezvous.SlotKey(current, "test", 0, i).Private(), 8)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		serving.Go(func() { answerWith(l, name(i)) })
	}
	time.Sleep(10 * time.Second)
}

func answerWith(l net.Listener, members []onion.Address) {
	var answering sync.WaitGroup
	defer answering.Wait() // each for a minute at most, its deadline
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		answering.Go(func() {
			defer c.Close()
			c.SetDeadline(time.Now().Add(time.Minute))
			io.ReadFull(c, make([]byte, rendezvous.RequestSize))
			c.Write(mesh.EncodeSample(rendezvous.AnswerSize, members))
			io.ReadFull(c, make([]byte, 1))
		})
	}
}

func TestASlotThatNamesNobodyWhoIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a captor who answers at half of the slots with keys of nobody,
		// and a network that works
		n := fast()
		n.Period = 24 * time.Hour
		capture(t, n, rendezvous.Slots/2, func(int) (all []onion.Address) {
			for range 16 {
				all = append(all, onion.GenerateKey().Address())
			}
			return all
		})
		var all []*member
		for range 10 {
			all = append(all, newMember(t, n, 0))
		}
		wait(t, 10*time.Minute, "one mesh", func() bool { return connected(all) == len(all) })
		// then each comes to doubt the slots that were captured, and no others
		wait(t, 20*time.Minute, "doubt", func() bool {
			doubting := 0
			for _, m := range all {
				if m.Status().Doubted > 0 {
					doubting++
				}
			}
			return doubting > len(all)/2
		})
		for i, m := range all {
			if s := m.Status(); s.Doubted > rendezvous.Slots/2 {
				t.Errorf("member %d doubts %d slots", i, s.Doubted)
			}
		}
	})
}

func TestASlotWhoseMembersDoNoWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a captor with members that take part in the mesh and hand
		// nothing on, and with two slots
		n := fast()
		n.Period = 24 * time.Hour
		var mute []*mesh.Mesh
		for range 6 {
			m, err := mesh.New(t.Context(), mesh.Params{
				Network: n.Node(), Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
				Check:   func(onion.Address, []byte) error { return mesh.ErrIgnore },
				Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { m.Close() })
			mute = append(mute, m)
		}
		capture(t, n, 2, func(slot int) (all []onion.Address) {
			for _, m := range mute[3*slot : 3*slot+3] {
				all = append(all, m.Address())
			}
			return all
		})
		// when somebody who found others as well meets them
		var all []*member
		for range 6 {
			all = append(all, newMember(t, n, 0))
		}
		wait(t, 10*time.Minute, "one mesh", func() bool { return connected(all) == len(all) })
		ctx, cancel := context.WithCancel(t.Context())
		var talking sync.WaitGroup
		defer talking.Wait()
		defer cancel()
		talking.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				_ = all[i%len(all)].Publish(ctx, fmt.Appendf(nil, "%08d", i))
				time.Sleep(5 * time.Second)
			}
		})
		// then the slots' answers come not to be used
		wait(t, 30*time.Minute, "doubt", func() bool {
			doubts := 0
			for _, m := range all {
				doubts += m.Status().Doubted
			}
			return doubts >= len(all)/2
		})
		// and those who work are known to
		for i, m := range all {
			working := 0
			for _, other := range all {
				if m.Standing(other.Mesh.Address()) == mesh.Working {
					working++
				}
			}
			if working == 0 {
				t.Errorf("member %d knows nobody who works", i)
			}
		}
	})
}
