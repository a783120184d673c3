// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"crypto/hkdf"
	"crypto/mlkem"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"slices"

	"github.com/flynn/noise"
	"golang.org/x/crypto/chacha20"

	"passerby/net/onion"
	"passerby/net/secret"
)

const (
	keySize   = 32
	nonceSize = chacha20.NonceSizeX
)

var suite = noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashBLAKE2s)

// schedule is what a finished exchange of keys yields.
type schedule struct {
	dialer, answerer [keySize]byte // of the frames that this side sends
	root             [keySize]byte // of the exchanges to come
	exported         [keySize]byte // for what is not of this conversation; see Session.Exported
}

// derive turns the end of a Noise handshake, whose two keys are first and
// second, into a schedule. extra is a secret that Noise was not told of, or
// nil.
func derive(h *noise.HandshakeState, first, second *noise.CipherState, extra []byte) (s schedule) {
	one, two := first.UnsafeKey(), second.UnsafeKey()
	ikm := slices.Concat(one[:], two[:], extra)
	prk, err := hkdf.Extract(sha256.New, ikm, h.ChannelBinding())
	if err != nil {
		panic(err) // SHA-256 is allowed in every mode of Go's library
	}
	for _, k := range []struct {
		name string
		key  *[keySize]byte
	}{{"Passerby dialer", &s.dialer}, {"Passerby answerer", &s.answerer}, {"Passerby root", &s.root}, {"Passerby exporter", &s.exported}} {
		b, err := hkdf.Expand(sha256.New, prk, k.name, keySize)
		if err != nil {
			panic(err) // 32 bytes are not too many
		}
		copy(k.key[:], b)
		clear(b)
	}
	for _, b := range [][]byte{one[:], two[:], ikm, prk} {
		clear(b)
	}
	*first, *second = noise.CipherState{}, noise.CipherState{}
	return s
}

// roots are the keys that the next exchange may start from. The dialing side
// has one. The answering side has two between the end of its reply to a
// renewal and the proof that the dialer has read it.
type roots struct {
	current [keySize]byte
	next    [keySize]byte
	offered bool // next is there
}

// offer adds the root that the other side may have from now on.
func (r *roots) offer(next [keySize]byte) { r.next, r.offered = next, true }

// settle forgets the root that the other side has proven not to use.
func (r *roots) settle(used [keySize]byte) { *r = roots{current: used} }

// all returns the roots that the other side may use.
func (r *roots) all() [][keySize]byte {
	if r.offered {
		return [][keySize]byte{r.current, r.next}
	}
	return [][keySize]byte{r.current}
}

// source is where an exchange takes what is random from. Test vectors replace
// it.
type source struct {
	random      io.Reader
	encapsulate func(*mlkem.EncapsulationKey768) (secret, ciphertext []byte)
}

var system = source{rand.Reader, (*mlkem.EncapsulationKey768).Encapsulate}

// bytes returns n random bytes.
func (s source) bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.random, b); err != nil {
		panic(err) // crypto/rand never fails, and ends the program rather
	}
	return b
}

// kem returns a new key pair.
func (s source) kem() *mlkem.DecapsulationKey768 {
	seed := s.bytes(mlkem.SeedSize)
	defer clear(seed)
	key, err := mlkem.NewDecapsulationKey768(seed)
	if err != nil {
		panic(err) // every seed of this length makes a key
	}
	return key
}

// padded returns the parts, filled up with random bytes to size.
func (s source) padded(size int, parts ...[]byte) []byte {
	b := make([]byte, 0, size)
	for _, part := range parts {
		b = append(b, part...)
	}
	return append(b, s.bytes(size-len(b))...)
}

// masked returns a message with a nonce before it and its first head bytes
// masked, as the package documentation says.
func (s source) masked(answerer onion.Address, message []byte, head int) []byte {
	wire := append(s.bytes(nonceSize), message...)
	mask(answerer, wire, head)
	return wire
}

// unmasked returns a message without its nonce and mask. It overwrites wire.
func unmasked(answerer onion.Address, wire []byte, head int) []byte {
	mask(answerer, wire, head)
	return wire[nonceSize:]
}

// mask adds a key stream to the head bytes that follow the nonce of wire.
// Public keys of X25519 and addresses are not uniform bytes; masked they look
// it to whoever does not know the answerer's address.
func mask(answerer onion.Address, wire []byte, head int) {
	key := sha256.Sum256(append([]byte("Passerby mask 1"), answerer[:]...))
	stream, err := chacha20.NewUnauthenticatedCipher(key[:], wire[:nonceSize])
	if err != nil {
		panic(err) // the sizes are right
	}
	b := wire[nonceSize:][:head]
	stream.XORKeyStream(b, b)
}

// seal encrypts a frame in place, plainSize bytes in the first bytes of b, and
// rekeys.
func seal(key *noise.CipherState, b []byte) (err error) {
	secret.Do(func() {
		if _, err = key.Encrypt(b[:0], nil, b[:plainSize]); err == nil {
			key.Rekey()
		}
	})
	return err
}

// open decrypts a frame in place and rekeys.
func open(key *noise.CipherState, b []byte) (plain []byte, err error) {
	secret.Do(func() {
		if plain, err = key.Decrypt(b[:0], nil, b); err == nil {
			key.Rekey()
		}
	})
	return plain, err
}

// replace makes state go on with key, which it overwrites, and a nonce of 0.
func replace(state *noise.CipherState, key *[keySize]byte) {
	secret.Do(func() { *state = *newCipher(*key) })
	clear(key[:])
}

// newCipher returns the state of one direction of a stream.
func newCipher(key [keySize]byte) *noise.CipherState {
	return noise.UnsafeNewCipherState(suite, key, 0)
}
