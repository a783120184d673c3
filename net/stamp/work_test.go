// SPDX-License-Identifier: GPL-3.0-or-later

package stamp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/stamp"
)

// small is work that fits into a test.
const small = stamp.Work(stamp.MinMemory)

func labour(t testing.TB, w stamp.Work, subject []byte, effort int) stamp.Nonce {
	t.Helper()
	nonce, err := w.Mint(t.Context(), network, subject, effort, nil)
	if err != nil {
		t.Fatal(err)
	}
	return nonce
}

func TestWorkDonePays(t *testing.T) {
	for _, w := range []stamp.Work{small, 64, stamp.Memory} {
		for _, effort := range []int{0, 1, 3} {
			if nonce := labour(t, w, []byte("subject"), effort); !w.Valid(network, []byte("subject"), nonce, effort) {
				t.Errorf("%d KiB, %d bits: not valid", w, effort)
			}
		}
	}
}

func TestWorkPaysForOneSubjectOnOneNetworkWithOneMemory(t *testing.T) {
	// given work that no other subject has by chance
	const effort = 14
	subject := bytes.Repeat([]byte{7}, 36)
	nonce := labour(t, small, subject, effort)
	for i := range subject {
		changed := bytes.Clone(subject)
		changed[i] ^= 1
		if small.Valid(network, changed, nonce, effort) {
			t.Errorf("byte %d is not covered", i)
		}
	}
	if small.Valid("tes", append([]byte("t"), subject...), nonce, effort) || small.Valid("other", subject, nonce, effort) {
		t.Error("valid on another network")
	}
	if stamp.Work(16).Valid(network, subject, nonce, effort) {
		t.Error("valid with other memory")
	}
	nonce[0] ^= 1
	if small.Valid(network, subject, nonce, effort) {
		t.Error("valid with another nonce")
	}
}

func TestEffortDoublesWork(t *testing.T) {
	const tries = 1 << 12
	var passed int
	for i := range uint64(tries) {
		if small.Valid(network, nil, stamp.Nonce(binary.BigEndian.AppendUint64(nil, i)), 3) {
			passed++
		}
	}
	// 512 expected, with a standard deviation of 21
	if passed < 400 || passed > 625 {
		t.Fatalf("%d of %d random nonces passed 3 bits", passed, tries)
	}
}

func TestWorkEndsWithItsContextAndRests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var rests int
	_, err := stamp.Work(stamp.Memory).Mint(ctx, network, nil, stamp.MaxEffort, func(took time.Duration) {
		if took <= 0 {
			t.Error("a try that took no time")
		}
		if rests++; rests == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || rests != 3 {
		t.Fatalf("got %v after %d tries", err, rests)
	}
}

func TestWorkRefusesAbsurdEffort(t *testing.T) {
	for _, effort := range []int{-1, stamp.MaxEffort + 1} {
		if _, err := small.Mint(t.Context(), network, nil, effort, nil); !errors.Is(err, stamp.ErrDifficulty) {
			t.Errorf("%d bits: got %v", effort, err)
		}
	}
}

func TestAVerifierWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a verifier all of whose hands are full
		v := stamp.NewVerifier(small)
		release := v.Occupy()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		// then one more waits, as long as its context lets it
		if _, err := v.Valid(ctx, network, nil, stamp.Nonce{}, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
		// and goes on when there is room
		release()
		nonce := labour(t, small, nil, 2)
		if ok, err := v.Valid(t.Context(), network, nil, nonce, 2); !ok || err != nil {
			t.Fatalf("got %v, %v", ok, err)
		}
	})
}

func BenchmarkWork(b *testing.B) {
	for _, w := range []stamp.Work{1 << 10, stamp.Memory} {
		b.Run(map[stamp.Work]string{1 << 10: "1 MiB", stamp.Memory: "8 MiB"}[w], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.Valid(network, []byte("subject"), stamp.Nonce{}, 1)
			}
		})
	}
}
