// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
	"passerby/net/stamp"
)

// BeaconSize is the size of every beacon, in bytes.
const BeaconSize = 256

// The layout of a beacon, all numbers big-endian:
//
//	  0   1  version
//	  1   4  epoch: consensus time in units of Epoch since 1970
//	  5  32  chat onion key
//	 37  32  four interest tags of 8 bytes, random where unused
//	 69   2  shard: 0 for the root, else 2 to 4095, see node
//	 71   1  effort: bits of the work
//	 72   8  nonce of the work, which pays for epoch and key, see subject
//	 80  64  Ed25519 signature by the chat onion key, see signed
//	144 104  reserved, zero
//	248   8  nonce of the gate, which pays for the 248 bytes before it
const (
	beaconVersion = 2

	atEpoch     = 1
	atKey       = atEpoch + 4
	atTags      = atKey + len(onion.Address{})
	atShard     = atTags + session.MaxTags*len(session.Tag{})
	atEffort    = atShard + 2
	atWork      = atEffort + 1
	atSignature = atWork + len(stamp.Nonce{})
	atReserved  = atSignature + ed25519.SignatureSize
	atGate      = BeaconSize - len(stamp.Nonce{})
)

// Errors of a beacon that is not taken.
var (
	// ErrInvalid means that no honest member would have sent it.
	ErrInvalid = errors.New("lobby: not a beacon")
	// ErrForged is an ErrInvalid about work that was not done. Every member
	// checks that before it relays, so who sent it is no honest member.
	ErrForged = fmt.Errorf("%w: work that was not done", ErrInvalid)
	// ErrStale means that its time is over, or has not come. Its sender may be
	// honest and have another clock.
	ErrStale = errors.New("lobby: beacon of another time")
	// ErrSeen means that this beacon is known already, or another of the same
	// owner, epoch and shard.
	ErrSeen = errors.New("lobby: beacon seen before")
	// ErrCheap means that the work is done but less than the load here asks
	// for. Its sender may be honest and see less of the load.
	ErrCheap = errors.New("lobby: beacon that paid too little for these times")
	// ErrBusy means that too many beacons came to be looked at.
	ErrBusy = errors.New("lobby: too many beacons at once")
)

// Beacon says that somebody is free to talk, and where. It is comparable: two
// beacons are equal exactly where their 256 bytes are.
type Beacon struct {
	Epoch   uint32
	Address onion.Address
	Tags    [session.MaxTags]session.Tag
	// Shard is where the beacon is gossiped: 0 or a node of the tree of
	// shards.
	Shard uint16
	// Effort is the difficulty of Work.
	Effort uint8
	// Work pays for an owner and an epoch. It is the dear part and depends on
	// nothing that a person chooses, so it is made ahead.
	Work stamp.Nonce
	// Signature shows that the address is its owner's to announce. It is made
	// by a key that lives for one conversation and signs nothing else.
	Signature [ed25519.SignatureSize]byte
	// Gate pays for each beacon that is made from one Work.
	Gate stamp.Nonce
}

// EpochOf returns the number of the epoch that a moment of consensus time is
// in.
func EpochOf(t time.Time) uint32 { return uint32(t.Unix() / int64(Epoch/time.Second)) }

// Encode returns the 256 bytes of the beacon.
func (b Beacon) Encode() []byte {
	p := make([]byte, BeaconSize)
	p[0] = beaconVersion
	binary.BigEndian.PutUint32(p[atEpoch:], b.Epoch)
	copy(p[atKey:], b.Address[:])
	for i, tag := range b.Tags {
		copy(p[atTags+i*len(tag):], tag[:])
	}
	binary.BigEndian.PutUint16(p[atShard:], b.Shard)
	p[atEffort] = b.Effort
	copy(p[atWork:], b.Work[:])
	copy(p[atSignature:], b.Signature[:])
	copy(p[atGate:], b.Gate[:])
	return p
}

// ShardOf returns the shard of an encoded beacon, as the mesh has to know it
// before anything is checked: 0 where there is none.
func ShardOf(p []byte) uint16 {
	if len(p) != BeaconSize {
		return 0
	}
	return binary.BigEndian.Uint16(p[atShard:])
}

// subject is what the work pays for.
func (b Beacon) subject() []byte {
	return append(binary.BigEndian.AppendUint32([]byte("beacon 2"), b.Epoch), b.Address[:]...)
}

// signed returns what the signature covers: a label, the network's name behind
// its length, and every byte of the beacon before the signature.
func signed(p []byte, network string) []byte {
	m := binary.BigEndian.AppendUint32([]byte("passerby/beacon/2"), uint32(len(network)))
	return append(append(m, network...), p[:atSignature]...)
}

