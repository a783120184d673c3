// SPDX-License-Identifier: GPL-3.0-or-later

package onion_test

import (
	"crypto/ecdh"
	"errors"
	"strings"
	"testing"

	"passerby/net/onion"
)

// torproject is a published address: the Tor Project's own site.
const torproject = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"

func TestParseAddress(t *testing.T) {
	for name, tc := range map[string]struct {
		in string
		ok bool
	}{
		"published address":     {torproject, true},
		"upper case":            {strings.ToUpper(torproject), true},
		"without suffix":        {strings.TrimSuffix(torproject, ".onion"), true},
		"checksum of another":   {"3" + torproject[1:], false},
		"version 2":             {"expyuzz4wqqyqhjn.onion", false},
		"not base32":            {"1" + torproject[1:], false},
		"empty":                 {"", false},
		"suffix alone":          {".onion", false},
		"subdomain":             {"a." + torproject, false},
		"all zero, no checksum": {strings.Repeat("a", 56) + ".onion", false},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := onion.ParseAddress(tc.in)
			if tc.ok {
				if err != nil {
					t.Fatal(err)
				}
				if a.String() != torproject {
					t.Fatalf("got %s", a)
				}
				return
			}
			if !errors.Is(err, onion.ErrBadAddress) {
				t.Fatalf("got %v, want ErrBadAddress", err)
			}
		})
	}
}

func TestAddressFromKeyRefusesSmallOrder(t *testing.T) {
	// given the identity point, which would be everybody's and nobody's key
	identity := make([]byte, 32)
	identity[0] = 1
	// when / then
	if _, err := onion.AddressFromKey(identity); !errors.Is(err, onion.ErrBadAddress) {
		t.Fatalf("got %v", err)
	}
}

func TestAddressAndPeerAreTwoNamesOfOneKey(t *testing.T) {
	key := onion.GenerateKey()
	id, err := key.Address().Peer()
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.Libp2p()
	if err != nil {
		t.Fatal(err)
	}
	if !id.MatchesPrivateKey(private) {
		t.Fatal("the peer of the address is not the peer of the key")
	}
	back, err := onion.AddressFromPeer(id)
	if err != nil || back != key.Address() {
		t.Fatalf("got %v, %v", back, err)
	}
}

func TestX25519AgreesFromBothSides(t *testing.T) {
	a, b := onion.GenerateKey(), onion.GenerateKey()
	secret := func(mine onion.Key, theirs onion.Address) string {
		private, _ := mine.X25519()
		k, err := ecdh.X25519().NewPrivateKey(private[:])
		if err != nil {
			t.Fatal(err)
		}
		public := theirs.X25519()
		p, err := ecdh.X25519().NewPublicKey(public[:])
		if err != nil {
			t.Fatal(err)
		}
		s, err := k.ECDH(p)
		if err != nil {
			t.Fatal(err)
		}
		return string(s)
	}
	if secret(a, b.Address()) != secret(b, a.Address()) {
		t.Fatal("two sides, two secrets")
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add(torproject)
	f.Add("")
	f.Add(strings.Repeat("a", 56))
	f.Fuzz(func(t *testing.T, s string) {
		a, err := onion.ParseAddress(s)
		if err != nil {
			return
		}
		again, err := onion.ParseAddress(a.String())
		if err != nil || again != a {
			t.Fatalf("%q does not survive a round trip: %v", s, err)
		}
	})
}
