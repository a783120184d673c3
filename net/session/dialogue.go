// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"fmt"
	"time"
)

const (
	// RenewTime is how long the dialer goes on before it asks for new keys.
	RenewTime = 10 * time.Minute
	// RenewMessages is for how many messages, of both sides together, it does.
	RenewMessages = 200
)

// dialogue is the protocol of one side after the handshake: what it says next
// and what it makes of what it hears. It has no stream, no clock and no
// goroutine, so that it can be run through all that may happen, step by step.
type dialogue struct {
	dialer  bool
	renewer renewer

	roots roots
	out   outbox
	in    inbox
	// handed is the last message of theirs that our reader can have. It is
	// what we acknowledge.
	handed uint64

	leaving bool // we want to leave
	left    bool // they have left

	renewed  time.Time // when the keys were last renewed
	messages int       // since then, of both sides
	overdue  bool      // renew as soon as can be

	line *line // the stream in use, or nil
}

// line is what was said on one stream.
type line struct {
	ackSent uint64 // the last acknowledgement in a frame
	goodbye bool   // our leave frame was taken
	spoke   bool   // text and renewal take turns, and it was the turn of text

	request  any    // dialer: a request that is not answered
	outgoing []byte // a request or reply, if not wholly taken
	offset   int    // bytes of it that were taken
	incoming assembly
	fresh    *schedule // keys that were agreed on and are not wholly in use
}

// begin starts on a first stream or a new one.
func (d *dialogue) begin() { d.line = new(line) }

// broke forgets the stream in use. What it may have lost is said again on the
// next.
func (d *dialogue) broke() {
	if d.line == nil {
		return
	}
	if d.line.request != nil {
		d.renewer.forget(d.line.request)
	}
	d.line.incoming.forget()
	d.line.forgetFresh(d.dialer)
	d.line = nil
	d.out.rewind()
	d.in.rewind()
	d.overdue = true // the next stream begins without a KEM of its own
}

// forgetFresh overwrites keys that were agreed on and will not be used.
func (l *line) forgetFresh(dialer bool) {
	switch {
	case l.fresh == nil:
	case dialer || l.outgoing != nil:
		*l.fresh = schedule{}
	default: // the reply is out: whoever writes may still hold the key for what follows it
		clear(l.fresh.dialer[:])
	}
}

// resumed starts on a stream that the other side resumed from root. It tells
// the answering side which root to keep.
func (d *dialogue) resumed(root [keySize]byte) {
	d.begin()
	if !d.dialer {
		d.roots.settle(root)
	}
}

// due reports whether it is time to renew the keys.
func (d *dialogue) due(now time.Time) bool {
	return d.overdue || d.messages >= RenewMessages || now.Sub(d.renewed) >= RenewTime
}

// next fills f with what is to be said next on the stream in use; need asks
// for a frame even where there is nothing to say. turn, if any, is the key of
// all our frames after this one.
func (d *dialogue) next(f *frame, need bool, now time.Time) (ok bool, turn *[keySize]byte, err error) {
	l := d.line
	if d.dialer && l.request == nil && l.fresh == nil && !d.leaving && !d.left && d.due(now) {
		if l.request, l.outgoing, err = d.renewer.request(d.roots.current); err != nil {
			return false, nil, err
		}
		l.offset = 0
	}
	*f = frame{ack: d.handed, data: f.data[:0]}
	switch {
	case d.left && !l.goodbye:
		f.kind, l.goodbye = kindLeave, true
	case d.dialer && l.fresh != nil:
		f.kind, turn = kindTurn, &l.fresh.dialer
		l.fresh = nil
	case l.outgoing != nil && !d.leaving && !l.goodbye && (l.spoke || !d.out.more()): // who leaves needs no new keys
		f.kind, l.spoke = kindRenew, false
		if l.offset = cut(f, l.outgoing, l.offset); l.offset < len(l.outgoing) {
			break
		}
		l.outgoing = nil
		if !d.dialer { // the reply is out: the dialer may use the new root from now on
			turn = &l.fresh.answerer
			d.roots.offer(l.fresh.root)
			l.fresh.root = [keySize]byte{}
		}
	case !l.goodbye && d.out.next(f):
		l.spoke = true
		if d.out.offset == 0 {
			d.messages++
		}
	case d.leaving && !l.goodbye:
		f.kind, l.goodbye = kindLeave, true
	case d.handed > l.ackSent || need:
	default:
		return false, nil, nil
	}
	l.ackSent = d.handed
	return true, turn, nil
}

