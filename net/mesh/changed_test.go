// SPDX-License-Identifier: GPL-3.0-or-later

package mesh_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

func TestCompanyIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 5 { // so that luck does not do
			// given two members, one of which looks only when it is told to
			n := oniontest.New()
			host := newMember(t, n, "test")
			var told atomic.Pointer[time.Time]
			var m *mesh.Mesh
			stir := make(chan struct{}, 1)
			var err error
			m, err = mesh.New(t.Context(), mesh.Params{
				Network: n.Node(), Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
				Check: func(onion.Address, []byte) error { return nil }, Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil },
				Changed: func() {
					select {
					case stir <- struct{}{}:
					default:
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			looking := make(chan struct{})
			go func() {
				defer close(looking)
				for range stir {
					if m.Peers() == 1 && told.Load() == nil {
						now := time.Now()
						told.Store(&now)
					}
				}
			}()
			time.Sleep(10 * time.Second)
			// when it meets the other
			m.Learn([]onion.Address{host.Address()})
			for m.Peers() == 0 {
				time.Sleep(time.Millisecond)
			}
			met := time.Now()
			time.Sleep(5 * time.Second)
			// then it was told so as soon as it was true
			if at := told.Load(); at == nil || at.Sub(met).Abs() > 10*time.Millisecond {
				t.Errorf("met at %v, told at %v", met, at)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
			close(stir)
			<-looking
		}
	})
}
