// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/blake2s"

	"passerby/net/onion"
)

// tape is a stream that gives what was recorded and keeps what is written.
type tape struct {
	net.Conn // of which nothing else is used
	in       io.Reader
	out      bytes.Buffer
}

func (t *tape) Read(p []byte) (int, error)  { return t.in.Read(p) }
func (t *tape) Write(p []byte) (int, error) { return t.out.Write(p) }

var (
	testKey  = onion.KeyFromSeed([32]byte{1})
	testLink = newLink(Once, "test", testKey.Address(), time.Unix(1_800_000_000, 0))
	testPair = newLink(Again, "test", [32]byte{2}, time.Unix(1_800_000_000, 0))
)

// sides are the terms of both sides of every kind of handshake.
func sides() map[string][2]terms {
	first, second := newPair(testPair), newPair(testPair.Other())
	return map[string][2]terms{
		"link": {linkTerms(testLink), hostTerms(testLink, testKey)},
		"pair": {first.at(first.theirs().Address()), second.at(second.mine().Address())},
	}
}

// exchange runs a handshake in which each message goes through change, and
// returns how it went for both sides.
func exchange(t *testing.T, dial, answer terms, change func(message int, b []byte)) (bonds [2]*bond, cards [2]card, err error) {
	t.Helper()
	hello, reply := new(tape), new(tape)
	turned := make(chan []byte)
	// The dialer's side needs the answer while it runs.
	hello.in = readerFunc(func(p []byte) (int, error) { return copy(p, <-turned), nil })
	type result struct {
		b   *bond
		err error
	}
	done := make(chan result, 1)
	wrote := make(chan struct{})
	dialer := &signalling{tape: hello, wrote: wrote}
	go func() {
		b, err := greet(dialer, dial, token{9})
		done <- result{b, err}
	}()
	<-wrote
	first := bytes.Clone(hello.out.Bytes())
	change(1, first)
	reply.in = bytes.NewReader(first)
	a, err := receive(reply, answer)
	if err != nil {
		turned <- make([]byte, helloSize)
		<-done
		return bonds, cards, err
	}
	if a.guest != (token{9}) {
		t.Error("another token")
	}
	bonds[1], err = a.answer(welcome)
	if err != nil {
		t.Fatal(err)
	}
	second := bytes.Clone(reply.out.Bytes())
	change(2, second)
	turned <- second
	r := <-done
	if r.err != nil {
		return bonds, cards, r.err
	}
	bonds[0] = r.b
	for i, from := range bonds {
		members := []onion.Address{onion.KeyFromSeed([32]byte{byte(i), 7}).Address()}
		wire := new(tape)
		from.conn = wire
		if err := from.introduce(card{onion.KeyFromSeed([32]byte{byte(i), 8}).Address(), members}); err != nil {
			t.Fatal(err)
		}
		b := wire.out.Bytes()
		change(3+i, b)
		to := bonds[1-i]
		to.conn = &tape{in: bytes.NewReader(b)}
		if cards[i], err = to.meet(); err != nil {
			return bonds, cards, err
		}
		if !slices.Equal(cards[i].members, members) {
			t.Error("other members")
		}
	}
	return bonds, cards, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// signalling tells of the first write.
type signalling struct {
	*tape
	wrote chan struct{}
}

func (s *signalling) Write(p []byte) (int, error) {
	defer close(s.wrote)
	return s.tape.Write(p)
}

func TestHandshake(t *testing.T) {
	for name, s := range sides() {
		t.Run(name, func(t *testing.T) {
			sizes := make(map[int]int)
			bonds, cards, err := exchange(t, s[0], s[1], func(message int, b []byte) { sizes[message] = len(b) })
			if err != nil {
				t.Fatal(err)
			}
			if bonds[0].shared != bonds[1].shared || bonds[0].shared == ([32]byte{}) {
				t.Error("the two share nothing")
			}
			for i, c := range cards {
				if c.address != onion.KeyFromSeed([32]byte{byte(i), 8}).Address() {
					t.Error("another address")
				}
			}
			for message, want := range map[int]int{1: 488, 2: 488, 3: 976, 4: 976} {
				if sizes[message] != want {
					t.Errorf("message %d has %d bytes", message, sizes[message])
				}
			}
		})
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	for name, s := range sides() {
		t.Run(name, func(t *testing.T) {
			for message := 1; message <= 4; message++ {
				size := helloSize
				if message > 2 {
					size = cardSize
				}
				for at := 0; at < size; at += 7 {
					_, _, err := exchange(t, s[0], s[1], func(m int, b []byte) {
						if m == message {
							b[at] ^= 0x10
						}
					})
					if !errors.Is(err, ErrProtocol) {
						t.Fatalf("message %d, byte %d: %v", message, at, err)
					}
				}
			}
		})
	}
}

// Whoever has another link, another secret, another end of the pair or another
// network does not get in.
func TestWhoHasSomethingElse(t *testing.T) {
	foreign := newLink(Once, "other", testKey.Address(), time.Unix(1_800_000_000, 0))
	later := newLink(Once, "test", testKey.Address(), time.Unix(1_800_001_000, 0))
	many := newLink(Many, "test", testKey.Address(), time.Unix(1_800_000_000, 0))
	another := onion.KeyFromSeed([32]byte{3})
	host := hostTerms(testLink, testKey)
	p, q := newPair(testPair), newPair(newLink(Again, "test", [32]byte{3}, time.Now()))
	abroad := newPair(newLink(Again, "other", [32]byte{2}, time.Now()))
	for name, tc := range map[string][2]terms{
		"foreign":        {linkTerms(foreign), host},
		"another end":    {linkTerms(later), host},
		"another kind":   {linkTerms(many), host},
		"another key":    {linkTerms(testLink), hostTerms(testLink, another)},
		"pair and link":  {p.at(p.mine().Address()), host},
		"link and pair":  {linkTerms(testLink), p.at(p.mine().Address())},
		"another secret": {q.at(p.mine().Address()), p.at(p.mine().Address())},
		"the other end":  {p.at(p.theirs().Address()), p.at(p.mine().Address())},
		"pair abroad":    {abroad.at(p.mine().Address()), p.at(p.mine().Address())},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := exchange(t, tc[0], tc[1], func(int, []byte) {}); !errors.Is(err, ErrProtocol) {
				t.Errorf("%v", err)
			}
		})
	}
}

