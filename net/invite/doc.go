// SPDX-License-Identifier: GPL-3.0-or-later

// Package invite lets two people meet who have something in common that nobody
// else has: a link that one gave to the other, or a conversation that they had.
//
// It is the source of first peers that cannot be captured. Slots are a meeting
// place that everybody can compute, so anybody can take them over (see
// net/rendezvous). An invite leads to an onion address that follows from a key
// only two people know. Tor's directories see a blinded form of it and cannot
// tell whom it serves. Invites use no slot and no mesh, so they work with all
// slots captured and on the network's first day.
//
// # A link
//
// [Book.Invite] makes a one-time Ed25519 key, publishes the onion service of
// that key, and puts the public half into a link: 81 characters that begin with
// "passerby:", or a QR picture ([Link.QR]). The private half stays in memory
// and is gone with the program, and the link is dead then. A link counts for
// one guest or for many, for 48 hours at most, by Tor's clock.
//
// [Book.Follow] dials the address again and again, slower with time, until
// somebody answers or the link has expired: so neither side has to wait for the
// other, and it does not matter who is offline first. The inviter only listens.
//
// # A pair
//
// When two have met they share a secret, and can meet again without a link: from
// the secret both derive two onion keys and the key of a handshake ([Again]).
// Each publishes one of the services and dials the other until they meet. This
// is the rendezvous protocol of Briar (BRP). The secret comes from the handshake
// of a meeting ([Meeting], field Again) or from that of a conversation
// ([Book.Again]); to it both sides have contributed by their ephemeral keys, and
// nothing is shown to anybody to agree on it. Both have to call it; if one
// alone does, it waits for nothing and can be seen to wait by the other.
//
// A secret is a link too, of kind Again: a note to oneself. The program never
// writes it down; who wants to meet after both programs were closed has to copy
// it, and to keep it from others, who could come in their place.
//
// # The handshake
//
// All messages have a fixed size, and none contains a name, a time or a text.
//
//	         bytes  Noise payload, zeros behind it
//	1 ──▶      488  token (16)
//	2 ◀──      488  1 for welcome, 2 for used, 3 for later (1)
//	3 ──▶      976  chat address (32) ‖ mesh keys (16 × 32, zeros behind the last)
//	4 ◀──      976  likewise
//
// 1 and 2 are those of Noise_NK_25519_ChaChaPoly_BLAKE2s with the link's key (in
// Montgomery form) as the answerer's static key, for a link, and of
// Noise_NNpsk0 with the pair's key, for a pair; 3 and 4 are its first transport
// messages. The prologue is the whole link behind "Passerby invite 1", so that
// two links that differ in anything, the end included, do not fit; for a pair
// "Passerby pair 1" ‖ network tag ‖ the address that was dialed.
//
// The guest knows from message 2 that it talks to the holder of the link's
// private key; the inviter from message 3 that it talks to somebody who has the
// link and is not replaying what was said before. The token is random and the
// same whenever one guest follows one link: while it is open whether a
// conversation comes of a meeting by a one-time link, the guest whom it was with
// is let in again, and others are told to come later.
//
// # When one is busy
//
// A one-time link is used by a conversation, not by a meeting. Where none comes
// of a meeting, because a stream broke or one of the two is in another
// conversation, [Book.Retry] says so, and the link is as it was: the guest looks
// for the inviter again, for as long as the link counts, and may do so from a
// program that was started anew. Guests who come too often are told to come
// later ([ErrBusy]), so a link in wrong hands costs little.
//
// The secret to meet again is HKDF-SHA256 of Noise's two final keys with the
// handshake's hash as the salt and "Passerby meet again" as the info. (The hash
// alone would be no secret.)
//
// Messages 3 and 4 carry fresh chat keys, for the session that follows on the
// same stream, and up to sixteen members of the mesh, so that whoever was cut
// off has a second source of them (rendezvous.Introduce). Not named is who
// tells: it would link a person to a key in the mesh.
//
// # What two streams do
//
// A pair may meet on two streams at once. The first of the two, who is the one
// that dialed in the conversation or meeting before, finishes one handshake at a
// time, so both keep the same stream. Of the guests of a link, one is served at a
// time, so that of two who hold a one-time link exactly one is met. Where the
// last message is lost, one side has met and the other goes on looking: the
// first then finds that no conversation comes of it and calls [Book.Retry].
//
// # Who has the link first
//
// A link is all that an inviter knows of a guest. Whoever gets hold of it on its
// way and comes first is the guest: this package cannot tell, and no handshake
// could. Then
//
//   - the guest it was meant for finds the link used ([ErrUsed]), for an hour
//     after the conversation began, or later nobody; it should tell the inviter,
//     who then knows that the first guest was somebody else;
//   - an attacker who keeps the link back, uses it, and passes a link of its own
//     on instead sits in the middle of the two, and neither notices. So hand
//     links over in a way that others can neither read nor change: face to face
//     as a picture, or in a conversation that is safe itself;
//   - an attacker who holds a link can see whether the inviter is online while
//     it waits, and keep others out: one guest is served at a time, for 15
//     seconds, four wait in line, and who dials more often than others is served
//     more often. It could as well have used the link.
//
// Wrong handshakes use up nothing. They cost the inviter a hash or an X25519
// operation each, one a second on average, and what is above is refused unread.
//
// # What remains
//
// A guest learns sixteen members that the inviter has met lately. If many of
// them are its own, it can compare who is connected to all of them and guess the
// inviter's key in the mesh, which lasts for one run of the program. Who owns a
// quantum computer and has recorded the guest's stream inside Tor could derive
// the pair and the chat addresses later, when they are gone; what was said in
// the conversation stays closed, because its keys are of another exchange (see
// net/session).
package invite
