// SPDX-License-Identifier: GPL-3.0-or-later

// Package session is one conversation between two strangers over one stream.
// The stream is an onion stream of Tor; to this package it is any net.Conn
// that keeps bytes in order.
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
// from it. Integers are big-endian, ‖ joins byte strings, a frame is 488 bytes
// (what fits into one Tor cell), and everything that either side ever writes
// is a whole number of frames.
//
// # Keys
//
// Each side has one chat key, made for this conversation alone: an Ed25519 key
// whose public half is its onion address. The same key in Montgomery form
// (RFC 7748; the private scalar is the clamped first half of SHA-512 of the
// seed) is its static key of the Noise Protocol Framework. So whoever knows an
// address knows the static key to expect, and a stranger proves to own the
// address it claims by completing the handshake. (Addresses that differ only in
// sign or by a point of small order have one owner: an address is proven up to
// that, and it takes the owner's key all the same.) No signature is made at any
// point: either side could have computed everything that the other sent, so
// nothing said can be proven to a third.
//
// # Handshake
//
// The handshake is Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s, revision 34 of the
// framework, where the pre-shared key is the shared secret of ML-KEM-768
// (FIPS 203) that the payloads of messages 1 and 2 agree on. Both sides set it
// before message 3. An attacker must break both X25519 and ML-KEM to read
// anything, now or later. The prologue is
//
//	"Passerby session 1" ‖ SHA-256(network name) ‖ dialer's address (32) ‖
//	answerer's address (32) ‖ dialer's tags (4 × 8)
//
// where an address is the 32-byte Ed25519 public key. A tag is the first 8
// bytes of a hash of an interest, or 8 random bytes where none is given.
//
//	message 1, 3 frames = 1464 bytes
//	     0    32  dialer's address
//	    32    32  dialer's tags
//	    64    32  Noise: e
//	    96  1352  Noise payload: encapsulation key (1184) ‖ random (168)
//	  1448    16  Noise: tag
//	message 2, 3 frames = 1464 bytes
//	     0    32  Noise: e
//	    32    48  Noise: s, encrypted
//	    80  1368  Noise payload: answer (1) ‖ answerer's tags (32) ‖
//	              ciphertext of the KEM (1088) ‖ random (247)
//	  1448    16  Noise: tag
//	message 3, 1 frame = 488 bytes
//	     0    48  Noise: s, encrypted
//	    48   424  Noise payload: random (424)
//	   472    16  Noise: tag
//
// The answer is 1 for "yes, if you confirm" and 2 for "busy"; behind a 2,
// tags and ciphertext are random and the answering side closes the stream. A
// refusal is thus a message 2 like any other to whoever does not hold the
// dialer's ephemeral key. All padding is inside the encryption, so that no
// byte of a handshake can be changed unnoticed.
//
// The answerer refuses a dialer's address that is not a canonical point of
// large order, and its own. The dialer compares the static key in message 2
// with the address that it dialed, the answerer the one in message 3 with the
// address that message 1 claimed; on any difference the stream is closed. An
// X25519 result of all zeros (a key of low order) ends the handshake. Until
// message 3 has come the claimed address is only a claim, and message 1 may be
// a replay: all that a replay gets is a message 2, which it cannot answer.
//
// After message 3 the answerer sends an idle frame. It tells the dialer that
// both are committed.
//
// # Frames
//
// After the handshake each direction is a sequence of frames, each the
// encryption of 472 bytes with the direction's CipherState, without associated
// data: 472 bytes and a tag of 16. There is no length and nothing outside the
// encryption. After each frame the CipherState is rekeyed as Noise defines
// (REKEY; the nonce goes on counting), so a key taken from memory opens no
// frame before it. The plaintext is
//
//	 0    1  type: 0 idle, 1 text, 2 leave
//	 1    8  message number, from 1, without gaps
//	 9    8  acknowledgement: the number of the last message of the other
//	         side that was handed to its reader, with all before it; 0 for none
//	17    2  total: length of the message's UTF-8, 1 to 16000 bytes
//	19    2  offset of this frame's data in the message
//	21    2  length of this frame's data
//	23  449  data, then zeros
//
// Idle and leave frames have number, total, offset and length 0 and no data:
// they carry the acknowledgement only. A message is sent in order in text
// frames, all full but the last: length is the smaller of 449 and
// total − offset. Idle frames may stand between them. A whole message is
// valid UTF-8 of at most 4,000 code points. An acknowledgement never falls and
// never names a message whose last frame has not been sent.
//
// Whatever breaks one of these rules, including padding that is not zero and
// types that do not exist, ends the session at once and without a word. Both
// sides have the same version or the prologue kept them apart, so only a
// broken or hostile program gets there.
//
// An acknowledgement is sent promptly: on the next text frame, or in an idle
// frame of its own when there is none to send. A side that has sent nothing
// for [KeepAlive] sends an idle frame; a side that reads and has received no
// frame for [Silence] counts the stream as lost. The side that leaves sends a leave
// frame as its last; the other answers with one, which carries its last
// acknowledgement, and closes. A stream that ends in another way is lost.
//
// There are no times, no signs of typing and no read receipts.
//
// # Bounds
//
// A peer costs at most one message being put together (16,000 bytes), 32
// messages that our side has not read, and the buffers of the stream. Over
// that, or over a rate of 32 messages a second after a burst of 512, it is
// read no faster: the stream's own flow control slows it down.
//
// # Forgetting
//
// When a session ends, the transport keys, our static and ephemeral private
// keys of the handshake, the key encapsulation's secret and the buffers of
// frames are overwritten with zeros. Out of reach, and left to Go's garbage
// collector, are: the copies of a key inside golang.org/x/crypto's AEAD, the
// chaining key and the pre-shared key inside flynn/noise, the decapsulation
// key inside crypto/mlkem, copies on stacks, and every text, because Go's
// strings cannot be overwritten. So: nothing is written to disk, and memory is
// forgotten, but not scrubbed.
package session
