// SPDX-License-Identifier: GPL-3.0-or-later

package onion_test

import (
	"crypto/ecdh"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"filippo.io/edwards25519"

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

func TestAddressFromKeyRefusesOtherNamesOfAKey(t *testing.T) {
	identity := edwards25519.NewIdentityPoint()
	// A point of order 8, from RFC 7748's list of low-order points.
	order8, err := hex.DecodeString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
	if err != nil {
		t.Fatal(err)
	}
	torsion, err := new(edwards25519.Point).SetBytes(order8)
	if err != nil {
		t.Fatal(err)
	}
	key := onion.GenerateKey().Address()
	good, err := new(edwards25519.Point).SetBytes(key[:])
	if err != nil {
		t.Fatal(err)
	}
	for name, point := range map[string]*edwards25519.Point{
		"the identity":           identity,
		"a point of small order": torsion,
		"a key plus torsion":     new(edwards25519.Point).Add(good, torsion),
	} {
		if _, err := onion.AddressFromKey(point.Bytes()); !errors.Is(err, onion.ErrBadAddress) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := onion.AddressFromKey(good.Bytes()); err != nil {
		t.Error(err)
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
