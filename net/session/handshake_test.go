// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"crypto/mlkem"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

// fuzzKEM is fixed, so that what the fuzzer finds can be found again.
var fuzzKEM = func() *mlkem.DecapsulationKey768 {
	kem, err := mlkem.NewDecapsulationKey768(make([]byte, mlkem.SeedSize))
	if err != nil {
		panic(err)
	}
	return kem
}()

func TestADialerCannotClaimAnothersAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialer that does everything right for somebody else's
		// address, and has but its own key
		victim, mallory, answerer := onion.GenerateKey(), onion.GenerateKey(), onion.GenerateKey()
		near, far := net.Pipe()
		defer near.Close()
		go func() {
			c := claim{dialer: victim.Address()}
			h, err := newHandshake(system, Params{Key: mallory}, c, answerer.Address(), true)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = propose(context.Background(), near, h, c)
			if err != nil {
				t.Error(err)
				return
			}
			message, _, err := h.confirm()
			if err != nil {
				t.Error(err)
				return
			}
			near.Write(message)
			io.Copy(io.Discard, near)
		}()
		// then the answerer notices
		r, err := Receive(context.Background(), far, Params{Key: answerer})
		if err != nil {
			t.Fatal(err)
		}
		if r.From() != victim.Address() {
			t.Fatal("the test claims the wrong address")
		}
		if _, err := r.Accept(context.Background()); !errors.Is(err, ErrProtocol) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestAnAnswererCannotBeAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given an answerer that does everything right for the address that
		// was dialed, and has but its own key
		victim, mallory := onion.GenerateKey(), onion.GenerateKey()
		near, far := net.Pipe()
		defer far.Close()
		go func() {
			message := make([]byte, helloSize)
			io.ReadFull(far, message)
			message = unmasked(victim.Address(), message, helloHead)
			c, err := parseClaim(message)
			if err != nil {
				t.Error(err)
				return
			}
			h, err := newHandshake(system, Params{Key: mallory}, c, victim.Address(), false)
			if err != nil {
				t.Error(err)
				return
			}
			kem, err := h.readHello(message[claimSize:])
			if err != nil {
				t.Error(err)
				return
			}
			answer, err := h.answer([MaxTags]Tag{}, kem)
			if err != nil {
				t.Error(err)
				return
			}
			far.Write(answer)
		}()
		// then the dialer notices
		_, err := Propose(context.Background(), near, Params{Key: onion.GenerateKey()}, victim.Address())
		if !errors.Is(err, ErrProtocol) {
			t.Fatalf("got %v", err)
		}
	})
}

// lowOrder is a Diffie-Hellman function for a side that wants the shared
// secret to be known to everybody: its keys are zero, and so are its secrets.
type lowOrder struct{ noise.DHFunc }

func (lowOrder) GenerateKeypair(io.Reader) (noise.DHKey, error) {
	return noise.DHKey{Private: make([]byte, 32), Public: make([]byte, 32)}, nil
}
func (lowOrder) DH(_, _ []byte) ([]byte, error) { return make([]byte, 32), nil }

func TestLowOrderKeysAreRefused(t *testing.T) {
	weak := noise.NewCipherSuite(lowOrder{noise.DH25519}, noise.CipherChaChaPoly, noise.HashBLAKE2s)
	prologueOf := func(t *testing.T, c claim, answerer onion.Key, initiator bool) noise.Config {
		t.Helper()
		// The prologue must be the real one: newHandshake's own, rebuilt with
		// the weak functions.
		private, public := answerer.X25519()
		return noise.Config{
			CipherSuite: weak, Pattern: noise.HandshakeXX, Initiator: initiator,
			Prologue: prologue("", c, answerer.Address()), PresharedKeyPlacement: 3,
			StaticKeypair: noise.DHKey{Private: private[:], Public: public[:]},
		}
	}
	answerer := onion.GenerateKey()
	t.Run("from the dialer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := claim{dialer: onion.GenerateKey().Address()}
			state, err := noise.NewHandshakeState(prologueOf(t, c, answerer, true))
			if err != nil {
				t.Fatal(err)
			}
			message, _, _, err := state.WriteMessage(c.bytes(), system.padded(helloPayload, fuzzKEM.EncapsulationKey().Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			near, far := net.Pipe()
			defer near.Close()
			go near.Write(system.masked(answerer.Address(), message, helloHead))
			r, err := Receive(context.Background(), far, Params{Key: answerer})
			if err != nil {
				t.Fatal(err) // nothing was computed with the key yet
			}
			if _, err := r.Accept(context.Background()); !errors.Is(err, ErrProtocol) {
				t.Fatalf("got %v", err)
			}
		})
	})
	t.Run("from the answerer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			defer far.Close()
			go func() {
				message := make([]byte, helloSize)
				io.ReadFull(far, message)
				message = unmasked(answerer.Address(), message, helloHead)
				c, err := parseClaim(message)
				if err != nil {
					t.Error(err)
					return
				}
				state, err := noise.NewHandshakeState(prologueOf(t, c, answerer, false))
				if err != nil {
					t.Error(err)
					return
				}
				if _, _, _, err := state.ReadMessage(nil, message[claimSize:]); err != nil {
					t.Error(err)
					return
				}
				answer, _, _, err := state.WriteMessage(nil, system.padded(answerPayload, []byte{yes}))
				if err != nil {
					t.Error(err)
					return
				}
				far.Write(system.masked(answerer.Address(), answer, keySize))
			}()
			_, err := Propose(context.Background(), near, Params{Key: onion.GenerateKey()}, answerer.Address())
			if !errors.Is(err, ErrProtocol) {
				t.Fatalf("got %v", err)
			}
		})
	})
}

func TestKeysOfTheHandshakeAreForgotten(t *testing.T) {
	h, err := newHandshake(system, Params{Key: fuzzKeys[0]}, claim{}, fuzzKeys[1].Address(), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.hello(claim{}, fuzzKEM.EncapsulationKey()); err != nil {
		t.Fatal(err)
	}
	static, ephemeral := h.static.Private, h.noise.LocalEphemeral().Private
	h.forget()
	for name, key := range map[string][]byte{"static": static, "ephemeral": ephemeral} {
		if len(key) != 32 || [32]byte(key) != [32]byte{} {
			t.Errorf("the %s key is still there", name)
		}
	}
}
