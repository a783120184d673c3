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

	"github.com/flynn/noise"
)

const (
	// KeepAlive is how long a side without cover is silent at most.
	KeepAlive = 10 * time.Second
	// Silence is how long a side waits for a frame, or for the stream to take
	// one, before it counts the stream as broken.
	Silence = 30 * time.Second
)

// link is one stream with its keys.
type link struct {
	conn             net.Conn
	send, receive    *noise.CipherState // used by the writer and the reader alone
	writing, reading []byte             // likewise
	broken           chan struct{}      // closed when it is of no more use
	once             sync.Once
}

// newLink returns the link of one side over conn.
func newLink(conn net.Conn, dialer bool, keys *schedule) *link {
	l := &link{conn: conn, writing: make([]byte, FrameSize), reading: make([]byte, FrameSize), broken: make(chan struct{})}
	if dialer {
		l.send, l.receive = newCipher(keys.dialer), newCipher(keys.answerer)
	} else {
		l.send, l.receive = newCipher(keys.answerer), newCipher(keys.dialer)
	}
	*keys = schedule{}
	return l
}

// cut closes the stream. It may be called more than once and by anybody.
func (l *link) cut() {
	l.once.Do(func() {
		close(l.broken)
		l.conn.Close()
	})
}

// drop closes a stream that nothing uses and overwrites its keys, and what was
// read and written.
func (l *link) drop() {
	l.cut()
	*l.send, *l.receive = noise.CipherState{}, noise.CipherState{}
	clear(l.writing)
	clear(l.reading)
}

// errForged is wrapped by errors about a frame that the other side did not
// make, or that was changed, or that others are missing before. The stream is
// of no more use; the conversation is.
var errForged = errors.New("a frame that does not open with the key that is due")

// read reads and opens a frame. It is valid until the next call.
func (l *link) read() (frame, error) {
	if _, err := io.ReadFull(l.conn, l.reading); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = fmt.Errorf("nothing was heard for %v: %w", Silence, err)
		}
		return frame{}, fmt.Errorf("session: read: %w", err)
	}
	plain, err := open(l.receive, l.reading)
	if err != nil {
		return frame{}, fmt.Errorf("session: read: %w", errForged)
	}
	return decode(plain)
}

// hear reads a frame within Silence.
func (l *link) hear() (frame, error) {
	l.conn.SetReadDeadline(time.Now().Add(Silence))
	return l.read()
}

// write seals and writes a frame; turn, if any, is the key of the next.
func (l *link) write(f *frame, turn *[keySize]byte) error {
	f.encode(l.writing)
	if err := seal(l.send, l.writing); err != nil {
		return fmt.Errorf("session: write: %w", err)
	}
	if turn != nil {
		replace(l.send, turn)
	}
	if _, err := l.conn.Write(l.writing); err != nil {
		return fmt.Errorf("session: write: %w", err)
	}
	return nil
}

// writer sends frames until the link breaks: with cover one at each tick of an
// exponential clock, without as soon as there is something to say.
func (s *Session) writer(l *link) {
	f := frame{data: make([]byte, 0, dataSize)}
	defer func() {
		*l.send = noise.CipherState{}
		clear(l.writing)
		clear(f.data[:dataSize])
	}()
	timer := time.NewTimer(s.interval())
	defer timer.Stop()
	for {
		need, wake := false, s.wake
		if s.cover.Load() {
			wake = nil
		}
		select {
		case <-timer.C:
			need = true
		case <-wake:
		case <-s.turned: // cover was turned on or off
			timer.Reset(s.interval())
			continue
		case <-l.broken:
			return
		}
		for {
			said, err := s.say(l, &f, need)
			if err != nil {
				// What the other side said last may still be there to be read:
				// it may have left.
				time.AfterFunc(farewellWait, func() { s.broke(l, err) })
				return
			}
			if said {
				timer.Reset(s.interval())
			}
			if !said || s.cover.Load() {
				break
			}
			need = false
			if !l.sleep(s.spend()) {
				return
			}
		}
	}
}

