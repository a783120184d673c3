// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"time"

	"golang.org/x/time/rate"
)

// Whoever has a link, or is asked for one, may be hostile. Every bound on what
// they can make this package do, hold or wait for stands here.

// Life is how long an invite counts at most. Briar gives up after the same
// time: two people who have not met within two days make another. It also
// bounds for how long a holder of the link can tell whether the inviter is
// there.
const Life = 48 * time.Hour

const (
	// step is the unit in which a link gives its end. Whoever reads the link
	// learns no better than this when it was made.
	step = 10 * time.Minute
	// slack is how much longer than Life a link may count by our clock: one
	// step of rounding, and the two sides' consensuses, which are hours apart
	// at worst.
	slack = 3 * time.Hour
	// maxText bounds what is looked at as a link, in bytes. A link of this
	// version has 81; the rest is for line breaks and for versions to come.
	maxText = 1024
)

const (
	// maxOpen is how many invites wait at once. Each costs tor one onion
	// service, a dial a minute, or both.
	maxOpen = 8
	// maxListed is how many are listed, those that are over included, so that
	// what was made is not forgotten before it was seen.
	maxListed = 16
	// maxSpent is how many links are remembered as used. One takes 32 bytes,
	// and a person who pastes links uses a few a day.
	maxSpent = 256
	// maxGuests is how many different guests one link for many lets in. Each
	// may be in a conversation that its maker did not look for just then.
	maxGuests = 32
	// One link leads to maxReturns meetings at once, and to one more every
	// returnEvery, with guests whom we met before and had no conversation with:
	// a stream broke, or one of the two was in another conversation. Streams
	// break several times in a row when they do. A meeting takes the program
	// half a minute at worst, for half of which a search rests: a twentieth of
	// the time is what somebody costs it who has a link and never goes on. Who
	// comes sooner is told to come later, for as long as the link counts:
	// conversations last for hours at times.
	maxReturns  = 8
	returnEvery = 5 * time.Minute
	// aftermath is how long the service of a one-time link goes on answering
	// "used" after a conversation came of it: long enough that a second person
	// learns that somebody else was faster, short enough that who has the link
	// cannot watch for two days when the inviter is online.
	aftermath = time.Hour
)

const (
	// streamsPerCircuit is for tor: a guest needs one.
	streamsPerCircuit = 2
	// arrivals bound the streams that are read from at all, all guests
	// together: guests come once a minute, and a wrong
	// handshake costs 0.1 ms.
	arrivalRate  = rate.Limit(1)
	arrivalBurst = 16
	// maxDoor is how many streams may be about to show that they know the
	// link. One more takes the place of one of them, drawn by lot.
	maxDoor = 16
	// helloTime is how long a stream may take to show it. A guest writes its
	// hello with the first cell; Tor takes seconds at worst.
	helloTime = 15 * time.Second
	// serveTime bounds a turn: two messages each way. Who stalls costs others
	// this. One stream is served at a time, so that of two who hold a one-time
	// link exactly one gets in.
	serveTime = 15 * time.Second
	// maxTurns is how many streams that know the link wait for their turn, and
	// turnTime for how long: in the order in which they came, so all of them
	// get it.
	maxTurns = 4
	turnTime = (maxTurns + 1) * serveTime
	// partTime is how long we wait for the other side to close after a "used":
	// a stream that we close at once may take the answer with it.
	partTime = 5 * time.Second
	// listenTime bounds one attempt to publish a service.
	listenTime = time.Minute
)

const (
	// dialTime bounds one dial, and greetTime what follows on the stream,
	// which includes waiting for a turn on the other side.
	dialTime  = time.Minute
	greetTime = turnTime + serveTime + 10*time.Second
	// Between the ends of two dials pass pollFirst at first and half as much
	// again each time, up to pollSoon in the first hour and pollLate from then
	// on, each times a random factor from 0.5 to 1.5. A minute is Briar's
	// pace. It is slower after an hour because each dial builds circuits, and
	// who can make us build many learns, in time, which guard we use: at most
	// some 1,000 dials in 48 hours.
	pollFirst = 5 * time.Second
	pollSoon  = time.Minute
	pollLate  = 3 * time.Minute
	soon      = time.Hour
)

// MaxMembers is how many mesh keys each side tells the other: as many as a
// sample of the mesh has.
const MaxMembers = 16
