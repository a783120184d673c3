// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math/rand/v2"
	"time"
)

// Shares are the shares that an attacker has, in the curves.
var Shares = []float64{0, 0.01, 0.05, 0.1, 0.2, 0.4}

// slotShares go further: slots cost nothing to take.
var slotShares = []float64{0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1}

// Attack is what one attack does, by the attacker's share.
type Attack struct {
	File string // name of the picture, without its ending
	Plot Plot
	Note string // what it is and what it leaves out
}

// curve measures something at each of some shares. X is in per cent.
func curve(name string, shares []float64, of func(share float64) float64) Line {
	l := Line{Name: name}
	for _, share := range shares {
		l.X = append(l.X, 100*share)
		l.Y = append(l.Y, of(share))
	}
	return l
}

// some gives a share of all members a role, spread evenly.
func some(share float64, as role) func(*rand.Rand, int) role {
	return func(r *rand.Rand, _ int) role {
		if r.Float64() < share {
			return as
		}
		return honest
	}
}

// Attacks measures all of them.
func Attacks(seed uint64) []Attack {
	return []Attack{eclipse(seed), sybils(seed), forgeries(seed), payers(seed), firstSpy(seed), blackHoles(seed), hogs(seed), replays(seed)}
}

// eclipse: an attacker answers at a share of all slots and names its own
// members only, twenty among a thousand, who dial whoever comes to one of them.
// What counts is how many newcomers know nobody else three minutes later.
func eclipse(seed uint64) Attack {
	measure := func(invited, keepers int, all bool) func(float64) float64 {
		return func(share float64) float64 {
			w := newWorld(Params{
				Members: 1000, Seed: seed, Tor: Usual, HalfLife: 10 * time.Minute, OneShard: true,
				WarmUp: 3 * time.Minute, Measure: 12 * time.Minute,
				Captured: share, Invited: invited, Keepers: keepers, Role: some(0.02, sybil),
			})
			w.tallies.since = w.params.WarmUp
			w.populate()
			w.run(w.params.WarmUp + w.params.Measure)
			var sum float64
			for _, c := range w.tallies.captors {
				if !all {
					sum += c
				} else if c == 1 {
					sum++
				}
			}
			return 100 * sum / float64(len(w.tallies.captors))
		}
	}
	return Attack{"eclipse", Plot{
		Title: "Newcomers who see only the attacker", X: "slots captured, %", Y: "newcomers, %", Top: 100,
		Lines: []Line{
			curve("slots alone", slotShares, measure(0, 0, true)),
			curve("and an invite", slotShares, measure(8, 0, true)),
			curve("and keepers", slotShares, measure(0, 20, true)),
			curve("bad neighbours: slots", slotShares, measure(0, 0, false)),
			curve("… and an invite", slotShares, measure(8, 0, false)),
			curve("… and keepers", slotShares, measure(0, 20, false)),
		},
	}, "An attacker answers at a share of all slots, names its own members only (one in fifty of a thousand), and has them dial whoever comes to one of them. Counted three minutes after a newcomer came: those who are connected to nobody else, and the share of bad ones among neighbours. With an invite it knows eight members that a friend had met, with keepers twenty from an earlier run, of whom half are there."}
}

// sybils: a share of the members take what is gossiped and pushed, hand nothing
// on, and name each other only. That the product ends connections to members
// who are mute is not in the model.
func sybils(seed uint64) Attack {
	run := memo(func(share float64) Result {
		p := Ordinary(1000, seed, busy)
		p.WarmUp, p.Measure, p.Role = 2*time.Minute, 4*time.Minute, some(share, sybil)
		return Run(p)
	})
	return Attack{"sybil", Plot{
		Title: "Mute members", X: "members, %", Y: "% of the audience, seconds",
		Lines: []Line{
			curve("reached, %", Shares, func(f float64) float64 { return 100 * run(f).Covered }),
			curve("matched, median s", Shares, func(f float64) float64 { return run(f).MatchMedian }),
			curve("matched, p95 s", Shares, func(f float64) float64 { return run(f).MatchP95 }),
		},
	}, "Members take what is gossiped and pushed, hand nothing on, and name each other only, in a network of a thousand. That the product ends connections to mute members after some minutes is not in the model, so this is what they do until then."}
}

