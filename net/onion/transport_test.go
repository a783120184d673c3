// SPDX-License-Identifier: GPL-3.0-or-later

package onion_test

import (
	"testing"

	ma "github.com/multiformats/go-multiaddr"

	"passerby/net/onion"
)

func TestCanDialOnlyPlainOnionAddresses(t *testing.T) {
	address := onion.GenerateKey().Address()
	good := address.Multiaddr().String()
	id, err := address.Peer()
	if err != nil {
		t.Fatal(err)
	}
	transport := onion.NewTransport(t.Context(), nil, onion.Key{}, nil, nil)
	for m, want := range map[string]bool{
		good:                      true,
		good[:len(good)-4] + "80": false,
		"/onion3/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:5222": false,
		good + "/p2p/" + id.String():                  false,
		good + "/ws":                                  false,
		good + "/p2p/" + id.String() + "/p2p-circuit": false,
		"/ip4/127.0.0.1/tcp/5222":                     false,
		"/ip4/127.0.0.1/tcp/5222" + good:              false,
		"/dns4/example.org/tcp/5222":                  false,
		"/dnsaddr/example.org":                        false,
		"/ip6/::1/udp/5222/quic-v1":                   false,
		"/p2p/" + id.String():                         false,
	} {
		parsed, err := ma.NewMultiaddr(m)
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		if got := transport.CanDial(parsed); got != want {
			t.Errorf("CanDial(%s) = %v", m, got)
		}
	}
	if transport.CanDial(nil) {
		t.Error("CanDial(nil)")
	}
}

func TestMultiaddrRoundTrip(t *testing.T) {
	want := onion.GenerateKey().Address()
	got, err := onion.AddressFromMultiaddr(want.Multiaddr())
	if err != nil || got != want {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestIsolationNeverRepeats(t *testing.T) {
	if onion.Isolation("a") == onion.Isolation("a") {
		t.Fatal("two dials would share a circuit")
	}
}
