// SPDX-License-Identifier: GPL-3.0-or-later

package mesh_test

import (
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

func TestWhoTakesStreamsAndSaysNothingHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given members that take streams and never say a word, as many as are
		// dialed at a time: two as members to meet, and three besides
		n := oniontest.New()
		var silent []onion.Address
		var taking sync.WaitGroup
		t.Cleanup(taking.Wait) // when the listeners below are closed
		for range 5 {
			key := onion.GenerateKey()
			l, err := n.Node().Listen(t.Context(), key.Private(), 8)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			taking.Go(func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					taking.Go(func() {
						defer conn.Close()
						_, _ = io.Copy(io.Discard, conn)
					})
				}
			})
			silent = append(silent, key.Address())
		}
		honest := newMember(t, n, "test")
		m := newMember(t, n, "test")
		time.Sleep(10 * time.Second)
		// when a copy dials them, and then hears of one who is honest
		m.Meet(silent)
		time.Sleep(time.Second)
		m.Learn([]onion.Address{honest.Address()})
		// then it gives up on some of them soon, and is in company
		wait(t, time.Minute, "company", func() bool { return m.Peers() > 0 })
	})
}
