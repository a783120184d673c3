// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"bytes"
	"testing"

	"passerby/net/mesh"
	"passerby/net/onion"
)

func FuzzAnswer(f *testing.F) {
	f.Add(mesh.EncodeSample(AnswerSize, []onion.Address{onion.GenerateKey().Address()}))
	f.Add(make([]byte, AnswerSize))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, b []byte) {
		members, err := readAnswer(bytes.NewReader(b))
		if err == nil && (len(members) == 0 || len(members) > AnswerSize/32 || len(b) < AnswerSize) {
			t.Fatalf("%d members from %d bytes", len(members), len(b))
		}
	})
}
