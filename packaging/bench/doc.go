// SPDX-License-Identifier: GPL-3.0-or-later

// Bench measures Passerby against what it is made of, on this machine and
// without the internet, and prints one table.
//
//	go run ./packaging/bench [-only circuits,launch,find,window]
//
// A figure means little by itself: it changes with the machine, and Tor alone
// takes a second where the program adds a millisecond. So each line sets ours
// beside a floor, the least that can be had from the same Tor, or from the
// same Fyne, measured in the same run and in turns with ours. Medians and p99
// (nearest rank: of fewer than 100 values it is the worst) come with their
// number n. Whether an aim is reached is told and never enforced: a busy
// machine must not fail a build.
//
// It starts two private Tor networks, one after the other: one as fast as
// loopback, which shows what our own code costs, and one with 20 ms on each
// hop, which is much like the public network. It needs Linux, with Xvfb and
// openbox for the windows, and about ten minutes.
//
// # The lines
//
// "connect | session ready": floor is a stream on a fresh circuit to an onion
// service until its first byte is here; ours is the same and a whole session
// handshake on it. Each has its own fresh circuits, in turns.
//
// "echo | message delivered": floor is the echo of 488 bytes, ours a message
// from Send to Delivered. Both run over two streams of one circuit, in turns,
// because an onion echo takes about 16 ms on some circuits and 96 ms on
// others: compared over different circuits, luck would decide. The ratio is
// the median of the ratios of all circuits.
//
// "bootstrap | launch to ready, joining": floor is a plain tor with the same
// configuration, from its start to 100 %, ours the real program from its start
// to "ready" in a network where somebody is. "own bootstrap" has as its floor
// the tor of that very copy, so what is left is what the program adds behind
// its tor. "first connect of a fresh tor" is there to judge by: who joins has to
// reach a slot and then a member, at addresses that its tor has never looked up.
// "first in an empty network" is a copy that has nobody to join and
// has to make itself found.
//
// "find to matched": two members of a warm mesh look for a stranger at once,
// until both have a session. Its steps follow the one beacon that led to the
// match: "push" until another member has taken it, stamp included; "mixing
// delay" until the first member publishes it, which is mostly the two to five
// seconds of waiting that hide its origin; "gossip" until the stranger has it;
// "dial" until the stranger's stream stands; "handshake" until both sides have
// their session.
//
// "window": the real window, ready and idle, beside a bare Fyne window with
// one label (folder barefyne), both on screens of their own and sampled over
// the same seconds, started afresh each time. RSS is the process's own; its
// tor has a line for itself. CPU is in percent of one core.
//
// "binary": the size of the program as it is shipped.
package main
