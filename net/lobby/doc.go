// SPDX-License-Identifier: GPL-3.0-or-later

// Package lobby is where people who are free to talk find each other, with
// nobody who runs it.
//
// # Beacons
//
// Who looks for a stranger says so with a beacon: 256 bytes that name an onion
// address made for this one conversation, up to four hashed interests, and the
// ten minutes in which they count, under a proof of work (package stamp). The
// mesh's gossip brings it to every member. There is no free text in it, so the
// lobby is nothing to write on, and every byte is under the stamp, so that
// nothing can be changed on the way. Whoever seeks picks beacons from its pool
// and dials the addresses in them.
//
// A beacon is signed by the chat onion's own key, so that nobody can make all
// seekers dial an onion service that is not theirs, or speak for a seeker. The
// key lives for one conversation and signs nothing but its beacons: a signature
// says that somebody was free to talk, not who, and nothing of what was said.
//
// # Pushing
//
// In a gossip network the first to send something is easy to guess by whoever
// has many connections. So nobody publishes their own beacon. It is handed to
// up to three random members, over fresh circuits and under a key that is used
// once; each waits a random two to five seconds and publishes it. The owner
// waits for it to come back from the mesh, its echo, and treats it like
// everybody else's. Without an echo it asks others after a minute, as some
// members may be out of order, or liars.
//
// For the same reason a member takes a pushed beacon into its own pool no
// sooner than it publishes it: a seeker that dialed at once whoever pushed to
// it would show that its mesh key and its chat key are one person's.
//
// # Pairing
//
// Many dial many at once, and each shall have exactly one partner. Opening a
// conversation takes three steps (package session): an offer by the one who
// dialed, an acceptance, a confirm. Until the confirm arrives nobody is bound;
// when it has, both are. A seeker is in one of four phases:
//
//	free        bound to nobody; it may have up to three offers out
//	reserved    it accepted the offer of X, and waits for X to confirm
//	confirming  it confirmed to Z, and waits for Z's first frame
//	paired      the end
//
// and keeps these rules:
//
//  1. An offer that arrives while free is accepted: reserved. One that arrives
//     while reserved or confirming waits until that is resolved, in a short
//     queue, and is refused when the queue is full or its time is up.
//  2. When an offer of ours is accepted while we are free we confirm at once
//     and drop all other offers: confirming.
//  3. When an offer of ours is accepted by Y while we are reserved, addresses
//     decide. If ours is the higher, we hold Y's acceptance until we know, and
//     confirm it if we are free again. If ours is the lower, we drop it at
//     once, and Y is free again.
//  4. When Y's offer meets our own to Y, the lower address keeps its offer and
//     refuses the other's; the higher one drops its own, and accepts.
//  5. Who is free again confirms an acceptance that it holds, else accepts an
//     offer that waits, else dials on.
//
// Why everybody has one partner at most: a seeker in a phase other than free
// is bound to one, and leaves that phase only by their word, by their stream's
// end, or by a time-out. X counts itself paired with Y only after Y's frame,
// which Y sends when X's confirm arrives. Should Y's reservation end in that very
// instant, Y hangs up, and X sees a conversation that is lost as it begins; it
// never has a second partner.
//
// Why nobody waits for ever, even with no clock: the one who waits is reserved
// for somebody (a confirming seeker waits for one that is reserved for it,
// whose answer comes without any further condition). Y, reserved for X, waits
// for long only where X holds Y's acceptance, which by rule 3 means that X's
// address is higher and X is itself reserved. So along a chain of waits
// addresses rise, and no chain closes to a circle; the one at its end waits
// for a message that is on its way.
//
// Why somebody always gets on: follow, from any reserved seeker, whom it is
// reserved for. Either the way ends at one who is not reserved: that one is
// free and confirms, or is becoming a pair. Or the way runs in a circle, in
// which the highest address is reserved for a lower one and holds the
// acceptance of a lower one. The former drops it by rule 3, or had become free
// and confirms; in either case the highest becomes one of a pair. So every
// tangle of offers ends with a pair more, and the others free to go on.
//
// Time-outs are for those who do not keep to the rules. Who offers and never
// confirms costs the other five seconds at most, and after the first two of
// them the other calls on, and leaves for the first that accepts: so even
// somebody who is made such offers without end finds a partner. From whom an
// offer comes is known for sure only with the confirm, so nobody is punished
// for one that came to nothing.
//
// The rules are a type of their own, on which tests try all this in random
// order.
//
// # Whom to dial
//
// Shared interests come first, then strangers who did not fail us before, then those whose
// beacon came lately: somebody who sought ten minutes ago has found somebody,
// and their address is dead. Among equals the order is another for each
// seeker, or all would dial the same. Dials that take long give way to new
// beacons, so dead addresses never hold everybody up.
//
// # The chat onion
//
// An onion service takes seconds until others can find it, so one is always
// ready. It serves one search and one conversation. Its key is then forgotten,
// also where nobody was found.
//
// # Limits
//
// Everything that strangers can cause is bounded; the bounds and their reasons
// are in limits.go.
package lobby
