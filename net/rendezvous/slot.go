// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
)

// Sizes of the one exchange that a slot knows, in bytes.
const (
	RequestSize = 32      // a random nonce
	AnswerSize  = 16 * 32 // sixteen mesh keys, zeros where fewer are known
)

// Levels is how many levels of slots there are, and Slots is how many slots the
// lowest, level 0, has.
const (
	Levels = 3
	Slots  = 8
)

// SlotsAt returns how many slots a level has: 8, 64 and 256.
func SlotsAt(level int) int { return [Levels]int{Slots, 64, 256}[level] }

// slot is a place to meet at, of one level and one period.
type slot struct {
	random  [32]byte // of the period
	level   int
	key     onion.Key
	address onion.Address // of key
}

func newSlot(random [32]byte, network string, level, index int) slot {
	key := SlotKey(random, network, level, index)
	return slot{random, level, key, key.Address()}
}

// SlotKey derives the key of one slot. Whoever knows the shared random value
// and the network's name can, and that is everybody: a slot is a meeting
// place, not a secret.
//
//	seed = HKDF-SHA256(ikm = shared random value, salt = "passerby/slot/1",
//	                   info = len(network) ‖ network ‖ level ‖ index)
//
// with a length of 4 bytes and level and index of 2, all big-endian.
func SlotKey(sharedRandom [32]byte, network string, level, index int) onion.Key {
	info := binary.BigEndian.AppendUint32(nil, uint32(len(network)))
	info = append(info, network...)
	info = binary.BigEndian.AppendUint16(info, uint16(level))
	info = binary.BigEndian.AppendUint16(info, uint16(index))
	seed, err := hkdf.Key(sha256.New, sharedRandom[:], []byte("passerby/slot/1"), string(info), 32)
	if err != nil {
		panic(err) // only for lengths beyond what SHA-256 allows
	}
	return onion.KeyFromSeed([32]byte(seed))
}

// ask puts the slot's one question: a nonce for mesh keys.
func ask(conn net.Conn, nonce [RequestSize]byte) ([]onion.Address, error) {
	if _, err := conn.Write(nonce[:]); err != nil {
		return nil, fmt.Errorf("rendezvous: ask: %w", err)
	}
	return readAnswer(conn)
}

// readAnswer reads and checks an answer.
func readAnswer(r io.Reader) ([]onion.Address, error) {
	answer := make([]byte, AnswerSize)
	if _, err := io.ReadFull(r, answer); err != nil {
		return nil, fmt.Errorf("rendezvous: answer: %w", err)
	}
	members, err := mesh.DecodeSample(answer)
	if err != nil {
		return nil, fmt.Errorf("rendezvous: answer: %w", err)
	}
	if len(members) == 0 {
		return nil, fmt.Errorf("rendezvous: answer: names no members")
	}
	return members, nil
}

// reply answers one question on conn. sample gets the asker's nonce and names
// the members to tell.
func reply(conn net.Conn, sample func(nonce [RequestSize]byte) []onion.Address) error {
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(replyTime)); err != nil {
		return err
	}
	var nonce [RequestSize]byte
	if _, err := io.ReadFull(conn, nonce[:]); err != nil {
		return err
	}
	if _, err := conn.Write(mesh.EncodeSample(AnswerSize, sample(nonce))); err != nil {
		return err
	}
	// The asker closes first: a stream that we close at once may take the
	// answer with it.
	_, err := io.ReadFull(conn, make([]byte, 1))
	return err
}

// probe dials one slot and asks it. mine tells that the answer came from this
// copy itself.
func (r *Rendezvous) probe(ctx context.Context, key onion.Key) (members []onion.Address, mine bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	var nonce [RequestSize]byte
	rand.Read(nonce[:])
	r.mu.Lock()
	r.nonces[nonce] = false
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		mine = r.nonces[nonce]
		delete(r.nonces, nonce)
		r.mu.Unlock()
	}()
	conn, err := r.params.Network.Dial(ctx, key.Address().String(), onion.Isolation("slot"))
	if err != nil {
		return nil, false, fmt.Errorf("rendezvous: probe: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	members, err = ask(conn, nonce)
	return members, false, err
}