// firstSpy: spies keep to the rules and note who was first to hand any of them
// a beacon. That one is their guess of who made it.
func firstSpy(seed uint64) Attack {
	measure := func(push bool) func(float64) float64 {
		return func(share float64) float64 { return 100 * guessed(seed, share, push) }
	}
	aim := Line{Name: "aim: share + 2"}
	for _, f := range Shares {
		aim.X, aim.Y = append(aim.X, 100*f), append(aim.Y, 100*f+2)
	}
	return Attack{"first-spy", Plot{
		Title: "Makers of beacons found by the first spy", X: "spies among the members, %", Y: "guessed, %",
		Lines: []Line{curve("plain GossipSub", Shares, measure(false)), curve("pushed", Shares, measure(true)), aim},
	}, "Spies keep to the rules and guess that whoever first handed any of them a beacon has made it; three hundred members, no churn. Pushed, the beacon goes to a random member first, over circuits and under a key of its own. Those who watch Tor itself, or who see for days who is there when, are not in it."}
}

// guessed returns the share of beacons whose makers spies guess.
func guessed(seed uint64, share float64, push bool) float64 {
	const beacons = 2000
	w := newWorld(Params{Members: 300, Seed: seed, Tor: Usual, OneShard: true, Role: some(share, spy)})
	w.populate()
	w.run(time.Minute)
	right := 0
	for range beacons {
		owner := w.someone()
		for owner.role == spy {
			owner = w.someone()
		}
		by := owner
		if push {
			// The three wait two to five seconds each, so whoever is first is any
			// of them, and gossip has passed the others by when it is their turn,
			// or nearly. That it then has two sources only confuses spies.
			all := w.contacts(owner)
			by = &w.members[all[w.random.IntN(len(all))].place]
		}
		guess := int32(-1)
		w.said = func(_ *beacon, _, from int32) {
			if guess < 0 {
				guess = from
			}
		}
		if by.role == spy { // it was handed over by a key that is used once: any member is as good a guess
			guess = w.someone().place
		}
		w.run(w.now + 10*time.Second)
		w.flood(&beacon{shard: root, made: w.now, published: -1}, by)
		if guess == owner.place {
			right++
		}
	}
	return float64(right) / beacons
}

// blackHoles: a share of the members take pushed beacons and never publish them.
func blackHoles(seed uint64) Attack {
	run := memo(func(share float64) Result {
		p := Ordinary(300, seed, busy)
		p.Role = some(share, sink)
		return Run(p)
	})
	return Attack{"black-hole", Plot{
		Title: "Pushes that vanish", X: "members who swallow them, %", Y: "seconds from the wish",
		Lines: []Line{
			curve("published, median", Shares, func(f float64) float64 { return run(f).Pushed }),
			curve("matched, median", Shares, func(f float64) float64 { return run(f).MatchMedian }),
			curve("matched, p95", Shares, func(f float64) float64 { return run(f).MatchP95 }),
		}, Aim: 30,
	}, "Members take pushed beacons and never publish them. Three are asked at once, and others after a minute without an echo."}
}

// hogs: a share of those who seek at any moment offer and accept and never
// confirm.
func hogs(seed uint64) Attack {
	run := memo(func(share float64) Result {
		p := Ordinary(300, seed, busy)
		p.Hogs, p.Measure = share, time.Hour // few take long, and p95 is about those
		return Run(p)
	})
	return Attack{"hogs", Plot{
		Title: "Partners who never confirm", X: "seekers who do so, %", Y: "seconds to matched",
		Lines: []Line{
			curve("median", Shares, func(f float64) float64 { return run(f).MatchMedian }),
			curve("p95", Shares, func(f float64) float64 { return run(f).MatchP95 }),
		}, Aim: 30,
	}, "A share of those who seek at any moment offer and accept and never confirm. Who accepts and says nothing costs six seconds, and is not called again; who offers and says nothing costs five, in which the other calls on after one and a half, and may come again under another key, as nobody knows whom to blame."}
}

// replays: a share of the members send every beacon that is in date and that
// somebody cannot have seen, in the moment in which they begin to seek.
func replays(seed uint64) Attack {
	run := memo(func(share float64) Result {
		p := Ordinary(300, seed, busy)
		p.WarmUp = 12 * time.Minute
		p.Role = some(share, replayer)
		return Run(p)
	})
	return Attack{"replay", Plot{
		Title: "Old beacons sent again", X: "members who do so, %", Y: "seconds to matched",
		Lines: []Line{
			curve("median", Shares, func(f float64) float64 { return run(f).MatchMedian }),
			curve("p95", Shares, func(f float64) float64 { return run(f).MatchP95 }),
		}, Aim: 30,
	}, "Members send every beacon that is in date and that somebody who came later cannot have seen, all of it in the moment in which that one begins to seek, which is more than they could bring about."}
}

// memo runs each share once.
func memo(run func(float64) Result) func(float64) Result {
	known := make(map[float64]Result)
	return func(share float64) Result {
		if _, ok := known[share]; !ok {
			known[share] = run(share)
		}
		return known[share]
	}
}
