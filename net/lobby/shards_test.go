// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

func TestAWayGoesDownTheTree(t *testing.T) {
	for range 1000 {
		w := wayOf(nil, 0)
		for level := range maxLevel + 1 {
			n := w.node(level)
			if !isNode(n) || level > 1 && n/2 != w.node(level-1) || level == 1 && n != 2 && n != 3 || level == 0 && n != 0 {
				t.Fatalf("level %d of %b: %d", level, w, n)
			}
		}
	}
	for s, want := range map[uint16]bool{0: true, 1: false, 2: true, 4095: true, 4096: false, 65535: false} {
		if isNode(s) != want {
			t.Errorf("%d", s)
		}
	}
}

func TestOneInterestIsOneWayAsFarAsInterestsGo(t *testing.T) {
	seen := make(map[uint16]bool)
	tag := session.Tag{0xab, 0xcd}
	for range 1000 {
		w := wayOf([]session.Tag{tag, {1}}, maxLevel)
		if got := w.node(interestLevels); got != 1<<interestLevels|0xab>>2 {
			t.Fatalf("%d", got)
		}
		seen[w.node(maxLevel)] = true
	}
	// and in the last ones it is split like any other
	if len(seen) != 1<<(maxLevel-interestLevels) {
		t.Errorf("%d shards", len(seen))
	}
}

func TestASeekerHearsItsOwnShardAndTheWayUp(t *testing.T) {
	for deepest := range maxLevel + 1 {
		for level := range deepest + 1 {
			w := wayOf(nil, 0)
			shards := w.ascent(level, deepest)
			if len(shards) > maxFollowed-1 || !slices.Contains(shards, 0) || !slices.Contains(shards, w.node(level)) {
				t.Fatalf("level %d of %d: %v", level, deepest, shards)
			}
			// and whoever climbed once from this level
			if up := above(level); !slices.Contains(shards, w.node(up)) {
				t.Fatalf("level %d of %d: does not hear level %d", level, deepest, up)
			}
		}
	}
}

func TestNoShardHasTooFewMembers(t *testing.T) {
	for members, want := range map[int]int{
		0: 0, 1: 0, 127: 0, 128: 1, 255: 1, 256: 2, 1000: 3,
		6272:     6, // what package rendezvous takes every large network for
		64 << 11: maxLevel, math.MaxInt: maxLevel,
	} {
		if got := newTree(silentMesh{}, func() int { return members }).deepest(); got != want {
			t.Errorf("%d members: %d levels, not %d", members, got, want)
		}
	}
}

func TestASeekerThatFindsNobodyClimbsToTheRoot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Lobby{tree: newTree(silentMesh{}, func() int { return 64 << maxLevel })}
		s := &search{lobby: l, moved: make(chan struct{}), met: time.Now()}
		s.ctx, s.cancel = t.Context(), func() {}
		w := wayOf(nil, 0)
		var shards []uint16
		begin := time.Now()
		go s.wander(w, maxLevel)
		for s.shard = w.node(maxLevel); ; {
			shard, moved := s.place()
			if shards = append(shards, shard); shard == 0 {
				break
			}
			<-moved
		}
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("at the root after %v", took)
		}
		if want := []uint16{w.node(11), w.node(7), 0}; !slices.Equal(shards, want) {
			t.Errorf("climbed by %v, want %v", shards, want)
		}
	})
}
