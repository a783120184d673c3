// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"math/rand/v2"
	"time"

	"golang.org/x/time/rate"
)

// What floods cost: one hash for a look at the gate; 2^18 of them, 20 ms, to
// pass it; as much as a look at the work for each try at it. See net/stamp.
const (
	lookAtGate = time.Microsecond
	passGate   = 20 * time.Millisecond
	// unstamped is how many messages without a stamp GossipSub bears of one
	// neighbour before it ignores it: the square of their number, times 10, is
	// to pass 80. Who sends work that was not done is hung up on at once.
	unstamped = 3
	// sentAtOnce is how many messages a second a neighbour may send.
	sentAtOnce = 20
	// neighbours is how many a member has, of whom an attacker has a share.
	neighbours = 24
	// honestRate is what honest people say meanwhile in the same shard.
	honestRate = splitRate
)

// step is the resolution of what follows.
const step = 50 * time.Millisecond

// forgeries: neighbours send beacons without any stamp, or such as passed the
// gate and did no work, until they are not listened to any more, and come back
// under another key.
func forgeries(seed uint64) Attack {
	line := func(name string, cores float64, gated bool) Line {
		return curve(name, Shares, func(share float64) float64 { return 100 * forged(seed, share, cores, gated) })
	}
	return Attack{"flood-forged", Plot{
		Title: "Beacons that did not pay", X: "neighbours who send them, %", Y: "% of one core of each member",
		Lines: []Line{
			line("no stamp, 1 core", 1, false), line("no stamp, 50 cores", 50, false),
			line("gate only, 1 core", 1, true), line("gate only, 50 cores", 50, true),
		},
	}, "Neighbours send beacons without any stamp, or such as passed the gate and did no work, and come back under another key when nobody listens to them any more. One member with two dozen neighbours, for ten minutes. What the attacker can make is bounded by its cores; where its lines are one, the time it takes to come back bounds it first."}
}

// forged returns the share of a core that a member spends on them.
func forged(seed uint64, share, cores float64, gated bool) float64 {
	const long = 10 * time.Minute
	r := rand.New(rand.NewPCG(seed, math.Float64bits(share)))
	begin := time.Unix(0, 0)
	looks := rate.NewLimiter(verifyRate, verifyBurst)
	bad := int(math.Round(share * neighbours))
	back := make([]time.Duration, bad)
	sent := make([]int, bad)
	var spent time.Duration
	supply := 0.0
	for now := time.Duration(0); now < long; now += step {
		if supply += cores * step.Seconds() / passGate.Seconds(); !gated {
			supply = math.Inf(1)
		}
		supply = min(supply, float64(bad*sentAtOnce))
		for i := range back {
			for n := 0; now >= back[i] && supply >= 1 && n < sentAtOnce; n++ {
				supply--
				spent += lookAtGate
				if gated && looks.AllowN(begin.Add(now), 1) {
					spent += lookAtWork
				}
				if sent[i]++; gated || sent[i] == unstamped {
					sent[i] = 0
					takes, _ := Usual.connect(r)
					back[i] = now + takes
				}
			}
		}
	}
	return spent.Seconds() / long.Seconds()
}

// payers: an attacker with so many cores pays for each beacon what is asked,
// and not more. What is asked follows the load.
func payers(seed uint64) Attack {
	cores := []float64{1, 2, 5, 10, 20, 50, 100, 200}
	lines := []Line{{Name: "a member's core, %"}, {Name: "honest not looked at, %"}, {Name: "honest work, s"}, {Name: "bad beacons a second"}}
	for _, c := range cores {
		core, refused, work, bad := paid(seed, c)
		for i, y := range []float64{100 * core, 100 * refused, work, bad} {
			lines[i].X, lines[i].Y = append(lines[i].X, c), append(lines[i].Y, y)
		}
	}
	return Attack{"flood-paid", Plot{
		Title: "Beacons that paid", X: "cores that the attacker has", Y: "after half an hour", Lines: lines, LogX: true,
	}, "An attacker pays what is asked, and no more; what is asked follows the load of the last ten minutes, and rises faster than it. Nothing keeps out who pays the most that can be asked, twelve seconds of one core for one beacon: a member looks at 32 a second, whoever made them, and where more come those of honest people are among what it leaves. One shard in which two honest beacons a second are said meanwhile. It does not matter how many members the attacker has: what paid is handed on by everybody. Who is not looked at by one member may be by others."}
}

// paid returns what a member spends of a core, the share of honest beacons that
// it has no time for, what an honest person's work takes, in seconds, and the
// attacker's beacons a second, in the last ten of thirty minutes.
func paid(seed uint64, cores float64) (core, refused, work, bad float64) {
	const long, last = 30 * time.Minute, 10 * time.Minute
	r := rand.New(rand.NewPCG(seed, math.Float64bits(cores)))
	begin := time.Unix(0, 0)
	looks := rate.NewLimiter(verifyRate, verifyBurst)
	w := &world{topics: make([]topic, 2)} // for its meter of ten minutes
	asked := func(load float64) int {
		more := 0
		if load > calmRate {
			more = int(effortSlope * math.Log2(load/calmRate))
		}
		return minEffort + min(more, effortSpan)
	}
	var evil, honest, spent, lost, came, minted, said float64
	for ; w.now < long; w.now += step {
		load := w.rate(root, 0, 10*time.Minute, loadLeast)
		accepted := max(minEffort, asked(load)-effortSlack)
		evil += cores * step.Seconds() / (passGate + lookAtWork<<accepted).Seconds()
		honest += honestRate * step.Seconds()
		counts := w.now >= long-last
		for evil >= 1 || honest >= 1 { // in any order
			theirs := honest < 1 || evil >= 1 && r.Float64() < evil/(evil+honest)
			w.topics[root].load.count(w.now)
			ok := looks.AllowN(begin.Add(w.now), 1)
			if ok && counts {
				spent += lookAtWork.Seconds()
			}
			if theirs {
				evil--
			} else {
				honest--
			}
			switch {
			case !counts:
			case theirs:
				said++
			default:
				came++
				minted += (lookAtWork << min(asked(load)+effortMargin, minEffort+effortSpan)).Seconds()
				if !ok {
					lost++
				}
			}
		}
	}
	return spent / last.Seconds(), lost / came, minted / came, said / last.Seconds()
}