// heard is what a frame of the other side comes to.
type heard struct {
	acked   uint64 // the other side has our messages up to this one; 0 for no news
	number  uint64 // a message of theirs is whole; 0 for none
	message string
	turn    *[keySize]byte // the key of all their frames after this one
}

// take makes of a frame what it says. Errors wrap ErrProtocol: whoever sent it
// has our keys and does not keep to the protocol.
func (d *dialogue) take(f frame, now time.Time) (h heard, err error) {
	news, err := d.out.ack(f.ack)
	if err != nil {
		return h, err
	}
	if news {
		h.acked = f.ack
	}
	switch f.kind {
	case kindText:
		if d.left && f.number > d.in.whole { // what we have may come again on a new stream
			return h, fmt.Errorf("%w: a message after a farewell", ErrProtocol)
		}
		var whole bool
		if h.message, whole, err = d.in.take(f); whole {
			h.number = f.number
			d.messages++
		}
	case kindLeave:
		d.left = true
	case kindRenew:
		h.turn, err = d.takeRenewal(f, now)
	case kindTurn:
		h.turn, err = d.takeTurn(now)
	}
	return h, err
}

// takeRenewal takes a piece of a request or a reply.
func (d *dialogue) takeRenewal(f frame, now time.Time) (turn *[keySize]byte, err error) {
	l := d.line
	want := requestSize
	if d.dialer {
		want = replySize
	}
	if l.outgoing != nil || l.fresh != nil || d.dialer && l.request == nil || f.total != want {
		return nil, fmt.Errorf("%w: a renewal out of turn", ErrProtocol)
	}
	whole, err := l.incoming.add(f)
	if err != nil || !whole {
		return nil, err
	}
	defer l.incoming.forget()
	var keys schedule
	if !d.dialer {
		if l.outgoing, keys, err = d.renewer.reply(d.roots.current, l.incoming.partial); err != nil {
			return nil, err
		}
		l.offset, l.fresh = 0, &keys
		return nil, nil
	}
	if keys, err = d.renewer.finish(l.request, l.incoming.partial); err != nil {
		return nil, err
	}
	l.request, l.fresh = nil, &keys
	d.roots.settle(keys.root) // the other side has it: it made the reply
	keys.root = [keySize]byte{}
	d.restart(now)
	return &keys.answerer, nil
}

// takeTurn takes the dialer's word that it uses the new keys.
func (d *dialogue) takeTurn(now time.Time) (turn *[keySize]byte, err error) {
	l := d.line
	if d.dialer || l.fresh == nil || l.outgoing != nil {
		return nil, fmt.Errorf("%w: new keys out of turn", ErrProtocol)
	}
	keys := l.fresh
	l.fresh = nil
	d.roots.settle(d.roots.next)
	d.restart(now)
	return &keys.dialer, nil
}

// restart counts anew until the next renewal.
func (d *dialogue) restart(now time.Time) {
	d.renewed, d.messages, d.overdue = now, 0, false
}

// farewell reports whether both sides have said that they leave, as far as the
// stream in use goes.
func (d *dialogue) farewell() bool { return d.left && d.said() }

// said reports whether we have said so.
func (d *dialogue) said() bool { return d.line != nil && d.line.goodbye }

// forget overwrites what can be overwritten and lets go of the rest.
func (d *dialogue) forget() {
	d.broke()
	d.roots = roots{}
	clear(d.out.waiting)
	d.out.waiting = nil
}
