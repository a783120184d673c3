// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

func TestWhoLeftBeforeItWasCountedIsDialedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a member whose connection ended while it was made a member
		n := oniontest.New()
		start := func(key onion.Key) *Mesh {
			m, err := New(t.Context(), Params{
				Network: n.Node(), Key: key, Name: "test", PayloadSize: 256,
				Check: func(onion.Address, []byte) error { return nil }, Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { m.Close() })
			return m
		}
		key := onion.GenerateKey()
		us, other := start(onion.GenerateKey()), start(key)
		id, err := key.Address().Peer()
		if err != nil {
			t.Fatal(err)
		}
		met := func() {
			t.Helper()
			for begin := time.Now(); us.Peers() == 0; time.Sleep(100 * time.Millisecond) {
				if time.Since(begin) > time.Minute {
					t.Fatal("not met within a minute")
				}
			}
		}
		time.Sleep(10 * time.Second)
		us.Learn([]onion.Address{key.Address()})
		met()
		conn := us.host.swarm.ConnsToPeer(id)[0]
		other.Close()
		time.Sleep(10 * time.Second)
		us.join(id, conn, false)
		// when it is there again
		start(key)
		// then it is met again, though it does not know us
		met()
	})
}
