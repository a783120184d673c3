// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// This file runs the protocol after the handshake through everything that may
// happen, up to bounds that each scenario names.
//
// Two real dialogues talk over streams that the model holds. What door.go,
// redial.go, link.go and session.go do around a dialogue under their mutex is
// one step here; whatever may come between two such steps there may come
// between them here. A stream is two queues of frames and two ends. Each end
// may be lost at any moment, alone; what is under way to the other end still
// arrives, late or never. So half-open streams, streams that come back from the
// dead, and attempts that overtake each other all occur.
//
// From each state that is reached, a world without further losses must bring
// every message to the other side, both sides to one stream, one root and no
// renewal half done.
//
// Keys are numbers. A frame carries the number of the key that it was sealed
// with, and whoever reads it must expect just that one.

// modelSlots bounds the streams that exist at once, modelWindow the frames
// under way in one direction of a stream.
const (
	modelSlots  = 5
	modelWindow = 2
)

const (
	theDialer   = 0
	theAnswerer = 1
)

// scenario bounds what people do and how often streams are dialed. Losses are
// not bounded: each stream can be lost at each moment.
type scenario struct {
	name   string
	texts  [2][]int // the lengths of the messages that each side may send
	dials  int      // requests to resume that the dialer makes
	crowd  int      // of them at the same time
	renews int      // renewals of the keys that fall due by time
	replay int      // requests that somebody records and makes again
	leave  [2]bool  // whether this side may leave
	depth  int      // steps from the beginning
}

// packet is what is under way: a frame, or a message of an exchange.
type packet struct {
	what        packetKind
	kind        kind
	number, ack uint64
	total       int
	offset      int
	data        string
	key         uint32 // of a frame; of an agreement: of the stream's first frames
	root        uint32 // of a request
	request     uint32 // which one
}

type packetKind uint8

const (
	aFrame packetKind = iota
	aRequest
	anAgreement
)

// keys are numbers: the first bytes of the arrays that the code under test
// takes for keys.
func numbered(n uint32) (k [keySize]byte) {
	binary.BigEndian.PutUint32(k[:], n)
	return k
}

func number(k [keySize]byte) uint32 { return binary.BigEndian.Uint32(k[:]) }

// scheduleOf returns the keys of the exchange n.
func scheduleOf(n uint32) schedule {
	return schedule{dialer: numbered(4 * n), answerer: numbered(4*n + 1), root: numbered(4*n + 2)}
}

// plainRenewer is a renewer whose messages say openly what they are.
type plainRenewer struct{ requests, replies uint32 }

type plainRequest struct{ root, n uint32 }

var errModel = errors.New("the model")

func (r *plainRenewer) request(root [keySize]byte) (any, []byte, error) {
	r.requests++
	p := plainRequest{number(root), r.requests}
	message := make([]byte, requestSize)
	binary.BigEndian.PutUint32(message, p.root)
	binary.BigEndian.PutUint32(message[requestSize-4:], p.n)
	return p, message, nil
}

func (r *plainRenewer) reply(root [keySize]byte, request []byte) ([]byte, schedule, error) {
	if binary.BigEndian.Uint32(request) != number(root) {
		return nil, schedule{}, fmt.Errorf("%w: a renewal from root %x, ours is %x", errModel, request[:4], root[:4])
	}
	r.replies++
	message := make([]byte, replySize)
	copy(message, request[requestSize-4:])
	n := 1000*binary.BigEndian.Uint32(message) + r.replies
	binary.BigEndian.PutUint32(message[replySize-4:], n)
	return message, scheduleOf(n), nil
}

func (*plainRenewer) finish(pending any, reply []byte) (schedule, error) {
	if binary.BigEndian.Uint32(reply) != pending.(plainRequest).n {
		return schedule{}, fmt.Errorf("%w: a reply to another request", errModel)
	}
	return scheduleOf(binary.BigEndian.Uint32(reply[replySize-4:])), nil
}

func (*plainRenewer) forget(any) {}

// tryout is a dialer's attempt to resume (attempt in redial.go).
type tryout struct {
	slot   int8
	agreed bool
	key    uint32
	ack    uint64
}

// guest is a stream at the answerer's door that has shown that it knows a root
// (Take, receive and seat in door.go).
type guest struct {
	slot    int8
	root    uint32
	request uint32
	agreed  bool
	key     uint32
	first   int32 // the frame that was read, or 0
}

// side is a Session without goroutines. Sides are not changed: a step makes a
// copy.
type modelSide struct {
	d       dialogue
	renewer plainRenewer

	slot    int8   // the stream in use, or -1
	send    uint32 // its keys
	receive uint32
	first   int32  // a frame that was read before the reader began, or 0
	held    uint64 // a message that is whole and that the reader waits to hand over, or 0
	heard   uint64 // the messages that were handed over
	said    uint64 // the messages that the person has sent
	parting bool   // the person wants to leave
	ended   bool
	dials   uint32
	renews  uint32

	tryouts []tryout // dialer
	guests  []guest  // answerer: in the order of their agreements, those without one last
	asked   []uint32 // answerer: the requests that were taken
	replays uint32
}

