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

// staysBit says, in the first byte of an answer, that the member stays on.
const staysBit = 1 << 7

// sample is what a member answers to a question about a shard.
type sample struct {
	near   []onion.Address // members that are near it
	others []onion.Address
	stays  bool // the member says that it stays on for others, see Params.Stays
}

// encode writes an answer: one byte for how many keys are near, which has
// staysBit besides, and all keys, those first.
func (s sample) encode() []byte {
	near := s.near[:min(len(s.near), nearest)]
	head := byte(len(near))
	if s.stays {
		head |= staysBit
	}
	return append([]byte{head}, EncodeSample(sampleSize-1, slices.Concat(near, s.others))...)
}

// decodeAnswer reads what encode wrote.
func decodeAnswer(b []byte) (sample, error) {
	if len(b) != sampleSize {
		return sample{}, fmt.Errorf("mesh: sample: %d bytes", len(b))
	}
	all, err := DecodeSample(b[1:])
	if err != nil {
		return sample{}, err
	}
	n := int(b[0] &^ staysBit)
	if n > nearest || n > len(all) {
		return sample{}, fmt.Errorf("mesh: sample: %d of %d keys are near", n, len(all))
	}
	return sample{near: all[:n], others: all[n:], stays: b[0]&staysBit != 0}, nil
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
	stays := m.params.Stays != nil && m.params.Stays()
	if _, err := s.Write(sample{near, others, stays}.encode()); err != nil {
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

// Keepers returns those members that we are connected to and that said, when we
// last asked them whom they know, that they stay on for others. Anybody can say
// so.
func (m *Mesh) Keepers() []onion.Address {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []onion.Address
	for p, mb := range m.members {
		if a, err := onion.AddressFromPeer(p); err == nil && mb.stays {
			all = append(all, a)
		}
	}
	return all
}

// sample asks one member for members, and for such as are near a shard. It
// notes whether the member says that it stays on.
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
	said, err := decodeAnswer(answer)
	if err != nil {
		return nil, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if mb := m.members[p]; mb != nil {
		mb.stays = said.stays
	}
	return said.near, said.others, nil
}
