// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"math/rand/v2"
	"time"

	"passerby/net/lobby"
)

// Params is one run of the abstract model.
type Params struct {
	Members int
	Seed    uint64
	Tor     Tor
	// HalfLife is how long it takes until half of the members have left and
	// others have come in their place; nobody leaves where it is 0.
	HalfLife time.Duration
	// SeekEvery is how often one member seeks, on average; never where it is 0.
	SeekEvery time.Duration
	// Interested is the share of searches with an interest, drawn from so many
	// Interests.
	Interested float64
	Interests  int
	// WarmUp passes before anything is measured, for Measure.
	WarmUp, Measure time.Duration
	// OneShard keeps the network from splitting.
	OneShard bool
	// Captured is the share of slots that an attacker answers at. Invited and
	// Keepers are how many members a newcomer knows besides, from a friend and
	// from an earlier run.
	Captured         float64
	Invited, Keepers int
	// Hogs is the share of seekers who accept and offer and never confirm.
	Hogs float64
	// Role, which may be nil, tells what a member is.
	Role func(r *rand.Rand, place int) role
}

// Result is what was measured. Times are in seconds, NaN where there were none.
type Result struct {
	Reach99, Reach99P95         float64 // of a beacon: the median, and what 95 % of all are below
	Reached                     float64 // share of beacons that came to 99 % of those who hear their shard
	Covered                     float64 // share of those who hear a shard that its beacon came to, on average
	MatchMedian, MatchP95       float64
	Pushed                      float64 // median, from the wish to the first publication
	Matched                     float64 // share of the searches that ended with a stranger, of those that did not go on when measuring ended
	Messages, Bytes             float64 // sent, per member and hour
	Verified, VerifiedP99       float64 // beacons a second, of a member: mean, and what 99 % are below
	Copies                      float64 // of each beacon, per member who hears it
	State                       float64 // bytes that a member keeps of beacons and of other members
	Links                       float64 // connections of a member
	Welcome                     float64 // median, until a newcomer has four connections
	Audience                    float64 // members that hear a beacon
	Searches, Beacons, Newcomer int
}

// accomplices are whom one names who names only its own kind.
func (w *world) accomplices() []address {
	var all []address
	for range samples {
		if m := w.kind[w.random.IntN(len(w.kind))]; w.members[m].alive {
			all = append(all, w.members[m].address)
		}
	}
	return all
}

// Run runs the abstract model once.
func Run(p Params) Result {
	w := newWorld(p)
	w.tallies.since = p.WarmUp
	w.populate()
	w.run(p.WarmUp + p.Measure)
	for _, i := range w.alive { // who seeks in vain is not to be left out
		if s := w.members[i].search; s != nil && !s.hog && s.begun >= p.WarmUp && w.now-s.begun > time.Minute {
			w.tallies.matched = append(w.tallies.matched, math.Inf(1))
		}
	}
	return w.result()
}

// What a member of the product keeps of each beacon of the last two epochs in its
// pool, of each of the last 45 minutes among those it has seen, and of each of
// the 512 members that it remembers, in bytes. Connections and what libp2p needs
// are not in it: the real model measures what a whole member takes.
const (
	beaconState  = lobby.BeaconSize + 160
	seenState    = 32 + 96
	contactState = 32 + 96
)

func (w *world) result() Result {
	t, p := &w.tallies, w.params
	hours := float64(p.Members) * p.Measure.Hours()
	seconds := p.Measure.Seconds()
	r := Result{
		Messages: t.messages / hours, Bytes: t.bytes / hours,
		Verified: float64(t.delivered) / float64(p.Members) / seconds,
		Copies:   float64(t.copies) / float64(t.delivered),
		Pushed:   quantile(t.pushed, 0.5), Welcome: quantile(t.welcomed, 0.5),
		MatchMedian: quantile(t.matched, 0.5), MatchP95: quantile(t.matched, 0.95),
		Reach99: quantile(t.reach, 0.5), Reach99P95: quantile(t.reach, 0.95),
		Searches: len(t.matched), Beacons: int(t.beacons), Newcomer: len(t.welcomed),
	}
	reached := 0
	for _, at := range t.reach {
		if !math.IsInf(at, 1) {
			reached++
		}
	}
	r.Reached = float64(reached) / float64(len(t.reach))
	var covered, audience float64
	for _, share := range t.covered {
		covered += share
	}
	r.Covered = covered / float64(len(t.covered))
	for _, n := range t.audience {
		audience += float64(n)
	}
	r.Audience = audience / float64(len(t.audience))
	found := 0
	for _, at := range t.matched {
		if !math.IsInf(at, 1) {
			found++
		}
	}
	r.Matched = float64(found) / float64(len(t.matched))
	var each []float64
	for _, i := range w.alive {
		m := &w.members[i]
		each = append(each, float64(m.verified)/seconds)
		r.Links += float64(len(m.links)) / float64(len(w.alive))
	}
	r.VerifiedP99 = quantile(each, 0.99)
	r.State = r.Verified*(20*60*beaconState+45*60*seenState) + 512*contactState
	return r
}
