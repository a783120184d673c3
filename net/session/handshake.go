// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"crypto/mlkem"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"

	"github.com/flynn/noise"

	"passerby/net/onion"
	"passerby/net/secret"
)

// label names the protocol and its version. Two versions never agree on a
// session.
const label = "Passerby session 2"

const (
	tagsSize = MaxTags * len(Tag{})

	helloSize    = 3 * FrameSize // message 1
	answerSize   = 3 * FrameSize // message 2
	confirmSize  = 1 * FrameSize // message 3
	claimSize    = keySize + tagsSize
	helloHead    = claimSize + keySize
	helloPayload = helloSize - nonceSize - helloHead - tagSize
	// The static key goes encrypted, with a tag of its own.
	answerPayload  = answerSize - nonceSize - keySize - (keySize + tagSize) - tagSize
	confirmPayload = confirmSize - (keySize + tagSize) - tagSize
)

// The answers of message 2.
const (
	yes  = 1
	busy = 2
)

// claim is the part of message 1 that is not Noise.
type claim struct {
	dialer onion.Address
	tags   [MaxTags]Tag
}

func (c claim) bytes() []byte {
	return append(c.dialer[:len(c.dialer):len(c.dialer)], joinTags(c.tags)...)
}

// parseClaim reads the first claimSize bytes of an unmasked message 1.
func parseClaim(b []byte) (claim, error) {
	dialer, err := onion.AddressFromKey(b[:keySize])
	if err != nil {
		return claim{}, fmt.Errorf("%w: the dialer's address: %w", ErrProtocol, err)
	}
	return claim{dialer, splitTags(b[keySize:claimSize])}, nil
}

func joinTags(tags [MaxTags]Tag) []byte {
	b := make([]byte, 0, tagsSize)
	for _, tag := range tags {
		b = append(b, tag[:]...)
	}
	return b
}

func splitTags(b []byte) (tags [MaxTags]Tag) {
	for i := range tags {
		copy(tags[i][:], b[i*len(Tag{}):])
	}
	return tags
}

// handshake is one side's state while the messages go to and fro.
type handshake struct {
	source   source
	noise    *noise.HandshakeState
	static   noise.DHKey
	answerer onion.Address
}

// prologue is what both sides must agree on before the first message.
func prologue(network string, c claim, answerer onion.Address) []byte {
	name := sha256.Sum256([]byte(network))
	b := append([]byte(label), name[:]...)
	b = append(b, c.dialer[:]...)
	b = append(b, answerer[:]...)
	return append(b, joinTags(c.tags)...)
}

// newHandshake begins a handshake between the dialer of the claim and the
// answerer.
func newHandshake(src source, p Params, c claim, answerer onion.Address, initiator bool) (h *handshake, err error) {
	secret.Do(func() {
		private, public := p.Key.X25519()
		h = &handshake{source: src, static: noise.DHKey{Private: private[:], Public: public[:]}, answerer: answerer}
		h.noise, err = noise.NewHandshakeState(noise.Config{
			CipherSuite: suite, Random: src.random, Pattern: noise.HandshakeXX, Initiator: initiator,
			Prologue: prologue(p.Network, c, answerer), PresharedKeyPlacement: 3, StaticKeypair: h.static,
		})
	})
	if err != nil {
		return nil, fmt.Errorf("session: begin the handshake: %w", err)
	}
	return h, nil
}

// forget overwrites the keys that can be reached.
func (h *handshake) forget() {
	clear(h.static.Private)
	clear(h.noise.LocalEphemeral().Private)
	*h.noise = noise.HandshakeState{}
}

// share sets the secret of the KEM as the pre-shared key and overwrites it.
func (h *handshake) share(secret []byte) error {
	defer clear(secret)
	if err := h.noise.SetPresharedKey(secret); err != nil {
		return fmt.Errorf("session: set the shared secret: %w", err)
	}
	return nil
}

// provePeer checks that the other side's static key is the one that belongs to
// its address.
func (h *handshake) provePeer(a onion.Address) error {
	want := a.X25519()
	if subtle.ConstantTimeCompare(h.noise.PeerStatic(), want[:]) != 1 {
		return fmt.Errorf("%w: its key is not the key of its address", ErrProtocol)
	}
	return nil
}

