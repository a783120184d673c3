// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/mlkem"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

// bug records the frames that one side writes to a stream.
type bug struct {
	net.Conn
	mu     sync.Mutex
	frames [][]byte
}

func (b *bug) Write(p []byte) (int, error) {
	b.mu.Lock()
	for i := 0; i < len(p); i += FrameSize {
		b.frames = append(b.frames, bytes.Clone(p[i:i+FrameSize]))
	}
	b.mu.Unlock()
	return b.Conn.Write(p)
}

func (b *bug) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.frames)
}

// bugged is a conversation of which every byte is recorded.
type bugged struct {
	sessions [2]*Session
	mu       sync.Mutex
	streams  [][2]*bug
}

func (w *bugged) open() [2]*bug {
	near, far := net.Pipe()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streams = append(w.streams, [2]*bug{{Conn: near}, {Conn: far}})
	return w.streams[len(w.streams)-1]
}

func eavesdrop(t *testing.T) *bugged {
	t.Helper()
	w := new(bugged)
	stream := w.open()
	a := Params{Key: onion.GenerateKey(), Network: "test"}
	d := Params{Key: onion.GenerateKey(), Network: "test", Redial: func(context.Context) (net.Conn, error) {
		stream := w.open()
		w.sessions[1].Take(stream[1])
		return stream[0], nil
	}}
	answered := make(chan *Session)
	go func() {
		defer close(answered)
		r, err := Receive(t.Context(), stream[1], a)
		if err != nil {
			t.Error(err)
			return
		}
		s, err := r.Accept(t.Context())
		if err != nil {
			t.Error(err)
		}
		answered <- s
	}()
	p, err := Propose(t.Context(), stream[0], d, a.Key.Address())
	if err != nil {
		t.Fatal(err)
	}
	if w.sessions[0], err = p.Confirm(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.sessions[1] = <-answered
	for _, s := range w.sessions {
		go func() {
			for range s.Events() {
			}
		}()
	}
	return w
}

// say has both sides say the same.
func (w *bugged) say(t *testing.T, text string) {
	t.Helper()
	for _, s := range w.sessions {
		if _, err := s.Send(text); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(15 * time.Second) // long enough for both to be delivered
	synctest.Wait()
}

func (w *bugged) close() {
	for _, s := range w.sessions {
		s.Close()
	}
}

// loot is all that decides what comes next in the memory of one side, and how
// much was recorded when it was stolen.
type loot struct {
	keys   [2][keySize]byte // of what the dialer sends, and the answerer
	nonces [2]uint64
	roots  [][keySize]byte
	from   [2]int // frames recorded before

	// What a dialer that waits for the reply to a request also has.
	ephemeral []byte
	kem       *mlkem.DecapsulationKey768
}

// steal takes it from a side whose goroutines wait.
func steal(w *bugged, who int) (l loot) {
	synctest.Wait()
	s := w.sessions[who]
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, state := range []*noise.CipherState{s.link.send, s.link.receive} {
		i ^= who
		l.keys[i], l.nonces[i] = state.UnsafeKey(), state.Nonce()
	}
	l.roots = slices.Clone(s.dialogue.roots.all())
	if r, ok := s.dialogue.line.request.(*renewal); ok {
		l.ephemeral, l.kem = bytes.Clone(r.noise.LocalEphemeral().Private), r.kem
	}
	for i, b := range w.streams[len(w.streams)-1] {
		l.from[i] = b.count()
	}
	return l
}

// thief reads one direction of a stream with a stolen key.
type thief struct {
	state *noise.CipherState
	texts []string
	renew []byte
	kinds map[kind]int
	read  int
}

func newThief(key [keySize]byte, nonce uint64) *thief {
	return &thief{state: noise.UnsafeNewCipherState(suite, key, nonce), kinds: make(map[kind]int)}
}

// next opens one frame, if it can.
func (r *thief) next(wire []byte) bool {
	plain, err := open(r.state, bytes.Clone(wire))
	if err != nil {
		return false
	}
	f, err := decode(plain)
	if err != nil {
		return false
	}
	r.read++
	r.kinds[f.kind]++
	switch f.kind {
	case kindText:
		r.texts = append(r.texts, string(f.data))
	case kindRenew:
		r.renew = append(r.renew, f.data...)
	}
	return true
}

// opens reports whether any of the keys opens a frame with any of the nonces.
func opens(wire []byte, keys [][keySize]byte, nonces uint64) bool {
	for _, key := range keys {
		for n := range nonces {
			if _, err := noise.UnsafeNewCipherState(suite, key, n).Decrypt(nil, nil, wire); err == nil {
				return true
			}
		}
	}
	return false
}

var sideNames = [...]string{"dialer", "answerer"}

func TestWhatAThiefOfKeysReads(t *testing.T) {
	for who, name := range sideNames {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// given a conversation of which everything was recorded, and all of
				// one side's keys, stolen once
				w := eavesdrop(t)
				defer w.close()
				w.say(t, "before the theft")
				l := steal(w, who)
				w.say(t, "after the theft")
				time.Sleep(RenewTime)
				w.say(t, "after the renewal")
				for i, name := range sideNames {
					frames := w.streams[0][i].frames
					// then no frame before opens,
					keys := append([][keySize]byte{l.keys[0], l.keys[1]}, l.roots...)
					for n, wire := range frames[:l.from[i]] {
						if opens(wire, keys, uint64(len(frames))) {
							t.Errorf("%s: frame %d, which was sent before the theft, opens", name, n)
						}
					}
					// the frames after do, up to the next renewal,
					r := newThief(l.keys[i], l.nonces[i])
					for r.next(frames[l.from[i]+r.read]) {
						key := r.state.UnsafeKey()
						keys = append(keys, key)
					}
					if !slices.Equal(r.texts, []string{"after the theft"}) || len(r.renew) == 0 || (i == 0) != (r.kinds[kindTurn] == 1) {
						t.Errorf("%s: the thief read %q and %v", name, r.texts, r.kinds)
					}
					// and none after that.
					rest := frames[l.from[i]+r.read:]
					for n, wire := range rest {
						if opens(wire, keys[max(0, len(keys)-8):], 8) || opens(wire, keys, 1) ||
							opens(wire, [][keySize]byte{r.state.UnsafeKey()}, r.state.Nonce()+64) {
							t.Errorf("%s: frame %d after the renewal opens", name, n)
						}
					}
					if len(rest) < 20 {
						t.Errorf("%s: only %d frames after the renewal", name, len(rest))
					}
					t.Logf("%s: %d frames before the theft closed, %d read, %d after the renewal closed", name, l.from[i], r.read, len(rest))
				}
				// and who has the stolen root cannot resume in its owner's place
				answerer := w.sessions[1]
				for _, root := range l.roots {
					_, wire, err := askToResume(system, answerer.ends, root)
					if err != nil {
						t.Fatal(err)
					}
					if _, _, err := answerer.recognise(wire); err == nil {
						t.Error("an old root resumes")
					}
				}
			})
		})
	}
}

