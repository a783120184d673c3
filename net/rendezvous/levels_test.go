// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/rendezvous"
)

// large stands for a mesh of many members, of which a test runs but some.
type large struct {
	all   []onion.Address
	known map[onion.Address]bool // empty for one that has not joined yet

	mu   sync.Mutex
	told []onion.Address // by Learn and Bridge
}

func (m *large) draw(n int) (some []onion.Address) {
	seen := make(map[int]bool)
	for len(some) < min(n, len(m.all)) {
		if i := rand.IntN(len(m.all)); !seen[i] {
			seen[i] = true
			some = append(some, m.all[i])
		}
	}
	return some
}

func (m *large) Address() onion.Address { return m.all[0] }

func (m *large) Members(n int) (some []onion.Address) {
	for a := range m.known {
		if len(some) < n {
			some = append(some, a)
		}
	}
	return some
}

func (m *large) Answers() (all [][]onion.Address) {
	for range 16 {
		all = append(all, m.draw(16))
	}
	return all
}

func (m *large) Knows(a onion.Address) bool           { return m.known[a] }
func (m *large) Peers() int                           { return len(m.known) }
func (m *large) Standing(onion.Address) mesh.Standing { return mesh.Untried }
func (m *large) Bridge(addresses []onion.Address)     { m.Learn(addresses) }
func (m *large) Meet(addresses []onion.Address)       { m.Learn(addresses) }
func (m *large) Learn(addresses []onion.Address) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told = append(m.told, addresses...)
}

// join returns a member of a large mesh, or one that wants to be.
func join(t *testing.T, n *oniontest.Net, all []onion.Address, joined bool) (*rendezvous.Rendezvous, *large) {
	m := &large{all: all, known: make(map[onion.Address]bool)}
	if joined {
		for _, a := range (&large{all: all[1:]}).draw(40) { // never ourselves
			m.known[a] = true
		}
	}
	r := rendezvous.New(rendezvous.Params{Network: n.Node(), Mesh: m, Name: "test"})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return r, m
}

// perLevel is one number for each level.
type perLevel [rendezvous.Levels]int

// network is one of a size, of which some members are run.
type network struct {
	members, watchers int
	least, most       perLevel // hosts
}

func TestANetworkOfManyUsesAllLevels(t *testing.T) {
	for _, tc := range sizes {
		synctest.Test(t, func(t *testing.T) {
			// given some members of a network
			n := oniontest.New()
			all := make([]onion.Address, tc.members)
			for i := range all {
				all[i] = onion.GenerateKey().Address()
			}
			time.Sleep(4 * time.Hour) // behind the change of the random value
			var members []*rendezvous.Rendezvous
			for range tc.watchers {
				r, _ := join(t, n, all, true)
				members = append(members, r)
			}
			time.Sleep(time.Hour)
			// then the levels that fit its size are hosted, and no others
			var hosts perLevel
			var sizes []int
			for _, r := range members {
				s := r.Status()
				sizes = append(sizes, s.Size)
				if s.Hosting {
					hosts[s.Level]++
				}
			}
			slices.Sort(sizes)
			t.Logf("%d members, taken for %d: hosts at each level: %v", tc.members, sizes[len(sizes)/2], hosts)
			for level, got := range hosts {
				if got < tc.least[level] || got > tc.most[level] {
					t.Errorf("level %d has %d hosts, not %d to %d", level, got, tc.least[level], tc.most[level])
				}
			}
			// when somebody comes, then a few questions are enough
			newcomer, told := join(t, n, all, false)
			start := time.Now()
			wait(t, time.Minute, "answers", func() bool {
				told.mu.Lock()
				defer told.mu.Unlock()
				return len(told.told) >= 32
			})
			t.Logf("two answers after %v", time.Since(start))
			time.Sleep(10 * time.Second)
			s := newcomer.Status()
			t.Logf("after ten seconds: %d answers, of which %d differ", s.Answered, s.Independent)
			if s.Answered < 3 || s.Answered > 14 || s.Independent < 1 || !s.SlotsAlone {
				t.Errorf("got %+v", s)
			}
		})
	}
}
