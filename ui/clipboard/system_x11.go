// SPDX-License-Identifier: GPL-3.0-or-later

//go:build cgo && !android && (linux || freebsd || netbsd || openbsd || dragonfly)

package clipboard

/*
#cgo pkg-config: xcb
#include <stdlib.h>
#include <sys/socket.h>
#include <xcb/xcb.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

const (
	answerTime = time.Second            // for the X server to make us the owner
	seenTime   = 100 * time.Millisecond // for a clipboard manager to see that there is nothing more
	endTime    = 100 * time.Millisecond // for our reader to end when the program does

	// What may be asked of us for one text, and how much of it may wait for us
	// at a time. A program that asks for more is not pasting. We give the
	// clipboard up then, for what it goes on to ask would wait in our memory.
	maxRequests = 200
	maxGiven    = 32 << 20 // bytes
	maxWaiting  = 64       // events

	outQueue = 16 << 10 // bytes of requests that libxcb collects before it writes them
)

// hint is what Klipper looks for, and secret what it wants to find there.
const hint, secret = "x-kde-passwordManagerHint", "secret"

// selection is the CLIPBOARD selection of an X display: not a place but a
// duty, to answer whoever asks its owner (ICCCM, 2 “Peer-to-Peer Communication
// by Means of Selections”).
type selection struct {
	conn   *C.xcb_connection_t
	window C.xcb_window_t // owns, and is never shown
	ended  chan struct{}  // closed when the connection is of no more use

	clipboard, targets, timestamp, utf8, mime, plainMIME, hint, stamp, last C.xcb_atom_t

	most int // bytes that fit into one answer

	mu      sync.Mutex
	text    []byte            // nil for none
	since   C.xcb_timestamp_t // when we became the owner
	owner   bool              // also with no text any more
	next    []byte            // waits for a time stamp
	taken   chan bool         // tells put how that ended
	asked   int               // times, since the last put
	given   int               // bytes, since the last put
	watched bool              // somebody looked what there is to have
	seen    chan struct{}     // closed when somebody was told that it was cleared
	shown   bool              // that was written, and is to be flushed
	closing bool              // nothing comes after the property last
}

func native(o Options) (system, error) {
	if !o.X11 {
		return nil, errors.New("the window is no X11 window")
	}
	conn := C.xcb_connect(nil, nil)
	s := &selection{conn: conn, ended: make(chan struct{})}
	if err := s.begin(); err != nil {
		C.xcb_disconnect(conn)
		return nil, err
	}
	go s.read()
	return s, nil
}

// begin makes the window and looks up the names.
func (s *selection) begin() error {
	if code := C.xcb_connection_has_error(s.conn); code != 0 {
		return fmt.Errorf("the X server does not let us in: error %d", int(code))
	}
	screens := C.xcb_setup_roots_iterator(C.xcb_get_setup(s.conn))
	if screens.rem == 0 {
		return errors.New("the X server has no screen")
	}
	s.window = C.xcb_generate_id(s.conn)
	wanted := []C.uint32_t{C.XCB_EVENT_MASK_PROPERTY_CHANGE}
	C.xcb_create_window(s.conn, C.XCB_COPY_FROM_PARENT, s.window, screens.data.root, -1, -1, 1, 1, 0,
		C.XCB_WINDOW_CLASS_INPUT_ONLY, C.XCB_COPY_FROM_PARENT, C.XCB_CW_EVENT_MASK, unsafe.Pointer(unsafe.SliceData(wanted)))
	for _, a := range []struct {
		name string
		atom *C.xcb_atom_t
	}{
		{"CLIPBOARD", &s.clipboard},
		{"TARGETS", &s.targets},
		{"TIMESTAMP", &s.timestamp},
		{"UTF8_STRING", &s.utf8},
		{"text/plain;charset=utf-8", &s.mime},
		{"text/plain", &s.plainMIME},
		{hint, &s.hint},
		{"PASSERBY_TIME", &s.stamp},
		{"PASSERBY_LAST", &s.last},
	} {
		name := C.CString(a.name)
		reply := C.xcb_intern_atom_reply(s.conn, C.xcb_intern_atom(s.conn, 0, C.uint16_t(len(a.name)), name), nil)
		C.free(unsafe.Pointer(name))
		if reply == nil {
			return fmt.Errorf("the X server does not know %s", a.name)
		}
		*a.atom = reply.atom
		C.free(unsafe.Pointer(reply))
	}
	const head = 64 // bytes of a request before its data, and then some
	s.most = 4*int(C.xcb_get_maximum_request_length(s.conn)) - head
	return nil
}

// read handles what the X server tells, until the connection or the program
// ends.
func (s *selection) read() {
	defer close(s.ended)
	waiting := make([]*C.xcb_generic_event_t, 0, maxWaiting)
	for {
		event := C.xcb_wait_for_event(s.conn)
		if event == nil {
			s.lost()
			return
		}
		waiting = append(waiting[:0], event)
		for len(waiting) < maxWaiting {
			if event = C.xcb_poll_for_event(s.conn); event == nil {
				break
			}
			waiting = append(waiting, event)
		}
		if len(waiting) == maxWaiting {
			s.mu.Lock()
			s.giveUp()
			s.mu.Unlock()
			waiting = once(waiting)
		}
		last := false
		for _, event := range waiting {
			last = s.handle(event) || last
			C.free(unsafe.Pointer(event))
		}
		C.xcb_flush(s.conn)
		s.mu.Lock()
		if s.shown {
			close(s.seen)
			s.seen, s.shown = nil, false
		}
		s.mu.Unlock()
		if last {
			s.lost()
			return
		}
	}
}

// once drops what a window asks more than once, unanswered. To write many
// answers would have libxcb read ahead as many questions.
func once(waiting []*C.xcb_generic_event_t) []*C.xcb_generic_event_t {
	asked := make(map[C.xcb_window_t]bool)
	return slices.DeleteFunc(waiting, func(event *C.xcb_generic_event_t) bool {
		if event.response_type != C.XCB_SELECTION_REQUEST {
			return false
		}
		window := (*C.xcb_selection_request_event_t)(unsafe.Pointer(event)).requestor
		again := asked[window]
		asked[window] = true
		if again {
			C.free(unsafe.Pointer(event))
		}
		return again
	})
}

// handle handles one event, and tells whether it is the last. One that another
// program has made up has the highest bit of its type set, and is none of
// these.
func (s *selection) handle(event *C.xcb_generic_event_t) (last bool) {
	switch at := unsafe.Pointer(event); event.response_type {
	case C.XCB_PROPERTY_NOTIFY:
		switch e := (*C.xcb_property_notify_event_t)(at); {
		case e.window != s.window:
		case e.atom == s.stamp:
			s.take(e.time)
		case e.atom == s.last:
			s.mu.Lock()
			last = s.closing
			s.mu.Unlock()
		}
	case C.XCB_SELECTION_CLEAR:
		e := (*C.xcb_selection_clear_event_t)(at)
		s.mu.Lock()
		if e.owner == s.window && e.selection == s.clipboard && !before(e.time, s.since) {
			s.owner = false
			s.wipe()
		}
		s.mu.Unlock()
	case C.XCB_SELECTION_REQUEST:
		s.answer((*C.xcb_selection_request_event_t)(at))
	}
	return last
}

// before compares times of the X server, which wrap after 49 days.
func before(a, b C.xcb_timestamp_t) bool { return int32(a-b) < 0 }

// lost notes that the connection is gone, and the clipboard with it.
func (s *selection) lost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owner = false
	s.wipe()
	s.settle(false)
}

// wipe overwrites the text. The caller holds mu.
func (s *selection) wipe() {
	clear(s.text)
	s.text = nil
}

// settle tells put how it ended, and overwrites what did not get anywhere. The
// caller holds mu.
func (s *selection) settle(ok bool) {
	if s.taken != nil {
		s.taken <- ok
		s.taken = nil
	}
	if !ok {
		clear(s.next)
	}
	s.next = nil
}

// put asks the X server what time it is, by a change that changes nothing: an
// owner must name the time at which it became one.
func (s *selection) put(text []byte) error {
	if len(text) > s.most {
		clear(text)
		return ErrTooLong
	}
	taken := make(chan bool, 1)
	s.mu.Lock()
	s.settle(false)
	select {
	case <-s.ended:
		s.mu.Unlock()
		clear(text)
		return errors.New("the connection to the X server is gone")
	default:
	}
	s.next, s.taken = text, taken
	s.mu.Unlock()
	s.touch(s.stamp)

	late := time.NewTimer(answerTime)
	defer late.Stop()
	select {
	case ok := <-taken:
		if !ok {
			return errors.New("another program took the clipboard: try again")
		}
		return nil
	case <-late.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(false)
	select {
	case ok := <-taken:
		if ok { // just now
			return nil
		}
	default:
	}
	return fmt.Errorf("the X server does not answer within %v", answerTime)
}

// take becomes the owner of the selection, with the text that waits for it.
func (s *selection) take(now C.xcb_timestamp_t) {
	s.mu.Lock()
	waits := s.next != nil
	s.mu.Unlock()
	if !waits {
		return
	}
	C.xcb_set_selection_owner(s.conn, s.window, s.clipboard, now)
	reply := C.xcb_get_selection_owner_reply(s.conn, C.xcb_get_selection_owner(s.conn, s.clipboard), nil)
	ours := reply != nil && reply.owner == s.window
	C.free(unsafe.Pointer(reply))

	s.mu.Lock()
	defer s.mu.Unlock()
	if !ours || s.next == nil { // put has given up meanwhile
		s.settle(false)
		return
	}
	s.wipe()
	s.text, s.since, s.owner = s.next, now, true
	s.asked, s.given, s.watched, s.seen, s.shown = 0, 0, false, nil, false
	s.settle(true)
}

// answer gives a program what it asks for, or tells it that we do not.
func (s *selection) answer(r *C.xcb_selection_request_event_t) {
	property := r.property
	if property == C.XCB_ATOM_NONE {
		property = r.target // as old programs have it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.asked > maxRequests || s.given > maxGiven {
		s.giveUp()
	}
	fits := s.owner && r.owner == s.window && r.selection == s.clipboard &&
		(r.time == C.XCB_CURRENT_TIME || !before(r.time, s.since))
	if !fits || !s.convert(r.requestor, property, r.target) {
		property = C.XCB_ATOM_NONE
	}
	notice := C.xcb_selection_notify_event_t{
		response_type: C.XCB_SELECTION_NOTIFY,
		time:          r.time, requestor: r.requestor, selection: r.selection, target: r.target, property: property,
	}
	var event [32]byte // as long as every event is
	*(*C.xcb_selection_notify_event_t)(unsafe.Pointer(&event)) = notice
	C.xcb_send_event(s.conn, 0, r.requestor, C.XCB_EVENT_MASK_NO_EVENT, (*C.char)(unsafe.Pointer(&event)))
}

// convert writes the selection, in one of its forms, to a property of another
// program's window. If that window is gone by now, the X server sends us an
// error, which means nothing to us.
func (s *selection) convert(window C.xcb_window_t, property, target C.xcb_atom_t) bool {
	write := func(kind C.xcb_atom_t, format C.uint8_t, units int, data unsafe.Pointer) {
		C.xcb_change_property(s.conn, C.XCB_PROP_MODE_REPLACE, window, property, kind, format, C.uint32_t(units), data)
		s.given += units * int(format) / 8
	}
	switch target {
	case s.targets:
		all := []C.xcb_atom_t{s.targets, s.timestamp, s.hint}
		if s.text != nil {
			all = append(all, s.utf8, s.mime, s.plainMIME, C.XCB_ATOM_STRING)
			s.watched = true
		} else {
			s.shown = s.seen != nil
		}
		write(C.XCB_ATOM_ATOM, 32, len(all), unsafe.Pointer(&all[0]))
	case s.timestamp:
		since := s.since
		write(C.XCB_ATOM_INTEGER, 32, 1, unsafe.Pointer(&since))
	case s.hint:
		write(s.hint, 8, len(secret), unsafe.Pointer(unsafe.StringData(secret)))
	case s.utf8, s.mime, s.plainMIME:
		if s.text == nil {
			return false
		}
		write(target, 8, len(s.text), unsafe.Pointer(&s.text[0]))
	case C.XCB_ATOM_STRING:
		if s.text == nil {
			return false
		}
		old := latin1(s.text)
		write(target, 8, len(old), unsafe.Pointer(&old[0]))
		clear(old)
	default:
		return false
	}
	return true
}

// latin1 returns a text in ISO 8859-1, which is what STRING means, with a
// question mark for each character that it does not have.
func latin1(text []byte) []byte {
	old := make([]byte, 0, len(text)) // never grows, which would leave copies
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r > 0xff {
			r = '?'
		}
		old = append(old, byte(r))
		text = text[size:]
	}
	return old
}

// giveUp has nobody own the selection, if we do. The caller holds mu.
func (s *selection) giveUp() {
	if s.owner {
		C.xcb_set_selection_owner(s.conn, C.XCB_WINDOW_NONE, s.clipboard, s.since)
		C.xcb_flush(s.conn)
		s.owner = false
		s.wipe()
	}
}

// clear overwrites the text, and stays the owner with nothing to give. It
// takes the selection once more for everybody who watches it to look again: at
// the time at which it did so before, for the X server refuses that if another
// program has taken it since.
func (s *selection) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(false)
	if !s.owner || s.text == nil {
		return
	}
	s.wipe()
	s.seen = make(chan struct{})
	C.xcb_set_selection_owner(s.conn, s.window, s.clipboard, s.since)
	C.xcb_flush(s.conn)

	// libxcb's own buffer may still hold what was given last. A request that
	// just fits overwrites it.
	const head = 24
	nothing := make([]byte, outQueue-head-4)
	C.xcb_change_property(s.conn, C.XCB_PROP_MODE_REPLACE, s.window, s.stamp, C.XCB_ATOM_INTEGER, 8,
		C.uint32_t(len(nothing)), unsafe.Pointer(unsafe.SliceData(nothing)))
	C.xcb_flush(s.conn)
	C.xcb_delete_property(s.conn, s.window, s.stamp)
	C.xcb_flush(s.conn)
}

// close waits a moment for a clipboard manager that has looked at the text to
// see that there is none any more, and ends the connection.
func (s *selection) close() {
	s.mu.Lock()
	seen := s.seen
	if !s.watched {
		seen = nil
	}
	s.mu.Unlock()
	if seen != nil {
		select {
		case <-seen:
		case <-s.ended:
		case <-time.After(seenTime):
		}
	}
	// The X server tells of this change when it has done all that came before.
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.touch(s.last)
	for range 2 {
		select {
		case <-s.ended:
			C.xcb_disconnect(s.conn)
			return
		case <-time.After(endTime):
			// It hangs. The reader ends when nothing more can be read.
			C.shutdown(C.xcb_get_file_descriptor(s.conn), C.SHUT_RDWR)
		}
	}
	// The process ends soon, and the connection with it.
}

// touch changes nothing in a property of our window, which the X server tells
// us, with the time.
func (s *selection) touch(property C.xcb_atom_t) {
	C.xcb_change_property(s.conn, C.XCB_PROP_MODE_APPEND, s.window, property, C.XCB_ATOM_INTEGER, 32, 0, nil)
	C.xcb_flush(s.conn)
}

func (s *selection) manners() Manners { return Manners{Marked: true} }
