// SPDX-License-Identifier: GPL-3.0-or-later

// Package netsim measures how Passerby's network behaves at sizes and under
// attacks that nobody can try at home. It supports tests and documentation;
// nothing of the product imports it.
//
// # Two models
//
// The real one ([Real]) is the code of the product, net/mesh, net/lobby and
// net/rendezvous, in hundreds of copies over Tor in memory, on a clock that
// testing/synctest makes run as fast as the machine can. What it cannot do is
// size: each copy keeps more than a megabyte and a hundred goroutines, and a
// thousand of them take minutes of a processor for one minute of theirs.
//
// The abstract one ([Run]) has the rules alone: who is connected to whom, who
// hears which shard, how a beacon spreads, how seekers call each other. One
// member is a few hundred bytes, so a hundred thousand of them fit, and a
// beacon's way through gossip is one search for shortest paths. Its times,
// bytes and choices are the product's own constants, which a test compares
// with the limits.go of each package, so that they cannot drift apart.
//
// Left out are what conversations send, stamps (they cost no time in either
// model; what they cost under floods is worked out apart), GossipSub's scores,
// the ending of connections to mute members, messages lost on the way, and how
// the network's size is estimated: members end with one that is a quarter too
// small and bounded, and begin with a few dozen that double every two minutes, as
// package rendezvous describes its own. That bound keeps the tree of shards from
// going deeper than some six levels, however large the network is.
//
// The abstract model's figures count only as far as both agree where both can
// run; TestTheModelsAgree holds them together and prints by how much they
// differ.
//
// # Tor
//
// Links are circuits of Tor's ([Tor]): each has a latency of its own from a
// log-normal distribution, building one takes seconds with a heavy tail, and 7 %
// of all attempts fail. Members come and go, with a half-life of ten minutes.
// These figures are assumptions, made from published measurements and from a
// private Tor network with delays; nothing here was measured on the public one.
//
// # Random, but the same
//
// The abstract model draws everything from one seed: the same Params give the
// same Result, bit for bit. The real one does not; GossipSub draws from a
// generator that nobody can seed.
package netsim