// hello makes message 1.
func (h *handshake) hello(c claim, kem *mlkem.EncapsulationKey768) (wire []byte, err error) {
	secret.Do(func() {
		var message []byte
		message, _, _, err = h.noise.WriteMessage(c.bytes(), h.source.padded(helloPayload, kem.Bytes()))
		if err == nil {
			wire = h.source.masked(h.answerer, message, helloHead)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("session: make message 1: %w", err)
	}
	return wire, nil
}

// readHello reads what follows the claim in an unmasked message 1.
func (h *handshake) readHello(b []byte) (kem *mlkem.EncapsulationKey768, err error) {
	secret.Do(func() {
		var payload []byte
		if payload, _, _, err = h.noise.ReadMessage(nil, b); err == nil {
			kem, err = mlkem.NewEncapsulationKey768(payload[:mlkem.EncapsulationKeySize768])
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: message 1: %w", ErrProtocol, err)
	}
	return kem, nil
}

// answer makes message 2, which says yes.
func (h *handshake) answer(tags [MaxTags]Tag, kem *mlkem.EncapsulationKey768) (wire []byte, err error) {
	secret.Do(func() {
		shared, ciphertext := h.source.encapsulate(kem)
		if wire, err = h.writeAnswer([]byte{yes}, joinTags(tags), ciphertext); err == nil {
			err = h.share(shared)
		}
	})
	return wire, err
}

// refusal makes message 2, which says busy.
func (h *handshake) refusal() (wire []byte, err error) {
	secret.Do(func() { wire, err = h.writeAnswer([]byte{busy}) })
	return wire, err
}

func (h *handshake) writeAnswer(parts ...[]byte) ([]byte, error) {
	message, _, _, err := h.noise.WriteMessage(nil, h.source.padded(answerPayload, parts...))
	if err != nil {
		return nil, fmt.Errorf("%w: the key in message 1: %w", ErrProtocol, err)
	}
	return h.source.masked(h.answerer, message, keySize), nil
}

// readAnswer reads message 2. It overwrites wire.
func (h *handshake) readAnswer(wire []byte, kem *mlkem.DecapsulationKey768) (tags [MaxTags]Tag, err error) {
	secret.Do(func() { tags, err = h.readTags(unmasked(h.answerer, wire, keySize), kem) })
	return tags, err
}

func (h *handshake) readTags(b []byte, kem *mlkem.DecapsulationKey768) (tags [MaxTags]Tag, err error) {
	payload, _, _, err := h.noise.ReadMessage(nil, b)
	if err != nil {
		return tags, fmt.Errorf("%w: message 2: %w", ErrProtocol, err)
	}
	if err := h.provePeer(h.answerer); err != nil {
		return tags, err
	}
	switch payload[0] {
	case yes:
	case busy:
		return tags, ErrBusy
	default:
		return tags, fmt.Errorf("%w: message 2: answer %d", ErrProtocol, payload[0])
	}
	payload = payload[1:]
	shared, err := kem.Decapsulate(payload[tagsSize : tagsSize+mlkem.CiphertextSize768])
	if err != nil {
		return tags, fmt.Errorf("%w: message 2: %w", ErrProtocol, err)
	}
	return splitTags(payload), h.share(shared)
}

// confirm makes message 3, and the dialer's keys.
func (h *handshake) confirm() (message []byte, keys schedule, err error) {
	secret.Do(func() {
		var first, second *noise.CipherState
		message, first, second, err = h.noise.WriteMessage(nil, h.source.padded(confirmPayload))
		if err == nil {
			keys = derive(h.noise, first, second, nil)
		}
	})
	if err != nil {
		return nil, schedule{}, fmt.Errorf("session: make message 3: %w", err)
	}
	return message, keys, nil
}

// readConfirm reads message 3 from the side that must be at dialer, and makes
// the answerer's keys.
func (h *handshake) readConfirm(b []byte, dialer onion.Address) (keys schedule, err error) {
	secret.Do(func() {
		var first, second *noise.CipherState
		_, first, second, err = h.noise.ReadMessage(nil, b)
		if err == nil {
			keys = derive(h.noise, first, second, nil)
		}
	})
	if err != nil {
		return schedule{}, fmt.Errorf("%w: message 3: %w", ErrProtocol, err)
	}
	return keys, h.provePeer(dialer)
}
