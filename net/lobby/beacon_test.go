// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"passerby/net/lobby"
	"passerby/net/onion"
	"passerby/net/session"
	"passerby/net/stamp"
)

// dear is a cost that no beacon pays by chance in a test.
var dear = lobby.Cost{Gate: 16, Memory: stamp.MinMemory, Effort: 12}

func beacon(t testing.TB, epoch uint32, cost lobby.Cost) lobby.Beacon {
	t.Helper()
	key := onion.GenerateKey()
	b := lobby.Beacon{Epoch: epoch, Address: key.Address(), Tags: [session.MaxTags]session.Tag{{1}, {2}, {3}, {4}}}
	if err := b.Mint(context.Background(), key, network, cost); err != nil {
		t.Fatal(err)
	}
	return b
}

// regate passes bytes that were changed through the gate.
func regate(t testing.TB, network string, p []byte) []byte {
	return regateAt(t, network, p, dear.Gate)
}

func regateAt(t testing.TB, network string, p []byte, bits int) []byte {
	t.Helper()
	p = bytes.Clone(p)
	nonce, err := stamp.Mint(context.Background(), network, p[:248], bits)
	if err != nil {
		t.Fatal(err)
	}
	copy(p[248:], nonce[:])
	return p
}

func TestABeaconSurvivesTheWire(t *testing.T) {
	b := beacon(t, 100, dear)
	p := b.Encode()
	if len(p) != lobby.BeaconSize {
		t.Fatalf("%d bytes", len(p))
	}
	got, err := lobby.Decode(p, network, dear, 100)
	if err != nil || got != b {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	const now = 1000
	good := beacon(t, now, dear).Encode()
	change := func(at int, to byte) []byte {
		p := bytes.Clone(good)
		p[at] = to
		return p
	}
	paid := func(at int, to byte) []byte { return regate(t, network, change(at, to)) }
	at := func(epoch uint32) []byte { return beacon(t, epoch, dear).Encode() }
	identity := bytes.Clone(good)
	clear(identity[5:37])
	identity[5] = 1
	elsewhere := bytes.Clone(good)
	victim := onion.GenerateKey().Address()
	copy(elsewhere[5:], victim[:])
	for name, tc := range map[string]struct {
		in   []byte
		want error
	}{
		"a good one":                {good, nil},
		"the epoch before":          {at(now - 1), nil},
		"the epoch after":           {at(now + 1), nil},
		"two epochs before":         {at(now - 2), lobby.ErrStale},
		"two epochs after":          {at(now + 2), lobby.ErrStale},
		"the last epoch there is":   {at(1<<32 - 1), lobby.ErrStale},
		"nothing":                   {nil, lobby.ErrInvalid},
		"a byte less":               {good[:255], lobby.ErrInvalid},
		"a byte more":               {append(bytes.Clone(good), 0), lobby.ErrInvalid},
		"the version before":        {paid(0, 1), lobby.ErrInvalid},
		"the root's other name":     {paid(70, 1), lobby.ErrInvalid},
		"a shard below the last":    {paid(69, 0x10), lobby.ErrInvalid},
		"a shard not signed for":    {paid(70, 2), lobby.ErrInvalid},
		"less effort":               {paid(71, 11), lobby.ErrInvalid},
		"more effort than there is": {paid(71, 18), lobby.ErrInvalid},
		"effort that was not made":  {paid(71, 17), lobby.ErrForged},
		"work that was not done":    {paid(72, good[72]^1), lobby.ErrForged},
		"something reserved":        {paid(144, 1), lobby.ErrInvalid},
		"tags not signed for":       {paid(40, good[40]^1), lobby.ErrInvalid},
		"paid for another's epoch":  {paid(4, good[4]^1), lobby.ErrForged},
		"paid for another's place":  {regate(t, network, elsewhere), lobby.ErrForged},
		"a signature changed":       {paid(100, good[100]^1), lobby.ErrInvalid},
		"the last byte reserved":    {paid(247, 1), lobby.ErrInvalid},
		"a tag changed":             {change(40, good[40]^1), lobby.ErrInvalid},
		"a key changed":             {change(6, good[6]^1), lobby.ErrInvalid},
		"the gate changed":          {change(255, good[255]^1), lobby.ErrInvalid},
		"a key of small order":      {regate(t, network, identity), lobby.ErrInvalid},
		"a gate of other network":   {regate(t, "another", good), lobby.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := lobby.Decode(tc.in, network, dear, now); !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestEpochsAreTenMinutes(t *testing.T) {
	start := time.Unix(600*5, 0)
	if lobby.EpochOf(start) != 5 || lobby.EpochOf(start.Add(-time.Nanosecond)) != 4 || lobby.EpochOf(start.Add(10*time.Minute)) != 6 {
		t.Fatal("an epoch is not ten minutes of consensus time")
	}
}

func FuzzDecode(f *testing.F) {
	good := beacon(f, 5, lobby.Cost{}).Encode()
	f.Add(good, uint32(5))
	f.Add(good[:100], uint32(5))
	f.Add([]byte{}, uint32(0))
	f.Fuzz(func(t *testing.T, p []byte, now uint32) {
		b, err := lobby.Decode(p, network, lobby.Cost{}, now)
		if err != nil {
			if !errors.Is(err, lobby.ErrInvalid) && !errors.Is(err, lobby.ErrStale) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		// what is taken has one form only, and an address that can be dialed
		if !bytes.Equal(b.Encode(), p) {
			t.Fatal("two forms of one beacon")
		}
		if _, err := onion.ParseAddress(b.Address.String()); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	cost := lobby.NetworkCost
	good := beacon(b, 5, cost).Encode()
	without := func(at int) []byte {
		p := bytes.Clone(good)
		p[at] ^= 1
		return p
	}
	for name, p := range map[string][]byte{"good": good, "without gate": without(255), "without work": regateAt(b, network, without(72), cost.Gate)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := lobby.Decode(p, network, cost, 5); (err == nil) != (name == "good") {
					b.Fatal(err)
				}
			}
		})
	}
}
