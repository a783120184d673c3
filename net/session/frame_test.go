// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

// TestGoldenFrames pins the layout: another implementation must make and read
// the same bytes.
func TestGoldenFrames(t *testing.T) {
	for name, tc := range map[string]struct {
		frame frame
		want  string // zeros follow
	}{
		"idle":            {frame{kind: kindIdle}, "00"},
		"acknowledgement": {frame{kind: kindIdle, ack: 0x0102030405060708}, "00" + "0000000000000000" + "0102030405060708"},
		"leave":           {frame{kind: kindLeave, ack: 5}, "02" + "0000000000000000" + "0000000000000005"},
		"turn":            {frame{kind: kindTurn, ack: 5}, "04" + "0000000000000000" + "0000000000000005"},
		"renew": {
			frame{kind: kindRenew, ack: 5, total: 1136, offset: 898, data: bytes.Repeat([]byte("x"), 238)},
			"03" + "0000000000000000" + "0000000000000005" + "0470" + "0382" + "00ee" + hex.EncodeToString(bytes.Repeat([]byte("x"), 238)),
		},
		"text": {
			frame{kind: kindText, number: 7, ack: 6, total: 2, data: []byte("hi")},
			"01" + "0000000000000007" + "0000000000000006" + "0002" + "0000" + "0002" + "6869",
		},
		"last piece of the longest": {
			frame{kind: kindText, number: 1, total: 16000, offset: 15715, data: bytes.Repeat([]byte("x"), 285)},
			"01" + "0000000000000001" + "0000000000000000" + "3e80" + "3d63" + "011d" + hex.EncodeToString(bytes.Repeat([]byte("x"), 285)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := make([]byte, 472)
			if _, err := hex.Decode(want, []byte(tc.want)); err != nil {
				t.Fatal(err)
			}
			// when encoded over old bytes, then nothing of them remains
			got := bytes.Repeat([]byte{0xff}, 472)
			tc.frame.encode(got)
			if !bytes.Equal(got, want) {
				t.Fatalf("got  %x\nwant %x", got, want)
			}
			// and decoding gives the frame back
			back, err := decode(want)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(back.data, tc.frame.data) {
				t.Fatalf("got %q", back.data)
			}
			back.data, tc.frame.data = nil, nil
			if back.kind != tc.frame.kind || back.number != tc.frame.number || back.ack != tc.frame.ack ||
				back.total != tc.frame.total || back.offset != tc.frame.offset {
				t.Fatalf("got %#v", back)
			}
		})
	}
}

// TestSizes pins the numbers that the package documentation gives.
func TestSizes(t *testing.T) {
	for name, tc := range map[string]struct{ got, want int }{
		"plaintext of a frame":  {plainSize, 472},
		"data of a frame":       {dataSize, 449},
		"frames of a message":   {(maxBytes + dataSize - 1) / dataSize, 36},
		"message 1":             {helloSize, 1464},
		"payload 1":             {helloPayload, 1184 + 144},
		"message 2":             {answerSize, 1464},
		"payload 2":             {answerPayload, 1 + 32 + 1088 + 223},
		"message 3":             {confirmSize, 488},
		"payload 3":             {confirmPayload, 424},
		"request and agreement": {resumeSize, 488},
		"payload of each":       {resumePayload, 416},
		"request to renew":      {requestSize, 1232},
		"reply to it":           {replySize, 1136},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %d, documented as %d", name, tc.got, tc.want)
		}
	}
}

// FuzzFrame: what decodes is canonical, so it encodes to the same bytes.
func FuzzFrame(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{2})
	text := plaintext(kindText, 1, 0, 2, 0, 2, "hi")
	f.Add(text[:])
	f.Fuzz(func(t *testing.T, b []byte) {
		var plain [plainSize]byte
		copy(plain[:], b)
		got, err := decode(plain[:])
		if err != nil {
			if !errors.Is(err, ErrProtocol) {
				t.Fatal(err)
			}
			return
		}
		var again [plainSize]byte
		got.encode(again[:])
		if again != plain {
			t.Fatalf("decoded %x\nencoded %x", plain, again)
		}
	})
}
