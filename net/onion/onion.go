// SPDX-License-Identifier: GPL-3.0-or-later

// Package onion holds what every other package under net builds on: v3 onion
// addresses and keys, the few things Passerby needs from Tor ([Network]), and
// a libp2p transport that dials and listens on onion addresses and nothing
// else.
//
// # One key, two names
//
// A v3 onion address is an Ed25519 public key with a checksum and a version
// behind it (rend-spec-v3, section 6). A libp2p PeerID made from an Ed25519
// key holds that same public key. Passerby uses one key for both, so an
// address is computed from a PeerID and never exchanged, believed or
// poisoned: there is nothing a peer can say about where another peer lives.
//
// # No sockets
//
// Nothing here opens a socket. [Network] is fulfilled by package tor, and by
// the in-memory network of package oniontest in tests.
package onion

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"filippo.io/edwards25519"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
)

// Port is the one virtual port of every onion service of Passerby. It is one
// of tor's LongLivedPorts, for which tor prefers relays that stay up.
const Port = 5222

// ErrBadAddress is wrapped by every error about a malformed onion address.
var ErrBadAddress = errors.New("not a v3 onion address")

// Network is all that Passerby needs from Tor. Every method is safe for
// concurrent use. A Network never falls back to anything that is not Tor: when
// Tor is down its methods wait, until ctx ends, or fail.
type Network interface {
	// Listen publishes an onion service on key, answering on [Port], and
	// returns the listener that its streams arrive at. At most maxStreams
	// streams are open on one circuit at a time. Closing the listener removes
	// the service. Listen returns once Tor has taken the service; Published
	// tells when others can find it. The service outlives a restart of tor.
	Listen(ctx context.Context, key ed25519.PrivateKey, maxStreams int) (net.Listener, error)

	// Published waits until a descriptor of the service, which must be one
	// that Listen made, has reached at least one directory since tor last
	// started.
	Published(ctx context.Context, host string) error

	// Dial opens a stream to host, "<56 letters>.onion", on [Port]. Streams
	// with different isolation strings never share a circuit.
	Dial(ctx context.Context, host, isolation string) (net.Conn, error)

	// Renew forgets the service descriptors that tor has cached, the failed
	// look-ups included, so that the next Dial sees who publishes an address
	// now. Tor honours it once in ten seconds and delays what comes sooner.
	Renew(ctx context.Context) error

	// SharedRandom returns the shared random values that Tor's directory
	// authorities agreed on for this period and the one before (srv-spec), or
	// tor's own fallback values where there are none, with the share of the
	// current period that has passed, from 0 up to 1.
	SharedRandom(ctx context.Context) (current, previous [32]byte, elapsed float64, err error)

	// Now returns the time by the Tor consensus: the local clock, corrected
	// where the consensus proves it wrong.
	Now(ctx context.Context) (time.Time, error)
}

// Address is a v3 onion address: the Ed25519 public key of the service.
// Its zero value is no valid address.
type Address [ed25519.PublicKeySize]byte

