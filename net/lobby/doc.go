// SPDX-License-Identifier: GPL-3.0-or-later

// Package lobby is where people who are free to talk find each other, with
// nobody who runs it.
//
// # Beacons
//
// Who looks for a stranger says so with a beacon: 256 bytes that name an onion
// address made for this one conversation, up to four hashed interests, and the
// ten minutes in which they count, under a proof of work (package stamp). The
// mesh's gossip brings it to every member of its shard. There is no free text in
// it, so the lobby is nothing to write on, and every byte is paid for and
// signed, so that nothing can be changed on the way. Whoever seeks picks beacons
// from its pool and dials the addresses in them.
//
// A beacon is signed by the chat onion's own key, so that nobody can make all
// seekers dial an onion service that is not theirs, or speak for a seeker. The
// key lives for one conversation and signs nothing but its beacons: a signature
// says that somebody was free to talk, not who, and nothing of what was said.
//
// # What it costs
//
// A beacon pays twice. Its work, Argon2id over 8 MiB, pays for an owner and an
// epoch. It depends on nothing that a person chooses, so it is done ahead, for
// the chat onion that is kept ready, for this epoch and the next, on one core
// that rests half of the time; a search finds it done. Its gate, SHA-256, pays
// for every byte, so each further beacon of that owner (in another shard) costs
// 20 ms again. A member checks the gate in less than a microsecond before it
// looks at the work, which takes 6 ms: whoever would keep members busy with work
// that was not done pays three times what it costs them, and is hung up on,
// because no honest member relays that.
//
// How much work is asked for follows the load. Each member measures R, the
// beacons a second that it verified in a shard over the last ten minutes, and
// those that it had no time to look at. With least for the effort of calm times,
// in bits,
//
//	asked    = least, and up to 6 more: 3 for every two times that R has doubled above 2
//	minted   = asked + 1, or what three of four beacons have that came lately,
//	           less 1, if that is more; 1 more after each minute without an echo,
//	           the first left out; least + 6 at most
//	accepted = asked - 2, and least at least
//
// So a beacon is taken by all who see less than four times the load that its
// owner sees. Who has just come and has seen nothing goes by what it hears, and
// where it hears nothing by the echo that does not come. Because it mints at one
// less than what it hears, the effort comes down again when the load does.
// Somebody whose work is too cheap may be honest: the beacon is not handed on, and
// nobody is blamed.
//
// A flood of F beacons a second from one core at effort e needs F·2^e·6 ms of
// each second. The effort rises until accepted beacons are few again, and
// faster than the load; honest people pay some seconds for it, twelve at most, in
// the background. A member looks at 32
// beacons a second at most, 8 of one sender.
//
// # Shards
//
// Where many seek, nobody can hear them all. So shards split: they are the nodes
// of a binary tree, each of which has a topic of its own, and each member that
// does not seek hears one. It counts the beacons there. Above two a second it
// goes down one level, or several if there are many more, on a way that it drew
// when it began; below one in two seconds it goes up again. A shard that was
// just split has half of what made it split, so nobody goes up and down for
// long; and who went up bears more for a quarter of an hour. Newcomers listen on
// all levels of their way for half a minute and stay on the deepest where others
// are: not where most is said, as that may be at the root, by newcomers who seek.
//
// The tree is no deeper than leaves 64 members to each shard, as far as the
// size of the network is known, or than half of our neighbours are already: it
// takes a newcomer ten minutes and more to believe in a large network. Otherwise
// somebody with a few machines could make a network of a hundred split until
// nobody hears anybody.
//
// A seeker goes down as deep as it is itself, on a way whose first bits are its
// first interest's and whose last three are drawn by lot: so half of all may
// have one interest. It hears its shard, the one below, four above it, and the
// root, and says its beacon in its own. Where it finds nobody for eight seconds it
// goes up four levels, where all who stayed below hear it, and after eight more to
// the root, which every seeker hears. Where there are too many it goes further
// down, and it leaves those above that are crowded.
//
// What this tells: members see which shards those they are connected to hear.
// Where the network is split, who hears more than one seeks, and about one of
// what. As two beacons a second are said in a shard, those who came to it in
// the same half minute are a crowd for each other's beacons.
//
// # Interests
//
// Interests are compared without case, accents, width, plural and emoji beside
// words, and hashed with the network's name. Languages are interests too, offered
// from a list ([Languages]) and never taken from the system. Whoever guesses a
// word can see that somebody looks for it, not who.
//
// Interests are preferred, not required. Until its beacon has come back, a seeker
// calls and hears only those who share two with it, where it has two; then for two seconds
// those who share one; then anybody. By then the beacons of all who began with
// it have come too. After 15 seconds it stops waiting in any case. An offer of
// somebody who shares less is kept, and considered then.
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
// confirms costs the other five seconds at most, and after the first one and a
// half of them the other calls on, and leaves for the first that accepts: so even
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
// # The door
//
// Whoever has heard a beacon can come to its owner's chat onion. There they are
// set a puzzle (package session) that grows by a bit with each stranger who has
// solved theirs and is not answered yet, and by two with each block of the last
// ten minutes, to half a second of work at most, three on a phone. Strangers
// who have not solved theirs are many and cheap: when there are too many, one
// drawn by lot has to come again. Of those whose offers wait, one who shares
// an interest or has a beacon takes the place of one who does not.
//
// # The chat onion
//
// An onion service takes seconds until others can find it, so one is always
// ready, and so is the work for its beacons. It serves one search and one
// conversation. Its key is then forgotten, also where nobody was found.
//
// # Limits
//
// Everything that strangers can cause is bounded; the bounds and their reasons
// are in limits.go.
package lobby
