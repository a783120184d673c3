// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import "time"

// The product's own constants, by the package that has them in its limits.go
// and under the same names. A test compares them.
const (
	// net/mesh
	degree       = 8
	outDegree    = 3
	maxInbound   = 24
	maxOutbound  = 3 * degree
	maxDialing   = 3
	housekeep    = time.Second
	samples      = 16
	nearest      = samples / 2
	rootNamed    = 1
	resample     = time.Minute
	hungry       = 10 * time.Second
	maxFollowed  = 8
	shardDegree  = 4
	shardOut     = 2
	fanoutDegree = 2
	fanoutWait   = 10 * time.Second
	rootedAfter  = 30 * time.Second
	maxHunts     = 3
	huntFirst    = 3 * time.Second
	huntLast     = time.Minute
	huntDials    = 2
	fanoutFor    = 2 * time.Minute
	keepAlive    = 30 * time.Second

	// net/lobby
	minMix       = 2 * time.Second
	maxMix       = 5 * time.Second
	publishTime  = 30 * time.Second
	publishRetry = 2 * time.Second
	maxLevel     = 11
	interestBits = 6 // interestLevels
	spreadLevels = 3
	splitRate    = 2.0
	joinRate     = 0.5
	treeEvery    = 5 * time.Second
	splitWindow  = 2 * time.Minute
	joinWindow   = 5 * time.Minute
	settleTime   = 2 * time.Minute
	patienceTime = 15 * time.Minute
	surveyTime   = 30 * time.Second
	surveyLeast  = 10 * time.Second
	surveyRate   = joinRate / 2
	minCompany   = 64
	crowdRate    = 2 * splitRate
	crowdWindow  = 20 * time.Second
	climbAfter   = 8 * time.Second
	wanderEvery  = time.Second
	maxAscent    = 5
	pushWidth    = 3
	pushTimeout  = 45 * time.Second
	echoWait     = 60 * time.Second
	pushRetry    = 15 * time.Second
	pollEvery    = time.Second
	maxQueue     = 8
	queueWait    = 12 * time.Second
	reserveTime  = 5 * time.Second
	confirmUsual = 1500 * time.Millisecond
	confirmTime  = 6 * time.Second
	maxCalls     = 3
	maxSetbacks  = 2
	spacing      = time.Second
	offerTime    = 20 * time.Second
	patience     = 12 * time.Second
	widenAfter   = 4 * time.Second
	widenLast    = 15 * time.Second
	parkEvery    = 250 * time.Millisecond
	headStart    = 5 * time.Second
	maxFailures  = 3
	failureWait  = 10 * time.Second
	maxRefusals  = 6
	refusalWait  = time.Second
	freshFor     = 5 * time.Second
	loadSlot     = 10 * time.Second
	loadSlots    = 60
	loadLeast    = time.Minute
	verifyRate   = 32
	verifyBurst  = 512
	senderRate   = 8
	senderBurst  = 256
	minEffort    = 5
	effortSpan   = 6
	effortSlope  = 1.5
	effortMargin = 1
	effortSlack  = 2
	calmRate     = splitRate

	// net/rendezvous
	slotEvery      = 30 * time.Second
	enoughAsked    = 6
	enoughAgree    = 3
	membersPerSlot = 4
	waveTime       = 5 * time.Second
	maxAnswers     = 24
	roundEvery     = 2 * time.Minute
	maxStep        = 2
)

// GossipSub's, see gossipParams of net/mesh.
const (
	gossipD   = 6
	gossipLow = 4
	heartbeat = time.Second
	// gossipMean is how many a member ends up with in one topic: it takes up to
	// ten where others ask for it, and goes back to six.
	gossipMean = 7.0
	adverts    = 6 // heartbeats for which a message is offered to those it was not sent to
)

// lookAtWork is what one look at the second tier of a stamp costs a core.
const lookAtWork = 6 * time.Millisecond