func (s *modelSide) clone() *modelSide {
	c := *s
	c.d.out.waiting = slices.Clone(s.d.out.waiting)
	c.d.in.assembly.partial = slices.Clone(s.d.in.assembly.partial)
	if s.d.line != nil {
		l := *s.d.line
		l.incoming.partial = slices.Clone(l.incoming.partial)
		if l.fresh != nil {
			fresh := *l.fresh
			l.fresh = &fresh
		}
		c.d.line = &l
	}
	c.d.renewer = &c.renewer
	c.tryouts = slices.Clone(s.tryouts)
	c.guests = slices.Clone(s.guests)
	c.asked = slices.Clone(s.asked)
	return &c
}

// encode returns all of a side that makes a difference.
func (s *modelSide) encode() string {
	b := make([]byte, 0, 256)
	u := func(list ...uint32) {
		for _, n := range list {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	flag := func(list ...bool) {
		for _, f := range list {
			if f {
				b = append(b, 1)
			} else {
				b = append(b, 0)
			}
		}
	}
	d := &s.d
	u(number(d.roots.current), number(d.roots.next))
	u(uint32(len(d.out.waiting)), uint32(d.out.acked), uint32(d.out.framed), uint32(d.out.offset), uint32(d.out.sent))
	u(uint32(d.in.whole), uint32(d.in.assembly.total), uint32(len(d.in.assembly.partial)), uint32(d.handed))
	flag(d.dialer, d.roots.offered, d.leaving, d.left, d.overdue, d.line != nil)
	if l := d.line; l != nil {
		u(uint32(l.ackSent), uint32(l.offset), uint32(len(l.incoming.partial)))
		flag(l.goodbye, l.spoke, l.request != nil, l.outgoing != nil, l.fresh != nil)
		if p, ok := l.request.(plainRequest); ok {
			u(p.root, p.n)
		}
		for _, message := range [][]byte{l.outgoing, l.incoming.partial} {
			if len(message) >= 4 {
				b = append(b, message[:4]...)
				b = append(b, message[len(message)-4:]...)
			}
		}
		if l.fresh != nil {
			u(number(l.fresh.root))
		}
	}
	u(s.renewer.requests, s.renewer.replies)
	u(uint32(s.slot+1), s.send, s.receive, uint32(s.first), uint32(s.held), uint32(s.heard), uint32(s.said), s.dials, s.renews, s.replays)
	flag(s.parting, s.ended)
	u(uint32(len(s.tryouts)))
	for _, t := range s.tryouts {
		u(uint32(t.slot), t.key, uint32(t.ack))
		flag(t.agreed)
	}
	u(uint32(len(s.guests)))
	for _, g := range s.guests {
		u(uint32(g.slot), g.root, g.request, g.key, uint32(g.first))
		flag(g.agreed)
	}
	u(s.asked...)
	return string(b)
}

func TestModelCopiesAllOfADialogue(t *testing.T) {
	for _, c := range []struct {
		of     any
		fields int
	}{{dialogue{}, 12}, {line{}, 8}, {outbox{}, 5}, {inbox{}, 2}, {assembly{}, 2}, {roots{}, 3}, {schedule{}, 4}} {
		if n := reflect.TypeOf(c.of).NumField(); n != c.fields {
			t.Errorf("%T has %d fields, and the model was written for %d: see clone and encode", c.of, n, c.fields)
		}
	}
}

// action is what a side does next, or what happens to it.
type action struct {
	what actionKind
	who  uint8
	slot int8
	in   int32 // a packet that arrives
}

type actionKind uint8

const (
	send actionKind = iota // the person sends a message
	write
	read
	hand  // the reader hands a whole message over
	lose  // the stream in use is found broken
	leave // the person leaves
	depart
	fade  // both have left for long enough
	renew // ten minutes are over
	dial  // an attempt to resume begins and asks
	hearAgreement
	fail // an attempt comes to nothing
	adopt
	hearRequest
	agree
	hearFirst
	seat
	drop // a stream at the door is closed
	replay
)

var actionNames = [...]string{
	"send", "write", "read", "hand", "lose", "leave", "begin the farewell", "fade", "renew", "dial", "hear the agreement", "fail", "adopt",
	"hear the request", "agree", "hear the first frame", "seat", "drop", "replay",
}

func (a action) String() string {
	return fmt.Sprintf("%s: %s (stream %d)", [...]string{"dialer", "answerer"}[a.who], actionNames[a.what], a.slot)
}

// effect is what an action does outside its side.
type effect struct {
	next   int32 // the side after it
	out    int32 // a packet on the stream slot, or 0
	slot   int8
	closes uint8 // the ends that this side gives up, a bit for each stream
	none   bool  // it is not possible now
	err    error // it broke the protocol
}

// stream is both directions of a stream, by who wrote them.
type modelStream struct {
	queue [2][modelWindow]int32
	open  [2]bool
}

// state is a state of the whole.
type modelState struct {
	sides   [2]int32
	streams [modelSlots]modelStream
}

// hash mixes a state into 64 bits.
func (s *modelState) hash() uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	mix := func(n uint64) {
		hi, lo := bits.Mul64(h^n, 0xd6e8feb86659fd93)
		h = hi ^ lo + 0x9e3779b97f4a7c15
	}
	mix(uint64(s.sides[0])<<32 | uint64(s.sides[1]))
	for i := range s.streams {
		t := &s.streams[i]
		open := uint64(0)
		for who := range 2 {
			if t.open[who] {
				open |= 1 << who
			}
			mix(uint64(t.queue[who][0])<<32 | uint64(t.queue[who][1]))
		}
		mix(open)
	}
	return h
}

func (t *modelStream) head(to uint8) int32 { return t.queue[1-to][0] }

func (t *modelStream) pop(to uint8) {
	q := &t.queue[1-to]
	copy(q[:], q[1:])
	q[modelWindow-1] = 0
}

func (t *modelStream) full(from uint8) bool { return t.queue[from][modelWindow-1] != 0 }

func (t *modelStream) push(from uint8, p int32) {
	if !t.open[1-from] {
		return // nobody will read it
	}
	for i := range t.queue[from] {
		if t.queue[from][i] == 0 {
			t.queue[from][i] = p
			return
		}
	}
	panic("a stream that takes more than it can")
}

func (t *modelStream) close(who uint8) {
	t.open[who] = false
	t.queue[1-who] = [modelWindow]int32{}
	if !t.open[1-who] {
		*t = modelStream{}
	}
}

// model explores a scenario, maybe with a fault in it.
type model struct {
	scenario
	fault fault

	sides   []*modelSide
	sideIDs map[string]int32
	packets []packet
	ids     map[packet]int32
	memo    map[memoKey]effect

	seen        map[uint64]edge
	live        map[uint64]struct{} // states that come to a good end
	transitions int
	deepest     int
	whole       bool // the bounds of people and dials were reached before that of depth
}

type memoKey struct {
	side int32
	in   int32
	what actionKind
	slot int8
}

// edge is how a state was reached first.
type edge struct {
	from uint64
	by   action
}

// fault is a deliberate mistake, to show that the model finds it.
type fault string

func newModel(s scenario, f fault) *model {
	return &model{
		scenario: s, fault: f,
		sideIDs: make(map[string]int32), ids: make(map[packet]int32), packets: make([]packet, 1),
		memo: make(map[memoKey]effect), seen: make(map[uint64]edge), live: make(map[uint64]struct{}),
	}
}

func (m *model) intern(s *modelSide) int32 {
	s.d.messages, s.d.renewed = 0, time.Time{} // what falls due by them is an action of its own
	e := s.encode()
	id, ok := m.sideIDs[e]
	if !ok {
		id = int32(len(m.sides))
		m.sides = append(m.sides, s)
		m.sideIDs[e] = id
	}
	return id
}

func (m *model) packet(p packet) int32 {
	id, ok := m.ids[p]
	if !ok {
		id = int32(len(m.packets))
		m.packets = append(m.packets, p)
		m.ids[p] = id
	}
	return id
}

// begin returns the state after the handshake.
func (m *model) begin() (st modelState) {
	keys := scheduleOf(1)
	for who := range st.sides {
		s := &modelSide{send: number(keys.dialer), receive: number(keys.answerer)}
		if who == theAnswerer {
			s.send, s.receive = s.receive, s.send
		}
		s.d.dialer = who == theDialer
		s.d.renewer = &s.renewer
		s.d.roots.settle(keys.root)
		s.d.begin()
		st.sides[who] = m.intern(s)
	}
	st.streams[0].open = [2]bool{true, true}
	return st
}

// do works out an action of a side, once.
func (m *model) do(id int32, a action) effect {
	k := memoKey{id, a.in, a.what, a.slot}
	e, ok := m.memo[k]
	if !ok {
		s := m.sides[id].clone()
		m.act(s, a, &e)
		if e.err == nil && !e.none {
			e.next = m.intern(s)
		}
		m.memo[k] = e
	}
	return e
}

// end is Session.over.
func (s *modelSide) end(e *effect) {
	s.ended = true
	if s.slot >= 0 {
		e.closes |= 1 << s.slot
	}
	for _, t := range s.tryouts {
		e.closes |= 1 << t.slot
	}
	for _, g := range s.guests {
		e.closes |= 1 << g.slot
	}
	s.slot, s.first, s.held, s.tryouts, s.guests = -1, 0, 0, nil, nil
}

// broke is dialogue.broke, with the faults that belong there.
func (m *model) broke(s *modelSide) {
	out, in, partial := s.d.out, s.d.in, slices.Clone(s.d.in.assembly.partial)
	s.d.broke()
	s.slot, s.first, s.send, s.receive = -1, 0, 0, 0
	switch m.fault {
	case "what was under way is not said again":
		s.d.out.framed, s.d.out.offset = out.framed, out.offset
	case "a message begins again in its middle":
		s.d.out.offset = out.offset
	case "half a message is kept over a loss":
		s.d.in = in
		s.d.in.assembly.partial = partial
	case "what was sent on a lost stream is forgotten":
		s.d.out.sent = s.d.out.framed
	case "the reader of a lost stream drops its message":
		s.held = 0
	case "a message counts as handed when its stream is lost":
		s.d.handed = s.d.in.whole
	}
}

// act is what a side does. Comments name the code that it stands for.
func (m *model) act(s *modelSide, a action, e *effect) {
	d := &s.d
	who := a.who
	in := m.packets[a.in]
	now := time.Time{}
	switch a.what {
	case send: // Session.Send
		if s.ended || s.parting || d.left || int(s.said) >= len(m.texts[who]) {
			e.none = true
			return
		}
		s.said++
		if _, err := d.out.add(m.text(who, s.said)); err != nil {
			e.err = err
		}
	case write: // Session.say
		f := frame{data: make([]byte, 0, dataSize)}
		offered := d.roots.offered
		said, turn, err := d.next(&f, false, now)
		if err != nil {
			e.err = err
			return
		}
		if !said {
			e.none = true
			return
		}
		e.slot = s.slot
		p := packet{kind: f.kind, number: f.number, ack: f.ack, total: f.total, offset: f.offset, data: string(f.data), key: s.send}
		if turn != nil && m.fault != "the sender keeps its old key" {
			s.send = number(*turn)
		}
		e.out = m.packet(p)
		if !offered && d.roots.offered && m.fault == "the answerer forgets the old root when its reply is out" {
			d.roots.settle(d.roots.next)
		}
		if d.line.fresh != nil && !d.dialer && m.fault == "the answerer offers the new root when the dialer has shown it" {
			d.roots.settle(d.roots.current)
		}
	case read: // Session.hear, up to the wait for room
		if in.key != s.receive {
			e.err = fmt.Errorf("a frame under key %d where %d is due", in.key, s.receive)
			return
		}
		s.first = 0
		if d.left && in.kind == kindText && m.fault == "what comes again after a farewell is an offence" {
			e.err = fmt.Errorf("message %d after a farewell", in.number)
			return
		}
		root := d.roots.current
		h, err := d.take(frame{in.kind, in.number, in.ack, in.total, in.offset, []byte(in.data)}, now)
		if err != nil {
			e.err = err
			return
		}
		if h.turn != nil && m.fault != "the receiver keeps its old key" {
			s.receive = number(*h.turn)
		}
		if h.turn != nil && d.dialer && m.fault == "the dialer keeps its old root" {
			d.roots.settle(root)
		}
		if h.number > 0 {
			if h.message != m.text(1-who, h.number) {
				e.err = fmt.Errorf("message %d is not what was sent", h.number)
			}
			s.held = h.number
			if m.fault == "a message is acknowledged before it is handed over" {
				d.handed = h.number
			}
		}
	case hand: // Session.hear, the rest
		if !s.parting {
			if s.held != s.heard+1 {
				e.err = fmt.Errorf("message %d was handed over after %d", s.held, s.heard)
			}
			s.heard = s.held
			d.handed = s.held
		}
		s.held = 0
	case lose: // Session.broke
		e.closes |= 1 << s.slot
		if d.farewell() || d.left {
			s.end(e)
			return
		}
		m.broke(s)
	case leave: // Session.Leave
		if s.ended || s.parting || !m.leave[who] {
			e.none = true
			return
		}
		s.parting = true
		d.leaving = !d.dialer || s.slot < 0
	case depart: // Session.beginToLeave and hear
		if !s.parting || d.leaving {
			e.none = true
			return
		}
		d.leaving = true
	case fade: // Session.fade
		if !d.farewell() {
			e.none = true
			return
		}
		s.end(e)
	case renew: // RenewTime
		if !d.dialer || s.ended || d.overdue || d.line == nil || d.line.request != nil || int(s.renews) >= m.renews {
			e.none = true
			return
		}
		s.renews++
		d.overdue = true
	case dial: // Session.attempt, up to its first write
		s.dials++
		root := d.roots.current
		if m.fault == "the dialer asks from its first root" {
			root = scheduleOf(1).root
		}
		e.slot, e.out = a.slot, m.packet(packet{what: aRequest, root: number(root), request: s.dials})
		s.tryouts = append(s.tryouts, tryout{slot: a.slot})
	case hearAgreement: // Session.attempt, the rest
		i := s.tryout(a.slot)
		s.tryouts[i].agreed, s.tryouts[i].key, s.tryouts[i].ack = true, in.key, in.ack
	case fail:
		i := s.tryout(a.slot)
		s.tryouts = slices.Delete(s.tryouts, i, i+1)
		e.closes |= 1 << a.slot
	case adopt: // Session.adopt, and the end of Session.reconnect
		t := s.tryouts[s.tryout(a.slot)]
		for _, other := range s.tryouts {
			if other.slot != a.slot {
				e.closes |= 1 << other.slot
			}
		}
		s.tryouts = nil
		if _, err := d.out.ack(t.ack); err != nil {
			e.err = err
			return
		}
		d.resumed(d.roots.current)
		keys := scheduleOf(t.key)
		s.slot, s.send, s.receive = a.slot, number(keys.dialer), number(keys.answerer)
	case hearRequest, replay: // Session.recognise
		if a.what == replay {
			s.replays++
		}
		known := slices.Contains(s.asked, in.request)
		if known && m.fault != "requests are not remembered" || !s.knows(in.root) {
			if a.what == hearRequest {
				e.closes |= 1 << a.slot
			}
			return
		}
		if known {
			e.err = fmt.Errorf("request %d was taken twice", in.request)
		}
		s.asked = append(s.asked, in.request)
		if m.fault == "the answerer keeps the root of the request, not of the first frame" {
			d.roots.settle(numbered(in.root))
		}
		if a.what == hearRequest { // whoever replays has nothing to say on a stream
			s.guests = append(s.guests, guest{slot: a.slot, root: in.root, request: in.request})
		}
	case agree: // Session.receive, the rest
		i := s.guest(a.slot)
		g := s.guests[i]
		g.agreed, g.key = true, 500+g.request
		s.guests = slices.Delete(s.guests, i, i+1)
		at := slices.IndexFunc(s.guests, func(other guest) bool { return !other.agreed })
		if at < 0 {
			at = len(s.guests)
		}
		s.guests = slices.Insert(s.guests, at, g)
		ack := d.handed
		if m.fault == "an agreement acknowledges what was not handed over" {
			ack = d.in.whole
		}
		e.slot, e.out = a.slot, m.packet(packet{what: anAgreement, key: g.key, ack: ack})
	case hearFirst: // Session.Take, up to seat
		g := &s.guests[s.guest(a.slot)]
		if keys := scheduleOf(g.key); in.key != number(keys.dialer) {
			e.err = fmt.Errorf("a first frame under key %d where %d is due", in.key, number(keys.dialer))
			return
		}
		g.first = a.in
	case seat: // Session.seat
		i := s.guest(a.slot)
		g := s.guests[i]
		if m.fault == "an older stream comes back" {
			s.guests = slices.Delete(s.guests, i, i+1)
		} else {
			for _, older := range s.guests[:i] {
				e.closes |= 1 << older.slot
			}
			s.guests = slices.Delete(s.guests, 0, i+1)
		}
		if s.slot >= 0 {
			e.closes |= 1 << s.slot
			m.broke(s)
		}
		if m.fault == "the answerer keeps both roots" && d.roots.offered {
			d.begin()
		} else {
			d.resumed(numbered(g.root))
		}
		keys := scheduleOf(g.key)
		s.slot, s.send, s.receive, s.first = a.slot, number(keys.answerer), number(keys.dialer), g.first
	case drop:
		s.guests = slices.DeleteFunc(s.guests, func(g guest) bool { return g.slot == a.slot })
		e.closes |= 1 << a.slot
	}
}

// text is the n-th message of a side.
func (m *model) text(who uint8, n uint64) string {
	return strings.Repeat(string('a'+10*rune(who)+rune(n)), m.texts[who][n-1])
}

func (s *modelSide) tryout(slot int8) int {
	return slices.IndexFunc(s.tryouts, func(t tryout) bool { return t.slot == slot })
}

func (s *modelSide) guest(slot int8) int {
	return slices.IndexFunc(s.guests, func(g guest) bool { return g.slot == slot })
}

func (s *modelSide) knows(root uint32) bool { return slices.Contains(s.d.roots.all(), numbered(root)) }

// actions lists what may happen in st, in the order in which a world without
// further losses makes it happen. Where calm, it lists only what such a world
// does: nobody says or does anything new, and an end is lost only when the other
// is gone.
func (m *model) actions(st *modelState, calm bool) (list []action) {
	add := func(what actionKind, who uint8, slot int8, in int32) {
		list = append(list, action{what, who, slot, in})
	}
	for who := range uint8(2) {
		s := m.sides[st.sides[who]]
		if s.ended {
			continue
		}
		gone := func(slot int8) bool { return !st.streams[slot].open[1-who] && st.streams[slot].head(who) == 0 }
		if s.held != 0 {
			add(hand, who, -1, 0)
		}
		if s.slot >= 0 {
			t := &st.streams[s.slot]
			switch {
			case s.held != 0 && m.fault != "the reader of a new stream does not wait for the one before": // the reader waits, and so does the one after it
			case s.first != 0:
				add(read, who, -1, s.first)
			case t.head(who) != 0:
				add(read, who, s.slot, t.head(who))
			}
			if gone(s.slot) && (s.held == 0 && s.first == 0) || !calm {
				add(lose, who, s.slot, 0)
			}
			if !t.full(who) {
				add(write, who, -1, 0)
			}
			add(fade, who, -1, 0)
			add(depart, who, -1, 0)
		}
		for _, g := range s.guests {
			switch head := st.streams[g.slot].head(who); {
			case !g.agreed:
				add(agree, who, g.slot, 0)
			case g.first != 0:
				add(seat, who, g.slot, 0)
			case head != 0:
				add(hearFirst, who, g.slot, head)
			}
			if gone(g.slot) && g.first == 0 || !calm {
				add(drop, who, g.slot, 0)
			}
		}
		if who == theAnswerer {
			for slot := range int8(modelSlots) {
				if head := st.streams[slot].head(who); head != 0 && m.packets[head].what == aRequest {
					add(hearRequest, who, slot, head)
				}
			}
			if !calm && int(s.replays) < m.replay {
				for id, p := range m.packets {
					if p.what == aRequest && p.request <= m.sides[st.sides[theDialer]].dials && m.sent(st, p) {
						add(replay, who, -1, int32(id))
					}
				}
			}
		} else {
			for _, t := range s.tryouts {
				head := st.streams[t.slot].head(who)
				switch {
				case t.agreed:
					add(adopt, who, t.slot, 0)
				case head != 0:
					add(hearAgreement, who, t.slot, head)
				}
				if gone(t.slot) && !t.agreed || !calm {
					add(fail, who, t.slot, 0)
				}
			}
			reachable := !m.sides[st.sides[theAnswerer]].ended // or the dialer gives up after a while
			if s.slot < 0 && (calm && len(s.tryouts) == 0 && reachable || !calm && len(s.tryouts) < m.crowd && int(s.dials) < m.dials) {
				for slot := range int8(modelSlots) {
					if st.streams[slot].open == [2]bool{} {
						add(dial, who, slot, 0)
						break
					}
				}
			}
		}
		if !calm {
			add(send, who, -1, 0)
			add(renew, who, -1, 0)
			add(leave, who, -1, 0)
		}
	}
	return list
}

// sent reports whether this very request was made: another history may have
// made the same number from another root.
func (m *model) sent(st *modelState, p packet) bool {
	d := m.sides[st.sides[theDialer]]
	return p.root == number(d.d.roots.current)
}

// take does an action in st.
func (m *model) take(st modelState, a action) (next modelState, ok bool, err error) {
	e := m.do(st.sides[a.who], a)
	if e.none {
		return st, false, nil
	}
	if e.err != nil {
		return st, true, e.err
	}
	st.sides[a.who] = e.next
	switch a.what {
	case read, hearRequest, hearAgreement, hearFirst:
		if a.slot >= 0 {
			st.streams[a.slot].pop(a.who)
		}
	case dial:
		st.streams[a.slot].open = [2]bool{true, !m.sides[st.sides[theAnswerer]].ended}
	}
	if e.out != 0 {
		st.streams[e.slot].push(a.who, e.out)
	}
	for slot := range st.streams {
		if e.closes&(1<<slot) != 0 {
			st.streams[slot].close(a.who)
		}
	}
	if a.who == theAnswerer && m.sides[e.next].ended { // streams that have not yet said anything
		for slot := range st.streams {
			if st.streams[slot].open[a.who] {
				st.streams[slot].close(a.who)
			}
		}
	}
	return st, true, m.check(&st)
}

// check holds a state against what must be true at every moment.
func (m *model) check(st *modelState) error {
	d, a := m.sides[st.sides[theDialer]], m.sides[st.sides[theAnswerer]]
	for who, s := range []*modelSide{d, a} {
		other := m.sides[st.sides[1-who]]
		switch {
		case s.d.out.acked > other.heard:
			return fmt.Errorf("message %d is acknowledged and not handed over", s.d.out.acked)
		case s.d.handed != s.heard:
			return fmt.Errorf("would acknowledge %d, has handed over %d", s.d.handed, s.heard)
		case s.heard > other.said:
			return fmt.Errorf("message %d came from nobody", s.heard)
		case s.d.left && !s.parting && s.heard != other.said:
			return fmt.Errorf("a farewell came before message %d", other.said)
		}
	}
	if d.ended || a.ended {
		return nil
	}
	if !a.knows(number(d.d.roots.current)) {
		return errors.New("the answerer does not know the dialer's root")
	}
	if d.slot >= 0 && d.slot == a.slot && d.first == 0 && a.first == 0 {
		switch t := &st.streams[d.slot]; {
		case t.head(theAnswerer) == 0 && d.send != a.receive:
			return fmt.Errorf("the dialer seals with key %d, the answerer opens with %d", d.send, a.receive)
		case t.head(theDialer) == 0 && a.send != d.receive:
			return fmt.Errorf("the answerer seals with key %d, the dialer opens with %d", a.send, d.receive)
		}
	}
	return nil
}

// settle follows a world without further losses from st until nothing happens
// any more, and checks the end.
func (m *model) settle(st modelState) error {
	var path []uint64
	var steps []string
	for range 400 {
		h := st.hash()
		if _, ok := m.live[h]; ok {
			break
		}
		path = append(path, h)
		moved := false
		for _, a := range m.actions(&st, true) {
			next, ok, err := m.take(st, a)
			if err != nil {
				return fmt.Errorf("%w, while all settles by %v, %v", err, strings.Join(steps, "; "), a)
			}
			if ok {
				steps = append(steps, a.String())
				st, moved = next, true
				break
			}
		}
		if !moved {
			if err := m.good(&st); err != nil {
				return err
			}
			break
		}
		if len(path) == 400 {
			return errors.New("it never settles")
		}
	}
	for _, h := range path {
		m.live[h] = struct{}{}
	}
	return nil
}

// good checks a state in which nothing happens any more.
func (m *model) good(st *modelState) error {
	d, a := m.sides[st.sides[theDialer]], m.sides[st.sides[theAnswerer]]
	for who, s := range []*modelSide{d, a} {
		other := m.sides[st.sides[1-who]]
		if !s.parting && s.heard != other.said {
			if !other.d.left || other.parting { // unless it has heard that we left: then it says nothing more
				return fmt.Errorf("in the end %d of %d messages have come to side %d", s.heard, other.said, who)
			}
		}
		if other.parting && !s.parting && !s.d.left {
			return fmt.Errorf("side %d never hears that the other has left", who)
		}
	}
	if d.parting || a.parting {
		return nil
	}
	switch {
	case len(d.d.out.waiting)+len(a.d.out.waiting) > 0:
		return errors.New("in the end messages wait to be acknowledged")
	case d.slot < 0 || d.slot != a.slot:
		return errors.New("in the end they are not on one stream")
	case d.d.roots != a.d.roots:
		return errors.New("in the end they have different roots")
	case d.d.overdue || d.d.line.request != nil || d.d.line.fresh != nil || a.d.line.fresh != nil:
		return errors.New("in the end a renewal is not done")
	}
	return nil
}

// explore visits every state up to the bounds, breadth first. It returns what
// is wrong with the first state that is wrong, and how it comes about.
func (m *model) explore() error {
	st := m.begin()
	m.seen[st.hash()] = edge{}
	frontier := []modelState{st}
	m.whole = true
	for m.deepest = 0; len(frontier) > 0; m.deepest++ {
		if m.deepest == m.depth {
			m.whole = false
			break
		}
		var next []modelState
		for _, st := range frontier {
			from := st.hash()
			if err := m.settle(st); err != nil {
				return m.story(from, nil, err)
			}
			for _, a := range m.actions(&st, false) {
				to, ok, err := m.take(st, a)
				if err != nil {
					return m.story(from, &a, err)
				}
				if !ok {
					continue
				}
				m.transitions++
				h := to.hash()
				if _, ok := m.seen[h]; !ok {
					m.seen[h] = edge{from, a}
					next = append(next, to)
				}
			}
		}
		frontier = next
	}
	return nil
}

// story tells how a state came about.
func (m *model) story(h uint64, last *action, err error) error {
	var steps []string
	if last != nil {
		steps = append(steps, last.String())
	}
	for {
		e := m.seen[h]
		if e.from == 0 {
			break
		}
		steps = append(steps, e.by.String())
		h = e.from
	}
	slices.Reverse(steps)
	return fmt.Errorf("%w, after %d steps:\n\t%s", err, len(steps), strings.Join(steps, "\n\t"))
}

const twoFrames = dataSize + 1

// scenarios are what the model is run through. Those with the depth everything
// end where nothing is left that could happen within their other bounds.
var scenarios = []scenario{
	{name: "messages of one frame and of two", texts: [2][]int{{twoFrames, 1}, {1}}, dials: 1, crowd: 1, depth: everything},
	{name: "two attempts that race", texts: [2][]int{{twoFrames}, {twoFrames}}, dials: 2, crowd: 2, depth: everything},
	{name: "three attempts that race, and one is replayed", texts: [2][]int{{1}, {}}, dials: 3, crowd: 3, replay: 1, depth: 14},
	{name: "keys renewed at any time", texts: [2][]int{{1}, {1}}, dials: 1, crowd: 1, renews: 2, depth: everything},
	{name: "either side leaves", texts: [2][]int{{1}, {1}}, dials: 1, crowd: 1, leave: [2]bool{true, true}, depth: everything},
	{name: "either side leaves while two attempts race", texts: [2][]int{{1}, {1}}, dials: 2, crowd: 2, leave: [2]bool{true, true}, depth: 18},
}

// everything is more steps than there are to anything here.
const everything = 1000

func TestModel(t *testing.T) {
	states, transitions := 0, 0
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			whole := s.depth == everything && modelDepth == everything
			s.depth = min(s.depth, modelDepth)
			m := newModel(s, "")
			began := time.Now()
			err := m.explore()
			t.Logf("%d states, %d transitions, depth %d, all there is: %v, %v",
				len(m.seen), m.transitions, m.deepest, m.whole, time.Since(began).Round(time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			if whole && !m.whole {
				t.Error("not all there is")
			}
			states += len(m.seen)
			transitions += m.transitions
		})
	}
	t.Logf("together %d states, %d transitions", states, transitions)
	if states < modelStates {
		t.Errorf("%d states are too few to mean anything: want %d", states, modelStates)
	}
}

