// SPDX-License-Identifier: GPL-3.0-or-later

package mesh_test

import (
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

func TestMuteMembersLoseTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a copy that has all its places taken by members that take part
		// in the mesh and hand nothing on
		n := oniontest.New()
		var mute, honest []onion.Address
		for range 10 {
			m, err := mesh.New(t.Context(), mesh.Params{
				Network: n.Node(), Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
				Check:   func(onion.Address, []byte) error { return mesh.ErrIgnore },
				Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { m.Close() })
			mute = append(mute, m.Address())
		}
		var others []*member
		for range 4 {
			others = append(others, newMember(t, n, "test"))
			honest = append(honest, others[len(others)-1].Address())
		}
		m := newMember(t, n, "test")
		time.Sleep(10 * time.Second)
		m.Learn(mute)
		wait(t, time.Minute, "mute members", func() bool { return m.Peers() >= 8 })
		for _, o := range others[1:] {
			o.Learn(honest[:1])
		}
		// when it is told of one who is honest, by a source worth more
		m.Meet(honest[:1])
		wait(t, time.Minute, "company of the honest", func() bool { return others[0].Peers() >= 4 && others[1].Peers() > 0 })
		// then it comes to know who works, and gives them the places
		for range 150 {
			if err := others[1].Publish(t.Context(), payload()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(6 * time.Second)
		}
		for i, a := range honest {
			if got := m.Standing(a); got != mesh.Working {
				t.Errorf("honest member %d has standing %v", i, got)
			}
		}
		lost := 0
		for _, a := range mute {
			if m.Standing(a) == mesh.Mute {
				lost++
			}
		}
		if lost < len(mute)/2 { // some came late
			t.Errorf("%d of %d are known to be mute", lost, len(mute))
		}
	})
}
