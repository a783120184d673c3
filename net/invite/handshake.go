// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/flynn/noise"

	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/secret"
)

const (
	keySize = 32
	tagSize = 16
	// frame is what fits into one Tor cell, as in a session.
	frame     = 488
	helloSize = frame     // messages 1 and 2
	cardSize  = 2 * frame // messages 3 and 4

	helloPayload = helloSize - keySize - tagSize
	cardPayload  = cardSize - tagSize
	sampleSize   = MaxMembers * keySize
)

// The answers of message 2.
const (
	welcome = 1
	spent   = 2
	later   = 3
)

var (
	// ErrProtocol is wrapped by errors about somebody who does not have the
	// link, has another one, or breaks the protocol.
	ErrProtocol = errors.New("the other side does not keep to the protocol of invites")
	// ErrBusy is what a guest is told who may come again: the inviter is meeting
	// somebody else who has the link, or the two met so often lately, and no
	// conversation came of it, that they have to rest.
	ErrBusy  = errors.New("the other side is busy; it is tried again by itself")
	errSpent = errors.New("the other side says that the link was used")
)

var suite = noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashBLAKE2s)

// token tells the guests of one link apart. It is random, made for one link,
// and shown to the inviter alone.
type token [16]byte

// terms is what two sides must have in common to understand each other.
type terms struct {
	label  string // names the protocol, its version and where the answerer is
	server [32]byte
	static *noise.DHKey // of the answerer, to the answerer; nil for a pair
	psk    []byte       // of a pair; nil for a link
}

// linkTerms are those of a guest.
func linkTerms(l Link) terms {
	return terms{label: "Passerby invite 1" + string(l.bytes()), server: l.address().X25519()}
}

// hostTerms are those of the inviter.
func hostTerms(l Link, key onion.Key) terms {
	t := linkTerms(l)
	private, public := key.X25519()
	t.static = &noise.DHKey{Private: private[:], Public: public[:]}
	return t
}

// begin returns the state before message 1.
func (t terms) begin(dialer bool) (*noise.HandshakeState, error) {
	c := noise.Config{CipherSuite: suite, Random: rand.Reader, Initiator: dialer, Prologue: []byte(t.label)}
	switch {
	case t.psk != nil:
		c.Pattern, c.PresharedKey = noise.HandshakeNN, t.psk
	case dialer:
		c.Pattern, c.PeerStatic = noise.HandshakeNK, t.server[:]
	default:
		c.Pattern, c.StaticKeypair = noise.HandshakeNK, *t.static
	}
	h, err := noise.NewHandshakeState(c)
	if err != nil {
		return nil, fmt.Errorf("invite: begin the handshake: %w", err)
	}
	return h, nil
}

// bond is one side after messages 1 and 2.
type bond struct {
	conn          net.Conn
	send, receive *noise.CipherState
	shared        [keySize]byte // secret that both have, to meet again
}

// newBond ends a handshake whose two keys are first and second.
func newBond(conn net.Conn, h *noise.HandshakeState, first, second *noise.CipherState, dialer bool) *bond {
	one, two := first.UnsafeKey(), second.UnsafeKey()
	ikm := append(one[:], two[:]...)
	// The hash of a handshake is no secret: whoever saw the messages and knows
	// the link can compute it. The keys are.
	shared, err := hkdf.Key(sha256.New, ikm, h.ChannelBinding(), "Passerby meet again", keySize)
	if err != nil {
		panic(err) // 32 bytes are not too many
	}
	b := &bond{conn: conn, send: first, receive: second, shared: [keySize]byte(shared)}
	if !dialer {
		b.send, b.receive = second, first
	}
	for _, k := range [][]byte{one[:], two[:], ikm, shared} {
		clear(k)
	}
	return b
}

// forget overwrites the keys that can be reached.
func (b *bond) forget() {
	*b.send, *b.receive = noise.CipherState{}, noise.CipherState{}
	clear(b.shared[:])
}