// Small scenarios in which faults show.
var (
	talking = scenario{texts: [2][]int{{twoFrames, 1}, {1}}, dials: 1, crowd: 1, replay: 1, renews: 1, depth: 25}
	twice   = scenario{texts: [2][]int{{}, {1}}, dials: 2, crowd: 1, depth: 30}
	parting = scenario{texts: [2][]int{{1}, {}}, dials: 1, crowd: 1, leave: [2]bool{true, true}, depth: 20}
)

// faults are mistakes that one could make, each small. See where act names
// them.
var faults = []struct {
	fault fault
	in    scenario
}{
	{"what was under way is not said again", talking},
	{"a message begins again in its middle", talking},
	{"half a message is kept over a loss", talking},
	{"what was sent on a lost stream is forgotten", talking},
	{"the reader of a lost stream drops its message", talking},
	{"the reader of a new stream does not wait for the one before", talking},
	{"a message counts as handed when its stream is lost", talking},
	{"a message is acknowledged before it is handed over", talking},
	{"an agreement acknowledges what was not handed over", talking},
	{"what comes again after a farewell is an offence", parting},
	{"the sender keeps its old key", talking},
	{"the receiver keeps its old key", talking},
	{"the dialer asks from its first root", talking},
	{"the dialer keeps its old root", talking},
	{"the answerer forgets the old root when its reply is out", talking},
	{"the answerer offers the new root when the dialer has shown it", talking},
	{"the answerer keeps the root of the request, not of the first frame", talking},
	{"the answerer keeps both roots", talking},
	{"an older stream comes back", twice},
	{"requests are not remembered", talking},
}

