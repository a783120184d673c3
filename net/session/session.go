// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"passerby/net/onion"
)

const (
	// Patience is how long a conversation waits for the other side after its
	// stream broke.
	Patience = 3 * time.Minute
	// firstPatience takes its place on the answering side as long as it has not
	// heard a frame: the dialing side may not know that there is a conversation.
	firstPatience = time.Minute
	// leaveWait bounds how long two farewells may take, a new stream included.
	leaveWait = 15 * time.Second
	// farewellWait bounds what is still read of a stream that can no longer be
	// written.
	farewellWait = time.Second
	// hintWait is how long the dialing side waits for a frame to answer with
	// its farewell.
	hintWait = 3 * time.Second
	// fadeLeast, fadeMean and fadeMost are how long cover goes on after the
	// dialing side's farewell, until it closes the stream: the least, which the
	// other side's farewell needs to be here, and what is added.
	fadeLeast = 3 * time.Second
	fadeMean  = 750 * time.Millisecond
	fadeMost  = 2 * time.Second
	// fadeWait is how long the answering side waits for that.
	fadeWait = 6 * time.Second
)

// Session is one conversation. All methods are safe for concurrent use.
// Somebody must read Events until it is closed.
type Session struct {
	source source
	ends   ends
	tags   [MaxTags]Tag
	redial func(context.Context) (net.Conn, error)
	dialed bool

	events  *queue
	wake    chan struct{} // holds a token when the writer may have work
	turned  chan struct{} // holds a token when cover was turned on or off
	reading chan struct{} // holds a token while a reader reads
	leaving chan struct{} // closed when Leave begins
	parted  chan struct{} // see Parted
	stop    chan struct{} // closed when the session is over
	done    chan struct{} // closed when nothing of it runs and keys are forgotten
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup

	partOnce sync.Once
	cover    atomic.Bool

	inflow bucket    // used by the reader alone
	slowed time.Time // since when the peer is held back; likewise

	mu       sync.Mutex
	dialogue dialogue
	exported [keySize]byte
	link     *link // the stream in use, or nil
	door     door  // streams that arrive
	outflow  bucket
	redials  bucket // reconnections, on the dialing side
	told     uint64 // the last message of ours that Sent was told of
	fuses    []*time.Timer
	lost     *time.Timer // ends the session while there is no link
	heard    bool        // a frame of the other side, so that both know of the conversation
	parting  bool        // Leave was called
	fading   bool        // the end is near
	faded    bool        // and comes with the other side's farewell at the latest
	ended    bool
	last     *Ended // the last event, once it was told
}

// newSession returns a session whose handshake is done, or will be when the
// other side's first frame proves it.
func newSession(p Params, e ends, tags [MaxTags]Tag, dialer bool, root [keySize]byte) *Session {
	s := &Session{
		source: system, ends: e, tags: tags, redial: p.Redial, dialed: dialer,
		events: newQueue(), wake: make(chan struct{}, 1), turned: make(chan struct{}, 1), reading: make(chan struct{}, 1),
		leaving: make(chan struct{}), parted: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{}),
		outflow: bucket{burst: sendBurst, rate: sendRate}, inflow: bucket{burst: readBurst, rate: readRate},
	}
	s.door.rate = bucket{burst: resumeBurst, rate: resumeRate}
	s.redials = bucket{burst: redialBurst, rate: redialRate}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.cover.Store(true)
	s.dialogue = dialogue{dialer: dialer, renewer: noiseRenewer{s.source, e}, renewed: time.Now()}
	s.dialogue.roots.settle(root)
	s.heard = dialer // the answering side's first frame ends the handshake
	return s
}

// start sets the session going on its first stream.
func (s *Session) start(l *link) {
	go s.events.run()
	s.mu.Lock()
	s.dialogue.begin()
	s.use(l, nil)
	s.mu.Unlock()
	go func() {
		<-s.stop
		s.work.Wait()
		s.mu.Lock()
		s.dialogue.forget()
		clear(s.exported[:])
		s.door.asked = nil
		s.mu.Unlock()
		close(s.done)
	}()
}

