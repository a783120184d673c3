// SPDX-License-Identifier: GPL-3.0-or-later

// Package stamp is proof of work: a small cost for speaking to everybody.
//
// A lobby that anybody may write to, without an account, is free to flood
// unless writing costs something. A stamp is a number that makes a hash begin
// with a given count of zero bits (hashcash). Finding it takes 2^bits tries on
// average; checking it takes one. There are two kinds, and a message of the
// lobby carries both.
//
// The gate ([Mint], [Valid]) is SHA-256. At [Bits] it is some tens of
// milliseconds to make and less than a microsecond to check, so that a member
// which forwards other people's messages can refuse what was not paid for at
// once. But hashing is what graphics processors do best: to one of them the
// gate costs a thousandth.
//
// The work ([Work]) is Argon2id, each try of which fills [Memory] KiB, and
// which fast hardware does little faster than the computer of somebody who
// wants to talk. One check costs as much as one try, 6 ms, so it stands behind
// the gate: whoever would make others check in vain pays three times that for
// each. How many bits are asked for is the caller's to decide.
//
// A stamp prices spam, it does not stop somebody with many machines.
//
// # What is hashed
//
//	gate:  digest = SHA-256("passerby stamp" ‖ 0 ‖ len(network) ‖ network ‖ body)
//	       proof  = SHA-256("passerby stamp" ‖ 1 ‖ digest ‖ nonce)
//	work:  digest = SHA-256("passerby work" ‖ len(network) ‖ network ‖ subject)
//	       proof  = Argon2id(password digest ‖ nonce, salt "passerby work 1",
//	                1 pass, 1 lane), the first 8 bytes
//
// Lengths have 4 bytes, nonces 8. The body must hold everything that the gate
// is to pay for, a time included: one byte changed needs a new stamp, and a
// stamp of one network is worth nothing on another. The gate's second hash has
// one block, so that minting costs the same however long the body is. The
// subject of the work can be less than the body, so that the dear part is made
// before the rest is known.
package stamp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// label is the domain of the gate's hash. With it the second hash has 55 bytes,
// the most that one block of SHA-256 takes.
const label = "passerby stamp"

// ErrDifficulty is returned for a difficulty below 0 or above [MaxBits].
var ErrDifficulty = errors.New("stamp: no such difficulty")

// Nonce is the number that was found.
type Nonce [8]byte

// Mint finds a nonce for body on the network of this name, with at least
// difficulty leading zero bits. It works on the calling goroutine alone, so it
// takes one core at most, and returns ctx's error within a millisecond of ctx
// ending. The search begins at a random number: a nonce tells nothing of how
// long it took, or of the machine.
func Mint(ctx context.Context, network string, body []byte, difficulty int) (Nonce, error) {
	if difficulty < 0 || difficulty > MaxBits {
		return Nonce{}, fmt.Errorf("%w: %d bits", ErrDifficulty, difficulty)
	}
	block := newBlock(network, body)
	var nonce Nonce
	rand.Read(nonce[:]) // never fails: crypto/rand ends the program instead
	for n := binary.BigEndian.Uint64(nonce[:]); ; {
		if err := ctx.Err(); err != nil {
			return Nonce{}, err
		}
		for range stride {
			binary.BigEndian.PutUint64(nonce[:], n)
			if block.zeros(nonce) >= difficulty {
				return nonce, nil
			}
			n++
		}
	}
}

// Valid tells whether nonce was minted for body on the network of this name,
// with at least difficulty leading zero bits.
func Valid(network string, body []byte, nonce Nonce, difficulty int) bool {
	block := newBlock(network, body)
	return block.zeros(nonce) >= difficulty
}

// block is the input of the second hash: label, 1, digest, nonce.
type block [len(label) + 1 + sha256.Size + len(Nonce{})]byte

func newBlock(network string, body []byte) *block {
	h := sha256.New()
	h.Write([]byte(label))
	h.Write(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(network))))
	h.Write([]byte(network))
	h.Write(body)
	var b block
	copy(b[:], label)
	b[len(label)] = 1
	h.Sum(b[:len(label)+1])
	return &b
}

// zeros returns the number of leading zero bits of the proof.
func (b *block) zeros(nonce Nonce) int {
	copy(b[len(b)-len(nonce):], nonce[:])
	sum := sha256.Sum256(b[:])
	return bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:8])) // MaxBits is less than 64
}
