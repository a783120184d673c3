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

// gate is a difficulty that no beacon passes by chance in a test.
const gate = 16

func beacon(t testing.TB, epoch uint32, difficulty int) lobby.Beacon {
	t.Helper()
	key := onion.GenerateKey()
	b := lobby.Beacon{Epoch: epoch, Address: key.Address(), Tags: [session.MaxTags]session.Tag{{1}, {2}, {3}, {4}}}
	if err := b.Mint(context.Background(), key, network, difficulty); err != nil {
		t.Fatal(err)
	}
	return b
}

// restamp gives bytes that were changed a valid stamp.
func restamp(t testing.TB, p []byte, difficulty int) []byte {
	t.Helper()
	nonce, err := stamp.Mint(context.Background(), network, p[:248], difficulty)
	if err != nil {
		t.Fatal(err)
	}
	copy(p[248:], nonce[:])
	return p
}

func TestABeaconSurvivesTheWire(t *testing.T) {
	b := beacon(t, 100, gate)
	p := b.Encode()
	if len(p) != lobby.BeaconSize {
		t.Fatalf("%d bytes", len(p))
	}
	got, err := lobby.Decode(p, network, gate, 100)
	if err != nil || got != b {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	const now = 1000
	good := beacon(t, now, gate).Encode()
	change := func(at int, to byte) []byte {
		p := bytes.Clone(good)
		p[at] = to
		return p
	}
	at := func(epoch uint32) []byte { return beacon(t, epoch, gate).Encode() }
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
		"a good one":               {good, nil},
		"the epoch before":         {at(now - 1), nil},
		"the epoch after":          {at(now + 1), nil},
		"two epochs before":        {at(now - 2), lobby.ErrStale},
		"two epochs after":         {at(now + 2), lobby.ErrStale},
		"the last epoch there is":  {at(1<<32 - 1), lobby.ErrStale},
		"nothing":                  {nil, lobby.ErrInvalid},
		"a byte less":              {good[:255], lobby.ErrInvalid},
		"a byte more":              {append(bytes.Clone(good), 0), lobby.ErrInvalid},
		"another version":          {restamp(t, change(0, 2), gate), lobby.ErrInvalid},
		"a shard":                  {restamp(t, change(70, 1), gate), lobby.ErrInvalid},
		"something reserved":       {restamp(t, change(135, 1), gate), lobby.ErrInvalid},
		"paid for another's tags":  {restamp(t, change(40, good[40]^1), gate), lobby.ErrInvalid},
		"paid for another's epoch": {restamp(t, change(4, good[4]^1), gate), lobby.ErrInvalid},
		"paid for another's place": {restamp(t, elsewhere, gate), lobby.ErrInvalid},
		"a signature changed":      {restamp(t, change(100, good[100]^1), gate), lobby.ErrInvalid},
		"the last byte reserved":   {restamp(t, change(247, 1), gate), lobby.ErrInvalid},
		"a tag changed":            {change(40, good[40]^1), lobby.ErrInvalid},
		"a key changed":            {change(6, good[6]^1), lobby.ErrInvalid},
		"the stamp changed":        {change(255, good[255]^1), lobby.ErrInvalid},
		"a key of small order":     {restamp(t, identity, gate), lobby.ErrInvalid},
		"a stamp of other network": {otherNetwork(t, good), lobby.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := lobby.Decode(tc.in, network, gate, now); !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func otherNetwork(t *testing.T, p []byte) []byte {
	p = bytes.Clone(p)
	nonce, err := stamp.Mint(context.Background(), "another", p[:248], gate)
	if err != nil {
		t.Fatal(err)
	}
	copy(p[248:], nonce[:])
	return p
}

func TestEpochsAreTenMinutes(t *testing.T) {
	start := time.Unix(600*5, 0)
	if lobby.EpochOf(start) != 5 || lobby.EpochOf(start.Add(-time.Nanosecond)) != 4 || lobby.EpochOf(start.Add(10*time.Minute)) != 6 {
		t.Fatal("an epoch is not ten minutes of consensus time")
	}
}

func FuzzDecode(f *testing.F) {
	good := beacon(f, 5, 0).Encode()
	f.Add(good, uint32(5))
	f.Add(good[:100], uint32(5))
	f.Add([]byte{}, uint32(0))
	f.Fuzz(func(t *testing.T, p []byte, now uint32) {
		b, err := lobby.Decode(p, network, 0, now)
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
	good := beacon(b, 5, stamp.Bits).Encode()
	bad := bytes.Clone(good)
	bad[255] ^= 1
	b.Run("good", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := lobby.Decode(good, network, stamp.Bits, 5); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("without stamp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := lobby.Decode(bad, network, stamp.Bits, 5); err == nil {
				b.Fatal("taken")
			}
		}
	})
}
