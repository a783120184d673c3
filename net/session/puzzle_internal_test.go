// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// FuzzDoor gives both sides of the door any bytes.
func FuzzDoor(f *testing.F) {
	self := fuzzKeys[1].Address()
	f.Add([]byte{}, []byte{}, byte(0))
	f.Add(make([]byte, 2*FrameSize), make([]byte, FrameSize), byte(3))
	f.Add(make([]byte, 2*FrameSize-1), system.challenge(self, challenge{bits: 2}), byte(200))
	f.Add(make([]byte, 3*FrameSize), system.challenge(self, challenge{bits: MaxPuzzle + 1}), byte(0))
	f.Fuzz(func(t *testing.T, said, set []byte, bits byte) {
		// whoever comes is admitted or not, and a short visit is no visit
		err := Admit(context.Background(), canned{in: bytes.NewReader(said)}, "test", self, int(bits))
		if len(said) < 2*FrameSize && err == nil || len(said) >= 2*FrameSize && bits == 0 && err != nil {
			t.Fatalf("%d bytes at a door of %d bits: %v", len(said), bits, err)
		}
		// and whoever sets a puzzle is refused when it is none, or no fair one
		var want error
		if len(set) >= FrameSize {
			_, want = parseChallenge(self, bytes.Clone(set[:FrameSize]))
		}
		err = Knock(context.Background(), canned{in: bytes.NewReader(set)}, "test", self)
		if len(set) < FrameSize && err == nil || len(set) >= FrameSize && (err == nil) != (want == nil) || want != nil && !errors.Is(err, ErrProtocol) {
			t.Fatalf("got %v, want %v", err, want)
		}
	})
}