// Mint does the beacon's work, signs it with the key of its address and passes
// it through the gate, all at what is asked in calm times; a higher Effort is
// kept. It takes one core.
func (b *Beacon) Mint(ctx context.Context, key onion.Key, network string, cost Cost) (err error) {
	b.Effort = max(b.Effort, uint8(cost.Effort))
	if b.Work, err = cost.Memory.Mint(ctx, network, b.subject(), int(b.Effort), nil); err != nil {
		return fmt.Errorf("lobby: work for a beacon: %w", err)
	}
	return b.seal(ctx, key, network, cost)
}

// seal signs a beacon whose work is done and passes it through the gate.
func (b *Beacon) seal(ctx context.Context, key onion.Key, network string, cost Cost) (err error) {
	b.Signature = [ed25519.SignatureSize]byte(ed25519.Sign(key.Private(), signed(b.Encode(), network)))
	if b.Gate, err = stamp.Mint(ctx, network, b.Encode()[:atGate], cost.Gate); err != nil {
		return fmt.Errorf("lobby: gate of a beacon: %w", err)
	}
	return nil
}

// Decode reads a beacon that arrived in epoch now, and refuses one that is
// not exact, not current, not paid for at the cost of calm times, or not
// signed by the owner of its address. The checks go from the cheapest to the
// dearest as far as what they save allows: size, version, epoch, fields, gate,
// work, key, signature. Errors wrap [ErrInvalid] or [ErrStale]. A [Lobby] knows
// more and refuses more, see [Lobby.Check].
//
// A beacon counts in the epoch that it names, in the one after, because it
// may have been made in the last second of its own, and in the one before,
// because its maker's clock may be ahead of ours. So two honest clocks may
// lie ten minutes apart, in either direction, at any moment: about as much as
// Tor itself bears without a warning. No beacon is of use for more than thirty
// minutes.
func Decode(p []byte, network string, cost Cost, now uint32) (Beacon, error) {
	b, err := parse(p, network, cost, now)
	if err != nil {
		return Beacon{}, err
	}
	if !cost.Memory.Valid(network, b.subject(), b.Work, int(b.Effort)) {
		return Beacon{}, ErrForged
	}
	if err := b.owned(p, network); err != nil {
		return Beacon{}, err
	}
	return b, nil
}

// parse makes the checks that cost next to nothing.
func parse(p []byte, network string, cost Cost, now uint32) (Beacon, error) {
	if len(p) != BeaconSize {
		return Beacon{}, fmt.Errorf("%w: %d bytes", ErrInvalid, len(p))
	}
	if p[0] != beaconVersion {
		return Beacon{}, fmt.Errorf("%w: version %d", ErrInvalid, p[0])
	}
	b := Beacon{
		Epoch:     binary.BigEndian.Uint32(p[atEpoch:]),
		Address:   onion.Address(p[atKey:]),
		Shard:     binary.BigEndian.Uint16(p[atShard:]),
		Effort:    p[atEffort],
		Work:      stamp.Nonce(p[atWork:]),
		Signature: [ed25519.SignatureSize]byte(p[atSignature:]),
		Gate:      stamp.Nonce(p[atGate:]),
	}
	for i := range b.Tags {
		b.Tags[i] = session.Tag(p[atTags+i*len(session.Tag{}):])
	}
	if !current(b.Epoch, now) {
		return Beacon{}, fmt.Errorf("%w: epoch %d in epoch %d", ErrStale, b.Epoch, now)
	}
	if !isNode(b.Shard) {
		return Beacon{}, fmt.Errorf("%w: no shard %d", ErrInvalid, b.Shard)
	}
	if int(b.Effort) < cost.Effort || int(b.Effort) > cost.Effort+effortSpan {
		return Beacon{}, fmt.Errorf("%w: an effort of %d bits", ErrInvalid, b.Effort)
	}
	for _, zero := range p[atReserved:atGate] {
		if zero != 0 {
			return Beacon{}, fmt.Errorf("%w: reserved bytes are not zero", ErrInvalid)
		}
	}
	if !stamp.Valid(network, p[:atGate], b.Gate, cost.Gate) {
		return Beacon{}, fmt.Errorf("%w: not through the gate of %d bits", ErrInvalid, cost.Gate)
	}
	return b, nil
}

// owned tells whether the beacon p is signed by the owner of its address.
func (b Beacon) owned(p []byte, network string) error {
	if _, err := onion.AddressFromKey(b.Address[:]); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if !ed25519.Verify(b.Address[:], signed(p, network), b.Signature[:]) {
		return fmt.Errorf("%w: not signed by the owner of its address", ErrInvalid)
	}
	return nil
}

// current tells whether a beacon of this epoch counts in epoch now.
func current(epoch, now uint32) bool {
	difference := int64(epoch) - int64(now)
	return -1 <= difference && difference <= 1
}