// TestAThiefInTheMiddleOfARenewal: who steals the keys of a renewal under way
// reads on until the one after it.
func TestAThiefInTheMiddleOfARenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := eavesdrop(t)
		defer w.close()
		waiting := func() bool {
			synctest.Wait()
			d := w.sessions[0]
			d.mu.Lock()
			defer d.mu.Unlock()
			l := d.dialogue.line
			return l.request != nil && l.outgoing == nil && len(l.incoming.partial) == 0
		}
		time.Sleep(RenewTime - 5*time.Second)
		for !waiting() {
			time.Sleep(10 * time.Millisecond)
		}
		l := steal(w, 0)
		w.say(t, "after this renewal")
		time.Sleep(RenewTime + 30*time.Second)
		w.say(t, "after the next renewal")
		// when the thief finishes what the dialer began
		frames := w.streams[0][1].frames
		r := newThief(l.keys[1], l.nonces[1])
		for len(r.renew) < replySize {
			if !r.next(frames[l.from[1]+r.read]) {
				t.Fatal("the reply does not open")
			}
		}
		src := source{random: bytes.NewReader(l.ephemeral)}
		x := newExchange(src, renewLabel, w.sessions[0].ends, l.roots[0], true)
		if _, _, _, err := x.noise.WriteMessage(nil, l.kem.EncapsulationKey().Bytes()); err != nil {
			t.Fatal(err)
		}
		keys, err := noiseRenewer{}.finish(&renewal{x, l.kem}, r.renew)
		if err != nil {
			t.Fatal(err)
		}
		// then it reads what follows, up to the next
		replace(r.state, &keys.answerer)
		for r.next(frames[l.from[1]+r.read]) {
		}
		if !slices.Equal(r.texts, []string{"after this renewal"}) || len(r.renew) != 2*replySize {
			t.Errorf("the thief read %q", r.texts)
		}
		if l.from[1]+r.read > len(frames)-20 {
			t.Error("it never ended")
		}
	})
}