func TestModelFindsFaults(t *testing.T) {
	for _, c := range faults {
		t.Run(string(c.fault), func(t *testing.T) {
			m := newModel(c.in, c.fault)
			err := m.explore()
			if err == nil {
				t.Fatal("not found")
			}
			what, _, _ := strings.Cut(err.Error(), ", while all settles")
			what, _, _ = strings.Cut(what, ", after")
			t.Logf("found within %d states and %d steps: %s", len(m.seen), m.deepest, what)
		})
	}
}

// TestAnOlderStreamDoesNotComeBack does in a session what the fault of that name
// does in the model: the first frame of a stream that the dialer has given up
// comes after that of the next stream.
func TestAnOlderStreamDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newPair(false)
		var received []string
		go func() {
			for e := range s.Events() {
				if r, ok := e.(Received); ok {
					received = append(received, r.Text)
				}
			}
		}()
		// given two streams that the session has agreed to
		if _, err := h.ask(); err != nil {
			t.Fatal(err)
		}
		older := *h
		if _, err := h.ask(); err != nil {
			t.Fatal(err)
		}
		h.discard()
		// when the later one is chosen
		h.say(1, "on the later stream")
		synctest.Wait()
		// then the older one is of no use any more,
		if err := older.say(1, "on the older stream"); err == nil {
			t.Error("the older stream is still open")
		}
		synctest.Wait()
		// and the later one is
		h.say(2, "and again")
		synctest.Wait()
		if want := []string{"on the later stream", "and again"}; !slices.Equal(received, want) {
			t.Errorf("received %q", received)
		}
		h.conn.Close()
		s.Close()
	})
}