// use goes on with l, for which the dialogue is ready. It is called with mu
// held.
func (s *Session) use(l *link, first *frame) {
	s.link = l
	if s.lost != nil {
		s.lost.Stop()
		s.lost = nil
		s.tell(Resumed{})
	}
	s.work.Go(func() { s.reader(l, first) })
	s.work.Go(func() { s.writer(l) })
	signal(s.wake)
}

// broke gives the stream up, and waits for another where that makes sense.
func (s *Session) broke(l *link, err error) {
	l.cut()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != l || s.ended {
		return
	}
	s.link = nil
	farewell := s.dialogue.farewell()
	s.dialogue.broke()
	switch {
	case farewell || s.dialogue.left:
		s.end()
	case !s.dialogue.dialer || s.redial != nil:
		s.tell(Interrupted{err})
		patience := Patience
		if !s.heard {
			patience = firstPatience
		}
		s.lost = time.AfterFunc(patience, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.link == nil {
				s.over(Lost, err)
			}
		})
		if s.dialogue.dialer {
			wait := s.redials.take(time.Now())
			s.work.Go(func() { s.reconnect(s.ctx, wait) })
		}
	default:
		s.over(Lost, err)
	}
}

// Peer returns the other side's chat address, proven by the handshake.
func (s *Session) Peer() onion.Address {
	if s.dialogue.dialer {
		return s.ends.answerer
	}
	return s.ends.dialer
}

// Dialed tells whether our side dialed. It is true on exactly one side.
func (s *Session) Dialed() bool { return s.dialed }

// Exported returns a secret that only the two sides know, the same on both and
// another in each conversation (an exporter, as in RFC 5705): two people who
// talk can base on it what lasts longer than the conversation. It is fixed at
// the handshake, so neither side has to be asked for it, and no key of the
// conversation follows from it. It is zero once the session has ended; check
// that before it is used.
func (s *Session) Exported() [32]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return [keySize]byte{}
	}
	return s.exported
}

// PeerTags returns the other side's tags.
func (s *Session) PeerTags() [MaxTags]Tag { return s.tags }

// Events returns what happens, in order. The channel is closed after Ended.
// While nobody reads it, the other side is held back after a few messages, and
// Send returns ErrFull after a few hundred. After the end, events wait for the
// reader for a minute and are dropped then.
func (s *Session) Events() <-chan Event { return s.events.out }

// SetCover turns cover on, as it is at first, or off: whether frames are sent
// at random times, be there something to say or not, or when there is.
func (s *Session) SetCover(on bool) {
	if s.cover.Swap(on) != on {
		signal(s.turned)
		signal(s.wake)
	}
}

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
	if s.ended || s.parting || s.dialogue.left {
		return 0, ErrEnded
	}
	if s.events.full() {
		return 0, ErrFull
	}
	id, err = s.dialogue.out.add(text)
	if err == nil {
		signal(s.wake)
	}
	return id, err
}