// greet is messages 1 and 2 on the side that dials. It returns errSpent where
// the other side lets nobody in any more, and ErrBusy where not now.
func greet(conn net.Conn, t terms, guest token) (b *bond, err error) {
	var h *noise.HandshakeState
	var hello []byte
	secret.Do(func() {
		if h, err = t.begin(true); err == nil {
			hello, _, _, err = h.WriteMessage(nil, pad(helloPayload, guest[:]))
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: the key to dial: %w", ErrProtocol, err)
	}
	if _, err := conn.Write(hello); err != nil {
		return nil, fmt.Errorf("invite: greet: %w", err)
	}
	answer := make([]byte, helloSize)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, fmt.Errorf("invite: greet: %w", err)
	}
	var payload []byte
	secret.Do(func() {
		var first, second *noise.CipherState
		if payload, first, second, err = h.ReadMessage(nil, answer); err == nil {
			b = newBond(conn, h, first, second, true)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: message 2: %w", ErrProtocol, err)
	}
	verdict, err := unpad(payload, 1)
	switch {
	case err == nil && verdict[0] == welcome:
		return b, nil
	case err == nil && verdict[0] == spent:
		err = errSpent
	case err == nil && verdict[0] == later:
		err = ErrBusy
	default:
		err = fmt.Errorf("%w: an answer that does not exist", ErrProtocol)
	}
	b.forget()
	return nil, err
}

// arrival is the side that answers, after message 1.
type arrival struct {
	conn  net.Conn
	state *noise.HandshakeState
	guest token
}

// receive reads message 1. Without the link nobody can make one; an old one
// can be sent again, and the sender gets no further than message 2 then.
func receive(conn net.Conn, t terms) (a *arrival, err error) {
	hello := make([]byte, helloSize)
	if _, err := io.ReadFull(conn, hello); err != nil {
		return nil, fmt.Errorf("invite: receive: %w", err)
	}
	var payload []byte
	a = &arrival{conn: conn}
	secret.Do(func() {
		if a.state, err = t.begin(false); err == nil {
			payload, _, _, err = a.state.ReadMessage(nil, hello)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: message 1: %w", ErrProtocol, err)
	}
	guest, err := unpad(payload, len(a.guest))
	if err != nil {
		return nil, err
	}
	a.guest = token(guest)
	return a, nil
}

// answer writes message 2.
func (a *arrival) answer(verdict byte) (b *bond, err error) {
	var message []byte
	secret.Do(func() {
		var first, second *noise.CipherState
		message, first, second, err = a.state.WriteMessage(nil, pad(helloPayload, []byte{verdict}))
		if err == nil {
			b = newBond(a.conn, a.state, first, second, false)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: the key in message 1: %w", ErrProtocol, err)
	}
	if _, err := a.conn.Write(message); err != nil {
		b.forget()
		return nil, fmt.Errorf("invite: answer: %w", err)
	}
	return b, nil
}

// card is what each side says of itself in messages 3 and 4.
type card struct {
	address onion.Address // of its chat key
	members []onion.Address
}

// introduce writes message 3, or 4 on the side that answers.
func (b *bond) introduce(c card) (err error) {
	var wire []byte
	secret.Do(func() {
		sample := mesh.EncodeSample(sampleSize, c.members)
		wire, err = b.send.Encrypt(nil, nil, pad(cardPayload, c.address[:], sample))
	})
	if err == nil {
		_, err = b.conn.Write(wire)
	}
	if err != nil {
		return fmt.Errorf("invite: introduce: %w", err)
	}
	return nil
}

// meet reads what the other side's introduce wrote.
func (b *bond) meet() (c card, err error) {
	wire := make([]byte, cardSize)
	if _, err := io.ReadFull(b.conn, wire); err != nil {
		return card{}, fmt.Errorf("invite: meet: %w", err)
	}
	var payload []byte
	secret.Do(func() { payload, err = b.receive.Decrypt(nil, nil, wire) })
	if err != nil {
		return card{}, fmt.Errorf("%w: a card that does not open: %w", ErrProtocol, err)
	}
	said, err := unpad(payload, keySize+sampleSize)
	if err != nil {
		return card{}, err
	}
	if c.address, err = onion.AddressFromKey(said[:keySize]); err != nil {
		return card{}, fmt.Errorf("%w: its chat address: %w", ErrProtocol, err)
	}
	if c.members, err = mesh.DecodeSample(said[keySize:]); err != nil {
		return card{}, fmt.Errorf("%w: its members: %w", ErrProtocol, err)
	}
	return c, nil
}

// pad joins the parts and fills up with zeros to size. Padding is encrypted, so
// nothing is gained by random bytes.
func pad(size int, parts ...[]byte) []byte {
	b := make([]byte, 0, size)
	for _, p := range parts {
		b = append(b, p...)
	}
	return append(b, make([]byte, size-len(b))...)
}

// unpad returns the first n bytes and refuses others than zeros behind them.
func unpad(b []byte, n int) ([]byte, error) {
	for _, rest := range b[n:] {
		if rest != 0 {
			return nil, fmt.Errorf("%w: padding that is not zero", ErrProtocol)
		}
	}
	return b[:n], nil
}
