// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import "time"

// Everything that whoever is behind a slot, or asks at ours, can make this
// package hold, do or wait for is bounded here.
const (
	// Asking.
	probeTime = 45 * time.Second // one question to one slot, at most
	// emptyTime is how long a newcomer waits for any slot before it takes
	// the network for empty. Slots whose host has gone take longer to fail.
	emptyTime = 6 * time.Second
	waveTime  = 5 * time.Second // between two waves of a newcomer's questions: most that answer at all do so by then

	// enoughAgree and enoughAsked are when a newcomer asks no further: with
	// three answers that have members in common, which tell of one mesh, or
	// with six that have not. Who holds a share f of the slots gives all of
	// three answers with f³ and all of six with f⁶: 0.51 and 0.26 for f = 0.8.
	enoughAgree = 3
	enoughAsked = 6

	// Answering.
	replyTime   = 20 * time.Second // one question and its answer
	hostStreams = 4                // streams a circuit may open to a slot
	maxAskers   = 16               // answered at once
	askRate     = 5                // questions a second, all askers together: ten times what members alone ask, see slotEvery
	askBurst    = 40
	listenTime  = time.Minute // until tor takes the service

	// Looking.
	aloneFirst = 10 * time.Second // between looks while nobody is there; tor renews once in ten seconds
	aloneLast  = time.Minute
	settled    = 2 * time.Minute  // mean time between looks while the mesh is fine
	slotEvery  = 30 * time.Second // members look at each slot this often, all together: who finds it empty is there soon
	settledMax = time.Hour        // mean time between looks, however large the network seems: a lie must not end them
	poll       = 5 * time.Second  // between looks at the shared random value

	// overlap is the share of a period in which the previous one counts too.
	overlap = 1.0 / 8

	// Hosting.
	membersPerSlot = 4                // a level is used when the network has so many members for each slot up to it: who hosts leaves and comes
	levelMargin    = 1.5              // the estimate must pass the bound by this factor, or hosts would move to and fro
	hostAtLeast    = 20 * time.Minute // before a host steps down because others do the duty: a descriptor costs sixteen uploads
	leaveOdds      = 8                // of so many looks from then on, one lets it: a quarter of an hour more in the mean, which spreads those who came together
	levelWindow    = 8                // slots of a level, last probed, that tell how well it is hosted
	wellHosted     = 6                // of them, answered: a newcomer's three questions meet an empty level with 1/64
	lateWindow     = 4                // the last of them, all of which must have answered before a host leaves

	// The size of the network.
	minAnswers = 3               // answers that an estimate needs
	maxAnswers = 24              // answers that it is made from, slots' and members'
	slotShare  = 8               // of them, slots': anybody can have many of those
	maxRounds  = 5               // estimates of which the median counts
	roundEvery = 2 * time.Minute // between two that count: answers must have changed
	maxStep    = 2               // factor by which the estimate moves in one round: from 20 to 2,000 members in seven

	// Judging.
	maxNamed    = 64               // members named by one slot whose fate is followed: four answers
	doubtAfter  = 3                // of them, found to be of no use while none was of any: of the members that an honest host names two in five may have gone, so 6 % of such slots are doubted wrongly, for a while
	doubtFor    = 20 * time.Minute // for which a doubted slot's answers are not used
	foreignOdds = 0.05             // how likely it may be that an answer names none that we know, in one mesh, before we take it for another mesh
	bridgeShare = 0.25             // of answers that prove nothing, treated as another mesh's all the same
	enoughKnown = 8                // members known below which every answer that names none of them is treated so: a newcomer must meet several

	// Introductions.
	maxIntroduced = 64 // members that one source names; the oldest make room
)
