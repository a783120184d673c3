// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
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
//	 69   2  shard, zero
//	 71  64  Ed25519 signature by the chat onion key, see signed
//	135 113  reserved, zero
//	248   8  stamp over the 248 bytes before it
const (
	beaconVersion = 1

	atEpoch     = 1
	atKey       = atEpoch + 4
	atTags      = atKey + len(onion.Address{})
	atShard     = atTags + session.MaxTags*len(session.Tag{})
	atSignature = atShard + 2
	atReserved  = atSignature + ed25519.SignatureSize
	atStamp     = BeaconSize - len(stamp.Nonce{})
)

// Errors of a beacon that is not taken.
var (
	// ErrInvalid means that no honest member would have sent it.
	ErrInvalid = errors.New("lobby: not a beacon")
	// ErrStale means that its time is over, or has not come. Its sender may be
	// honest and have another clock.
	ErrStale = errors.New("lobby: beacon of another time")
	// ErrSeen means that this very beacon is known already.
	ErrSeen = errors.New("lobby: beacon seen before")
	// ErrBusy means that too many beacons were pushed to us.
	ErrBusy = errors.New("lobby: too many beacons at once")
)

// Beacon says that somebody is free to talk, and where. It is comparable: two
// beacons are equal exactly where their 256 bytes are.
type Beacon struct {
	Epoch   uint32
	Address onion.Address
	Tags    [session.MaxTags]session.Tag
	// Signature shows that the address is its owner's to announce. It is made
	// by a key that lives for one conversation and signs nothing else.
	Signature [ed25519.SignatureSize]byte
	Stamp     stamp.Nonce
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
	copy(p[atSignature:], b.Signature[:])
	copy(p[atStamp:], b.Stamp[:])
	return p
}

// signed returns what the signature covers: a label, the network's name behind
// its length, and every byte of the beacon before the signature.
func signed(p []byte, network string) []byte {
	m := binary.BigEndian.AppendUint32([]byte("passerby/beacon/1"), uint32(len(network)))
	return append(append(m, network...), p[:atSignature]...)
}

// Mint signs the beacon with the key of its address and sets its stamp: bits
// leading zeros on the network of this name. See stamp.Mint.
func (b *Beacon) Mint(ctx context.Context, key onion.Key, network string, bits int) error {
	b.Signature = [ed25519.SignatureSize]byte(ed25519.Sign(key.Private(), signed(b.Encode(), network)))
	nonce, err := stamp.Mint(ctx, network, b.Encode()[:atStamp], bits)
	if err != nil {
		return fmt.Errorf("lobby: stamp for a beacon: %w", err)
	}
	b.Stamp = nonce
	return nil
}

// Decode reads a beacon that arrived in epoch now, and refuses one that is
// not exact, not current, not paid for with bits leading zeros, or not signed
// by the owner of its address. The checks go from the cheapest to the dearest:
// size, version, epoch, zero bytes, stamp, key, signature. Errors wrap [ErrInvalid] or [ErrStale].
//
// A beacon counts in the epoch that it names, in the one after, because it
// may have been made in the last second of its own, and in the one before,
// because its maker's clock may be ahead of ours. So two honest clocks may
// lie ten minutes apart, in either direction, at any moment: about as much as
// Tor itself bears without a warning. No beacon is of use for more than thirty
// minutes.
func Decode(p []byte, network string, bits int, now uint32) (Beacon, error) {
	if len(p) != BeaconSize {
		return Beacon{}, fmt.Errorf("%w: %d bytes", ErrInvalid, len(p))
	}
	if p[0] != beaconVersion {
		return Beacon{}, fmt.Errorf("%w: version %d", ErrInvalid, p[0])
	}
	b := Beacon{
		Epoch:     binary.BigEndian.Uint32(p[atEpoch:]),
		Address:   onion.Address(p[atKey:]),
		Signature: [ed25519.SignatureSize]byte(p[atSignature:]),
		Stamp:     stamp.Nonce(p[atStamp:]),
	}
	if !current(b.Epoch, now) {
		return Beacon{}, fmt.Errorf("%w: epoch %d in epoch %d", ErrStale, b.Epoch, now)
	}
	for _, zero := range slices.Concat(p[atShard:atSignature], p[atReserved:atStamp]) {
		if zero != 0 {
			return Beacon{}, fmt.Errorf("%w: shard or reserved bytes are not zero", ErrInvalid)
		}
	}
	if !stamp.Valid(network, p[:atStamp], b.Stamp, bits) {
		return Beacon{}, fmt.Errorf("%w: no stamp of %d bits", ErrInvalid, bits)
	}
	if _, err := onion.AddressFromKey(b.Address[:]); err != nil {
		return Beacon{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if !ed25519.Verify(b.Address[:], signed(p, network), b.Signature[:]) {
		return Beacon{}, fmt.Errorf("%w: not signed by the owner of its address", ErrInvalid)
	}
	for i := range b.Tags {
		b.Tags[i] = session.Tag(p[atTags+i*len(session.Tag{}):])
	}
	return b, nil
}

// current tells whether a beacon of this epoch counts in epoch now.
func current(epoch, now uint32) bool {
	difference := int64(epoch) - int64(now)
	return -1 <= difference && difference <= 1
}
