// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/flynn/noise"

	"passerby/net/onion"
)

const (
	// KeepAlive is how long a side is silent at most: it sends an idle frame
	// when it has sent nothing else for so long.
	KeepAlive = 20 * time.Second
	// Silence is how long a side waits for a frame before it counts the
	// stream as lost.
	Silence = 90 * time.Second

	// leaveWait bounds how long Leave takes.
	leaveWait = 3 * time.Second
	// farewellWait bounds what is still done after the other side has left or
	// the stream can no longer be written.
	farewellWait = time.Second

	// maxBatch is the number of frames of the longest message, and the most
	// frames that are written at once.
	maxBatch = (maxBytes + dataSize - 1) / dataSize
)

// Session is one conversation. All methods are safe for concurrent use.
// Somebody must read Events until it is closed.
type Session struct {
	conn net.Conn
	peer onion.Address
	tags [MaxTags]Tag

	send, receive    *noise.CipherState // used by the writer and the reader alone
	writing, reading []byte             // likewise

	events  *queue
	wake    chan struct{} // holds a token when the writer may have work
	leaving chan struct{} // closed when Leave begins
	stop    chan struct{} // closed when the session ends
	done    chan struct{} // closed when it has ended and keys are forgotten
	work    sync.WaitGroup

	mu       sync.Mutex
	out      outbox
	in       inbox
	told     uint64 // the last message of ours that Sent was told of
	handed   uint64 // the last message of theirs that our reader can have
	ackSent  uint64 // the last acknowledgement in a frame
	weLeave  bool
	mute     bool // the writer writes no more
	byeOut   bool // the leave frame was handed to the stream
	theyLeft bool
	ended    bool
	end      Ended
	fuses    []*time.Timer
	inflow   bucket // used by the reader alone
}

// newSession returns a session whose handshake is done, or will be when the
// other side's first frame proves it.
func newSession(conn net.Conn, peer onion.Address, tags [MaxTags]Tag, send, receive *noise.CipherState) *Session {
	return &Session{
		conn: conn, peer: peer, tags: tags, send: send, receive: receive,
		writing: make([]byte, maxBatch*FrameSize), reading: make([]byte, FrameSize),
		events: newQueue(), wake: make(chan struct{}, 1), leaving: make(chan struct{}),
		stop: make(chan struct{}), done: make(chan struct{}),
		inflow: bucket{burst: burst, rate: rate},
	}
}

// start sets the session going.
func (s *Session) start() {
	go s.events.run()
	s.work.Go(s.write)
	s.work.Go(s.read)
	go func() {
		s.work.Wait()
		<-s.stop
		s.mu.Lock()
		for _, fuse := range s.fuses {
			fuse.Stop()
		}
		s.end.Undelivered = len(s.out.waiting)
		end := s.end
		s.forget()
		s.mu.Unlock()
		s.events.push(end)
		close(s.done)
	}()
}

// forget overwrites what can be overwritten and lets go of the rest.
func (s *Session) forget() {
	*s.send, *s.receive = noise.CipherState{}, noise.CipherState{}
	clear(s.writing)
	clear(s.reading)
	s.in.forget()
	clear(s.out.waiting)
	s.out.waiting = nil
}

// Peer returns the other side's chat address, proven by the handshake.
func (s *Session) Peer() onion.Address { return s.peer }

// PeerTags returns the other side's tags.
func (s *Session) PeerTags() [MaxTags]Tag { return s.tags }

// Events returns what happens, in order. The channel is closed after Ended.
// While nobody reads it, the other side is held back after a few messages, and
// Send returns ErrFull after a few hundred. After the end, events wait for the
// reader for a minute and are dropped then.
func (s *Session) Events() <-chan Event { return s.events.out }

