// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"bytes"
	"crypto/mlkem"
	"crypto/mlkem/mlkemtest"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

const vectorsFile = "testdata/vectors.json"

// vectors is the file of test vectors.
type vectors struct {
	About     []string         `json:"about"`
	Network   string           `json:"network"`
	Dialer    vectorParty      `json:"dialer"`
	Answerer  vectorParty      `json:"answerer"`
	Mask      vectorMask       `json:"mask"`
	Door      vectorDoor       `json:"door"`
	Handshake vectorHandshake  `json:"handshake"`
	Refusal   vectorRefusal    `json:"refusal"`
	Frames    []vectorFrame    `json:"frames"`
	Renewal   vectorRenewal    `json:"renewal"`
	Resumed   vectorResumption `json:"resumption"`
	After     []vectorFrame    `json:"frames_after_resumption"`
}

type vectorParty struct {
	Seed    hexBytes   `json:"seed"`
	Address hexBytes   `json:"address"`
	Private hexBytes   `json:"static_private"`
	Public  hexBytes   `json:"static_public"`
	Tags    []hexBytes `json:"tags"`
}

type vectorMask struct {
	Key   hexBytes `json:"key"`
	Nonce hexBytes `json:"nonce"`
	Plain hexBytes `json:"plain"`
	Wire  hexBytes `json:"masked"`
}

type vectorDoor struct {
	Knock     hexBytes `json:"knock"`
	Seed      hexBytes `json:"seed"`
	Bits      int      `json:"bits"`
	Challenge hexBytes `json:"challenge"`
	Subject   hexBytes `json:"subject"`
	Nonce     hexBytes `json:"nonce"`
	Solution  hexBytes `json:"solution"`
}

// vectorKEM is one use of ML-KEM-768.
type vectorKEM struct {
	Seed       hexBytes `json:"seed_d_z"`
	Key        hexBytes `json:"encapsulation_key"`
	Random     hexBytes `json:"encapsulation_m"`
	Ciphertext hexBytes `json:"ciphertext"`
	Shared     hexBytes `json:"shared_secret"`
}

// vectorMessage is a message of Noise: what is on the wire, and the payload.
type vectorMessage struct {
	Payload hexBytes `json:"payload"`
	Wire    hexBytes `json:"wire"`
}

type vectorSchedule struct {
	Hash     hexBytes `json:"handshake_hash,omitempty"`
	Dialer   hexBytes `json:"dialer"`
	Answerer hexBytes `json:"answerer"`
	Root     hexBytes `json:"root"`
}

type vectorHandshake struct {
	Prologue          hexBytes       `json:"prologue"`
	DialerEphemeral   hexBytes       `json:"dialer_ephemeral_private"`
	AnswererEphemeral hexBytes       `json:"answerer_ephemeral_private"`
	KEM               vectorKEM      `json:"ml_kem_768"`
	Message1          vectorMessage  `json:"message_1"`
	Message2          vectorMessage  `json:"message_2"`
	Message3          vectorMessage  `json:"message_3"`
	Schedule          vectorSchedule `json:"schedule"`
}

type vectorRefusal struct {
	AnswererEphemeral hexBytes      `json:"answerer_ephemeral_private"`
	Message2          vectorMessage `json:"message_2"`
}

// vectorFrame is a frame; Plain lacks the zeros at its end.
type vectorFrame struct {
	From  string   `json:"from"`
	What  string   `json:"what"`
	Key   hexBytes `json:"key"`
	Nonce uint64   `json:"nonce"`
	Plain hexBytes `json:"plain"`
	Wire  hexBytes `json:"wire"`
}

type vectorRenewal struct {
	Root              hexBytes       `json:"from_root"`
	Prologue          hexBytes       `json:"prologue"`
	DialerEphemeral   hexBytes       `json:"dialer_ephemeral_private"`
	AnswererEphemeral hexBytes       `json:"answerer_ephemeral_private"`
	KEM               vectorKEM      `json:"ml_kem_768"`
	Request           hexBytes       `json:"request"`
	Reply             hexBytes       `json:"reply"`
	Schedule          vectorSchedule `json:"schedule"`
}

type vectorResumption struct {
	Root              hexBytes       `json:"from_root"`
	Prologue          hexBytes       `json:"prologue"`
	DialerEphemeral   hexBytes       `json:"dialer_ephemeral_private"`
	AnswererEphemeral hexBytes       `json:"answerer_ephemeral_private"`
	Request           vectorMessage  `json:"request"`
	Agreement         vectorMessage  `json:"agreement"`
	Ack               uint64         `json:"acknowledgement"`
	Schedule          vectorSchedule `json:"schedule"`
}

type hexBytes []byte

func (b hexBytes) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, b), nil }

