// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"testing"
	"time"
)

func TestFirstVoteIsNear(t *testing.T) {
	for keys, want := range map[time.Duration]struct{ least, most int64 }{
		time.Second:      {6, 6},
		4 * time.Second:  {10, 10},
		20 * time.Second: {11, 15},
	} {
		for second := range int64(60) {
			now := time.Unix(1_800_000_000+second, 999)
			v := newFirstVote(now, keys)
			if v.until < want.least || v.until > want.most {
				t.Errorf("%v for keys, at %d: the consensus is %d seconds away", keys, second, v.until)
			}
			// Tor's rule: a round begins where the time less the offset is a
			// multiple of the interval; and the first one after now counts.
			if (now.Unix()+v.until-v.offset)%v.interval != 0 || v.until > v.interval {
				t.Errorf("%v for keys, at %d: %+v is not the first round", keys, second, v)
			}
			if v.offset > 10 || 1800%v.interval != 0 {
				t.Errorf("tor refuses %+v", v)
			}
		}
	}
}
