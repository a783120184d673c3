// SPDX-License-Identifier: GPL-3.0-or-later

// Package stamp is proof of work: a small cost for speaking to everybody.
//
// A lobby that anybody may write to, without an account, is free to flood
// unless writing costs something. A stamp is a number that makes a hash begin
// with a given count of zero bits (hashcash). Finding it takes 2^bits hashes
// on average; checking it takes two. At [Bits] that is some tens of
// milliseconds against less than a microsecond, so that a member which
// forwards other people's messages can refuse what was not paid for at once.
//
// A stamp prices spam, it does not stop somebody with many machines. It is the
// outer gate: the first of the checks that cost anything.
//
// # What is hashed
//
//	digest = SHA-256(label ‖ 0 ‖ len(network) ‖ network ‖ body)
//	proof  = SHA-256(label ‖ 1 ‖ digest ‖ nonce)
//
// The body must hold everything that the stamp is to pay for, a time included:
// one byte changed needs a new stamp, and a stamp of one network is worth
// nothing on another. The second hash has one block, so that minting costs the
// same however long the body is.
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

const (
	// Bits is the difficulty of Passerby's network: leading zero bits of the
	// proof. 2^18 hashes are about 20 ms of one core.
	Bits = 18
	// MaxBits is the highest difficulty that Mint takes on.
	MaxBits = 40

	// label is the domain of the hash. With it the second hash has 55 bytes,
	// the most that one block of SHA-256 takes.
	label = "passerby stamp"

	// stride is how many hashes are tried between looks at the context: less
	// than a millisecond.
	stride = 4096
)

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
