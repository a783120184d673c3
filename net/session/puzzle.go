// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"passerby/net/onion"
	"passerby/net/stamp"
)

const (
	// MaxPuzzle is the most bits of a puzzle at a door. Its 256 tries on
	// average, of a millisecond here and of three on a phone, are done in 3 s
	// there in 98 of 100 cases; nobody can make a caller work for more.
	MaxPuzzle = 8
	// puzzleWork is what one try fills: 1 MiB, which is much for a graphics
	// processor that makes thousands of tries at once, and no more than a
	// millisecond for whoever is made to look at a wrong solution.
	puzzleWork stamp.Work = 1 << 10

	seedSize      = 32
	knockSize     = 1 * FrameSize
	challengeSize = 1 * FrameSize
	challengeHead = seedSize + 1
	solutionSize  = 1 * FrameSize
	solutionHead  = len(stamp.Nonce{})
)

// solutions are looked at two at a time, whoever sends them.
var solutions = stamp.NewVerifier(puzzleWork)

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
		nonce, err := c.solve(ctx, system, network, subject(to, knock, c.seed))
		if err != nil {
			return err
		}
		_, err = conn.Write(system.solution(to, nonce))
		return err
	})
}

// Admit sets a caller, at the other end of conn, a puzzle of this many bits,
// and waits until it is solved: until ctx ends, or a minute. We are the onion
// service at self. Receive comes next. After an error, which wraps
// [ErrUnsolved] where the solution is wrong, conn is closed.
func Admit(ctx context.Context, conn net.Conn, network string, self onion.Address, bits int) error {
	return step(ctx, conn, "admit", func() error {
		c := challenge{bits: min(max(bits, 0), MaxPuzzle)}
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
		ok, err := solutions.Valid(ctx, network, subject(self, wire[:knockSize], c.seed), nonce, c.bits)
		if err == nil && !ok {
			err = fmt.Errorf("%w: %w", ErrProtocol, ErrUnsolved)
		}
		return err
	})
}

// challenge is a puzzle.
type challenge struct {
	seed [seedSize]byte
	bits int
}

// subject is what the work of a solution pays for: one stream, to one answerer.
// So nobody can have others solve what they were set.
func subject(answerer onion.Address, knock []byte, seed [seedSize]byte) []byte {
	h := sha256.Sum256(knock)
	return slices.Concat([]byte("door 1"), answerer[:], h[:], seed[:])
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
func (c challenge) solve(ctx context.Context, src source, network string, subject []byte) (stamp.Nonce, error) {
	nonce := stamp.Nonce(src.bytes(len(stamp.Nonce{})))
	for n := binary.BigEndian.Uint64(nonce[:]); !puzzleWork.Valid(network, subject, nonce, c.bits); {
		if err := ctx.Err(); err != nil {
			return stamp.Nonce{}, err
		}
		n++
		binary.BigEndian.PutUint64(nonce[:], n)
	}
	return nonce, nil
}

func (s source) solution(answerer onion.Address, nonce stamp.Nonce) []byte {
	return s.masked(answerer, s.padded(solutionSize-nonceSize, nonce[:]), solutionHead)
}

// parseSolution reads a solution. It overwrites wire.
func parseSolution(answerer onion.Address, wire []byte) stamp.Nonce {
	return stamp.Nonce(unmasked(answerer, wire, solutionHead))
}