// Send queues a message of up to MaxText characters and returns its number;
// numbers count from 1. It never waits. It returns ErrEmpty, ErrTooLong,
// ErrInvalid, ErrFull, or ErrEnded.
func (s *Session) Send(text string) (id uint64, err error) {
	switch {
	case text == "":
		return 0, ErrEmpty
	case len(text) > maxBytes || utf8.RuneCountInString(text) > MaxText:
		return 0, ErrTooLong
	case !utf8.ValidString(text):
		return 0, ErrInvalid
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.weLeave || s.theyLeft {
		return 0, ErrEnded
	}
	if s.events.full() {
		return 0, ErrFull
	}
	id, err = s.out.add(text)
	if err == nil {
		signal(s.wake)
	}
	return id, err
}

// Leave ends the conversation: it hands over what was sent before, tells the
// other side with a last frame, waits for its answer, closes the stream and
// forgets the keys. It takes three seconds at most, and returns an error when
// the other side could not be told. What the other side says from now on is
// ignored. Calling it again, or after the end, is harmless.
func (s *Session) Leave() error {
	s.mu.Lock()
	if !s.ended && !s.weLeave {
		s.weLeave = true
		close(s.leaving)
		s.endWithin(leaveWait, nil)
		signal(s.wake)
	}
	s.mu.Unlock()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end.Reason == YouLeft && !s.byeOut && !s.theyLeft {
		return errors.New("session: left without being able to tell the other side")
	}
	return nil
}

// Close ends the conversation at once, without a word to the other side, and
// forgets the keys.
func (s *Session) Close() error {
	s.finish(Closed, nil)
	<-s.done
	return nil
}

// finish ends the session. The first call decides why.
func (s *Session) finish(reason Reason, err error) {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.ended = true
	s.end = Ended{Reason: reason, Err: err}
	close(s.stop)
	s.mu.Unlock()
	s.conn.Close()
}

// over ends the session for the reason that the circumstances give; err is why
// the stream can no longer be used, if so.
func (s *Session) over(err error) {
	s.mu.Lock()
	reason := Lost
	switch {
	case s.weLeave:
		reason, err = YouLeft, nil
	case s.theyLeft:
		reason, err = TheyLeft, nil
	}
	s.mu.Unlock()
	s.finish(reason, err)
}

// endWithin makes sure that the session is over after d. It is called with mu
// held.
func (s *Session) endWithin(d time.Duration, err error) {
	s.fuses = append(s.fuses, time.AfterFunc(d, func() { s.over(err) }))
}

// write is the writer: it sends what there is to send as soon as there is.
func (s *Session) write() {
	keepAlive := time.NewTimer(KeepAlive)
	defer keepAlive.Stop()
	due := false
	for {
		n, sent, bye := s.collect(due)
		if n == 0 {
			select {
			case <-s.wake:
			case <-keepAlive.C:
				due = true
			case <-s.stop:
				return
			}
			continue
		}
		err := s.writeFrames(n)
		s.mu.Lock()
		if err == nil {
			s.tellSent(sent)
			s.byeOut = bye
		} else {
			// What the other side said last may still be there to be read: it
			// may have left.
			s.mute = true
			s.endWithin(farewellWait, fmt.Errorf("session: write: %w", err))
		}
		theyLeft, mute := s.theyLeft, s.mute
		s.mu.Unlock()
		if mute {
			if theyLeft {
				s.over(nil)
			}
			return
		}
		due = false
		keepAlive.Reset(KeepAlive)
	}
}

// collect puts the frames that are to be sent now into the buffer. It returns
// how many there are, the last message of ours that is complete with them, and
// whether the last frame is our leave.
func (s *Session) collect(due bool) (n int, sent uint64, bye bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var scratch [dataSize]byte
	for n < maxBatch && !bye {
		f := frame{data: scratch[:0]}
		switch {
		case s.mute:
			return n, s.out.framed, false
		case s.theyLeft:
			f.kind, bye = kindLeave, true
		case s.out.next(&f):
		case s.weLeave:
			f.kind, bye = kindLeave, true
		case s.handed > s.ackSent || (due && n == 0):
			f.kind = kindIdle
		default:
			return n, s.out.framed, false
		}
		f.ack = s.handed
		s.ackSent = s.handed
		f.encode(s.writing[n*FrameSize:])
		n++
	}
	s.mute = s.mute || bye
	clear(scratch[:])
	return n, s.out.framed, bye
}

// writeFrames encrypts the first n frames of the buffer and writes them at
// once.
func (s *Session) writeFrames(n int) error {
	for i := range n {
		plain := s.writing[i*FrameSize:][:plainSize]
		if _, err := s.send.Encrypt(plain[:0], nil, plain); err != nil {
			return err
		}
		s.send.Rekey()
	}
	_, err := s.conn.Write(s.writing[:n*FrameSize])
	return err
}

// tellSent tells of all messages up to id that they were sent, once. It is
// called with mu held.
func (s *Session) tellSent(id uint64) {
	for s.told < id {
		s.told++
		s.events.push(Sent{s.told})
	}
}

// readFrame reads one frame. It is valid until the next call.
func (s *Session) readFrame() (frame, error) {
	if _, err := io.ReadFull(s.conn, s.reading); err != nil {
		return frame{}, err
	}
	plain, err := s.receive.Decrypt(s.reading[:0], nil, s.reading)
	if err != nil {
		return frame{}, fmt.Errorf("%w: a frame that is not from it: %w", ErrProtocol, err)
	}
	s.receive.Rekey()
	return decode(plain)
}

// read is the reader.
func (s *Session) read() {
	for {
		s.conn.SetReadDeadline(time.Now().Add(Silence))
		f, err := s.readFrame()
		if err == nil {
			err = s.handle(f)
			clear(s.reading)
		} else if errors.Is(err, os.ErrDeadlineExceeded) {
			err = fmt.Errorf("nothing was heard for %v: %w", Silence, err)
		}
		if err != nil {
			s.over(fmt.Errorf("session: read: %w", err))
			return
		}
		if f.kind == kindLeave {
			return
		}
	}
}

// handle does what a frame asks for.
func (s *Session) handle(f frame) error {
	s.mu.Lock()
	news, err := s.out.ack(f.ack)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	if news {
		// The acknowledgement may be here before the write has returned.
		s.tellSent(f.ack)
		s.events.push(Delivered{f.ack})
	}
	var message string
	var whole bool
	switch f.kind {
	case kindText:
		message, whole, err = s.in.take(f)
	case kindLeave:
		s.theyLeft = true
	}
	mute := s.mute
	if f.kind == kindLeave && !mute {
		s.endWithin(farewellWait, nil)
		signal(s.wake)
	}
	s.mu.Unlock()
	if f.kind == kindLeave && mute {
		s.over(nil)
	}
	if err != nil || !whole || !s.makeRoom() {
		return err
	}
	s.mu.Lock()
	s.events.push(Received{f.number, message})
	s.handed = f.number
	s.mu.Unlock()
	signal(s.wake)
	return nil
}

// makeRoom waits until one more message is within the peer's rate and our
// reader's bound. It reports false when the message is of no more use, because
// we have left or the session is over.
func (s *Session) makeRoom() bool {
	if wait := s.inflow.take(time.Now()); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.leaving:
			return false
		case <-s.stop:
			return false
		}
	}
	for !s.events.hasRoom() {
		select {
		case <-s.events.room:
		case <-s.leaving:
			return false
		case <-s.stop:
			return false
		}
	}
	select {
	case <-s.leaving:
		return false
	case <-s.stop:
		return false
	default:
		return true
	}
}
