// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import "time"

// Everything that a stranger can make this package hold, do or wait for is
// bounded here.
const (
	// Interests.
	MaxInterests   = 4   // in one search: one for each tag of a beacon
	MaxInterest    = 32  // characters in one interest
	maxInterestRaw = 512 // bytes of one interest as typed, before it is put in order

	// Beacons. One epoch is one time slice of a beacon's validity.
	Epoch         = 10 * time.Minute
	maxPool       = 4096             // beacons kept; the oldest leaves for a new one (about 1 MB)
	maxVouched    = 1024             // beacons remembered as checked, from Check to Deliver
	maxBlocked    = 1024             // blocked strangers; the oldest is forgotten for a new one
	clockEvery    = 10 * time.Second // between looks at consensus time
	clockTimeout  = 10 * time.Second // of one look
	renewalJitter = time.Minute      // after the start of an epoch until an own beacon follows it

	// What a beacon costs, in bits of work (each doubles it) at 6 ms a try.
	minEffort  = 5 // 0.2 s on average, in calm times
	effortSpan = 6 // asked for on top at most: 12 s in all. Honest people mint ahead, on one core, in ten minutes
	// effortSlope is how many bits more are asked for each time that the load
	// doubles. One bit would have the load stay where it is for who doubles
	// their cores; with more it grows less than they do.
	effortSlope  = 1.5
	effortMargin = 1 // minted above what we ask, and
	effortSlack  = 2 // taken below it: views of the load may differ by a factor of four
	minHeard     = 8 // beacons of a shard before we go by what effort others have
	// calmRate is the load, in verified beacons a second, up to which no more
	// than minEffort is asked for: what a shard has just before it is split.
	calmRate = splitRate

	// The load, over the ten minutes for which a beacon is new.
	loadSlot  = 10 * time.Second
	loadSlots = 60
	loadLeast = time.Minute // the time that a load is taken over at least, or the first beacons would be a crowd

	// Looking at beacons. A look at the work is 6 ms of one core.
	verifyRate  = 32  // a second from the mesh, a sixth of a core: sixteen times what a shard should have
	verifyBurst = 512 // at once, 3 s: many who begin to seek together
	senderRate  = 8   // a second from one member: four times a shard's beacons, for the member that is always first
	senderBurst = 256
	maxSenders  = 128              // members whose beacons are counted: more than the mesh has connections
	shameTime   = 10 * time.Minute // for which nothing is looked at from who relayed work that was not done

	// Pushing: beacons of others that we publish in their stead.
	minMix       = 2 * time.Second  // the shortest and the longest time that a
	maxMix       = 5 * time.Second  // pushed beacon is held back
	maxPending   = 256              // pushed beacons that wait to be published
	pushRate     = 16               // pushed beacons looked at in a second, from all strangers together
	pushBurst    = 64               // the same, at once
	publishTime  = 30 * time.Second // from then until it is given up where the mesh refuses it
	publishRetry = 2 * time.Second

	// Shards.
	maxLevel       = 11 // of the tree below the root: 2,048 shards, for a million who seek all the time
	interestLevels = 6  // of them, levels in which the interest decides, at most; in the others a lot does
	spreadLevels   = 3  // levels, the last ones, in which a lot does always: half of all may have one interest, and it has eight shards
	maxShards      = 12 // shards in which one beacon is heard: one for each level
	// splitRate and joinRate are the verified beacons a second above which a
	// shard is split in two, and below which it is joined with its sister. Two
	// a second are 0.6 kB/s of each neighbour and a hundredth of a core, and
	// somebody new to talk to every half second. A shard that was just split
	// has half of splitRate, one that was just joined up to twice joinRate: so
	// the quarter between them keeps it from flapping.
	splitRate   = 2.0
	joinRate    = 0.5
	treeEvery   = 5 * time.Second // between looks at our place
	splitWindow = 2 * time.Minute // over which too many is too many: one minute of 2 a second is enough
	joinWindow  = 5 * time.Minute // over which too few is too few: a pause of a minute or two is none
	settleTime  = 2 * time.Minute // after a move before the next, or half of it: others move too
	// patienceTime is how long who went up bears half as much again, before it
	// goes down: shards of a few are as quiet as those of many are loud.
	patienceTime = 15 * time.Minute
	surveyTime   = 30 * time.Second // for which a newcomer hears all levels of its way, to find where the others are
	surveyLeast  = 10 * time.Second // that what is heard meanwhile is taken over at least: three beacons in it are many
	surveyRate   = joinRate / 2     // that is said where the others are, as far as one hears it who has just come there
	minCompany   = 64               // members that a shard has at least, as far as the network's size is known: ten times GossipSub's degree
	maxFollowed  = 8                // shards that one member hears
	// crowdRate over crowdWindow sends a seeker one level down its way, or away
	// from the others above it, before the shard is split for all.
	crowdRate   = 2 * splitRate
	crowdWindow = 20 * time.Second
	climbAfter  = 8 * time.Second // without anybody to call, before a seeker goes up by four levels, and the next time to the root
	wanderEvery = time.Second
	maxAscent   = 5 // levels above its own, itself included, that a seeker hears besides the root: with home and child, eight shards

	// Pushing: our own.
	pushWidth   = 3                // members that one round hands the beacon to
	pushTimeout = 45 * time.Second // fresh circuits to one member, and its answer
	pushAsk     = 16               // members asked for, to find such as were not tried
	maxTried    = 64               // members remembered as tried
	echoWait    = 60 * time.Second // for the beacon to come back before others are asked
	pollEvery   = time.Second      // between looks for a first member
	pushRetry   = 15 * time.Second // the longest wait before members that failed are asked again

	// The chat onion.
	maxStreams = 8 // streams on one circuit
	spareRetry = time.Second
	spareMax   = time.Minute // the longest wait before a chat onion is tried for again

	// Strangers who come to our door. Who has not solved the puzzle costs a
	// stream and a frame; who has, a handshake of half a millisecond.
	minDoor     = 2                // bits of the puzzle where nobody waits: 4 tries of a millisecond
	blockBits   = 2                // more, for each block in
	blockTime   = 10 * time.Minute // the last ten minutes. All in all there are no more than session.MaxPuzzle
	maxOutside  = 128              // streams with a puzzle to solve. At 40 new ones a second, more than tor takes, one stays 3 s on average
	admitTime   = 12 * time.Second // to solve it: 3 s at most, and a few round trips
	maxInside   = 16               // strangers who have solved theirs and have not made their offer
	receiveTime = 6 * time.Second  // to make it: it follows the solution at once
	maxQueue    = 8                // offers that wait for our state to resolve
	queueWait   = 12 * time.Second // a little more than what it can wait for, see confirmTime

	// reserveTime is how long we keep ourselves for a stranger whose offer we
	// accepted, until the confirm. The streams are up by then: an honest
	// stranger needs one round trip, 0.3 to 1 s on Tor and rarely 3 s. It is
	// also all that somebody costs us who offers and never confirms.
	reserveTime = 5 * time.Second
	// confirmUsual is the time in which an honest confirm nearly always comes.
	// After it we stay reserved, and call others.
	confirmUsual = 1500 * time.Millisecond
	// confirmTime is how long we wait, after our confirm, for the first frame.
	// It is longer than reserveTime, so that of two sides the one that could
	// still be alone in thinking itself paired waits longer; but not by much, as
	// it is all lost with somebody who accepts and then says nothing.
	confirmTime = 6 * time.Second
	dismissTime = 3 * time.Second // for a farewell, after the lobby has ended

	// Strangers whom we ask.
	maxCalls    = 3                // at once
	maxSetbacks = 2                // calls that come to nothing before we hurry
	spacing     = time.Second      // between calls until then
	dialTime    = 60 * time.Second // to reach one
	knockTime   = 15 * time.Second // to solve their puzzle, see admitTime
	offerTime   = 20 * time.Second // offer and answer, the time in their queue included
	patience    = 12 * time.Second // a call that takes longer gives way to a stranger not tried yet
	// widenAfter is how long, after our beacon came back, we wait for somebody
	// who shares an interest before anybody will do; for the first half of it,
	// and before, for two where we have two. Beacons of those who began with us
	// are spread over maxMix-minMix and a second or two of gossip.
	widenAfter   = 4 * time.Second
	widenLast    = 15 * time.Second       // after the beginning of a search it ends, whatever came back
	parkEvery    = 250 * time.Millisecond // between looks whether an offer will do by now
	headStart    = 5 * time.Second        // for strangers who share an interest, before any others are dialed
	maxFailures  = 3                      // dials that fail before an address counts as dead
	failureWait  = 10 * time.Second       // before the second dial; doubles
	maxRefusals  = 6                      // refusals before an address is left alone
	refusalWait  = time.Second            // before asking again; doubles, with jitter
	freshFor     = 5 * time.Second        // beacons of one such span count as equally new
	maxTrials    = 4096                   // strangers remembered as tried
	renewEvery   = 30 * time.Second       // between asking tor to forget cached descriptors
	renewTimeout = 15 * time.Second
)
