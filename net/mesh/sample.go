// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
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

func (m *Mesh) answerSample(s network.Stream) {
	defer s.Reset()
	if s.SetDeadline(time.Now().Add(sampleTime)) != nil {
		return
	}
	if _, err := s.Write(EncodeSample(sampleSize, m.view.sample(samples))); err != nil {
		return
	}
	s.CloseWrite()
	_, _ = io.ReadFull(s, make([]byte, 1)) // the asker closes first
}

// askSample asks a random member whom it knows.
func (m *Mesh) askSample() {
	m.mu.Lock()
	all := make([]peer.ID, 0, len(m.members))
	for p := range m.members {
		all = append(all, p)
	}
	m.mu.Unlock()
	if len(all) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(m.ctx, sampleTime)
	defer cancel()
	s, err := m.host.NewStream(ctx, all[rand.IntN(len(all))], m.sampling)
	if err != nil {
		return
	}
	defer s.Reset()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	answer := make([]byte, sampleSize)
	if _, err := io.ReadFull(s, answer); err != nil {
		return
	}
	if addresses, err := DecodeSample(answer); err == nil {
		m.Learn(addresses)
	}
}
