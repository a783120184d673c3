// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

// EncodeSample writes member keys as an answer of exactly size bytes, 32 for
// each, zeros behind the last. What does not fit is left out.
func EncodeSample(size int, addresses []onion.Address) []byte {
	b := make([]byte, 0, size)
	for _, a := range addresses {
		if len(b)+len(a) > size {
			break
		}
		b = append(b, a[:]...)
	}
	return append(b, make([]byte, size-len(b))...)
}

// DecodeSample reads an answer that [EncodeSample] wrote. It refuses keys that
// are no onion address, anything behind the first zero key, and keys that
// come twice.
func DecodeSample(b []byte) ([]onion.Address, error) {
	var addresses []onion.Address
	seen := make(map[onion.Address]bool)
	ended := false
	for ; len(b) >= 32; b = b[32:] {
		key := onion.Address(b[:32])
		if key == (onion.Address{}) {
			ended = true
			continue
		}
		a, err := onion.AddressFromKey(key[:])
		if err != nil {
			return nil, fmt.Errorf("mesh: sample: %w", err)
		}
		if ended || seen[a] {
			return nil, fmt.Errorf("mesh: sample: a key where none can be")
		}
		seen[a] = true
		addresses = append(addresses, a)
	}
	for _, rest := range b {
		if rest != 0 {
			return nil, fmt.Errorf("mesh: sample: bytes left over")
		}
	}
	return addresses, nil
}

// encodeAnswer writes an answer to a member's question about a shard: how many
// keys are near that shard, and all keys, those first.
func encodeAnswer(near, others []onion.Address) []byte {
	near = near[:min(len(near), nearest)]
	return append([]byte{byte(len(near))}, EncodeSample(sampleSize-1, slices.Concat(near, others))...)
}

// decodeAnswer reads what encodeAnswer wrote.
func decodeAnswer(b []byte) (near, others []onion.Address, err error) {
	if len(b) != sampleSize {
		return nil, nil, fmt.Errorf("mesh: sample: %d bytes", len(b))
	}
	all, err := DecodeSample(b[1:])
	if err != nil {
		return nil, nil, err
	}
	n := int(b[0])
	if n > nearest || n > len(all) {
		return nil, nil, fmt.Errorf("mesh: sample: %d of %d keys are near", n, len(all))
	}
	return all[:n], all[n:], nil
}

// answerSample tells a member whom we know.
func (m *Mesh) answerSample(s network.Stream) {
	defer s.Reset()
	if s.SetDeadline(time.Now().Add(sampleTime)) != nil {
		return
	}
	var request [requestSize]byte
	if _, err := io.ReadFull(s, request[:]); err != nil {
		return
	}
	shard := binary.BigEndian.Uint16(request[:])
	if !validShard(shard) {
		return
	}
	ours := 0
	for _, in := range m.Following() {
		ours = max(ours, nearness(shard, in))
	}
	near := m.view.near(shard, ours)
	others := slices.DeleteFunc(m.view.sample(samples), func(a onion.Address) bool { return slices.Contains(near, a) })
	if _, err := s.Write(encodeAnswer(near, others)); err != nil {
		return
	}
	s.CloseWrite()
	_, _ = io.ReadFull(s, make([]byte, 1)) // the asker closes first
}

// askSample asks a random member whom it knows.
func (m *Mesh) askSample() {
	all := m.all()
	if len(all) == 0 {
		return
	}
	p := all[rand.IntN(len(all))]
	near, others, err := m.sample(p, Root)
	if err != nil {
		return
	}
	named := slices.Concat(near, others)
	m.Learn(named)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers = append(slices.DeleteFunc(m.answers, func(a answer) bool { return a.from == p }), answer{p, named})
	if len(m.answers) > maxAnswers {
		m.answers = slices.Delete(m.answers, 0, 1)
	}
}

// answer is whom a member said it knows.
type answer struct {
	from  peer.ID
	named []onion.Address
}

// Answers returns whom other members said they know, of each the last answer,
// and at most the last sixteen: how much they have in common tells how large
// the network is. The caller must not change them.
func (m *Mesh) Answers() [][]onion.Address {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([][]onion.Address, len(m.answers))
	for i, a := range m.answers {
		all[i] = a.named
	}
	return all
}

// sample asks one member for members, and for such as are near a shard.
func (m *Mesh) sample(p peer.ID, shard uint16) (near, others []onion.Address, err error) {
	ctx, cancel := context.WithTimeout(m.ctx, sampleTime)
	defer cancel()
	s, err := m.host.NewStream(ctx, p, m.sampling)
	if err != nil {
		return nil, nil, err
	}
	defer s.Reset()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	if _, err := s.Write(binary.BigEndian.AppendUint16(nil, shard)); err != nil {
		return nil, nil, fmt.Errorf("mesh: sample: %w", err)
	}
	answer := make([]byte, sampleSize)
	if _, err := io.ReadFull(s, answer); err != nil {
		return nil, nil, fmt.Errorf("mesh: sample: %w", err)
	}
	return decodeAnswer(answer)
}