// interval returns the time until a frame is sent in any case.
func (s *Session) interval() time.Duration {
	if s.cover.Load() {
		return gap()
	}
	return KeepAlive
}

// spend counts a frame of a side without cover and returns how long to wait
// before the next. The writer of the stream before may not have noticed yet that
// there is another.
func (s *Session) spend() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outflow.take(time.Now())
}

// sleep waits for d and reports whether the link is still good.
func (l *link) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.broken:
		return false
	}
}

// say sends one frame, if there is one to send.
func (s *Session) say(l *link, f *frame, need bool) (said bool, err error) {
	s.mu.Lock()
	if s.link != l || s.ended {
		s.mu.Unlock()
		signal(s.wake) // the token was for the writer of the stream in use
		return false, nil
	}
	said, turn, err := s.dialogue.next(f, need, time.Now())
	framed := s.dialogue.out.framed
	s.mu.Unlock()
	if err != nil || !said {
		return false, err
	}
	l.conn.SetWriteDeadline(time.Now().Add(Silence))
	if err := l.write(f, turn); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellSent(framed)
	if s.link == l && s.dialogue.said() {
		s.fade()
	}
	return true, nil
}

// reader hears frames until the link breaks. first, if any, was read before.
func (s *Session) reader(l *link, first *frame) {
	defer func() {
		*l.receive = noise.CipherState{}
		clear(l.reading)
	}()
	// One reader at a time: the one before may still have a whole message that
	// waits for room, which comes before all that is heard here.
	select {
	case s.reading <- struct{}{}:
	case <-l.broken:
		return
	}
	defer func() { <-s.reading }()
	for {
		var f frame
		var err error
		if first != nil {
			f, first = *first, nil
		} else if f, err = l.hear(); err == nil && !s.admitRate(l) {
			return
		}
		if err == nil {
			err = s.hear(l, f)
			clear(l.reading)
		}
		switch {
		case err == nil:
		case errors.Is(err, ErrProtocol):
			s.finish(Lost, err)
			return
		default:
			s.broke(l, err)
			return
		}
	}
}

// admitRate holds a peer back that sends faster than it may, and ends the
// session when that does not help.
func (s *Session) admitRate(l *link) bool {
	now := time.Now()
	wait := s.inflow.take(now)
	switch {
	case wait > 0 && s.slowed.IsZero():
		s.slowed = now
	case wait > 0 && now.Sub(s.slowed) > maxSlowed:
		s.finish(Flooded, errFlood)
		return false
	case s.inflow.calm():
		s.slowed = time.Time{}
	}
	return l.sleep(wait)
}

// hear does what a frame asks for.
func (s *Session) hear(l *link, f frame) error {
	s.mu.Lock()
	if s.link != l || s.ended {
		s.mu.Unlock()
		return net.ErrClosed
	}
	s.heard = true
	left := s.dialogue.left
	h, err := s.dialogue.take(f, time.Now())
	if h.acked > 0 { // whatever else the frame is
		// The acknowledgement may be here before the write has returned.
		s.tellSent(h.acked)
		s.tell(Delivered{h.acked})
	}
	if err != nil {
		s.mu.Unlock()
		return err
	}
	if h.turn != nil {
		replace(l.receive, h.turn)
	}
	if s.parting && !s.dialogue.leaving && !s.dialogue.out.more() {
		s.dialogue.leaving = true
	}
	if s.dialogue.left && !left {
		s.heardLeave()
	}
	signal(s.wake) // a reply may be due
	s.mu.Unlock()
	if h.number == 0 || !s.makeRoom() {
		return nil
	}
	s.mu.Lock()
	s.tell(Received{h.number, h.message})
	s.dialogue.handed = h.number
	s.mu.Unlock()
	signal(s.wake)
	return nil
}

// makeRoom waits until one more message is within our reader's bound. It
// reports false when the message is of no more use, because we have left or
// the session is over.
func (s *Session) makeRoom() bool {
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
