// SPDX-License-Identifier: GPL-3.0-or-later

// Package session is one conversation between two strangers. It runs on one
// stream at a time, an onion stream of Tor; to this package that is any
// net.Conn that keeps bytes in order. Streams break; the conversation goes on.
//
// One side dials and proposes, the other answers; each may have several such
// beginnings open and still end with exactly one partner, because nobody is
// committed before the dialing side confirms:
//
//	dialing side    Propose ───message 1──▶ Receive    answering side
//	                   ◀─message 2 or busy─ Accept or Refuse
//	                Confirm ───message 3──▶
//	                   ◀───first frame───── (Accept returns)
//	                (Confirm returns)
//
// What follows is the whole protocol. Another implementation can be written
// from it, and checked against testdata/vectors.json. Integers are big-endian,
// ‖ joins byte strings, "text" is its bytes in ASCII, a frame is 488 bytes
// (what fits into one Tor cell), and everything that either side ever writes is
// a whole number of frames.
//
// # Keys
//
// Each side has one chat key, made for this conversation alone: an Ed25519 key
// whose public half is its onion address. The same key in Montgomery form
// (RFC 7748; the private scalar is the clamped first half of SHA-512 of the
// seed) is its static key of the Noise Protocol Framework. So whoever knows an
// address knows the static key to expect, and a stranger proves to own the
// address it claims by completing the handshake. (Addresses that differ only in
// sign have one owner: an address is proven up to that, and it takes the
// owner's key all the same.) No signature is made at any point: either side
// could have computed everything that the other sent, so nothing said can be
// proven to a third.
//
// Every exchange below, be it the handshake, a resumption or a renewal, ends
// with Noise's two keys k1 and k2 (Split, in the order of the specification)
// and its handshake hash h. From them, and from a further secret x where one is
// named, come four keys by HKDF-SHA-256 (RFC 5869) with salt h, input
// k1 ‖ k2 ‖ x and 32 bytes of output each:
//
//	info "Passerby dialer"    encrypts what the dialing side sends
//	info "Passerby answerer"  encrypts what the answering side sends
//	info "Passerby root"      the root, from which later exchanges start
//	info "Passerby exporter"  of the handshake alone, what [Session.Exported]
//	                          returns; of other exchanges it is not used
//
// # The door
//
// Whoever knows the address of somebody who seeks can come to their door, so
// coming costs something, and how much is for the one inside to say. Before the
// handshake a caller solves a puzzle ([Knock], [Admit]):
//
//	knock, 1 frame = 488 bytes, from the dialer as soon as there is a stream
//	     0   488  random
//	challenge, 1 frame, from the answerer as soon as there is a stream
//	     0    24  nonce of the mask
//	    24    32  seed, random, masked
//	    56     1  bits, at most 8, masked
//	    57   431  random
//	solution, 1 frame, from the dialer
//	     0    24  nonce of the mask
//	    24     8  nonce of the work, masked
//	    32   456  random
//
// The mask is that of the handshake, below. A nonce is right when the first 8
// bytes that Argon2id (RFC 9106; 1 pass, 1 lane, 1 MiB) makes of
//
//	password  SHA-256("passerby work" ‖ length of the network's name (4) ‖
//	          network's name ‖ "door 1" ‖ answerer's address ‖
//	          SHA-256(knock) ‖ seed) ‖ nonce
//	salt      "passerby work 1"
//
// begin with so many zero bits. That is the work of package stamp, over less
// memory. So a solution is of use on one stream, to one answerer: nobody has another
// solve what was set to them, or solves ahead. With 0 bits every solution is
// right. Message 1 follows the solution at once, and after a wrong one the
// answerer closes the stream. The knock says nothing; it is there because at the
// onion of somebody who has a conversation a frame that is no request to resume
// ends the stream, and a caller learns at once that it came too late.
//
// # Handshake
//
// The handshake is Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s, revision 34 of the
// framework, where the pre-shared key is the shared secret of ML-KEM-768
// (FIPS 203) that the payloads of messages 1 and 2 agree on. Both sides set it
// before message 3. (As in every pattern with a pre-shared key, a public
// ephemeral key is also mixed into the key.) An attacker must break both X25519
// and ML-KEM to read anything, now or later. The prologue is
//
//	"Passerby session 2" ‖ SHA-256(network name) ‖ dialer's address (32) ‖
//	answerer's address (32) ‖ dialer's tags (4 × 8)
//
// where an address is the 32-byte Ed25519 public key. A tag is the first 8
// bytes of a hash of an interest, or 8 random bytes where none is given.
//
//	message 1, 3 frames = 1464 bytes
//	     0    24  nonce of the mask
//	    24    32  dialer's address, masked
//	    56    32  dialer's tags, masked
//	    88    32  Noise: e, masked
//	   120  1328  Noise payload: encapsulation key (1184) ‖ random (144)
//	  1448    16  Noise: tag
//	message 2, 3 frames = 1464 bytes
//	     0    24  nonce of the mask
//	    24    32  Noise: e, masked
//	    56    48  Noise: s, encrypted
//	   104  1344  Noise payload: answer (1) ‖ answerer's tags (32) ‖
//	              ciphertext of the KEM (1088) ‖ random (223)
//	  1448    16  Noise: tag
//	message 3, 1 frame = 488 bytes
//	     0    48  Noise: s, encrypted
//	    48   424  Noise payload: random (424)
//	   472    16  Noise: tag
//
// The mask is the key stream of XChaCha20 (counter from 0) under the key
// SHA-256("Passerby mask 1" ‖ answerer's address) and the nonce, which is
// random; it runs through the masked bytes in their order. It hides nothing
// from those who know the address. To everybody else a public key would look
// like no random bytes, and masked it does. What is not masked looks random by
// itself.
//
// The answer is 1 for "yes, if you confirm" and 2 for "busy"; behind a 2,
// tags and ciphertext are random and the answering side closes the stream. A
// refusal is thus a message 2 like any other to whoever does not hold the
// dialer's ephemeral key. All padding is inside the encryption, so that no
// byte of a handshake can be changed unnoticed but those of a nonce, and these
// not without changing what is masked.
//
// The answerer refuses a dialer's address that is not a canonical point of
// the prime-order group, and its own. The dialer compares the static key in
// message 2 with the address that it dialed, the answerer the one in message 3
// with the address that message 1 claimed; on any difference the stream is
// closed. An X25519 result of all zeros (a key of low order) ends the
// handshake. Until message 3 has come the claimed address is only a claim, and
// message 1 may be a replay: all that a replay gets is a message 2, which it
// cannot answer.
//
// After message 3 the answerer sends an idle frame. It tells the dialer that
// both are committed.
//
// # Frames
//
// From then on each direction of a stream is a sequence of frames, each the
// encryption of 472 bytes with the direction's CipherState, without associated
// data: 472 bytes and a tag of 16. The nonce of a stream's first frame is 0.
// There is no length and nothing outside the encryption. After each frame the
// CipherState is rekeyed as Noise defines (REKEY; the nonce goes on counting),
// so a key taken from memory opens no frame before it. The plaintext is
//
//	 0    1  type: 0 idle, 1 text, 2 leave, 3 renew, 4 turn
//	 1    8  message number, from 1, without gaps
//	 9    8  acknowledgement: the number of the last message of the other
//	         side that was handed to its reader, with all before it; 0 for none
//	17    2  total: length of the message in bytes
//	19    2  offset of this frame's data in the message
//	21    2  length of this frame's data
//	23  449  data, then zeros
//
// Idle, leave and turn frames have number, total, offset and length 0 and no
// data: they carry the acknowledgement only. A message is UTF-8 of 1 to 16,000
// bytes and at most 4,000 code points. It is sent in text frames, in order, all
// full but the last: length is the smaller of 449 and total − offset. Other
// frames may stand between them. Renew frames are cut in the same way, with
// number 0. An acknowledgement never falls and never names a message whose last
// frame has not been sent.
//
// Whatever breaks one of these rules, including padding that is not zero and
// types that do not exist, ends the conversation at once and without a word.
// Both sides have the same version or the prologue kept them apart, so only a
// broken or hostile program gets there. A frame that does not open with the key
// that is due is another matter: anybody on the way may have done that. It
// breaks the stream and no more.
//
// # Cover
//
// A side that sends cover, as all do unless their person said no, sends one
// frame at each tick of a clock whose gaps are exponentially distributed with a
// mean of half a second: a text frame if there is something to say, else an
// idle one. The first gap begins with the last frame of the handshake, or on a
// stream that resumed with the agreement for the dialer, which has read it, and
// with the dialer's first frame for the answering side. So whoever watches sees neither silence nor typing nor length. A
// side without cover sends a frame when there is something to say or to
// acknowledge, and when it has sent nothing for [KeepAlive].
//
// There are no times, no signs of typing and no read receipts in a frame.
//
// # Resumption
//
// A stream is broken when it ends, when a frame does not open, when nothing
// was heard for [Silence], or when it takes no frame for so long. Each side
// closes what it holds to be broken. The side that dialed then dials again, up
// to three streams at once, each on circuits of its own, at waits that grow
// from 2 to 16 seconds; where streams break all the time, it begins to do so 32
// times at once and every 15 seconds from then on. On each stream it starts Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s
// with the root as the pre-shared key and the prologue
//
//	"Passerby resume 1" ‖ dialer's address ‖ answerer's address
//
//	request and agreement, 1 frame = 488 bytes each
//	     0    24  nonce of the mask
//	    24    32  Noise: e, masked
//	    56   416  Noise payload: random in the request;
//	              acknowledgement (8) ‖ random (408) in the agreement
//	   472    16  Noise: tag
//
// The dialer uses the first stream on which it was answered and closes the
// others. The answering side uses a stream once it has opened the dialer's
// first frame on it, and drops the one before, which it may still have thought
// whole, and all that it agreed to earlier: that frame proves that the dialer
// knows the root and has chosen, and what it said on a stream that it gave up
// may come late. A request alone proves nothing, because it may be a replay, and
// changes nothing. With cover, request and agreement too wait for a tick of the
// clock.
//
// Each side then begins again with its first message that is not acknowledged
// (the agreement's acknowledgement counts, and a message is repeated from its
// first piece) and forgets pieces of a message that is not whole. Frames of
// messages that it has already are passed over. So each message arrives once,
// in order.
//
// Whatever else arrives at the answering side's onion during a conversation is
// closed. At most 256 streams may be about to show that they know the root, for
// 20 seconds each; a further one takes the place of one of them, drawn by lot,
// so that whoever keeps the dialer out has to come very often. A request is
// taken once: it is known again by its ephemeral key. If the other side does not
// come back within [Patience], the conversation is lost; an answering side that
// has not heard a frame yet waits for a minute only, because the dialer may know
// of no conversation.
//
// # Renewal
//
// Ten minutes or 200 messages of both sides after the last renewal, and at the
// beginning of each stream that resumed, the dialing side asks for new keys, by
// the same Noise pattern with the root and the prologue
//
//	"Passerby renew 1" ‖ dialer's address ‖ answerer's address
//
// in renew frames, which take turns with text frames where there are both. The
// request's payload is a fresh encapsulation key (1232 bytes in all), the
// reply's a ciphertext (1136 bytes), and the shared secret of the KEM is x in
// the schedule above. The answering side uses its new key, with the nonce from
// 0, for all frames after the last piece of the reply. The dialer, when it has
// read that, sends a turn frame as the last under its old key. From the last piece of the reply until the turn frame the answering side
// keeps the old root and the new one, because a broken stream may leave the
// dialer with either; the root of a resumption that it commits to is the one
// that stays. The dialer replaces its root when it has read the reply. The
// schedule of a resumption replaces no root: it has no KEM of its own.
//
// So a thief of all the keys can read what comes until the next renewal or
// resumption that begins after the theft, and nothing of what was said before;
// and after it nothing more, unless the thief also changes what is sent.
//
// # Ending
//
// Who leaves sends its waiting messages and then a leave frame; the other side
// answers with a leave frame as soon as it may, be it in the middle of a message,
// and says nothing more. Who has said farewell sends no renew frames and no
// text but, on a stream that resumed, what it had said before; idle and turn
// frames may follow. Both go on with cover. The dialing side,
// whoever left, closes the stream 3 seconds and a random time (exponential, mean
// 0.75 s, at most 2 s) after its leave frame, or when the other side's comes if
// that is later; the answering side waits for that for 6 seconds.
//
// The dialing side that leaves itself waits, with nothing more to say, for one
// more frame of the other side (for 3 seconds at most) before it sends its leave
// frame, as if that frame were a farewell. So in both cases, counted from when
// somebody decided to leave, which nobody sees, there comes a frame of the
// answering side, the next frame of the dialing side, and then the end after a
// time of its own: what is seen has the same distribution, and does not tell who
// left. Without cover the dialing side waits for nothing and closes at once.
//
// A stream that breaks before a farewell was heard is resumed to say it, for
// fifteen seconds. What is not hidden: that the conversation ended, and, from
// somebody who watches all of a side's traffic, what that side does next, such
// as shutting its Tor down.
//
// # Bounds
//
// A peer costs at most one message being put together (16,000 bytes), 32
// messages that our side has not read, 256 of ours that it has not
// acknowledged, and the buffers of the stream; strangers at the door cost 256
// streams that say one frame. Over 128 frames a second, after
// a burst of 1024, it is read no faster: the stream's own flow control slows it
// down. After a minute of that the session ends as [Flooded]. A side without
// cover keeps to half of that by itself.
//
// # Forgetting
//
// When a session ends, roots, transport keys, our static and ephemeral private
// keys and the buffers of frames are overwritten with zeros; a key that was
// replaced is overwritten when it is. All code that computes with keys runs under
// package secret, which where Go can (see there) also erases registers, stack
// and heap behind it: the AEAD's copies of a key, Noise's chaining keys, ML-KEM's
// decapsulation key. Elsewhere these are left to the garbage collector.
// Everywhere out of reach are texts, because Go's strings cannot be overwritten.
// So: nothing is written to disk, and memory is forgotten; keys are scrubbed
// where that is possible, and words are not.
package session
