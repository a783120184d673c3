// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

// Match is a stranger who was found.
type Match struct {
	Session *session.Session
	// Interests are those of ours that the stranger shares, as we wrote them.
	Interests []string

	chat *chat
	once sync.Once
}

// Close ends the conversation at once if it still goes on, removes the chat
// onion and forgets its key. It may be called more than once.
func (m *Match) Close() error {
	m.once.Do(func() {
		m.Session.Close()
		m.chat.close()
	})
	return nil
}

// search is one search for one stranger.
type search struct {
	lobby   *Lobby
	chat    *chat
	params  session.Params
	own     []session.Tag // of our interests alone
	report  *reporter
	found   chan *session.Session
	look    chan struct{}                   // wakes seek
	outside threshold                       // strangers who have a puzzle to solve
	inside  threshold                       // strangers who have solved it, and are to make their offer
	parked  threshold                       // strangers whose offer waits for others who share more with us
	partner atomic.Pointer[session.Session] // once there is one
	seed    maphash.Seed                    // makes our order of equals another than anybody else's

	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	pairing  pairing
	calls    map[onion.Address]*call
	requests map[onion.Address]*request
	begun    time.Time
	heard    time.Time     // when our beacon first came back, and so others' had come
	met      time.Time     // when there was last somebody to call
	shard    uint16        // of our beacons
	moved    chan struct{} // closed when shard is another
	setbacks int           // calls that came to nothing
	beacon   Beacon        // ours, of this epoch
	echo     chan struct{} // closed when it came back
}

// Find looks for a stranger until one is found or ctx ends. Up to
// [MaxInterests] interests are preferred, none is required; see [Normalise]
// for what errors they may give. progress, which may be nil, is called each
// time that something changes, never twice at once and never after Find has
// returned.
//
// One Find goes on at a time; another returns [ErrSeeking]. The caller must
// close the Match.
func (l *Lobby) Find(ctx context.Context, interests []string, progress func(Progress)) (*Match, error) {
	words, err := Normalise(interests)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	if l.seeking {
		l.mu.Unlock()
		return nil, ErrSeeking
	}
	l.seeking = true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.seeking = false
		l.mu.Unlock()
	}()
	var c *chat
	select {
	case c = <-l.spares:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.ctx.Done():
		return nil, l.ctx.Err()
	}
	s, err := l.begin(c, words)
	if err != nil {
		c.close()
		c.forget()
		return nil, err
	}
	reported := s.tell(progress)
	defer reported()
	select {
	case partner := <-s.found:
		s.stop()
		return &Match{Session: partner, Interests: Shared(l.params.Name, interests, partner.PeerTags()), chat: c}, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-l.ctx.Done():
		err = l.ctx.Err()
	}
	s.stop()
	c.close()
	return nil, err
}

// begin sets a search going.
func (l *Lobby) begin(c *chat, words []string) (*search, error) {
	s := &search{
		lobby: l, chat: c, report: newReporter(),
		found: make(chan *session.Session, 1), seed: maphash.MakeSeed(), look: make(chan struct{}, 1),
		outside: threshold{limit: maxOutside}, inside: threshold{limit: maxInside}, parked: threshold{limit: maxQueue},
		pairing: pairing{me: c.address},
		begun:   time.Now(), met: time.Now(), moved: make(chan struct{}),
		calls: make(map[onion.Address]*call), requests: make(map[onion.Address]*request),
	}
	s.params = session.Params{Key: c.key, Network: l.params.Name}
	s.params.Tags, s.own = tagsOf(l.params.Name, words)
	s.ctx, s.cancel = context.WithCancel(l.ctx)
	s.running.Go(s.listen)
	_, level := l.tree.place()
	w := wayOf(s.own, level)
	s.shard = w.node(level)
	s.running.Go(func() { s.wander(w, level) })
	s.running.Go(s.announce)
	s.running.Go(s.seek)
	err := l.run(func() {
		s.running.Wait()
		select {
		case late := <-s.found: // found in the moment in which the search was given up
			l.dismiss(late)
		default:
		}
		c.close()
		c.forget()
	})
	if err != nil {
		s.cancel()
		c.close()
		s.running.Wait()
		return nil, err
	}
	l.mu.Lock()
	l.search = s
	l.mu.Unlock()
	s.count()
	return s, nil
}

// stop ends the search, except for hanging up on whoever still calls.
func (s *search) stop() {
	s.cancel()
	s.lobby.mu.Lock()
	defer s.lobby.mu.Unlock()
	if s.lobby.search == s {
		s.lobby.search = nil
	}
}

// tell reports progress until the function that it returns is called.
func (s *search) tell(progress func(Progress)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.report.run(ctx, progress)
	}()
	return func() {
		cancel()
		<-done
	}
}

// delivered is called for each beacon that arrives, ours included.
func (s *search) delivered(b Beacon) {
	s.mu.Lock()
	echoed := s.echo != nil && b == s.beacon
	if echoed {
		close(s.echo)
		s.echo = nil
		if s.heard.IsZero() {
			s.heard = time.Now()
		}
	}
	s.mu.Unlock()
	if echoed {
		s.report.update(func(p *Progress) { p.Echoed = true })
	}
	s.count()
	signal(s.look)
}

// count reports how many beacons there are.
func (s *search) count() {
	n := s.lobby.pool.count(s.chat.address)
	s.report.update(func(p *Progress) { p.Beacons = n })
}

// do carries out what pairing decided. It is called with mu held.
func (s *search) do(deeds []deed) {
	for _, d := range deeds {
		switch d.do {
		case accept:
			s.requests[d.with].verdict <- true
		case refuse:
			s.requests[d.with].verdict <- false
			delete(s.requests, d.with)
		case release:
			s.requests[d.with].cancel()
			delete(s.requests, d.with)
		case confirm:
			close(s.calls[d.with].confirm)
			s.remove(d.with)
		case drop:
			if c := s.calls[d.with]; c != nil {
				c.cancel()
				s.remove(d.with)
			}
		}
	}
}

// resolve tells pairing how it ended with whom we were bound to: with a
// session, or nil. It is called with mu held.
func (s *search) resolve(partner *session.Session) {
	s.do(s.pairing.resolved(partner != nil))
	if partner == nil {
		signal(s.look)
		return
	}
	if b, ok := s.lobby.pool.get(partner.Peer()); ok {
		s.lobby.trials.add(b, maxFailures, 0) // that address is not for a second time
	}
	s.partner.Store(partner)
	s.found <- partner
}

// dismiss ends a session that nobody will have. The stranger is told, but where
// the lobby ends it does not wait long for that.
func (l *Lobby) dismiss(partner *session.Session) {
	ctx, cancel := context.WithCancel(context.Background()) // Leave bounds itself
	stop := context.AfterFunc(l.ctx, func() {
		sleep(ctx, dismissTime)
		cancel()
	})
	partner.Leave(ctx)
	stop()
	cancel()
	for range partner.Events() { // up to the last one, which frees the session
	}
}

// remove forgets a call. It is called with mu held.
func (s *search) remove(a onion.Address) {
	delete(s.calls, a)
	n := len(s.calls)
	s.report.update(func(p *Progress) { p.Dialing = n })
	signal(s.look)
}

// freshness is the number of whole spans since a beacon arrived.
func freshness(at, now time.Time) int { return int(now.Sub(at) / freshFor) }