const (
	suffix  = ".onion"
	version = 3
	// nameLen is the number of base32 letters of key, checksum and version.
	nameLen = 56
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// ParseAddress reads "<56 letters>.onion", in either case, with or without
// ".onion". It refuses other versions, wrong checksums and keys that are not
// canonical points of the curve. Errors wrap [ErrBadAddress].
func ParseAddress(s string) (Address, error) {
	name := strings.TrimSuffix(strings.ToLower(s), suffix)
	if len(name) != nameLen {
		return Address{}, fmt.Errorf("%w: %d letters instead of %d", ErrBadAddress, len(name), nameLen)
	}
	raw, err := encoding.DecodeString(strings.ToUpper(name))
	if err != nil {
		return Address{}, fmt.Errorf("%w: a letter that base32 does not have", ErrBadAddress)
	}
	return addressFromRaw(raw)
}

// addressFromRaw checks the 35 bytes key‖checksum‖version.
func addressFromRaw(raw []byte) (Address, error) {
	if len(raw) != ed25519.PublicKeySize+3 {
		return Address{}, fmt.Errorf("%w: %d bytes", ErrBadAddress, len(raw))
	}
	if v := raw[len(raw)-1]; v != version {
		return Address{}, fmt.Errorf("%w: version %d", ErrBadAddress, v)
	}
	a, err := AddressFromKey(raw[:ed25519.PublicKeySize])
	if err != nil {
		return Address{}, err
	}
	sum := a.checksum()
	if raw[32] != sum[0] || raw[33] != sum[1] {
		return Address{}, fmt.Errorf("%w: wrong checksum", ErrBadAddress)
	}
	return a, nil
}

// AddressFromKey returns the address of the service with this public key. It
// refuses what is not the canonical encoding of a point of prime order, as
// rend-spec-v3 advises: several names for one service would let a stranger
// count twice.
func AddressFromKey(key ed25519.PublicKey) (Address, error) {
	if len(key) != ed25519.PublicKeySize {
		return Address{}, fmt.Errorf("%w: a key of %d bytes", ErrBadAddress, len(key))
	}
	point, err := new(edwards25519.Point).SetBytes(key)
	if err != nil {
		return Address{}, fmt.Errorf("%w: not a point of the curve", ErrBadAddress)
	}
	if string(point.Bytes()) != string(key) {
		return Address{}, fmt.Errorf("%w: not a canonical point", ErrBadAddress)
	}
	identity := edwards25519.NewIdentityPoint()
	if point.Equal(identity) == 1 {
		return Address{}, fmt.Errorf("%w: the identity", ErrBadAddress)
	}
	// L·P, with L the order of the base point, is the identity for points of
	// the prime-order group alone.
	if multiple := new(edwards25519.Point).ScalarMult(minusOne, point); multiple.Add(multiple, point).Equal(identity) != 1 {
		return Address{}, fmt.Errorf("%w: a point with a torsion component", ErrBadAddress)
	}
	return Address(key), nil
}

// minusOne is L-1.
var minusOne = func() *edwards25519.Scalar {
	one, err := new(edwards25519.Scalar).SetCanonicalBytes(append([]byte{1}, make([]byte, 31)...))
	if err != nil {
		panic(err) // one is canonical
	}
	return one.Negate(one)
}()

// AddressFromPeer returns the address that belongs to a PeerID, which must
// hold an Ed25519 key.
func AddressFromPeer(id peer.ID) (Address, error) {
	public, err := id.ExtractPublicKey()
	if err != nil {
		return Address{}, fmt.Errorf("%w: the peer's name holds no key", ErrBadAddress)
	}
	if public.Type() != crypto.Ed25519 {
		return Address{}, fmt.Errorf("%w: the peer's key is not Ed25519", ErrBadAddress)
	}
	raw, err := public.Raw()
	if err != nil {
		return Address{}, fmt.Errorf("%w: unreadable peer key", ErrBadAddress)
	}
	return AddressFromKey(raw)
}

// Peer returns the PeerID that belongs to the address.
func (a Address) Peer() (peer.ID, error) {
	public, err := crypto.UnmarshalEd25519PublicKey(a[:])
	if err != nil {
		return "", fmt.Errorf("onion: peer of an address: %w", err)
	}
	return peer.IDFromPublicKey(public)
}

// String returns "<56 letters>.onion".
func (a Address) String() string { return a.name() + suffix }

func (a Address) name() string {
	return strings.ToLower(encoding.EncodeToString(a.raw()))
}

func (a Address) raw() []byte {
	sum := a.checksum()
	return append(append(a[:len(a):len(a)], sum[:]...), version)
}

// checksum is H(".onion checksum" ‖ key ‖ version)[:2], with H SHA3-256.
func (a Address) checksum() [2]byte {
	sum := sha3.Sum256(append(append([]byte(".onion checksum"), a[:]...), version))
	return [2]byte{sum[0], sum[1]}
}

// Key is the private key of an onion service. The zero value holds no key.
type Key struct{ private ed25519.PrivateKey }

// GenerateKey returns a new random key.
func GenerateKey() Key {
	var seed [ed25519.SeedSize]byte
	rand.Read(seed[:]) // never fails: crypto/rand ends the program instead
	return KeyFromSeed(seed)
}

// KeyFromSeed returns the key that belongs to a seed of RFC 8032.
func KeyFromSeed(seed [ed25519.SeedSize]byte) Key {
	return Key{ed25519.NewKeyFromSeed(seed[:])}
}

// Private returns the key in Go's form, seed and public key.
func (k Key) Private() ed25519.PrivateKey { return k.private }

// Address returns the address of the service on this key.
func (k Key) Address() Address { return Address(k.private.Public().(ed25519.PublicKey)) }

// Libp2p returns the key as libp2p's identity key.
func (k Key) Libp2p() (crypto.PrivKey, error) {
	private, err := crypto.UnmarshalEd25519PrivateKey(k.private)
	if err != nil {
		return nil, fmt.Errorf("onion: identity key: %w", err)
	}
	return private, nil
}

// X25519 returns the key as a Diffie-Hellman key pair of RFC 7748, by the
// usual map from Edwards to Montgomery form.
func (k Key) X25519() (private, public [32]byte) {
	h := sha512.Sum512(k.private.Seed())
	copy(private[:], h[:32])
	private[0] &= 248
	private[31] &= 127
	private[31] |= 64
	return private, k.Address().X25519()
}

// X25519 returns the Diffie-Hellman public key that belongs to the address.
func (a Address) X25519() [32]byte {
	point, err := new(edwards25519.Point).SetBytes(a[:])
	if err != nil {
		return [32]byte{} // the zero Address; every shared secret with it is refused
	}
	return [32]byte(point.BytesMontgomery())
}