func TestAThiefDoesNotReadAResumedStream(t *testing.T) {
	for who, name := range sideNames {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := eavesdrop(t)
				defer w.close()
				w.say(t, "before the theft")
				l := steal(w, who)
				// when the conversation goes on on another stream
				w.streams[0][0].Conn.Close()
				w.say(t, "after the resumption")
				if len(w.streams) < 2 {
					t.Fatal("no resumption")
				}
				keys := append([][keySize]byte{l.keys[0], l.keys[1]}, l.roots...)
				answerer := w.sessions[1].ends.answerer
				closed := 0
				for n, stream := range w.streams[1:] {
					for i, b := range stream {
						for k, wire := range b.frames {
							// then its root opens the request, which says nothing,
							if k == 0 && i == 0 {
								if _, err := readAsk(system, w.sessions[1].ends, l.roots[0], unmasked(answerer, bytes.Clone(wire), keySize)); err != nil {
									t.Errorf("stream %d: not even the request: %v", n, err)
								}
								continue
							}
							// and nothing else
							if opens(wire, keys, 64) {
								t.Errorf("stream %d, %s: frame %d opens", n, sideNames[i], k)
							}
							closed++
						}
					}
				}
				if closed < 20 {
					t.Errorf("only %d frames", closed)
				}
			})
		})
	}
}

// transcript is what was on the wire between two sides.
type transcript struct {
	hello, answer, confirm []byte
	frames                 []vectorFrame // by who sent what
}

// byHeart is what each of two sides says, in turns.
var byHeart = []string{"Where are you from?", "Why do you ask?", "I did not mean to.", "I know."}

// converse runs a conversation between the two ends of a handshake.
func converse(t *testing.T, d, a *handshake, c claim, answererTags [MaxTags]Tag) (r transcript) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	kem := d.source.kem()
	var err error
	r.hello, err = d.hello(c, kem.EncapsulationKey())
	check(err)
	message := unmasked(d.answerer, bytes.Clone(r.hello), helloHead)
	theirs, err := a.readHello(message[claimSize:])
	check(err)
	r.answer, err = a.answer(answererTags, theirs)
	check(err)
	_, err = d.readAnswer(bytes.Clone(r.answer), kem)
	check(err)
	var keys, same schedule
	r.confirm, keys, err = d.confirm()
	check(err)
	same, err = a.readConfirm(bytes.Clone(r.confirm), c.dialer)
	check(err)
	if keys != same {
		t.Fatal("different keys")
	}
	near := &speaker{name: "dialer", send: newCipher(keys.dialer), receive: newCipher(keys.answerer)}
	far := &speaker{name: "answerer", send: newCipher(keys.answerer), receive: newCipher(keys.dialer)}
	for i, s := range []*speaker{near, far} {
		s.dialogue = dialogue{dialer: i == 0, renewed: vectorTime}
		s.dialogue.begin()
	}
	r.frames = append(r.frames, say(t, "", far, near))
	for i, text := range byHeart {
		from, to := near, far
		if i%2 == 1 {
			from, to = far, near
		}
		_, err := from.dialogue.out.add(text)
		check(err)
		r.frames = append(r.frames, say(t, "", from, to))
	}
	return r
}

