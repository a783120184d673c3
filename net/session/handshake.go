// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"crypto/mlkem"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

// label names the protocol and its version. Two versions never agree on a
// session.
const label = "Passerby session 1"

const (
	keySize  = 32
	tagsSize = MaxTags * len(Tag{})

	helloSize    = 3 * FrameSize // message 1
	answerSize   = 3 * FrameSize // message 2
	confirmSize  = 1 * FrameSize // message 3
	claimSize    = keySize + tagsSize
	helloPayload = helloSize - claimSize - keySize - tagSize
	// The static key goes encrypted, with a tag of its own.
	answerPayload  = answerSize - keySize - (keySize + tagSize) - tagSize
	confirmPayload = confirmSize - (keySize + tagSize) - tagSize
)

// The answers of message 2.
const (
	yes  = 1
	busy = 2
)

var suite = noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashBLAKE2s)

// claim is the part of message 1 that is not Noise.
type claim struct {
	dialer onion.Address
	tags   [MaxTags]Tag
}

func (c claim) bytes() []byte {
	return append(c.dialer[:len(c.dialer):len(c.dialer)], joinTags(c.tags)...)
}

// parseClaim reads the first claimSize bytes of message 1.
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
	noise  *noise.HandshakeState
	static noise.DHKey
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
func newHandshake(p Params, c claim, answerer onion.Address, initiator bool) (*handshake, error) {
	private, public := p.Key.X25519()
	static := noise.DHKey{Private: private[:], Public: public[:]}
	state, err := noise.NewHandshakeState(noise.Config{
		CipherSuite: suite, Pattern: noise.HandshakeXX, Initiator: initiator,
		Prologue: prologue(p.Network, c, answerer), PresharedKeyPlacement: 3, StaticKeypair: static,
	})
	if err != nil {
		return nil, fmt.Errorf("session: begin the handshake: %w", err)
	}
	return &handshake{state, static}, nil
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

// padded returns the parts, filled up with random bytes to size.
func padded(size int, parts ...[]byte) []byte {
	b := make([]byte, 0, size)
	for _, part := range parts {
		b = append(b, part...)
	}
	n := len(b)
	b = b[:size]
	rand.Read(b[n:]) // never fails: crypto/rand ends the program instead
	return b
}

// hello makes message 1.
func (h *handshake) hello(c claim, kem *mlkem.EncapsulationKey768) ([]byte, error) {
	message, _, _, err := h.noise.WriteMessage(c.bytes(), padded(helloPayload, kem.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("session: make message 1: %w", err)
	}
	return message, nil
}

// readHello reads what follows the claim in message 1.
func (h *handshake) readHello(b []byte) (*mlkem.EncapsulationKey768, error) {
	payload, _, _, err := h.noise.ReadMessage(nil, b)
	if err != nil {
		return nil, fmt.Errorf("%w: message 1: %w", ErrProtocol, err)
	}
	kem, err := mlkem.NewEncapsulationKey768(payload[:mlkem.EncapsulationKeySize768])
	if err != nil {
		return nil, fmt.Errorf("%w: message 1: %w", ErrProtocol, err)
	}
	return kem, nil
}

// answer makes message 2, which says yes.
func (h *handshake) answer(tags [MaxTags]Tag, kem *mlkem.EncapsulationKey768) ([]byte, error) {
	secret, ciphertext := kem.Encapsulate()
	message, _, _, err := h.noise.WriteMessage(nil, padded(answerPayload, []byte{yes}, joinTags(tags), ciphertext))
	if err != nil {
		return nil, fmt.Errorf("%w: the key in message 1: %w", ErrProtocol, err)
	}
	return message, h.share(secret)
}

// refusal makes message 2, which says busy.
func (h *handshake) refusal() ([]byte, error) {
	message, _, _, err := h.noise.WriteMessage(nil, padded(answerPayload, []byte{busy}))
	if err != nil {
		return nil, fmt.Errorf("%w: the key in message 1: %w", ErrProtocol, err)
	}
	return message, nil
}

// readAnswer reads message 2 from the side that must be at answerer.
func (h *handshake) readAnswer(b []byte, answerer onion.Address, kem *mlkem.DecapsulationKey768) (tags [MaxTags]Tag, err error) {
	payload, _, _, err := h.noise.ReadMessage(nil, b)
	if err != nil {
		return tags, fmt.Errorf("%w: message 2: %w", ErrProtocol, err)
	}
	if err := h.provePeer(answerer); err != nil {
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
	secret, err := kem.Decapsulate(payload[tagsSize : tagsSize+mlkem.CiphertextSize768])
	if err != nil {
		return tags, fmt.Errorf("%w: message 2: %w", ErrProtocol, err)
	}
	return splitTags(payload), h.share(secret)
}

// confirm makes message 3 and the dialer's transport keys.
func (h *handshake) confirm() (message []byte, send, receive *noise.CipherState, err error) {
	message, send, receive, err = h.noise.WriteMessage(nil, padded(confirmPayload))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("session: make message 3: %w", err)
	}
	return message, send, receive, nil
}

// readConfirm reads message 3 from the side that must be at dialer, and makes
// the answerer's transport keys.
func (h *handshake) readConfirm(b []byte, dialer onion.Address) (send, receive *noise.CipherState, err error) {
	_, receive, send, err = h.noise.ReadMessage(nil, b)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: message 3: %w", ErrProtocol, err)
	}
	return send, receive, h.provePeer(dialer)
}
