// SPDX-License-Identifier: GPL-3.0-or-later

package stamp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"passerby/net/stamp"
)

const network = "test"

func mint(t testing.TB, body []byte, bits int) stamp.Nonce {
	t.Helper()
	nonce, err := stamp.Mint(t.Context(), network, body, bits)
	if err != nil {
		t.Fatal(err)
	}
	return nonce
}

func TestAMintedStampIsValid(t *testing.T) {
	for _, bits := range []int{0, 1, 8, 12, stamp.Bits} {
		body := []byte("body")
		if nonce := mint(t, body, bits); !stamp.Valid(network, body, nonce, bits) {
			t.Errorf("%d bits: not valid", bits)
		}
	}
}

func TestAStampPaysForEveryByteOnOneNetwork(t *testing.T) {
	// given a stamp dear enough that no other body has it by chance
	body := bytes.Repeat([]byte{7}, 248)
	nonce := mint(t, body, stamp.Bits)
	// when any byte of the body is another
	for i := range body {
		changed := bytes.Clone(body)
		changed[i] ^= 1
		// then the stamp is worth nothing
		if stamp.Valid(network, changed, nonce, stamp.Bits) {
			t.Errorf("byte %d is not covered", i)
		}
	}
	// and it is worth nothing on another network, for a shorter body, or with
	// another nonce
	if stamp.Valid("tes", append([]byte("t"), body...), nonce, stamp.Bits) || stamp.Valid("other", body, nonce, stamp.Bits) {
		t.Error("valid on another network")
	}
	if stamp.Valid(network, body[:247], nonce, stamp.Bits) {
		t.Error("valid for part of the body")
	}
	nonce[0] ^= 1
	if stamp.Valid(network, body, nonce, stamp.Bits) {
		t.Error("valid with another nonce")
	}
}

func TestDifficultyDoublesWork(t *testing.T) {
	// given random nonces, a share of 2^-4 must pass a gate of 4 bits
	const tries = 1 << 14
	var passed int
	for i := range uint64(tries) {
		if stamp.Valid(network, nil, stamp.Nonce(binary.BigEndian.AppendUint64(nil, i)), 4) {
			passed++
		}
	}
	// 1024 expected, with a standard deviation of 31
	if passed < 800 || passed > 1250 {
		t.Fatalf("%d of %d random nonces passed 4 bits", passed, tries)
	}
}

func TestMintEndsWithItsContext(t *testing.T) {
	// given work that never ends
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	// when
	begin := time.Now()
	_, err := stamp.Mint(ctx, network, nil, stamp.MaxBits)
	// then
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Fatalf("went on for %v", took)
	}
}

func TestMintRefusesAbsurdDifficulty(t *testing.T) {
	for _, bits := range []int{-1, stamp.MaxBits + 1} {
		if _, err := stamp.Mint(t.Context(), network, nil, bits); !errors.Is(err, stamp.ErrDifficulty) {
			t.Errorf("%d bits: got %v", bits, err)
		}
	}
}

func BenchmarkMint(b *testing.B) {
	body := make([]byte, 248)
	for b.Loop() {
		body[0]++
		mint(b, body, stamp.Bits)
	}
}

func BenchmarkValid(b *testing.B) {
	body := make([]byte, 248)
	for b.Loop() {
		stamp.Valid(network, body, stamp.Nonce{}, stamp.Bits)
	}
}