// judgeAnswerer checks a transcript with all that an answerer who discloses it
// has: its keys and all that it took from chance. It runs the answerer's part
// again, has it read what the dialer is said to have sent, and returns what was
// said.
func judgeAnswerer(r transcript, p Params, src source) (texts []string, err error) {
	message := unmasked(p.Key.Address(), bytes.Clone(r.hello), helloHead)
	c, err := parseClaim(message)
	if err != nil {
		return nil, err
	}
	h, err := newHandshake(src, p, c, p.Key.Address(), false)
	if err != nil {
		return nil, err
	}
	kem, err := h.readHello(message[claimSize:])
	if err != nil {
		return nil, err
	}
	answer, err := h.answer(p.Tags, kem)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(answer, r.answer) {
		return nil, fmt.Errorf("message 2 is another")
	}
	keys, err := h.readConfirm(bytes.Clone(r.confirm), c.dialer) // which proves who the dialer is
	if err != nil {
		return nil, err
	}
	return hearFrames(r, keys)
}

// judgeDialer does the same with all that the dialer has.
func judgeDialer(r transcript, p Params, src source, to onion.Address) (texts []string, err error) {
	c := claim{p.Key.Address(), p.Tags}
	h, err := newHandshake(src, p, c, to, true)
	if err != nil {
		return nil, err
	}
	kem := src.kem()
	hello, err := h.hello(c, kem.EncapsulationKey())
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(hello, r.hello) {
		return nil, fmt.Errorf("message 1 is another")
	}
	if _, err := h.readAnswer(bytes.Clone(r.answer), kem); err != nil { // which proves who the answerer is
		return nil, err
	}
	confirm, keys, err := h.confirm()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(confirm, r.confirm) {
		return nil, fmt.Errorf("message 3 is another")
	}
	return hearFrames(r, keys)
}

func hearFrames(r transcript, keys schedule) (texts []string, err error) {
	directions := map[string]*noise.CipherState{"dialer": newCipher(keys.dialer), "answerer": newCipher(keys.answerer)}
	for _, v := range r.frames {
		plain, err := open(directions[v.From], bytes.Clone(v.Wire))
		if err != nil {
			return nil, err
		}
		f, err := decode(plain)
		if err != nil {
			return nil, err
		}
		if f.kind == kindText {
			texts = append(texts, v.From+": "+string(f.data))
		}
	}
	return texts, nil
}

// forgingDH computes what takes the victim's static key from the forger's own
// ephemeral key instead.
type forgingDH struct {
	noise.DHFunc
	victim, ephemeral []byte // the victim's public key, the forger's private one
}

// stolenKey stands for the private key that the forger does not have.
var stolenKey = bytes.Repeat([]byte{0xff}, keySize)

func (f forgingDH) DH(private, public []byte) ([]byte, error) {
	if !bytes.Equal(private, stolenKey) {
		return f.DHFunc.DH(private, public)
	}
	own, err := ecdh.X25519().NewPrivateKey(f.ephemeral)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(own.PublicKey().Bytes(), public) {
		return nil, fmt.Errorf("that takes the victim's key")
	}
	theirs, err := ecdh.X25519().NewPublicKey(f.victim)
	if err != nil {
		return nil, err
	}
	return own.ECDH(theirs)
}