// counted is the stream of bytes SHA-256(name ‖ 0) ‖ SHA-256(name ‖ 1) …, with
// the number in 8 bytes.
type counted struct {
	name string
	n    uint64
	rest []byte
	read [][]byte // what was taken
}

func (c *counted) Read(p []byte) (int, error) {
	for len(c.rest) < len(p) {
		block := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(c.name), c.n))
		c.rest = append(c.rest, block[:]...)
		c.n++
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	c.read = append(c.read, bytes.Clone(p))
	return n, nil
}

// last returns what was taken last in a read of n bytes.
func (c *counted) last(n int) []byte {
	for i := len(c.read) - 1; i >= 0; i-- {
		if len(c.read[i]) == n {
			return c.read[i]
		}
	}
	return nil
}

// named returns a source of random numbers that has a name, and its stream.
func named(name string) (source, *counted) {
	c := &counted{name: "Passerby vectors: " + name}
	return source{c, func(key *mlkem.EncapsulationKey768) (secret, ciphertext []byte) {
		m := make([]byte, 32)
		c.Read(m)
		secret, ciphertext, err := mlkemtest.Encapsulate768(key, m)
		if err != nil {
			panic(err)
		}
		return bytes.Clone(secret), ciphertext
	}}, c
}

func party(name string) (Params, vectorParty) {
	_, c := named(name)
	p := Params{Network: "vectors"}
	var seed [32]byte
	c.Read(seed[:])
	p.Key = onion.KeyFromSeed(seed)
	v := vectorParty{Seed: seed[:]}
	for i := range p.Tags {
		c.Read(p.Tags[i][:])
		v.Tags = append(v.Tags, bytes.Clone(p.Tags[i][:]))
	}
	address := p.Key.Address()
	private, public := p.Key.X25519()
	v.Address, v.Private, v.Public = address[:], private[:], public[:]
	return p, v
}

func scheduled(hash []byte, s schedule) vectorSchedule {
	return vectorSchedule{hash, bytes.Clone(s.dialer[:]), bytes.Clone(s.answerer[:]), bytes.Clone(s.root[:])}
}

// speaker is one side of a conversation without a session.
type speaker struct {
	name          string
	dialogue      dialogue
	send, receive *noise.CipherState
}

// vectorTime is the time at which all of it happens.
var vectorTime = time.Unix(0, 0)

// say has one side say a frame and the other hear it.
func say(t *testing.T, what string, from, to *speaker) vectorFrame {
	t.Helper()
	f := frame{data: make([]byte, 0, dataSize)}
	said, turn, err := from.dialogue.next(&f, true, vectorTime)
	if err != nil || !said {
		t.Fatal(said, err)
	}
	wire := make([]byte, FrameSize)
	f.encode(wire)
	v := vectorFrame{From: from.name, What: what, Plain: bytes.TrimRight(bytes.Clone(wire), "\x00")}
	if len(v.Plain) < headSize {
		v.Plain = bytes.Clone(wire[:headSize])
	}
	key := from.send.UnsafeKey()
	v.Key, v.Nonce = bytes.Clone(key[:]), from.send.Nonce()
	if err := seal(from.send, wire); err != nil {
		t.Fatal(err)
	}
	if turn != nil {
		replace(from.send, turn)
	}
	v.Wire = bytes.Clone(wire)
	plain, err := open(to.receive, wire)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	heardFrame, err := decode(plain)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	h, err := to.dialogue.take(heardFrame, vectorTime)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if h.turn != nil {
		replace(to.receive, h.turn)
	}
	if h.number > 0 {
		to.dialogue.handed = h.number
	}
	return v
}

