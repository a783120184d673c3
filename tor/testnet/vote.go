// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"fmt"
	"time"
)

// firstVote is the plan for the first consensus. Votes are held at round times
// of the wall clock; left alone, the network would wait for one, or be
// surprised by one before its relays are up. Here the clock is set to the
// network: tor can shift the round times (TestingV3AuthVotingStartOffset).
type firstVote struct {
	interval int64 // seconds from one round time to the next
	offset   int64 // seconds that every round time is shifted by
	until    int64 // seconds from the start until the first consensus is valid
}

// maxOffset is the most that tor lets round times be shifted by: an ordinary
// voting interval, of which 10 seconds is the least.
const maxOffset = 10

// newFirstVote plans a first consensus for authorities that start now, on a
// machine that took keys to make their keys.
//
// Tor wants an interval that divides half an hour. At 6 it shortens the delays
// for votes and signatures to a second each, so that votes are cast 2 seconds
// before the consensus is valid, which leaves a relay 3 to start and to
// announce itself. Above, it leaves the delays as they are, 4 seconds, and so
// the relay 5 at 10, and 6 or more at 15. A relay that comes later misses the
// first consensus, and the next is 10 seconds away or more; so a busy machine is
// given the time.
func newFirstVote(now time.Time, keys time.Duration) firstVote {
	v := firstVote{interval: 6}
	switch {
	case keys > 6*time.Second:
		v.interval = 15
	case keys > 2*time.Second:
		v.interval = 10
	}
	passed := now.Unix() % v.interval
	v.offset = min(passed, maxOffset)
	v.until = v.interval - (passed - v.offset)
	return v
}

func (v firstVote) authorityLines() string {
	return fmt.Sprintf("TestingV3AuthInitialVotingInterval %d\nTestingV3AuthVotingStartOffset %d\n",
		v.interval, v.offset)
}

// relayLines keep relays from asking for a consensus before there can be one.
// Each time they asked in vain they would wait longer before they ask again.
func (v firstVote) relayLines() string {
	return fmt.Sprintf("TestingServerConsensusDownloadInitialDelay %d\n", v.until)
}
