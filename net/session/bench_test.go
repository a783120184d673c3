// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

func benchKey(i byte) *noise.CipherState {
	return noise.UnsafeNewCipherState(suite, [32]byte{i}, 0)
}

func BenchmarkHandshake(b *testing.B) {
	dialer, answerer := Params{Key: onion.GenerateKey()}, Params{Key: onion.GenerateKey()}
	b.ReportAllocs()
	for b.Loop() {
		near, far := net.Pipe()
		answered := make(chan *Session)
		go func() {
			r, err := Receive(context.Background(), far, answerer)
			if err != nil {
				b.Error(err)
			}
			s, err := r.Accept(context.Background())
			if err != nil {
				b.Error(err)
			}
			answered <- s
		}()
		p, err := Propose(context.Background(), near, dialer, answerer.Key.Address())
		if err != nil {
			b.Fatal(err)
		}
		s, err := p.Confirm(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range []*Session{s, <-answered} {
			s.Close()
			end(s)
		}
	}
}

// BenchmarkEcho is the floor: a bare frame there and back.
func BenchmarkEcho(b *testing.B) {
	near, far := net.Pipe()
	defer near.Close()
	go io.Copy(far, far)
	frame := make([]byte, FrameSize)
	for b.Loop() {
		near.Write(frame)
		io.ReadFull(near, frame)
	}
}

// unhurried lifts the bound on a peer's rate, which a benchmark would hit.
func unhurried(s *Session) { s.inflow = bucket{burst: 1e9, rate: 1e9} }

// benchmarkDelivered measures from Send to Delivered.
func benchmarkDelivered(b *testing.B, message string) {
	near, far := net.Pipe()
	d := newSession(near, onion.Address{}, [MaxTags]Tag{}, benchKey(1), benchKey(2))
	a := newSession(far, onion.Address{}, [MaxTags]Tag{}, benchKey(2), benchKey(1))
	unhurried(a)
	d.start()
	a.start()
	go end(a)
	b.ReportAllocs()
	for b.Loop() {
		id, err := d.Send(message)
		if err != nil {
			b.Fatal(err)
		}
		for event := range d.Events() {
			if event == (Delivered{id}) {
				break
			}
		}
	}
	b.StopTimer()
	d.Close()
	end(d)
	<-a.done
}

func BenchmarkDelivered(b *testing.B) { benchmarkDelivered(b, "hello") }

func BenchmarkDeliveredLongest(b *testing.B) {
	benchmarkDelivered(b, strings.Repeat("🧭", MaxText))
}

// BenchmarkFrame seals, opens and checks one frame, without a stream.
func BenchmarkFrame(b *testing.B) {
	var wire bytes.Reader
	s := newSession(stream{in: &wire}, onion.Address{}, [MaxTags]Tag{}, benchKey(1), benchKey(1))
	f := frame{kind: kindText, number: 1, total: 5, data: []byte("hello")}
	b.ReportAllocs()
	for b.Loop() {
		f.encode(s.writing)
		if err := s.writeFrames(1); err != nil {
			b.Fatal(err)
		}
		wire.Reset(s.writing[:FrameSize])
		if _, err := s.readFrame(); err != nil {
			b.Fatal(err)
		}
	}
}
