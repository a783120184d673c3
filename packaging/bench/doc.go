// SPDX-License-Identifier: GPL-3.0-or-later

// Bench measures Passerby against what it is made of, on this machine and
// without the internet, and prints one table.
//
//	go run ./packaging/bench [-quick] [-only circuits,cover,resume,volume,load,launch,find,window,frames,guard]
//
// With -quick it measures as little as shows that everything works, and its
// figures are worth little.
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
// openbox for the windows, and about twenty minutes. What runs in this process,
// conversations among it, is built as the bench is: with what GOEXPERIMENT says.
//
// # The lines
//
// "connect | session ready": floor is a stream on a fresh circuit to an onion
// service until its first byte is here; ours is the same and a whole session
// handshake on it. Each has its own fresh circuits, in turns.
//
// "echo | message delivered, no cover": floor is the echo of 488 bytes, ours a
// message from Send to Delivered. Both run over two streams of one circuit, in
// turns, because an onion echo takes about 16 ms on some circuits and 96 ms on
// others: compared over different circuits, luck would decide. The ratio is
// the median of the ratios of all circuits.
//
// "echo and two waits | message delivered, cover": the same with cover on both
// sides, on several circuits at once. A message waits for the next tick of
// its side's clock and its acknowledgement for that of the other's, so the
// floor is each echo and a value of the sum of two exponential waits, spread
// evenly over that distribution, in a random order. Ours is all drawn by lot:
// its median is good to about 8 %.
//
// "connect | closed circuit to resumed" and "to delivered": the dialing side's
// tor is told to close the circuit of a conversation, and at once a message is
// sent. Ours is the time until the dialing side tells of resumption, and until
// that message is delivered; floor is a bare connect from the same tor to
// another onion service of the other, before or after. With cover what opens
// a stream waits for ticks too, and so do the frames of the renewal that
// begins each resumed stream.
//
// "MB/h from 60 s": what conversations carry in 60 seconds, all kinds at the
// same time and each on a circuit of its own, made an hour's by multiplication.
// "out" is from the side that types or pastes, "back" from the other, which
// only listens. Floor is the frames on the stream; ours is what the dialing
// side's tor says of that very circuit (CIRC_BW: data cells and tor's own), at 536
// bytes for each cell: 514 and the 22 of a TLS record. Cells that leave at once
// share a record, so it may be a little less; TCP and IP are not in it. Without
// cover, the renewals of every ten minutes, 7 frames each, fall outside the
// window. Under cover a minute's frames are drawn by lot, 120 ± 11.
//
// "guard, a line of chat": the guard over each line of the chat set by itself.
// After the table it prints precision, recall and F1 of each category and tier
// on those lines that no rule was tuned by, and with PRESIDIO=path how it does
// on the synthetic set of presidio-research in that file.
//
// "CPU of a conversation": many streams over one circuit, with steady frames
// in both directions, and as many conversations with cover that are idle, in
// turns, beyond what is used without either; in percent of one core and for
// one end of one stream. Ours is this process, which has both ends; "its tor"
// is half of what both tors use. The relays are not in it. "frames | tor's
// sockets" are from the same seconds: what the dialing side's tor counts on all
// of its sockets (traffic/written and traffic/read), beyond what it counts
// without streams and without what it exchanged with us. It has TLS, and tor's
// chores: it shows that the figures from CIRC_BW are not far off.
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
// "frame": BenchmarkFrame of package session, one frame sealed, opened and
// checked, without a stream: floor is a build in which package secret erases
// nothing, ours one in which it does.
//
// "binary": the size of the program as it is shipped.
package main
