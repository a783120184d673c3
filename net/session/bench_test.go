// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"passerby/net/onion"
)

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

// benchPair returns both sides of a conversation, without cover and without
// the bounds on rates, which a benchmark would hit.
func benchPair(near, far net.Conn) (d, a *Session) {
	side := func(conn net.Conn, dialer bool) *Session {
		s := newSession(Params{}, ends{}, [MaxTags]Tag{}, dialer, [keySize]byte{3})
		s.SetCover(false)
		s.inflow = bucket{burst: 1e9, rate: 1e9}
		s.outflow = s.inflow
		s.start(newLink(conn, dialer, &schedule{dialer: [keySize]byte{1}, answerer: [keySize]byte{2}}))
		return s
	}
	return side(near, true), side(far, false)
}

// benchmarkDelivered measures from Send to Delivered.
func benchmarkDelivered(b *testing.B, message string) {
	near, far := net.Pipe()
	d, a := benchPair(near, far)
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
	a.Close()
}

func BenchmarkDelivered(b *testing.B) { benchmarkDelivered(b, "hello") }

func BenchmarkDeliveredLongest(b *testing.B) {
	benchmarkDelivered(b, strings.Repeat("🧭", MaxText))
}

// BenchmarkFrame seals, opens and checks one frame, without a stream.
func BenchmarkFrame(b *testing.B) {
	key := [keySize]byte{1}
	var wire bytes.Reader
	l := newLink(canned{in: &wire}, true, &schedule{dialer: key, answerer: key})
	f := frame{kind: kindText, number: 1, total: 5, data: []byte("hello")}
	b.ReportAllocs()
	for b.Loop() {
		if err := l.write(&f, nil); err != nil {
			b.Fatal(err)
		}
		wire.Reset(l.writing)
		if _, err := l.read(); err != nil {
			b.Fatal(err)
		}
	}
}
