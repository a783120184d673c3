// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"fmt"
	"io"
	"time"
)

const (
	// maxAttempts is the number of streams that are dialed at once.
	maxAttempts = 3
	// firstWait and maxWait are the shortest and the longest time between the
	// beginnings of two attempts; it doubles in between.
	firstWait = 2 * time.Second
	maxWait   = 16 * time.Second
	// redialTime bounds the dialing of one attempt, and agreeTime what follows
	// on the stream: where the other side's Tor hangs, a later attempt will do.
	redialTime = 40 * time.Second
	agreeTime  = 15 * time.Second
	// How often the dialing side begins to dial again: at once, and a second.
	// Somebody who hangs up on each stream could otherwise have it build circuits
	// without end, which tells who runs some of Tor's relays where it comes from.
	redialBurst, redialRate = 32, 1.0 / 15
)

// attempt is how one attempt to resume went.
type attempt struct {
	link *link
	ack  uint64
}

// drop closes a stream that is not needed.
func (a attempt) drop() {
	if a.link != nil {
		a.link.drop()
	}
}

// reconnect dials, several times at once on circuits of their own, until one
// stream has resumed the conversation or ctx ends. It begins after delay and
// runs while there is no link.
func (s *Session) reconnect(ctx context.Context, delay time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	results := make(chan attempt)
	running, wait := 0, firstWait
	timer := time.NewTimer(delay)
	defer timer.Stop()
	defer func() {
		cancel()
		for ; running > 0; running-- {
			(<-results).drop()
		}
	}()
	for {
		select {
		case <-timer.C:
			if running < maxAttempts {
				running++
				go func() {
					link, ack := s.attempt(ctx)
					results <- attempt{link, ack}
				}()
			}
			timer.Reset(wait/2 + exponential(wait/2))
			wait = min(2*wait, maxWait)
		case a := <-results:
			running--
			if a.link == nil {
				break
			}
			if s.adopt(a) {
				return
			}
			a.drop()
		case <-ctx.Done():
			return
		}
	}
}

// attempt dials once and resumes on the stream. It returns nil where that did
// not work: another attempt follows in any case.
func (s *Session) attempt(ctx context.Context) (*link, uint64) {
	dialing, cancel := context.WithTimeout(ctx, redialTime)
	conn, err := s.redial(dialing)
	cancel()
	if err != nil {
		return nil, 0
	}
	ctx, cancel = context.WithTimeout(ctx, agreeTime)
	defer cancel()
	s.mu.Lock()
	root := s.dialogue.roots.current
	s.mu.Unlock()
	defer clear(root[:])
	var l *link
	var ack uint64
	err = step(ctx, conn, "resume", func() error {
		x, wire, err := askToResume(s.source, s.ends, root)
		if err != nil {
			return err
		}
		defer x.forget()
		if err := s.paced(ctx); err != nil {
			return err
		}
		if _, err := conn.Write(wire); err != nil {
			return err
		}
		answer := make([]byte, resumeSize)
		if _, err := io.ReadFull(conn, answer); err != nil {
			return err
		}
		var keys schedule
		if ack, keys, err = x.readAgreement(answer); err != nil {
			return err
		}
		l = newLink(conn, true, &keys)
		return nil
	})
	if err != nil {
		return nil, 0
	}
	return l, ack
}

// paced waits as long as a frame of cover would, where cover is on.
func (s *Session) paced(ctx context.Context) error {
	if !s.cover.Load() {
		return nil
	}
	timer := time.NewTimer(gap())
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// adopt goes on with a stream that the other side has agreed to. It reports
// false where the stream is of no use.
func (s *Session) adopt(a attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.link != nil {
		return false
	}
	news, err := s.dialogue.out.ack(a.ack)
	if err != nil {
		s.over(Lost, fmt.Errorf("session: resume: %w", err))
		return false
	}
	if news {
		s.tellSent(a.ack)
		s.tell(Delivered{a.ack})
	}
	s.dialogue.resumed(s.dialogue.roots.current)
	s.use(a.link, nil)
	return true
}