// Message 1 may be sent again by somebody who heard it; with what came back
// then, nobody else can go on.
func TestReplayedHello(t *testing.T) {
	s := sides()["link"]
	var first, third []byte
	if _, _, err := exchange(t, s[0], s[1], func(message int, b []byte) {
		switch message {
		case 1:
			first = bytes.Clone(b)
		case 3:
			third = bytes.Clone(b)
		}
	}); err != nil {
		t.Fatal(err)
	}
	a, err := receive(&tape{in: bytes.NewReader(first)}, s[1])
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.answer(welcome)
	if err != nil {
		t.Fatal(err)
	}
	b.conn = &tape{in: bytes.NewReader(third)}
	if _, err := b.meet(); !errors.Is(err, ErrProtocol) {
		t.Errorf("%v", err)
	}
}

// All copies of the program must derive the same for ever. The values were
// computed by another implementation, from the documentation.
func TestVectors(t *testing.T) {
	p := newPair(testPair)
	first, second := p.onions[0].Address(), p.onions[1].Address()
	for name, tc := range map[string]struct {
		got  []byte
		want string
	}{
		"the first's onion":   {first[:], "0986783eb3665f842255e817ed7a22c583eeeb2c8fe8737da2e5f6196ae44f56"},
		"the second's onion":  {second[:], "1b00849fb04b760cb5f0e84b7f40efe6ac4b09c8b545bdef11a3a3ed424448a6"},
		"the handshake's key": {p.psk[:], "df00825bc4acfecf0121dbaf16fca9224263c1de99a1d277f8de44883871698c"},
		"a link":              {testLink.bytes(), "010146a49b342dc7e0cecc1507dc1ddd7295951c290888f095adb9044d1b73d696e6df065d683bd4fc48ebb51f"},
	} {
		if got := hex.EncodeToString(tc.got); got != tc.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	for name, want := range map[string]string{"link": "Noise_NK_25519_ChaChaPoly_BLAKE2s", "pair": "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s"} {
		for _, side := range sides()[name] {
			state, err := side.begin(true)
			if err != nil {
				t.Fatal(err)
			}
			// What the framework prescribes before the first message.
			h := blake2s.Sum256([]byte(want))
			h = blake2s.Sum256(append(h[:], side.label...))
			if name == "link" {
				h = blake2s.Sum256(append(h[:], side.server[:]...))
			}
			if !bytes.Equal(state.ChannelBinding(), h[:]) {
				t.Errorf("the %s's handshake is not %s", name, want)
			}
		}
	}
}

func FuzzReceive(f *testing.F) {
	s := sides()
	for _, kind := range s {
		hello := new(tape)
		hello.in = bytes.NewReader(nil)
		greet(hello, kind[0], token{1})
		f.Add(hello.out.Bytes())
	}
	f.Add(make([]byte, helloSize))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range s {
			a, err := receive(&tape{in: bytes.NewReader(b)}, kind[1])
			if err == nil && a.guest != (token{1}) {
				t.Fatalf("%x is let in", b)
			}
		}
	})
}

func FuzzGreet(f *testing.F) {
	f.Add(make([]byte, helloSize))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range sides() {
			if s, err := greet(&tape{in: bytes.NewReader(b)}, kind[0], token{1}); err == nil || s != nil {
				t.Fatalf("%x is taken for an answer", b)
			}
		}
	})
}

// What a guest who has the link may put into its card.
func FuzzCard(f *testing.F) {
	a := testKey.Address()
	f.Add(a[:])
	f.Add(append(a[:], a[:]...))
	f.Add(bytes.Repeat([]byte{255}, cardPayload))
	f.Fuzz(func(t *testing.T, b []byte) {
		bonds, _, err := exchange(t, sides()["pair"][0], sides()["pair"][1], func(int, []byte) {})
		if err != nil {
			t.Fatal(err)
		}
		wire, err := bonds[0].send.Encrypt(nil, nil, pad(cardPayload, b[:min(len(b), cardPayload)]))
		if err != nil {
			t.Fatal(err)
		}
		bonds[1].conn = &tape{in: bytes.NewReader(wire)}
		c, err := bonds[1].meet()
		if err != nil {
			return
		}
		if len(c.members) > MaxMembers || c.address == (onion.Address{}) {
			t.Fatalf("%d members at %v", len(c.members), c.address)
		}
	})
}