// impersonate returns the part of a side of which only the address is known, in
// a handshake with oneself.
func impersonate(t *testing.T, network string, c claim, answerer onion.Address, initiator bool, ephemeral []byte) *handshake {
	t.Helper()
	victim := answerer
	if initiator {
		victim = c.dialer
	}
	public := victim.X25519()
	h := &handshake{source: system, static: noise.DHKey{Private: stolenKey, Public: public[:]}, answerer: answerer}
	var err error
	h.noise, err = noise.NewHandshakeState(noise.Config{
		CipherSuite: noise.NewCipherSuite(forgingDH{noise.DH25519, public[:], ephemeral}, noise.CipherChaChaPoly, noise.HashBLAKE2s),
		Random:      system.random, Pattern: noise.HandshakeXX, Initiator: initiator,
		Prologue: prologue(network, c, answerer), PresharedKeyPlacement: 3, StaticKeypair: h.static,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ephemeralOf returns the ephemeral key that a side will take from its source,
// behind what it takes for the KEM and for padding.
func ephemeralOf(src source, kem, padding int) []byte {
	src.bytes(kem)
	src.bytes(padding)
	return src.bytes(keySize)
}

// TestEitherSideCanMakeItUp: a transcript proves nothing to a judge whom one
// side gives everything, because that side can make one alone, of what it likes
// and with whom it likes, that the judge takes as well.
func TestEitherSideCanMakeItUp(t *testing.T) {
	dialer, answerer := Params{Key: onion.GenerateKey(), Network: "test"}, Params{Key: onion.GenerateKey(), Network: "test"}
	dialer.Tags[0], answerer.Tags[0] = Tag{1}, Tag{2}
	c := claim{dialer.Key.Address(), dialer.Tags}
	to := answerer.Key.Address()
	begin := func(src source, p Params, initiator bool) *handshake {
		h, err := newHandshake(src, p, c, to, initiator)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	want := make([]string, len(byHeart))
	for i, text := range byHeart {
		want[i] = sideNames[i%2] + ": " + text
	}
	verdict := func(what string, texts []string, err error) {
		t.Helper()
		if err != nil || !slices.Equal(texts, want) {
			t.Errorf("%s is not taken: %q, %v", what, texts, err)
		}
	}
	chance := func(name string) source { src, _ := named(name); return src }

	// given a real conversation, the judge takes it from either side,
	r := converse(t, begin(chance("d"), dialer, true), begin(chance("a"), answerer, false), c, answerer.Tags)
	texts, err := judgeAnswerer(r, answerer, chance("a"))
	verdict("a real transcript, from the answerer,", texts, err)
	texts, err = judgeDialer(r, dialer, chance("d"), to)
	verdict("a real transcript, from the dialer,", texts, err)

	// and not with a byte changed, be it in a frame or in the proof of who it is
	for _, part := range []func(r *transcript) []byte{
		func(r *transcript) []byte { return r.frames[1].Wire },
		func(r *transcript) []byte { return r.confirm },
	} {
		b := part(&r)
		b[7] ^= 1
		if _, err := judgeAnswerer(r, answerer, chance("a")); err == nil {
			t.Error("the judge takes what was changed")
		}
		b[7] ^= 1
	}

	// when the answerer makes one up, knowing no more than the dialer's address
	ephemeral := ephemeralOf(chance("a"), mlkem.SharedKeySize, answerPayload-1-tagsSize-mlkem.CiphertextSize768)
	r = converse(t, impersonate(t, "test", c, to, true, ephemeral), begin(chance("a"), answerer, false), c, answerer.Tags)
	texts, err = judgeAnswerer(r, answerer, chance("a"))
	verdict("what the answerer made up", texts, err)

	// or the dialer, knowing no more than the answerer's
	ephemeral = ephemeralOf(chance("d"), mlkem.SeedSize, helloPayload-mlkem.EncapsulationKeySize768)
	r = converse(t, begin(chance("d"), dialer, true), impersonate(t, "test", c, to, false, ephemeral), c, answerer.Tags)
	texts, err = judgeDialer(r, dialer, chance("d"), to)
	verdict("what the dialer made up", texts, err)
}

// TestNothingIsSigned reads the package's source: it neither imports what signs
// nor asks for the form of the key that could.
func TestNothingIsSigned(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		files++
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			for _, signs := range []string{"ed25519", "ecdsa", "rsa", "dsa", "mldsa", "sign", "x509", "tls"} {
				if slices.Contains(strings.Split(path, "/"), signs) {
					t.Errorf("%s imports %s", e.Name(), path)
				}
			}
			if path == "crypto" || strings.Contains(path, "libp2p") {
				t.Errorf("%s imports %s", e.Name(), path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Sign", "SignMessage", "Private", "Libp2p"}, s.Sel.Name) {
				t.Errorf("%s: %s is called", fset.Position(call.Pos()), s.Sel.Name)
			}
			return true
		})
	}
	if files < 10 {
		t.Errorf("%d files", files)
	}
}
