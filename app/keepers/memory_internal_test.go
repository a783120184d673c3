// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"bytes"
	"testing"

	"passerby/net/onion"
)

func FuzzDecodeMemory(f *testing.F) {
	f.Add(make([]byte, memorySize))
	f.Add(encodeMemory([]keeper{{onion.GenerateKey().Address(), 1, 2}, {onion.GenerateKey().Address(), 3, 4}}))
	f.Add([]byte("short"))
	f.Add(bytes.Repeat([]byte{255}, memorySize))
	f.Fuzz(func(t *testing.T, b []byte) {
		known, err := decodeMemory(b)
		if err != nil {
			return
		}
		if len(known) > Max || !bytes.Equal(encodeMemory(known), b) {
			t.Fatalf("%d keepers of %x", len(known), b)
		}
	})
}