// Leave ends the conversation: it hands over what was sent before, tells the
// other side, goes on with cover for a moment so that nobody who watches can
// tell who left, and forgets the keys. It returns when all of that is done, in
// five seconds or so and in 21 at most, or when ctx ends, and then an error if
// the other side may not have been told. What the other side says from now on
// is ignored. Calling it again, or after the end, waits for the same.
func (s *Session) Leave(ctx context.Context) error {
	s.mu.Lock()
	if !s.ended && !s.parting {
		s.parting = true
		close(s.leaving)
		s.endWithin(leaveWait)
		s.beginToLeave()
	}
	s.mu.Unlock()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.mu.Lock()
		s.end()
		s.mu.Unlock()
		<-s.done
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.Reason == YouLeft && !s.dialogue.left {
		return errors.New("session: left without knowing that the other side was told")
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

// tell hands an event over, unless the last one was. It is called with mu
// held.
func (s *Session) tell(e Event) {
	if s.last != nil {
		return
	}
	if ended, ok := e.(Ended); ok {
		ended.Undelivered = s.dialogue.out.undelivered()
		s.last = &ended
		e = ended
	}
	s.events.push(e)
}

// tellSent tells of all messages up to id that they were sent, once. It is
// called with mu held.
func (s *Session) tellSent(id uint64) {
	for s.told < id {
		s.told++
		s.tell(Sent{s.told})
	}
}

// beginToLeave has our farewell said, after what waits to be sent. The dialing
// side with cover says it in answer to the next frame it hears, as it would if
// that frame were the other side's farewell: so what follows on what does not
// depend on who left. It is called with mu held.
func (s *Session) beginToLeave() {
	if s.dialogue.dialer && s.cover.Load() && s.link != nil {
		s.after(hintWait, func() {
			s.dialogue.leaving = true
			signal(s.wake) // cover may be off by now
		})
		return
	}
	s.dialogue.leaving = true
	signal(s.wake)
}

// heardLeave tells that the other side has left. The stream goes on for a
// moment. It is called with mu held.
func (s *Session) heardLeave() {
	if !s.parting {
		s.tell(Ended{Reason: TheyLeft})
	}
	s.endWithin(leaveWait)
	s.fade()
}

// fade ends the session a moment after both sides have said farewell. Up to
// then cover goes on. The dialing side closes the stream, whoever left, and at a
// time that depends on nothing but when it said farewell, so that the end does
// not tell. It is called with mu held after each farewell.
func (s *Session) fade() {
	farewell := s.dialogue.farewell()
	if farewell {
		s.part()
	}
	switch {
	case s.dialogue.dialer && s.cover.Load():
		if s.dialogue.said() && !s.fading {
			s.fading = true
			s.after(fadeLeast+min(exponential(fadeMean), fadeMost), func() {
				s.faded = true
				s.fade()
			})
		}
		if farewell && s.faded {
			s.end()
		}
	case farewell && s.dialogue.dialer:
		s.end()
	case farewell && !s.fading:
		s.fading = true
		s.defuse() // the other side closes, late or not
		s.endWithin(fadeWait)
	}
}

// Parted is closed once both sides know that the conversation is over: when
// both have said farewell, or when the session has ended in another way.
func (s *Session) Parted() <-chan struct{} { return s.parted }

// part closes parted.
func (s *Session) part() { s.partOnce.Do(func() { close(s.parted) }) }

// end ends the session after somebody has left, or we gave up leaving. It is
// called with mu held.
func (s *Session) end() {
	reason := TheyLeft
	if s.parting {
		reason = YouLeft
	}
	s.over(reason, nil)
}

// endWithin makes sure that the session is over after d. It is called with mu
// held.
func (s *Session) endWithin(d time.Duration) { s.after(d, s.end) }

// after calls f with mu held after d, unless the session is over by then. It is
// called with mu held.
func (s *Session) after(d time.Duration, f func()) {
	s.fuses = append(s.fuses, time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.ended {
			f()
		}
	}))
}

// defuse stops what after began. It is called with mu held.
func (s *Session) defuse() {
	for _, fuse := range s.fuses {
		fuse.Stop()
	}
	s.fuses = nil
}

// finish ends the session. The first call decides why.
func (s *Session) finish(reason Reason, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over(reason, err)
}

// over is finish with mu held.
func (s *Session) over(reason Reason, err error) {
	if s.ended {
		return
	}
	s.ended = true
	s.tell(Ended{Reason: reason, Err: err})
	s.part()
	close(s.stop)
	s.cancel()
	s.defuse()
	if s.lost != nil {
		s.lost.Stop()
	}
	if s.link != nil {
		s.link.cut()
	}
	for _, l := range s.door.agreed {
		l.cut()
	}
	for _, conn := range s.door.waiting {
		conn.Close()
	}
}
