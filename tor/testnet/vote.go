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
	interval int64 // seconds from the start until the consensus is valid
	offset   int64 // seconds that every round time is shifted by
}

// newFirstVote plans a first consensus for authorities that start now, on a
// machine that took keys to make their keys.
//
// Tor wants an interval that divides half an hour. At 6 it shortens the delays
// for votes and signatures to a second each, so that votes are cast 2 seconds
// before the consensus is valid, which leaves a relay 3 to start and to
// announce itself. At 10 it leaves the delays as they are, 4 seconds, and so
// the relay 5. A relay that comes later misses the first consensus, and the
// next is 10 seconds away or more; so a busy machine is given the time.
func newFirstVote(now time.Time, keys time.Duration) firstVote {
	v := firstVote{interval: 6}
	if keys > 2*time.Second {
		v.interval = 10
	}
	v.offset = now.Unix() % v.interval
	return v
}

func (v firstVote) authorityLines() string {
	return fmt.Sprintf("TestingV3AuthInitialVotingInterval %d\nTestingV3AuthVotingStartOffset %d\n",
		v.interval, v.offset)
}

// relayLines keep relays from asking for a consensus before there can be one.
// Each time they asked in vain they would wait longer before they ask again.
func (v firstVote) relayLines() string {
	return fmt.Sprintf("TestingServerConsensusDownloadInitialDelay %d\n", v.interval)
}
