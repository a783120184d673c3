// SPDX-License-Identifier: GPL-3.0-or-later

package stamp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"

	"golang.org/x/crypto/argon2"
)

const (
	workLabel = "passerby work"
	workSalt  = "passerby work 1"
	passes    = 1
	lanes     = 1
	proofSize = 8
)

// Work is the second tier: Argon2id with one pass and one lane over this many
// KiB of memory. Its methods are safe for concurrent use.
type Work uint32

// Mint finds a nonce that pays for subject on the network of this name, with
// at least effort leading zero bits. It works on the calling goroutine alone,
// so it takes one core at most and the memory of one try, and returns ctx's
// error within one try of ctx ending. After each try rest, which may be nil,
// is told how long it took, and may wait to leave the core to others.
func (w Work) Mint(ctx context.Context, network string, subject []byte, effort int, rest func(took time.Duration)) (Nonce, error) {
	if effort < 0 || effort > MaxEffort {
		return Nonce{}, fmt.Errorf("%w: an effort of %d bits", ErrDifficulty, effort)
	}
	password := newPassword(network, subject)
	var nonce Nonce
	rand.Read(nonce[:]) // never fails: crypto/rand ends the program instead
	for n := binary.BigEndian.Uint64(nonce[:]); ; n++ {
		if err := ctx.Err(); err != nil {
			return Nonce{}, err
		}
		binary.BigEndian.PutUint64(nonce[:], n)
		begin := time.Now()
		if w.pays(password, nonce, effort) {
			return nonce, nil
		}
		if rest != nil {
			rest(time.Since(begin))
		}
	}
}

// Valid tells whether nonce pays for subject on the network of this name, with
// at least effort leading zero bits. It costs one try, and nothing where effort
// is 0.
func (w Work) Valid(network string, subject []byte, nonce Nonce, effort int) bool {
	return w.pays(newPassword(network, subject), nonce, effort)
}

// password is what Argon2id hashes: the digest and the nonce.
type password [sha256.Size + len(Nonce{})]byte

func newPassword(network string, subject []byte) *password {
	h := sha256.New()
	h.Write([]byte(workLabel))
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(network))))
	h.Write([]byte(network))
	h.Write(subject)
	var p password
	h.Sum(p[:0])
	return &p
}

func (w Work) pays(p *password, nonce Nonce, effort int) bool {
	if effort <= 0 {
		return true
	}
	copy(p[len(p)-len(nonce):], nonce[:])
	proof := argon2.IDKey(p[:], []byte(workSalt), passes, max(uint32(w), MinMemory), lanes, proofSize)
	return bits.LeadingZeros64(binary.BigEndian.Uint64(proof)) >= effort
}

// Verifier checks work, [AtOnce] pieces at a time; more wait. It is safe for
// concurrent use.
type Verifier struct {
	work  Work
	slots chan struct{}
}

// NewVerifier returns a Verifier of such work.
func NewVerifier(w Work) *Verifier { return &Verifier{w, make(chan struct{}, AtOnce)} }

// Valid is [Work.Valid], once it is our turn. It returns ctx's error where ctx
// ends before.
func (v *Verifier) Valid(ctx context.Context, network string, subject []byte, nonce Nonce, effort int) (bool, error) {
	select {
	case v.slots <- struct{}{}:
		defer func() { <-v.slots }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return v.work.Valid(network, subject, nonce, effort), nil
}
