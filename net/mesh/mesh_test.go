// SPDX-License-Identifier: GPL-3.0-or-later

package mesh_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

const payloadSize = 256

// member is one Mesh of a test with what it was given.
type member struct {
	*mesh.Mesh
	node *oniontest.Node

	mu        sync.Mutex
	delivered map[string]int
	pushed    [][]byte
}

func (m *member) got(payload []byte) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.delivered[string(payload)]
}

func (m *member) pushes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.pushed)
}

// The first bytes of payloads that Check refuses, the latter for good, unless
// they are our own.
const (
	bad    = 0xff
	forged = 0xfe
)

func newMember(t *testing.T, n *oniontest.Net, name string) *member {
	t.Helper()
	m := &member{node: n.Node(), delivered: make(map[string]int)}
	key := onion.GenerateKey()
	var err error
	m.Mesh, err = mesh.New(t.Context(), mesh.Params{
		Network: m.node, Key: key, Name: name, PayloadSize: payloadSize,
		Check: func(from onion.Address, p []byte) error {
			switch {
			case p[0] == bad:
				return errors.New("bad")
			case p[0] == forged && from != key.Address():
				return fmt.Errorf("%w: forged", mesh.ErrExpel)
			}
			return nil
		},
		Deliver: func(p []byte) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.delivered[string(p)]++
		},
		TakePush: func(p []byte) error {
			if p[0] == bad {
				return errors.New("bad")
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			m.pushed = append(m.pushed, p)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func payload() []byte {
	p := make([]byte, payloadSize)
	rand.Read(p[1:])
	return p
}

func wait(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Since(start) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

func TestMembersFindEachOtherFromOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given eight members, each of which knows the first alone
		n := oniontest.New()
		all := make([]*member, 8)
		for i := range all {
			all[i] = newMember(t, n, "test")
		}
		time.Sleep(10 * time.Second)
		for _, m := range all[1:] {
			m.Learn([]onion.Address{all[0].Address()})
		}
		// then everybody comes to know everybody
		wait(t, 3*time.Minute, "a full mesh", func() bool {
			for _, m := range all {
				if m.Peers() < 7 {
					return false
				}
			}
			return true
		})
		// when one publishes, then all get it once, the publisher included
		p := payload()
		if err := all[3].Publish(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		for i, m := range all {
			if m.got(p) != 1 {
				t.Errorf("member %d has it %d times", i, m.got(p))
			}
		}
	})
}

func TestWhoDialsUsDoesNotFillOurPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a member that more others have dialed than it needs
		n := oniontest.New()
		m := newMember(t, n, "test")
		honest := newMember(t, n, "test")
		crowd := make([]*member, 12)
		for i := range crowd {
			crowd[i] = newMember(t, n, "test")
		}
		time.Sleep(10 * time.Second)
		for _, c := range crowd {
			c.Learn([]onion.Address{m.Address()})
		}
		wait(t, time.Minute, "the crowd", func() bool { return m.Peers() == len(crowd) })
		// when it hears of one more, then it still dials
		m.Learn([]onion.Address{honest.Address()})
		wait(t, time.Minute, "a member that it chose", func() bool { return honest.Peers() > 0 })
	})
}

func TestWhoRelaysWhatNobodyWouldIsExpelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two members
		n := oniontest.New()
		a, b := newMember(t, n, "test"), newMember(t, n, "test")
		time.Sleep(10 * time.Second)
		a.Learn([]onion.Address{b.Address()})
		wait(t, time.Minute, "each other", func() bool { return a.Peers() == 1 && b.Peers() == 1 })
		time.Sleep(10 * time.Second)
		// when one sends what it alone finds good
		p := payload()
		p[0] = forged
		if err := b.Publish(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		// then the other ends their connection
		wait(t, 20*time.Second, "the end", func() bool { return a.Peers() == 0 })
		if a.got(p) != 0 || b.got(p) != 1 {
			t.Errorf("%d and %d have it", a.got(p), b.got(p))
		}
	})
}

func TestNetworksWithDifferentNamesNeverMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newMember(t, n, "one"), newMember(t, n, "two")
		time.Sleep(10 * time.Second)
		a.Learn([]onion.Address{b.Address()})
		time.Sleep(5 * time.Minute)
		if a.Peers() != 0 || b.Peers() != 0 {
			t.Fatalf("%d and %d peers", a.Peers(), b.Peers())
		}
	})
}

func TestPushNeverMakesAMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newMember(t, n, "test"), newMember(t, n, "test")
		time.Sleep(10 * time.Second)
		if err := a.Push(t.Context(), b.Address(), payload()); err != nil {
			t.Fatal(err)
		}
		if b.pushes() != 1 {
			t.Fatalf("%d pushes", b.pushes())
		}
		time.Sleep(5 * time.Second)
		if b.Peers() != 0 || len(b.Members(9)) != 0 {
			t.Fatal("who pushed became a member")
		}
		refused := payload()
		refused[0] = bad
		if err := a.Push(t.Context(), b.Address(), refused); !errors.Is(err, mesh.ErrRefused) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestInvalidPayloadsAreNotForwarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := newMember(t, n, "test"), newMember(t, n, "test")
		time.Sleep(10 * time.Second)
		a.Learn([]onion.Address{b.Address()})
		wait(t, time.Minute, "gossip", func() bool { return a.Peers() == 1 && b.Peers() == 1 })
		p := payload()
		p[0] = bad
		for _, p := range [][]byte{p, make([]byte, payloadSize-1), make([]byte, payloadSize+1), {}} {
			if a.Publish(t.Context(), p) == nil {
				t.Errorf("%d bytes published", len(p))
			}
		}
	})
}

func TestMeshHealsWhenTorDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		var all []*member
		for range 4 {
			all = append(all, newMember(t, n, "test"))
		}
		time.Sleep(10 * time.Second)
		for _, m := range all[1:] {
			m.Learn([]onion.Address{all[0].Address()})
		}
		full := func() bool {
			for _, m := range all {
				if m.Peers() < 3 {
					return false
				}
			}
			return true
		}
		wait(t, 2*time.Minute, "a full mesh", full)
		// when one tor dies and is started again
		all[2].node.Kill()
		time.Sleep(3 * time.Second)
		if all[2].Peers() != 0 {
			t.Fatal("peers without tor")
		}
		all[2].node.Restart()
		// then it is a member as before, without anybody telling it anything
		wait(t, 2*time.Minute, "a healed mesh", full)
		time.Sleep(3 * time.Second) // GossipSub hands on to those whom it took in at a heartbeat, each second
		p := payload()
		if err := all[2].Publish(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		for i, m := range all {
			if m.got(p) != 1 {
				t.Errorf("member %d has it %d times", i, m.got(p))
			}
		}
	})
}

func TestManyMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		all := make([]*member, many)
		for i := range all {
			all[i] = newMember(t, n, "test")
		}
		time.Sleep(10 * time.Second)
		for i, m := range all[1:] {
			m.Learn([]onion.Address{all[i/4].Address()})
		}
		wait(t, 5*time.Minute, "six peers each", func() bool {
			for _, m := range all {
				if m.Peers() < 6 {
					return false
				}
			}
			return true
		})
		p := payload()
		if err := all[0].Publish(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		wait(t, time.Minute, "delivery to all", func() bool {
			for _, m := range all {
				if m.got(p) == 0 {
					return false
				}
			}
			return true
		})
		t.Logf("%d members, delivered to all within %v", many, time.Since(start))
	})
}

func TestPublishAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMember(t, oniontest.New(), "test")
		if err := m.Publish(t.Context(), payload()); !errors.Is(err, mesh.ErrAlone) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestSampleRoundTrip(t *testing.T) {
	for n := range 17 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var want []onion.Address
			for range n {
				want = append(want, onion.GenerateKey().Address())
			}
			b := mesh.EncodeSample(512, want)
			if len(b) != 512 {
				t.Fatalf("%d bytes", len(b))
			}
			got, err := mesh.DecodeSample(b)
			if err != nil || len(got) != min(n, 16) {
				t.Fatalf("%d of %d, %v", len(got), n, err)
			}
		})
	}
}

func TestSampleRefuses(t *testing.T) {
	a := onion.GenerateKey().Address()
	identity := onion.Address{1}
	for name, b := range map[string][]byte{
		"a key twice":             mesh.EncodeSample(128, []onion.Address{a, a}),
		"a key behind the end":    append(make([]byte, 32), a[:]...),
		"a key of small order":    mesh.EncodeSample(64, []onion.Address{identity}),
		"bytes behind the sample": append(mesh.EncodeSample(32, []onion.Address{a}), 1),
	} {
		if _, err := mesh.DecodeSample(b); err == nil {
			t.Error(name)
		}
	}
}

func FuzzDecodeSample(f *testing.F) {
	f.Add(mesh.EncodeSample(512, []onion.Address{onion.GenerateKey().Address()}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := mesh.DecodeSample(b)
		if err != nil {
			return
		}
		if string(mesh.EncodeSample(len(b), got)) != string(b) {
			t.Fatal("two encodings of one sample")
		}
	})
}

func TestNewGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := oniontest.New().Node()
		node.Kill()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := mesh.New(ctx, mesh.Params{
			Network: node, Key: onion.GenerateKey(), Name: "test", PayloadSize: payloadSize,
			Check: func(onion.Address, []byte) error { return nil }, Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil },
		})
		if err == nil {
			t.Fatal("a mesh without tor")
		}
	})
}
