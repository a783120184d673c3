// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"net"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"

	"passerby/net/onion"
)

const (
	// MaxPuzzle is the most bits of a puzzle at a door. Its 256 tries on
	// average, of a millisecond here and of three on a phone, are done in 3 s
	// there in 98 of 100 cases; nobody can make a caller work for more.
	MaxPuzzle = 8
	// puzzleMemory is what one try fills, in KiB: 1 MiB, which is much for a
	// graphics processor that makes thousands of tries at once, and no more than
	// a millisecond for whoever is made to look at a wrong solution.
	puzzleMemory = 1 << 10
	// maxLooks is how many solutions are looked at at once, whoever sends them.
	maxLooks = 2

	seedSize      = 32
	knockSize     = 1 * FrameSize
	challengeSize = 1 * FrameSize
	challengeHead = seedSize + 1
	solutionSize  = 1 * FrameSize
	solutionHead  = 8 // a number
)

// looks holds a token for each solution that is being looked at.
var looks = make(chan struct{}, maxLooks)

// ErrUnsolved is wrapped by the error about a caller whose solution is wrong.
var ErrUnsolved = errors.New("the caller did not solve the puzzle")

// Knock goes to the door of the onion service at to, at the other end of conn,
// and solves the puzzle that is set there: until ctx ends, or a minute. It
// takes one core for as long as that needs, see [MaxPuzzle]. Propose comes
// next. After an error conn is closed.
func Knock(ctx context.Context, conn net.Conn, network string, to onion.Address) error {
	return step(ctx, conn, "knock", func() error {
		knock := system.bytes(knockSize)
		if _, err := conn.Write(knock); err != nil {
			return err
		}
		wire := make([]byte, challengeSize)
		if _, err := io.ReadFull(conn, wire); err != nil {
			return err
		}
		c, err := parseChallenge(to, wire)
		if err != nil {
			return err
		}
		nonce, err := c.solve(ctx, system, puzzleOf(network, to, knock, c.seed))
		if err != nil {
			return err
		}
		_, err = conn.Write(system.solution(to, nonce))
		return err
	})
}

// Admit sets a caller, at the other end of conn, a puzzle of this many zero bits,
// and waits until it is solved: until ctx ends, or a minute. We are the onion
// service at self. Receive comes next. After an error, which wraps
// [ErrUnsolved] where the solution is wrong, conn is closed.
func Admit(ctx context.Context, conn net.Conn, network string, self onion.Address, zeros int) error {
	return step(ctx, conn, "admit", func() error {
		c := challenge{bits: min(max(zeros, 0), MaxPuzzle)}
		copy(c.seed[:], system.bytes(seedSize))
		// The caller may write before it reads, and so may we.
		sent := make(chan error, 1)
		go func() {
			_, err := conn.Write(system.challenge(self, c))
			sent <- err
		}()
		wire := make([]byte, knockSize+solutionSize)
		_, err := io.ReadFull(conn, wire)
		if err != nil {
			conn.SetDeadline(time.Unix(1, 0))
		}
		if err := errors.Join(err, <-sent); err != nil {
			return err
		}
		nonce := parseSolution(self, wire[knockSize:])
		select {
		case looks <- struct{}{}:
			defer func() { <-looks }()
		case <-ctx.Done():
			return ctx.Err()
		}
		if p := puzzleOf(network, self, wire[:knockSize], c.seed); !p.solved(nonce, c.bits) {
			return fmt.Errorf("%w: %w", ErrProtocol, ErrUnsolved)
		}
		return nil
	})
}

// challenge is a puzzle.
type challenge struct {
	seed [seedSize]byte
	bits int
}

// puzzle is what a solution is hashed with.
type puzzle [sha256.Size]byte

// puzzleOf makes the puzzle of one stream, to one answerer: nobody can have
// others solve what they were set.
func puzzleOf(network string, answerer onion.Address, knock []byte, seed [seedSize]byte) puzzle {
	b := binary.BigEndian.AppendUint32([]byte("passerby work"), uint32(len(network)))
	return sha256.Sum256(slices.Concat(b, []byte(network), subject(answerer, knock, seed)))
}

// subject is what the work of a solution pays for.
func subject(answerer onion.Address, knock []byte, seed [seedSize]byte) []byte {
	h := sha256.Sum256(knock)
	return slices.Concat([]byte("door 1"), answerer[:], h[:], seed[:])
}

// solved tells whether nonce gives so many leading zero bits. It costs one try,
// and nothing where none are asked for.
func (p puzzle) solved(nonce [solutionHead]byte, zeros int) bool {
	if zeros <= 0 {
		return true
	}
	proof := argon2.IDKey(append(p[:], nonce[:]...), []byte("passerby work 1"), 1, puzzleMemory, 1, 8)
	return bits.LeadingZeros64(binary.BigEndian.Uint64(proof)) >= zeros
}

func (s source) challenge(answerer onion.Address, c challenge) []byte {
	return s.masked(answerer, s.padded(challengeSize-nonceSize, c.seed[:], []byte{byte(c.bits)}), challengeHead)
}

// parseChallenge reads a puzzle. It overwrites wire.
func parseChallenge(answerer onion.Address, wire []byte) (challenge, error) {
	message := unmasked(answerer, wire, challengeHead)
	c := challenge{[seedSize]byte(message), int(message[seedSize])}
	if c.bits > MaxPuzzle {
		return challenge{}, fmt.Errorf("%w: a puzzle of %d bits", ErrProtocol, c.bits)
	}
	return c, nil
}

// solve finds the solution. The search begins at a random number.
func (c challenge) solve(ctx context.Context, src source, p puzzle) (nonce [solutionHead]byte, err error) {
	nonce = [solutionHead]byte(src.bytes(solutionHead))
	for n := binary.BigEndian.Uint64(nonce[:]); !p.solved(nonce, c.bits); {
		if err := ctx.Err(); err != nil {
			return nonce, err
		}
		n++
		binary.BigEndian.PutUint64(nonce[:], n)
	}
	return nonce, nil
}

func (s source) solution(answerer onion.Address, nonce [solutionHead]byte) []byte {
	return s.masked(answerer, s.padded(solutionSize-nonceSize, nonce[:]), solutionHead)
}

// parseSolution reads a solution. It overwrites wire.
func parseSolution(answerer onion.Address, wire []byte) [solutionHead]byte {
	return [solutionHead]byte(unmasked(answerer, wire, solutionHead))
}
