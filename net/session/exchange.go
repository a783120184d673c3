// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"crypto/mlkem"
	"encoding/binary"
	"fmt"

	"github.com/flynn/noise"

	"passerby/net/onion"
	"passerby/net/secret"
)

// The labels of the two exchanges that start from a root.
const (
	resumeLabel = "Passerby resume 1"
	renewLabel  = "Passerby renew 1"
)

const (
	resumeSize    = FrameSize // of each of the two messages
	resumePayload = resumeSize - nonceSize - keySize - tagSize
	requestSize   = keySize + mlkem.EncapsulationKeySize768 + tagSize
	replySize     = keySize + mlkem.CiphertextSize768 + tagSize
)

// ends are the two sides of a conversation, by the address of each.
type ends struct{ dialer, answerer onion.Address }

// exchange is one side's state in an exchange of Noise_NNpsk0, with a root as
// the pre-shared key: to resume on a new stream, or to renew the keys.
type exchange struct {
	source source
	ends   ends
	root   []byte // noise uses it
	noise  *noise.HandshakeState
}

func newExchange(src source, label string, e ends, root [keySize]byte, initiator bool) *exchange {
	state, err := noise.NewHandshakeState(noise.Config{
		CipherSuite: suite, Random: src.random, Pattern: noise.HandshakeNN, Initiator: initiator,
		Prologue:     append(append([]byte(label), e.dialer[:]...), e.answerer[:]...),
		PresharedKey: root[:], PresharedKeyPlacement: 0,
	})
	if err != nil {
		panic(err) // the pattern is known and the root has the right size
	}
	return &exchange{src, e, root[:], state}
}

// forget overwrites the keys that can be reached.
func (x *exchange) forget() {
	clear(x.root)
	clear(x.noise.LocalEphemeral().Private)
	*x.noise = noise.HandshakeState{}
}

// askToResume makes the first message on a new stream.
func askToResume(src source, e ends, root [keySize]byte) (x *exchange, wire []byte, err error) {
	defer clear(root[:])
	secret.Do(func() {
		x = newExchange(src, resumeLabel, e, root, true)
		var message []byte
		if message, _, _, err = x.noise.WriteMessage(nil, src.padded(resumePayload)); err == nil {
			wire = src.masked(e.answerer, message, keySize)
		}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("session: ask to resume: %w", err)
	}
	return x, wire, nil
}

// readAsk reads the first message on a new stream, which is unmasked. It fails
// where the message was not made from root.
func readAsk(src source, e ends, root [keySize]byte, message []byte) (x *exchange, err error) {
	defer clear(root[:])
	secret.Do(func() {
		x = newExchange(src, resumeLabel, e, root, false)
		if _, _, _, err = x.noise.ReadMessage(nil, message); err != nil {
			x.forget()
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: it does not know our root: %w", ErrProtocol, err)
	}
	return x, nil
}

// agree makes the second message, which tells what the dialer need not send
// again, and the keys of the stream.
func (x *exchange) agree(ack uint64) (wire []byte, keys schedule, err error) {
	secret.Do(func() {
		payload := x.source.padded(resumePayload, binary.BigEndian.AppendUint64(nil, ack))
		message, first, second, e := x.noise.WriteMessage(nil, payload)
		if err = e; err == nil {
			keys = derive(x.noise, first, second, nil)
			wire = x.source.masked(x.ends.answerer, message, keySize)
		}
	})
	if err != nil {
		return nil, schedule{}, fmt.Errorf("%w: its key: %w", ErrProtocol, err)
	}
	return wire, keys, nil
}

// readAgreement reads the second message. It overwrites wire.
func (x *exchange) readAgreement(wire []byte) (ack uint64, keys schedule, err error) {
	secret.Do(func() {
		payload, first, second, e := x.noise.ReadMessage(nil, unmasked(x.ends.answerer, wire, keySize))
		if err = e; err == nil {
			keys = derive(x.noise, first, second, nil)
			ack = binary.BigEndian.Uint64(payload)
		}
	})
	if err != nil {
		return 0, schedule{}, fmt.Errorf("%w: not the answer of who has our root: %w", ErrProtocol, err)
	}
	return ack, keys, nil
}

// renewal is a dialer's request for new keys that was not answered yet.
type renewal struct {
	*exchange
	kem *mlkem.DecapsulationKey768
}

// renewer makes the messages of renewals. There is one of Noise and ML-KEM,
// and a transparent one for the model of the protocol.
type renewer interface {
	// request returns what the dialer sends and what it keeps.
	request(root [keySize]byte) (pending any, message []byte, err error)
	// reply returns what the answerer sends, and the keys.
	reply(root [keySize]byte, request []byte) (message []byte, keys schedule, err error)
	// finish returns the keys of the dialer.
	finish(pending any, reply []byte) (keys schedule, err error)
	// forget overwrites a request that will not be answered.
	forget(pending any)
}

// noiseRenewer is the renewer of the protocol.
type noiseRenewer struct {
	source source
	ends   ends
}

func (r noiseRenewer) request(root [keySize]byte) (pending any, message []byte, err error) {
	defer clear(root[:])
	secret.Do(func() {
		p := &renewal{newExchange(r.source, renewLabel, r.ends, root, true), r.source.kem()}
		pending = p
		message, _, _, err = p.noise.WriteMessage(nil, p.kem.EncapsulationKey().Bytes())
	})
	if err != nil {
		return nil, nil, fmt.Errorf("session: ask to renew: %w", err)
	}
	return pending, message, nil
}

func (r noiseRenewer) reply(root [keySize]byte, request []byte) (message []byte, keys schedule, err error) {
	defer clear(root[:])
	secret.Do(func() { message, keys, err = r.answer(root, request) })
	if err != nil {
		return nil, schedule{}, fmt.Errorf("%w: a request to renew: %w", ErrProtocol, err)
	}
	return message, keys, nil
}

func (r noiseRenewer) answer(root [keySize]byte, request []byte) ([]byte, schedule, error) {
	x := newExchange(r.source, renewLabel, r.ends, root, false)
	defer x.forget()
	payload, _, _, err := x.noise.ReadMessage(nil, request)
	if err != nil {
		return nil, schedule{}, err
	}
	kem, err := mlkem.NewEncapsulationKey768(payload)
	if err != nil {
		return nil, schedule{}, err
	}
	shared, ciphertext := r.source.encapsulate(kem)
	defer clear(shared)
	message, first, second, err := x.noise.WriteMessage(nil, ciphertext)
	if err != nil {
		return nil, schedule{}, err
	}
	return message, derive(x.noise, first, second, shared), nil
}

func (r noiseRenewer) finish(pending any, reply []byte) (keys schedule, err error) {
	p := pending.(*renewal)
	secret.Do(func() {
		payload, first, second, e := p.noise.ReadMessage(nil, reply)
		if err = e; err != nil {
			return
		}
		var shared []byte
		if shared, err = p.kem.Decapsulate(payload); err == nil {
			keys = derive(p.noise, first, second, shared)
			clear(shared)
		}
	})
	p.forget()
	if err != nil {
		return schedule{}, fmt.Errorf("%w: a reply to our request to renew: %w", ErrProtocol, err)
	}
	return keys, nil
}

func (noiseRenewer) forget(pending any) { pending.(*renewal).forget() }
