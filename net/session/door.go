// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"time"
)

const (
	// maxDoor bounds the streams that have not shown yet that they know our
	// root. One more takes the place of one of them, drawn by lot: whoever
	// floods the door cannot keep the other side out for long.
	maxDoor = 256
	// doorTime is how long a stream may take to show it.
	doorTime = 20 * time.Second
	// maxAgreed bounds the streams that have shown it and are not in use. They
	// are all of the other side, which needs one; the oldest gives way.
	maxAgreed = 4
	// maxAsks bounds the requests that are remembered, so that none is taken
	// twice.
	maxAsks = 1024
	// How often the other side may resume: at once, and a second.
	resumeBurst, resumeRate = 64, 1
)

// door is where streams of the other side arrive while a conversation goes on,
// and of anybody who knows our chat onion.
type door struct {
	waiting []net.Conn      // have not shown that they know our root
	agreed  []*link         // have; the oldest first
	asked   [][keySize]byte // ephemeral keys of the requests that were taken
	rate    bucket
}

// Take hands over a stream that arrived at our chat onion after the
// conversation began. If the other side resumes on it, it is used; whatever
// else it is, it is closed, and neither ends the conversation nor holds it up.
// Take does not wait.
func (s *Session) Take(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dialogue.dialer || s.ended {
		conn.Close()
		return
	}
	d := &s.door
	if len(d.waiting) >= maxDoor {
		i := rand.IntN(len(d.waiting))
		d.waiting[i].Close()
		d.waiting = slices.Delete(d.waiting, i, i+1)
	}
	d.waiting = append(d.waiting, conn)
	s.work.Go(func() {
		var root [keySize]byte
		defer clear(root[:])
		l, err := s.receive(conn, &root)
		if err != nil { // which has closed the stream
			if l != nil {
				l.drop()
			}
			return
		}
		f, err := l.hear()
		if !s.seat(l, root, &f, err) {
			l.drop()
		}
	})
}

// receive reads what a stream begins with, and agrees where it is a request
// that only the other side can make. It sets the root that it was made from.
func (s *Session) receive(conn net.Conn, root *[keySize]byte) (l *link, err error) {
	ctx, cancel := context.WithTimeout(s.ctx, doorTime)
	defer cancel()
	err = step(ctx, conn, "resume", func() error {
		wire := make([]byte, resumeSize)
		_, err := io.ReadFull(conn, wire)
		s.mu.Lock()
		s.door.waiting = slices.DeleteFunc(s.door.waiting, func(c net.Conn) bool { return c == conn })
		s.mu.Unlock()
		if err != nil {
			return err
		}
		var x *exchange
		if x, *root, err = s.recognise(wire); err != nil {
			return err
		}
		defer x.forget()
		if err := s.paced(ctx); err != nil {
			return err
		}
		s.mu.Lock()
		answer, keys, err := x.agree(s.dialogue.handed)
		if err == nil {
			l = newLink(conn, false, &keys)
			if s.door.agreed = append(s.door.agreed, l); len(s.door.agreed) > maxAgreed {
				s.door.agreed[0].cut()
				s.door.agreed = slices.Delete(s.door.agreed, 0, 1)
			}
		}
		s.mu.Unlock()
		if err != nil {
			return err
		}
		_, err = conn.Write(answer)
		return err
	})
	return l, err
}

var errStranger = errors.New("not the other side of this conversation")

// recognise finds out whether a stream begins with a new request of the other
// side, and from which root it was made.
func (s *Session) recognise(wire []byte) (*exchange, [keySize]byte, error) {
	message := unmasked(s.ends.answerer, wire, keySize)
	s.mu.Lock()
	defer s.mu.Unlock()
	roots := s.dialogue.roots.all()
	defer clear(roots)
	for _, root := range roots {
		x, err := readAsk(s.source, s.ends, root, message)
		if err != nil {
			continue
		}
		ephemeral := [keySize]byte(message)
		d := &s.door
		if s.ended || slices.Contains(d.asked, ephemeral) || !d.rate.try(time.Now()) {
			x.forget()
			return nil, [keySize]byte{}, errStranger
		}
		if d.asked = append(d.asked, ephemeral); len(d.asked) > maxAsks {
			d.asked = slices.Delete(d.asked, 0, 1)
		}
		return x, root, nil
	}
	return nil, [keySize]byte{}, errStranger
}

// seat goes on with a stream whose first frame was read, which proves that the
// other side has chosen it. The stream before, if it is still there, is
// dropped, and so are all that were agreed on before this one: the dialing side
// has one stream at a time, so it has given them up, and what it said on them
// may come late. A stream that came back so would bring an old root and old
// acknowledgements with it. It reports false where the stream is of no use.
func (s *Session) seat(l *link, root [keySize]byte, first *frame, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.door.agreed, l)
	if i < 0 { // a later one was chosen meanwhile
		return false
	}
	if err != nil || s.ended {
		s.door.agreed = slices.Delete(s.door.agreed, i, i+1)
		return false
	}
	for _, older := range s.door.agreed[:i] {
		older.cut()
	}
	s.door.agreed = slices.Delete(s.door.agreed, 0, i+1)
	if s.link != nil {
		s.link.cut()
		s.link = nil
		s.dialogue.broke()
	}
	s.dialogue.resumed(root)
	s.use(l, first)
	return true
}
