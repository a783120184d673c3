// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestE2EFaults(t *testing.T) {
	t.Parallel()
	var (
		circuits = timing{fault: "the circuit is closed, without cover", from: "then"}
		dialer   = timing{fault: "the dialing side's tor is killed, with cover", from: "then"}
		answerer = timing{fault: "the answering side's tor is killed, with cover", from: "then"}
		relays   = timing{fault: "two relays of the circuit are killed, with cover and without", from: "then"}
	)
	// given two pairs, each of which outlives its faults
	var pairs [2]*pair
	t.Run("at once", func(both *testing.T) {
		both.Run("circuits are closed", func(inner *testing.T) {
			inner.Parallel()
			pairs[0] = newPair(inner, t, "circuits", "--cover=false")
			pairs[0].loseCircuits(&circuits)
		})
		both.Run("either tor is killed, with cover", func(inner *testing.T) {
			inner.Parallel()
			pairs[1] = newPair(inner, t, "tors")
			pairs[1].killTors(&dialer, &answerer)
		})
	})
	if !t.Failed() {
		t.Run("relays are killed", func(inner *testing.T) {
			for _, p := range pairs {
				p.within(inner)
			}
			killRelays(inner, &relays, pairs[:])
		})
	}
	report(t, &circuits, &dialer, &answerer, &relays)
}

// loseCircuits closes the conversation's circuits 20 times during 400
// messages, now from the one side, now from the other.
func (p *pair) loseCircuits(times *timing) {
	p.t.Helper()
	const closings, messages = 20, 200
	for i := range closings {
		// given messages on their way in both directions
		p.talk((messages - p.said[0]) / (closings - i) / 2)
		time.Sleep(rand.N(500 * time.Millisecond))
		// when
		began := time.Now()
		p.closeCircuits(i % 2)
		// and more is said meanwhile
		p.talk((messages - p.said[0]) / (closings - i) / 2)
		// then
		p.awaitResumed(times, began, began, patience)
	}
	p.talk(messages - p.said[0])
	p.awaitDelivered(patience)
	p.checkTalk()
	p.t.Logf("%d and %d messages", p.said[0], p.said[1])
}

// killTors kills first the tor of the side that dialed, then the other's.
func (p *pair) killTors(dialer, answerer *timing) {
	p.t.Helper()
	for _, times := range []*timing{dialer, answerer} {
		side := p.dialer()
		if times == answerer {
			side = 1 - side
		}
		p.talk(5)
		began := time.Now()
		killed := p.killTor(p.copies[side])
		p.talk(5)
		p.awaitResumed(times, began, began, patience)
		after, err := p.copies[side].TorPID()
		p.ok(err)
		if after == killed {
			p.t.Fatal("it resumed with a tor that was killed")
		}
		p.talk(5)
		p.awaitDelivered(patience)
	}
	p.checkTalk()
}

// killRelays kills two relays that are no authorities, such as carry one of
// the conversations if possible.
func killRelays(t *testing.T, times *timing, pairs []*pair) {
	t.Helper()
	network, err := farTor.Network()
	if err != nil {
		t.Fatal(err)
	}
	carries := make(map[string][]*pair) // by fingerprint
	for _, p := range pairs {
		p.talk(5)
		for _, relay := range p.relays() {
			if !slices.Contains(carries[relay], p) {
				carries[relay] = append(carries[relay], p)
			}
		}
	}
	relays := network.Relays()
	order := make([]int, len(relays))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return len(carries[relays[j].Fingerprint]) - len(carries[relays[i].Fingerprint])
	})
	hit := make(map[*pair]bool)
	began := time.Now()
	for _, i := range order[:2] {
		for _, p := range carries[relays[i].Fingerprint] {
			hit[p] = true
		}
		if err := network.KillRelay(i); err != nil {
			t.Fatal(err)
		}
	}
	if len(hit) == 0 {
		t.Fatal("no conversation runs over a relay that is no authority")
	}
	for _, p := range pairs {
		p.talk(5)
	}
	for _, p := range pairs {
		if hit[p] {
			// For a while tor picks the dead ones for new circuits too.
			p.awaitResumed(times, began, began, lostAfter)
		}
		p.talk(5)
		p.awaitDelivered(patience)
		p.checkTalk()
	}
}
