// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/mlkem"
	"crypto/mlkem/mlkemtest"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"slices"
	"testing"
	"unicode/utf8"

	"filippo.io/edwards25519"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2s"
	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/chacha20poly1305"
)

// This file is another implementation of the protocol, written from the
// documentation of package session and the specification of Noise, on nothing
// but primitives. It shares no code with the package and opens its vectors.

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newBLAKE2s() hash.Hash { return must(blake2s.New256(nil)) }

func blake(parts ...[]byte) []byte {
	h := newBLAKE2s()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(newBLAKE2s, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// noiseNonce is a nonce of Noise for ChaChaPoly.
func noiseNonce(n uint64) []byte { return binary.LittleEndian.AppendUint64(make([]byte, 4), n) }

func aeadSeal(key []byte, n uint64, ad, plain []byte) []byte {
	return must(chacha20poly1305.New(key)).Seal(nil, noiseNonce(n), plain, ad)
}

func aeadOpen(key []byte, n uint64, ad, wire []byte) ([]byte, error) {
	return must(chacha20poly1305.New(key)).Open(nil, noiseNonce(n), wire, ad)
}

// rekeyed is REKEY of Noise.
func rekeyed(key []byte) []byte { return aeadSeal(key, 1<<64-1, nil, make([]byte, 32))[:32] }

// noiseState is one side's state in a handshake of Noise.
type noiseState struct {
	h, ck, k []byte
	n        uint64

	initiator bool
	s, e      *ecdh.PrivateKey
	rs, re    *ecdh.PublicKey
	psk       []byte
}

func newNoise(name string, prologue []byte, initiator bool, s, e *ecdh.PrivateKey) *noiseState {
	x := &noiseState{h: blake([]byte(name)), initiator: initiator, s: s, e: e}
	x.ck = x.h
	x.mixHash(prologue)
	return x
}

func (x *noiseState) mixHash(b []byte) { x.h = blake(x.h, b) }

func (x *noiseState) derive(input []byte, n int) (out [][]byte) {
	temp := mac(x.ck, input)
	last := []byte{}
	for i := range n {
		last = mac(temp, last, []byte{byte(i + 1)})
		out = append(out, last)
	}
	return out
}

func (x *noiseState) mixKey(b []byte) {
	out := x.derive(b, 2)
	x.ck, x.k, x.n = out[0], out[1], 0
}

func (x *noiseState) mixKeyAndHash(b []byte) {
	out := x.derive(b, 3)
	x.ck = out[0]
	x.mixHash(out[1])
	x.k, x.n = out[2], 0
}

func (x *noiseState) encrypt(plain []byte) []byte {
	b := plain
	if x.k != nil {
		b = aeadSeal(x.k, x.n, x.h, plain)
		x.n++
	}
	x.mixHash(b)
	return b
}

func (x *noiseState) decrypt(b []byte) ([]byte, error) {
	plain := b
	if x.k != nil {
		var err error
		if plain, err = aeadOpen(x.k, x.n, x.h, b); err != nil {
			return nil, err
		}
		x.n++
	}
	x.mixHash(b)
	return plain, nil
}

// mix does a token that needs no bytes.
func (x *noiseState) mix(token string) {
	dh := func(k *ecdh.PrivateKey, p *ecdh.PublicKey) { x.mixKey(must(k.ECDH(p))) }
	switch {
	case token == "psk":
		x.mixKeyAndHash(x.psk)
	case token == "ee":
		dh(x.e, x.re)
	case (token == "es") == x.initiator:
		dh(x.e, x.rs)
	default:
		dh(x.s, x.re)
	}
}

func (x *noiseState) write(payload []byte, tokens ...string) (out []byte) {
	for _, token := range tokens {
		switch token {
		case "e":
			public := x.e.PublicKey().Bytes()
			out = append(out, public...)
			x.mixHash(public)
			x.mixKey(public) // as there is a psk
		case "s":
			out = append(out, x.encrypt(x.s.PublicKey().Bytes())...)
		default:
			x.mix(token)
		}
	}
	return append(out, x.encrypt(payload)...)
}

func (x *noiseState) read(message []byte, tokens ...string) (payload []byte, err error) {
	for _, token := range tokens {
		switch token {
		case "e":
			x.re = must(ecdh.X25519().NewPublicKey(message[:32]))
			x.mixHash(message[:32])
			x.mixKey(message[:32])
			message = message[32:]
		case "s":
			public, err := x.decrypt(message[:48])
			if err != nil {
				return nil, err
			}
			x.rs = must(ecdh.X25519().NewPublicKey(public))
			message = message[48:]
		default:
			x.mix(token)
		}
	}
	return x.decrypt(message)
}

// keys is the schedule of the documentation.
func (x *noiseState) keys(extra []byte) (dialer, answerer, root []byte) {
	split := x.derive(nil, 2)
	ikm := slices.Concat(split[0], split[1], extra)
	key := func(info string) []byte { return must(hkdf.Key(sha256.New, ikm, x.h, info, 32)) }
	return key("Passerby dialer"), key("Passerby answerer"), key("Passerby root")
}

// hexString is bytes in hexadecimal.
type hexString []byte

func (b *hexString) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

type fileParty struct {
	Seed, Address hexString
	StaticPrivate hexString `json:"static_private"`
	StaticPublic  hexString `json:"static_public"`
	Tags          []hexString
}

type fileKEM struct {
	Seed             hexString `json:"seed_d_z"`
	EncapsulationKey hexString `json:"encapsulation_key"`
	EncapsulationM   hexString `json:"encapsulation_m"`
	Ciphertext       hexString
	SharedSecret     hexString `json:"shared_secret"`
}

type fileMessage struct{ Payload, Wire hexString }

type fileSchedule struct {
	HandshakeHash          hexString `json:"handshake_hash"`
	Dialer, Answerer, Root hexString
}

type fileFrame struct {
	From, What string
	Key        hexString
	Nonce      uint64
	Plain      hexString
	Wire       hexString
}

// fileVectors is testdata/vectors.json.
type fileVectors struct {
	Network          string
	Dialer, Answerer fileParty
	Mask             struct{ Key, Nonce, Plain, Masked hexString }
	Door             struct {
		Knock, Seed, Challenge, Subject, Nonce, Solution hexString
		Bits                                             int
	}
	Handshake struct {
		Prologue                 hexString
		DialerEphemeralPrivate   hexString   `json:"dialer_ephemeral_private"`
		AnswererEphemeralPrivate hexString   `json:"answerer_ephemeral_private"`
		MLKEM                    fileKEM     `json:"ml_kem_768"`
		Message1                 fileMessage `json:"message_1"`
		Message2                 fileMessage `json:"message_2"`
		Message3                 fileMessage `json:"message_3"`
		Schedule                 fileSchedule
	}
	Refusal struct {
		AnswererEphemeralPrivate hexString   `json:"answerer_ephemeral_private"`
		Message2                 fileMessage `json:"message_2"`
	}
	Frames  []fileFrame
	Renewal struct {
		FromRoot                 hexString `json:"from_root"`
		Prologue                 hexString
		DialerEphemeralPrivate   hexString `json:"dialer_ephemeral_private"`
		AnswererEphemeralPrivate hexString `json:"answerer_ephemeral_private"`
		MLKEM                    fileKEM   `json:"ml_kem_768"`
		Request, Reply           hexString
		Schedule                 fileSchedule
	}
	Resumption struct {
		FromRoot                 hexString `json:"from_root"`
		Prologue                 hexString
		DialerEphemeralPrivate   hexString `json:"dialer_ephemeral_private"`
		AnswererEphemeralPrivate hexString `json:"answerer_ephemeral_private"`
		Request, Agreement       fileMessage
		Acknowledgement          uint64
		Schedule                 fileSchedule
	}
	FramesAfterResumption []fileFrame `json:"frames_after_resumption"`
}

func private(b []byte) *ecdh.PrivateKey { return must(ecdh.X25519().NewPrivateKey(b)) }

// unmasked removes the mask of the first head bytes after the nonce.
func unmasked(answerer, wire []byte, head int) []byte {
	key := sha256.Sum256(append([]byte("Passerby mask 1"), answerer...))
	stream := must(chacha20.NewUnauthenticatedCipher(key[:], wire[:24]))
	message := bytes.Clone(wire[24:])
	stream.XORKeyStream(message[:head], message[:head])
	return message
}

// reader is one direction of a stream, read by the documentation.
type reader struct {
	key   []byte
	nonce uint64

	acks   uint64 // the last acknowledgement
	whole  uint64 // the last message
	pieces []byte
	texts  []string
	renew  []byte // pieces of renewals
}

func (r *reader) turn(key []byte) { r.key, r.nonce = key, 0 }

// open opens a frame, checks every rule about it, and returns its type.
func (r *reader) open(t *testing.T, f fileFrame) byte {
	t.Helper()
	if !bytes.Equal(r.key, f.Key) || r.nonce != f.Nonce {
		t.Fatalf("%s, %s: the key or nonce is another", f.From, f.What)
	}
	if len(f.Wire) != 488 {
		t.Fatalf("%s, %s: %d bytes", f.From, f.What, len(f.Wire))
	}
	plain, err := aeadOpen(r.key, r.nonce, nil, f.Wire)
	if err != nil {
		t.Fatalf("%s, %s: %v", f.From, f.What, err)
	}
	if !bytes.Equal(aeadSeal(r.key, r.nonce, nil, plain), f.Wire) {
		t.Fatalf("%s, %s: sealed, it is another", f.From, f.What)
	}
	r.key = rekeyed(r.key)
	r.nonce++
	if want := append(bytes.Clone(f.Plain), make([]byte, 472-len(f.Plain))...); !bytes.Equal(plain, want) {
		t.Fatalf("%s, %s: other plaintext", f.From, f.What)
	}
	number, ack := binary.BigEndian.Uint64(plain[1:]), binary.BigEndian.Uint64(plain[9:])
	total, offset, length := int(binary.BigEndian.Uint16(plain[17:])), int(binary.BigEndian.Uint16(plain[19:])), int(binary.BigEndian.Uint16(plain[21:]))
	data, zeros := plain[23:23+length], plain[23+length:]
	if ack < r.acks || len(bytes.Trim(zeros, "\x00")) > 0 {
		t.Fatalf("%s, %s: against the rules", f.From, f.What)
	}
	r.acks = ack
	piece := func(b *[]byte) (whole bool) {
		if length != min(449, total-offset) || offset != len(*b) || length == 0 {
			t.Fatalf("%s, %s: a piece against the rules", f.From, f.What)
		}
		*b = append(*b, data...)
		return len(*b) == total
	}
	switch plain[0] {
	case 1:
		if number != r.whole+1 {
			t.Fatalf("%s, %s: number %d", f.From, f.What, number)
		}
		if piece(&r.pieces) {
			if !utf8.Valid(r.pieces) || utf8.RuneCount(r.pieces) > 4000 {
				t.Fatalf("%s, %s: not a message", f.From, f.What)
			}
			r.whole++
			r.texts = append(r.texts, string(r.pieces))
			r.pieces = nil
		}
	case 3:
		if number != 0 {
			t.Fatalf("%s, %s: a number", f.From, f.What)
		}
		piece(&r.renew)
	case 0, 2, 4:
		if number != 0 || total != 0 || offset != 0 || length != 0 {
			t.Fatalf("%s, %s: more than an acknowledgement", f.From, f.What)
		}
	default:
		t.Fatalf("%s, %s: type %d", f.From, f.What, plain[0])
	}
	return plain[0]
}

func TestAnotherImplementationOpensTheVectors(t *testing.T) {
	var v fileVectors
	if err := json.Unmarshal(must(os.ReadFile("testdata/vectors.json")), &v); err != nil {
		t.Fatal(err)
	}
	same := func(what string, got, want []byte) {
		t.Helper()
		if !bytes.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s:\n got %x\nwant %x", what, got, want)
		}
	}
	isKeys := func(what string, x *noiseState, extra []byte, want fileSchedule) {
		t.Helper()
		if want.HandshakeHash != nil {
			same(what+": hash", x.h, want.HandshakeHash)
		}
		dialer, answerer, root := x.keys(extra)
		same(what+": the dialer's key", dialer, want.Dialer)
		same(what+": the answerer's key", answerer, want.Answerer)
		same(what+": root", root, want.Root)
	}

	// # Keys
	for _, p := range []fileParty{v.Dialer, v.Answerer} {
		h := sha512.Sum512(p.Seed)
		scalar := h[:32]
		scalar[0] &= 248
		scalar[31] = scalar[31]&127 | 64
		same("static private key", scalar, p.StaticPrivate)
		same("static public key", private(scalar).PublicKey().Bytes(), p.StaticPublic)
		point := must(new(edwards25519.Point).SetBytes(p.Address))
		same("static public key, from the address", point.BytesMontgomery(), p.StaticPublic)
	}

	// # The door
	set := unmasked(v.Answerer.Address, v.Door.Challenge, 33)
	same("challenge: seed", set[:32], v.Door.Seed)
	same("challenge: bits", set[32:33], []byte{byte(v.Door.Bits)})
	knock := sha256.Sum256(v.Door.Knock)
	same("subject", slices.Concat([]byte("door 1"), v.Answerer.Address, knock[:], v.Door.Seed), v.Door.Subject)
	same("solution: nonce", unmasked(v.Answerer.Address, v.Door.Solution, 8)[:8], v.Door.Nonce)
	work := sha256.Sum256(slices.Concat([]byte("passerby work"), []byte{0, 0, 0, byte(len(v.Network))}, []byte(v.Network), v.Door.Subject))
	proof := argon2.IDKey(append(work[:], v.Door.Nonce...), []byte("passerby work 1"), 1, 1024, 1, 8)
	if v.Door.Bits != 4 || proof[0] >= 16 {
		t.Errorf("the solution proves %x", proof)
	}
	if len(v.Door.Knock) != 488 || len(v.Door.Challenge) != 488 || len(v.Door.Solution) != 488 {
		t.Error("the door: not frames")
	}

	// # Handshake
	hs := &v.Handshake
	network := sha256.Sum256([]byte(v.Network))
	prologue := slices.Concat([]byte("Passerby session 2"), network[:], v.Dialer.Address, v.Answerer.Address)
	for _, tag := range v.Dialer.Tags {
		prologue = append(prologue, tag...)
	}
	same("prologue", prologue, hs.Prologue)
	const xx = "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s"
	begin := func(ephemeral []byte) (d, a *noiseState) {
		return newNoise(xx, prologue, true, private(v.Dialer.StaticPrivate), private(hs.DialerEphemeralPrivate)),
			newNoise(xx, prologue, false, private(v.Answerer.StaticPrivate), private(ephemeral))
	}
	d, a := begin(hs.AnswererEphemeralPrivate)

	one := unmasked(v.Answerer.Address, hs.Message1.Wire, 96)
	same("mask", one[:96], v.Mask.Plain)
	maskKey := sha256.Sum256(append([]byte("Passerby mask 1"), v.Answerer.Address...))
	same("mask: key", maskKey[:], v.Mask.Key)
	same("mask: nonce", hs.Message1.Wire[:24], v.Mask.Nonce)
	same("mask: masked", hs.Message1.Wire[24:120], v.Mask.Masked)
	same("message 1: address", one[:32], v.Dialer.Address)
	same("message 1: tags", one[32:64], bytes.Join([][]byte{v.Dialer.Tags[0], v.Dialer.Tags[1], v.Dialer.Tags[2], v.Dialer.Tags[3]}, nil))
	same("message 1, written", d.write(hs.Message1.Payload, "e"), one[64:])
	payload := must(a.read(one[64:], "e"))
	same("message 1: payload", payload, hs.Message1.Payload)
	kem := must(mlkem.NewDecapsulationKey768(hs.MLKEM.Seed))
	same("message 1: encapsulation key", payload[:1184], kem.EncapsulationKey().Bytes())
	same("encapsulation key", hs.MLKEM.EncapsulationKey, payload[:1184])

	refusing, refused := begin(v.Refusal.AnswererEphemeralPrivate)
	refusing.write(hs.Message1.Payload, "e")
	must(refused.read(one[64:], "e"))
	refusal := unmasked(v.Answerer.Address, v.Refusal.Message2.Wire, 32)
	same("refusal, written", refused.write(v.Refusal.Message2.Payload, "e", "ee", "s", "es"), refusal)
	payload = must(refusing.read(refusal, "e", "ee", "s", "es"))
	same("refusal: payload", payload, v.Refusal.Message2.Payload)
	same("refusal: answer", payload[:1], []byte{2})
	same("refusal: static key", refusing.rs.Bytes(), v.Answerer.StaticPublic)

	two := unmasked(v.Answerer.Address, hs.Message2.Wire, 32)
	same("message 2, written", a.write(hs.Message2.Payload, "e", "ee", "s", "es"), two)
	payload = must(d.read(two, "e", "ee", "s", "es"))
	same("message 2: payload", payload, hs.Message2.Payload)
	same("message 2: answer", payload[:1], []byte{1})
	same("message 2: tags", payload[1:33], bytes.Join([][]byte{v.Answerer.Tags[0], v.Answerer.Tags[1], v.Answerer.Tags[2], v.Answerer.Tags[3]}, nil))
	same("message 2: ciphertext", payload[33:33+1088], hs.MLKEM.Ciphertext)
	same("message 2: static key", d.rs.Bytes(), v.Answerer.StaticPublic)
	shared := must(kem.Decapsulate(payload[33 : 33+1088]))
	same("shared secret", shared, hs.MLKEM.SharedSecret)
	again, ciphertext, err := mlkemtest.Encapsulate768(kem.EncapsulationKey(), hs.MLKEM.EncapsulationM)
	if err != nil {
		t.Fatal(err)
	}
	same("shared secret, encapsulated", again, shared)
	same("ciphertext", ciphertext, hs.MLKEM.Ciphertext)

	d.psk, a.psk = shared, shared
	same("message 3, written", d.write(hs.Message3.Payload, "s", "se", "psk"), hs.Message3.Wire)
	same("message 3: payload", must(a.read(hs.Message3.Wire, "s", "se", "psk")), hs.Message3.Payload)
	same("message 3: static key", a.rs.Bytes(), v.Dialer.StaticPublic)
	isKeys("handshake, dialer", d, nil, hs.Schedule)
	isKeys("handshake, answerer", a, nil, hs.Schedule)

	// # Frames and # Renewal
	rn := &v.Renewal
	_, _, root := d.keys(nil)
	same("renewal: from the root of the handshake", root, rn.FromRoot)
	renewPrologue := slices.Concat([]byte("Passerby renew 1"), v.Dialer.Address, v.Answerer.Address)
	same("renewal: prologue", renewPrologue, rn.Prologue)
	const nn = "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s"
	nnpsk := func(prologue, root, dialer, answerer []byte) (d, a *noiseState) {
		d = newNoise(nn, prologue, true, nil, private(dialer))
		a = newNoise(nn, prologue, false, nil, private(answerer))
		d.psk, a.psk = root, root
		return d, a
	}
	d, a = nnpsk(renewPrologue, root, rn.DialerEphemeralPrivate, rn.AnswererEphemeralPrivate)
	kem = must(mlkem.NewDecapsulationKey768(rn.MLKEM.Seed))
	same("request, written", d.write(kem.EncapsulationKey().Bytes(), "psk", "e"), rn.Request)
	same("request: payload", must(a.read(rn.Request, "psk", "e")), rn.MLKEM.EncapsulationKey)
	same("reply, written", a.write(rn.MLKEM.Ciphertext, "e", "ee"), rn.Reply)
	payload = must(d.read(rn.Reply, "e", "ee"))
	same("reply: payload", payload, rn.MLKEM.Ciphertext)
	shared = must(kem.Decapsulate(payload))
	same("renewal: shared secret", shared, rn.MLKEM.SharedSecret)
	again, ciphertext, err = mlkemtest.Encapsulate768(kem.EncapsulationKey(), rn.MLKEM.EncapsulationM)
	if err != nil {
		t.Fatal(err)
	}
	same("renewal: shared secret, encapsulated", again, shared)
	same("renewal: ciphertext", ciphertext, rn.MLKEM.Ciphertext)
	isKeys("renewal, dialer", d, shared, rn.Schedule)
	isKeys("renewal, answerer", a, shared, rn.Schedule)

	readers := map[string]*reader{"dialer": {key: hs.Schedule.Dialer}, "answerer": {key: hs.Schedule.Answerer}}
	turned := 0
	for _, f := range v.Frames {
		r := readers[f.From]
		kind := r.open(t, f)
		switch {
		case f.From == "answerer" && kind == 3 && len(r.renew) == 1136: // the last piece of the reply
			same("reply in frames", r.renew, rn.Reply)
			r.turn(rn.Schedule.Answerer)
			turned++
		case kind == 4:
			same("request in frames", r.renew, rn.Request)
			r.turn(rn.Schedule.Dialer)
			turned++
		}
	}
	if turned != 2 || len(readers["dialer"].texts) != 1 || len(readers["answerer"].texts) != 1 ||
		readers["dialer"].acks != 1 || readers["answerer"].acks != 1 {
		t.Errorf("the frames say something else: %+v", readers)
	}

	// # Resumption
	rs := &v.Resumption
	same("resumption: from the root of the renewal", rs.FromRoot, rn.Schedule.Root)
	resumePrologue := slices.Concat([]byte("Passerby resume 1"), v.Dialer.Address, v.Answerer.Address)
	same("resumption: prologue", resumePrologue, rs.Prologue)
	d, a = nnpsk(resumePrologue, rs.FromRoot, rs.DialerEphemeralPrivate, rs.AnswererEphemeralPrivate)
	request := unmasked(v.Answerer.Address, rs.Request.Wire, 32)
	same("request to resume, written", d.write(rs.Request.Payload, "psk", "e"), request)
	same("request to resume: payload", must(a.read(request, "psk", "e")), rs.Request.Payload)
	agreement := unmasked(v.Answerer.Address, rs.Agreement.Wire, 32)
	same("agreement, written", a.write(rs.Agreement.Payload, "e", "ee"), agreement)
	payload = must(d.read(agreement, "e", "ee"))
	same("agreement: payload", payload, rs.Agreement.Payload)
	if ack := binary.BigEndian.Uint64(payload); ack != rs.Acknowledgement || ack != 1 {
		t.Errorf("acknowledges %d", ack)
	}
	isKeys("resumption, dialer", d, nil, rs.Schedule)
	isKeys("resumption, answerer", a, nil, rs.Schedule)
	readers = map[string]*reader{"dialer": {key: rs.Schedule.Dialer}, "answerer": {key: rs.Schedule.Answerer}}
	for _, f := range v.FramesAfterResumption {
		readers[f.From].open(t, f)
	}
}
