// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"passerby/net/onion"
)

// MemoryName is the name of the file with the keepers that we know.
const MemoryName = "keepers"

const (
	entrySize  = len(onion.Address{}) + 2*4
	memorySize = 1 + Max*entrySize
)

// day counts days since 1970, in UTC.
type day uint32

const daySeconds = 24 * 60 * 60

func dayOf(t time.Time) day { return day(max(t.Unix(), 0) / daySeconds) }

// keeper is one that we know.
type keeper struct {
	address onion.Address
	first   day // that it was met
	met     day // last
}

// Memory is the keepers that we know, kept from one run to the next if the
// person agreed. Its methods are safe for concurrent use and wait for the disk
// and the key store, so the window must not call them itself.
type Memory struct {
	*shelf
	known []keeper
}

// OpenMemory returns what is remembered at now. It waits for the key store.
// Where the person did not agree, it deletes what may be left.
func OpenMemory(ctx context.Context, p Params, now time.Time) *Memory {
	m := &Memory{shelf: newShelf(p, MemoryName, "keepers that you met", memorySize)}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.load(ctx, now)
	return m
}

// load is called with mu held.
func (m *Memory) load(ctx context.Context, now time.Time) {
	content := m.open(ctx)
	if content == nil {
		return
	}
	known, err := decodeMemory(content)
	if err != nil {
		m.failed(err)
		return
	}
	m.known = known
	m.expire(now)
}

// expire forgets those whose key cannot be in use any more, and those of a
// future that our clock made up. It is called with mu held.
func (m *Memory) expire(now time.Time) {
	oldest, newest := dayOf(now.Add(-Life)), dayOf(now.Add(skew))
	m.known = slices.DeleteFunc(m.known, func(k keeper) bool { return k.met < oldest || k.met > newest })
}

// Keepers returns the keys of those remembered, in random order, for
// rendezvous.Introduce. Some will be gone.
func (m *Memory) Keepers(now time.Time) []onion.Address {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expire(now)
	all := make([]onion.Address, 0, len(m.known))
	for _, k := range m.known {
		all = append(all, k.address)
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Met remembers that we were connected to a member that says it is a keeper,
// as far as the person agreed. Hearsay must not get here: others would choose
// whom we remember. It writes when something changed, that is once a day for
// each keeper at most.
func (m *Memory) Met(ctx context.Context, a onion.Address, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.agreed && m.unread {
		m.load(ctx, now) // or those of before would be written over
	}
	if !m.agreed || m.unread || m.vault.keys == nil || !m.note(a, now) {
		return
	}
	m.put(ctx, encodeMemory(m.known))
}

// note tells whether something changed. It is called with mu held.
func (m *Memory) note(a onion.Address, now time.Time) bool {
	m.expire(now)
	today := dayOf(now)
	added := 0
	for i, k := range m.known {
		if k.address == a {
			m.known[i].met = max(k.met, today)
			return k.met < today
		}
		if k.first == today {
			added++
		}
	}
	if added >= MaxNew {
		return false
	}
	if len(m.known) >= Max {
		// Whom we met today stays: it is known to be there.
		oldest := 0
		for i, k := range m.known {
			if k.met < m.known[oldest].met {
				oldest = i
			}
		}
		if m.known[oldest].met >= today {
			return false
		}
		m.known = slices.Delete(m.known, oldest, oldest+1)
	}
	m.known = append(m.known, keeper{a, today, today})
	return true
}

// Agree records that the person agreed: from now on keepers are remembered.
func (m *Memory) Agree(ctx context.Context, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.agreed {
		return
	}
	m.agreed = true
	m.load(ctx, now)
}

// Withdraw forgets all keepers and deletes the file and its key. An error says
// what is left; the rest is deleted all the same.
func (m *Memory) Withdraw(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = nil
	return m.withdraw(ctx)
}

// encodeMemory writes a count and that many entries of key, first day and
// last day, zeros behind them.
func encodeMemory(known []keeper) []byte {
	b := make([]byte, 0, memorySize)
	b = append(b, byte(len(known)))
	for _, k := range known {
		b = append(b, k.address[:]...)
		b = binary.BigEndian.AppendUint32(b, uint32(k.first))
		b = binary.BigEndian.AppendUint32(b, uint32(k.met))
	}
	return append(b, make([]byte, memorySize-len(b))...)
}

// decodeMemory reads what encodeMemory wrote.
func decodeMemory(b []byte) ([]keeper, error) {
	if len(b) != memorySize || int(b[0]) > Max {
		return nil, ErrDamaged
	}
	known := make([]keeper, 0, b[0])
	entries, rest := b[1:1+int(b[0])*entrySize], b[1+int(b[0])*entrySize:]
	for ; len(entries) > 0; entries = entries[entrySize:] {
		a, err := onion.AddressFromKey(entries[:len(onion.Address{})])
		if err != nil || slices.ContainsFunc(known, func(k keeper) bool { return k.address == a }) {
			return nil, ErrDamaged
		}
		known = append(known, keeper{a, day(binary.BigEndian.Uint32(entries[len(a):])), day(binary.BigEndian.Uint32(entries[len(a)+4:]))})
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, ErrDamaged
	}
	return known, nil
}
