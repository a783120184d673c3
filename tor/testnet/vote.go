// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"fmt"
	"time"
)

// firstInterval is, in seconds, the voting interval until there is a
// consensus. Tor takes no less than 5, and at less than 8 shortens the delays
// for votes and signatures to a second each: votes are cast two seconds before
// the consensus is valid. So a relay has about four seconds to start and
// to announce itself. One that comes later misses the first consensus, and the
// next is a whole ordinary interval away.
const firstInterval = 6

// firstVote is the plan for the first consensus. Votes are held at round times
// of the wall clock; left alone, the network would wait for one, or be
// surprised by one before its relays are up. Here the clock is set to the
// network: tor can shift the round times (TestingV3AuthVotingStartOffset).
type firstVote struct {
	offset int64 // seconds that every round time is shifted by
	until  int64 // seconds until the first consensus is valid
}

// newFirstVote plans a first consensus for authorities that start now.
func newFirstVote(now time.Time) firstVote {
	return firstVote{offset: now.Unix() % firstInterval, until: firstInterval}
}

func (v firstVote) authorityLines() string {
	return fmt.Sprintf("TestingV3AuthInitialVotingInterval %d\nTestingV3AuthVotingStartOffset %d\n",
		firstInterval, v.offset)
}

// relayLines keep relays from asking for a consensus before there can be one.
// Each time they asked in vain they would wait longer before they ask again.
func (v firstVote) relayLines() string {
	return fmt.Sprintf("TestingServerConsensusDownloadInitialDelay %d\n", v.until)
}
