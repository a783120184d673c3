// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
)

// members returns those with numbers from first up to last.
func members(first, last int) (all []onion.Address) {
	for i := first; i <= last; i++ {
		all = append(all, name(i))
	}
	return all
}

func TestEnoughIsHeard(t *testing.T) {
	same := members(1, 16)
	for what, tc := range map[string]struct {
		answers        [][]onion.Address
		voices, meshes int
		enough         bool
	}{
		"nobody":                         {nil, 0, 0, false},
		"one":                            {[][]onion.Address{same}, 1, 1, false},
		"three who say the same":         {[][]onion.Address{same, same, same}, 1, 1, false},
		"three, of one mesh":             {[][]onion.Address{members(1, 16), members(12, 27), members(24, 39)}, 3, 1, true},
		"two of one mesh":                {[][]onion.Address{members(1, 16), members(12, 27)}, 2, 1, false},
		"three who share nothing":        {[][]onion.Address{members(1, 16), members(21, 36), members(41, 56)}, 3, 3, false},
		"two of one mesh, and a liar":    {[][]onion.Address{members(1, 16), members(12, 27), members(90, 99)}, 3, 2, false},
		"a liar with three slots":        {[][]onion.Address{members(1, 16), members(2, 17), members(3, 18)}, 1, 1, false},
		"six who share nothing":          {[][]onion.Address{members(1, 2), members(3, 4), members(5, 6), members(7, 8), members(9, 10), members(11, 12)}, 6, 6, true},
		"six who say the same":           {[][]onion.Address{same, same, same, same, same, same}, 1, 1, true},
		"a bridge that is the last said": {[][]onion.Address{members(1, 16), members(21, 36), members(16, 21)}, 3, 1, true},
		"part of another answer":         {[][]onion.Address{same, members(3, 4)}, 1, 1, false},
	} {
		for range 3 { // in several orders
			if v, m, e := voices(tc.answers), meshes(tc.answers), enough(tc.answers); v != tc.voices || m != tc.meshes || e != tc.enough {
				t.Errorf("%s: %d voices, %d meshes, %v", what, v, m, e)
			}
			if len(tc.answers) > 1 {
				tc.answers = append(slices.Clone(tc.answers[1:]), tc.answers[0])
			}
		}
	}
}

func TestRememberKeepsTheLast(t *testing.T) {
	got := remember(members(1, 5), []onion.Address{name(2), name(6), name(6)}, 5)
	if want := []onion.Address{name(3), name(4), name(5), name(2), name(6)}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestASlotIsJudgedByThoseItNames(t *testing.T) {
	for what, tc := range map[string]struct {
		standing []mesh.Standing
		want     bool
	}{
		"nothing known":           {[]mesh.Standing{mesh.Untried, mesh.Untried, mesh.Untried}, false},
		"two are not there":       {[]mesh.Standing{mesh.Unreachable, mesh.Unreachable, mesh.Untried}, false},
		"three are of no use":     {[]mesh.Standing{mesh.Unreachable, mesh.Mute, mesh.Unreachable, mesh.Untried}, true},
		"one of them works":       {[]mesh.Standing{mesh.Unreachable, mesh.Mute, mesh.Unreachable, mesh.Working}, false},
		"one works, it was first": {[]mesh.Standing{mesh.Working, mesh.Mute, mesh.Mute, mesh.Mute, mesh.Mute}, false},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := &visited{named: members(0, len(tc.standing)-1)}
				judge := func() {
					v.judge(func(a onion.Address) mesh.Standing { return tc.standing[a[7]] })
				}
				judge()
				if v.doubted() != tc.want {
					t.Errorf("doubted: %v", v.doubted())
				}
				// and nobody is doubted for ever, or twice for the same
				time.Sleep(doubtFor)
				judge()
				if v.doubted() {
					t.Error("doubted still")
				}
			})
		})
	}
}