// makeVectors runs a conversation in which nothing is left to chance. Each
// message is read by the code that reads it in a conversation.
func makeVectors(t *testing.T) (v vectors) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	same := func(d, a schedule) {
		t.Helper()
		if d != a {
			t.Fatal("the sides have different keys")
		}
	}
	v.About = []string{
		"Test vectors of Passerby's session protocol, as the documentation of package net/session describes it.",
		"All byte strings are in hexadecimal. Made by: go test ./net/session -run TestVectors -update",
		"What is random comes from the streams SHA-256(name, n) for n = 0, 1, … (8 bytes, big-endian), with names that begin with 'Passerby vectors: '. An implementation need not make these, because what it needs of them is here.",
		"A payload is what Noise encrypts in a message, padding included. A frame's plain lacks the zeros up to 472 bytes.",
		"The messages of the renewal are those that its frames carry.",
	}
	var dialer, answerer Params
	dialer, v.Dialer = party("dialer")
	answerer, v.Answerer = party("answerer")
	v.Network = dialer.Network
	to := answerer.Key.Address()
	c := claim{dialer.Key.Address(), dialer.Tags}

	// the door
	dds, _ := named("dialer at the door")
	ads, _ := named("answerer at the door")
	knock := dds.bytes(knockSize)
	riddle := challenge{bits: 4}
	copy(riddle.seed[:], ads.bytes(seedSize))
	set := ads.challenge(to, riddle)
	v.Door = vectorDoor{Knock: knock, Seed: bytes.Clone(riddle.seed[:]), Bits: riddle.bits, Challenge: bytes.Clone(set), Subject: subject(to, knock, riddle.seed)}
	read, err := parseChallenge(to, set)
	check(err)
	nonce, err := read.solve(t.Context(), dds, puzzleOf(v.Network, to, knock, read.seed))
	check(err)
	solution := dds.solution(to, nonce)
	v.Door.Nonce, v.Door.Solution = nonce[:], bytes.Clone(solution)
	if !puzzleOf(v.Network, to, knock, riddle.seed).solved(parseSolution(to, solution), riddle.bits) {
		t.Fatal("the solution is wrong")
	}

	ds, dr := named("dialer's handshake")
	as, ar := named("answerer's handshake")
	v.Handshake.Prologue = prologue(v.Network, c, to)
	d, err := newHandshake(ds, dialer, c, to, true)
	check(err)
	kem := ds.kem()
	v.Handshake.KEM.Seed = dr.last(mlkem.SeedSize)
	v.Handshake.KEM.Key = kem.EncapsulationKey().Bytes()
	one, err := d.hello(c, kem.EncapsulationKey())
	check(err)
	v.Handshake.DialerEphemeral = bytes.Clone(d.noise.LocalEphemeral().Private)
	v.Handshake.Message1 = vectorMessage{
		append(bytes.Clone(v.Handshake.KEM.Key), dr.last(helloPayload-mlkem.EncapsulationKeySize768)...), bytes.Clone(one),
	}
	maskKey := sha256.Sum256(append([]byte("Passerby mask 1"), to[:]...))
	v.Mask = vectorMask{maskKey[:], bytes.Clone(one[:nonceSize]), nil, bytes.Clone(one[nonceSize : nonceSize+helloHead])}
	message := unmasked(to, one, helloHead)
	v.Mask.Plain = bytes.Clone(message[:helloHead])
	claimed, err := parseClaim(message)
	check(err)

	// a refusal
	rs, rr := named("refusal")
	refuser, err := newHandshake(rs, answerer, claimed, to, false)
	check(err)
	_, err = refuser.readHello(bytes.Clone(message[claimSize:]))
	check(err)
	refused, err := refuser.refusal()
	check(err)
	v.Refusal.AnswererEphemeral = bytes.Clone(refuser.noise.LocalEphemeral().Private)
	v.Refusal.Message2 = vectorMessage{append([]byte{busy}, rr.last(answerPayload-1)...), refused}

	// the rest of the handshake
	a, err := newHandshake(as, answerer, claimed, to, false)
	check(err)
	theirs, err := a.readHello(message[claimSize:])
	check(err)
	two, err := a.answer(answerer.Tags, theirs)
	check(err)
	v.Handshake.AnswererEphemeral = bytes.Clone(a.noise.LocalEphemeral().Private)
	v.Handshake.KEM.Random = ar.read[0]
	v.Handshake.KEM.Shared, v.Handshake.KEM.Ciphertext, err = mlkemtest.Encapsulate768(theirs, ar.read[0])
	check(err)
	v.Handshake.Message2.Wire = bytes.Clone(two)
	padding := ar.last(answerPayload - 1 - tagsSize - mlkem.CiphertextSize768)
	v.Handshake.Message2.Payload = bytes.Join([][]byte{{yes}, joinTags(answerer.Tags), v.Handshake.KEM.Ciphertext, padding}, nil)
	tags, err := d.readAnswer(two, kem)
	check(err)
	if tags != answerer.Tags {
		t.Fatal("other tags")
	}
	three, dialerKeys, err := d.confirm()
	check(err)
	v.Handshake.Message3 = vectorMessage{dr.last(confirmPayload), bytes.Clone(three)}
	answererKeys, err := a.readConfirm(three, claimed.dialer)
	check(err)
	same(dialerKeys, answererKeys)
	v.Handshake.Schedule = scheduled(d.noise.ChannelBinding(), dialerKeys)

	// frames
	e := ends{c.dialer, to}
	drs, drr := named("dialer's renewal")
	ars, arr := named("answerer's renewal")
	near := &speaker{name: "dialer", dialogue: dialogue{dialer: true, renewer: noiseRenewer{drs, e}, renewed: vectorTime}}
	far := &speaker{name: "answerer", dialogue: dialogue{renewer: noiseRenewer{ars, e}, renewed: vectorTime}}
	use := func(keys schedule) {
		near.send, near.receive = newCipher(keys.dialer), newCipher(keys.answerer)
		far.send, far.receive = newCipher(keys.answerer), newCipher(keys.dialer)
	}
	use(dialerKeys)
	near.dialogue.roots.settle(dialerKeys.root)
	far.dialogue.roots.settle(dialerKeys.root)
	near.dialogue.begin()
	far.dialogue.begin()
	add := func(what string, from, to *speaker) { v.Frames = append(v.Frames, say(t, what, from, to)) }
	add("idle, the first frame after message 3", far, near)
	_, err = near.dialogue.out.add("Hello, stranger.")
	check(err)
	add("text, message 1", near, far)
	_, err = far.dialogue.out.add(string(bytes.Repeat([]byte("Grüße. "), 60)))
	check(err)
	add("text, message 1, first piece, acknowledges", far, near)
	add("text, message 1, last piece", far, near)
	add("idle, acknowledges", near, far)
	near.dialogue.overdue = true
	root := near.dialogue.roots.current
	v.Renewal.Root = bytes.Clone(root[:])
	v.Renewal.Prologue = append(append([]byte("Passerby renew 1"), c.dialer[:]...), to[:]...)
	for _, what := range []string{"first", "second", "last"} {
		add("renew, the request's "+what+" piece", near, far)
	}
	v.Renewal.KEM.Seed = drr.last(mlkem.SeedSize)
	pending := near.dialogue.line.request.(*renewal)
	v.Renewal.DialerEphemeral = bytes.Clone(pending.noise.LocalEphemeral().Private)
	v.Renewal.KEM.Key = pending.kem.EncapsulationKey().Bytes()
	v.Renewal.Reply = bytes.Clone(far.dialogue.line.outgoing)
	// The reply takes m for the encapsulation first and then its ephemeral key.
	v.Renewal.KEM.Random, v.Renewal.AnswererEphemeral = arr.read[0], arr.read[1]
	v.Renewal.KEM.Shared, v.Renewal.KEM.Ciphertext, err = mlkemtest.Encapsulate768(pending.kem.EncapsulationKey(), arr.read[0])
	check(err)
	fresh := *far.dialogue.line.fresh
	for _, what := range []string{"first", "second"} {
		add("renew, the reply's "+what+" piece", far, near)
	}
	add("renew, the reply's last piece", far, near)
	add("idle, under the new key", far, near)
	add("turn", near, far)
	add("idle, under the new key", near, far)
	if near.dialogue.roots != far.dialogue.roots {
		t.Fatal("the sides have different roots")
	}
	v.Renewal.Schedule = scheduled(nil, fresh)
	for _, f := range v.Frames {
		if kind(f.Plain[0]) == kindRenew && f.From == "dialer" {
			v.Renewal.Request = append(v.Renewal.Request, f.Plain[headSize:]...)
		}
	}

	// a resumption
	root = near.dialogue.roots.current
	v.Resumed.Root = bytes.Clone(root[:])
	v.Resumed.Prologue = append(append([]byte("Passerby resume 1"), c.dialer[:]...), to[:]...)
	near.dialogue.broke()
	far.dialogue.broke()
	drs, drr = named("dialer's resumption")
	ars, arr = named("answerer's resumption")
	x, request, err := askToResume(drs, e, root)
	check(err)
	v.Resumed.DialerEphemeral = bytes.Clone(x.noise.LocalEphemeral().Private)
	v.Resumed.Request = vectorMessage{drr.last(resumePayload), bytes.Clone(request)}
	y, err := readAsk(ars, e, root, unmasked(to, request, keySize))
	check(err)
	v.Resumed.Ack = far.dialogue.handed
	agreement, answererKeys, err := y.agree(far.dialogue.handed)
	check(err)
	v.Resumed.AnswererEphemeral = bytes.Clone(y.noise.LocalEphemeral().Private)
	v.Resumed.Agreement = vectorMessage{
		append(binary.BigEndian.AppendUint64(nil, v.Resumed.Ack), arr.last(resumePayload-8)...), bytes.Clone(agreement),
	}
	ack, dialerKeys, err := x.readAgreement(agreement)
	check(err)
	if ack != v.Resumed.Ack {
		t.Fatal("another acknowledgement")
	}
	same(dialerKeys, answererKeys)
	v.Resumed.Schedule = scheduled(x.noise.ChannelBinding(), dialerKeys)
	use(dialerKeys)
	near.dialogue.resumed(root)
	far.dialogue.resumed(root)
	add = func(what string, from, to *speaker) { v.After = append(v.After, say(t, what, from, to)) }
	add("renew, the first piece of another request", near, far)
	add("idle, acknowledges", far, near)
	far.dialogue.leaving = true
	add("leave", far, near)
	return v
}

func TestVectors(t *testing.T) {
	v := makeVectors(t)
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if *update {
		if err := os.WriteFile(vectorsFile, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, want) {
		t.Fatalf("%s is not what the code makes", vectorsFile)
	}
}
