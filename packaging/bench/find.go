// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passerby/net/lobby"
	"passerby/net/onion"
)

const (
	meshPeers = 2               // members that each is connected to before the first search
	meshTime  = 2 * time.Minute // until they are, and between searches
	findTime  = 2 * time.Minute // for one search
)

// search is how long two strangers took to find each other, and of that
// everything.
type search struct {
	whole                                 time.Duration
	push, mixing, gossip, dial, handshake time.Duration
}

// finds lets pairs of members search, rounds times.
func finds(ctx context.Context, tors []*plainTor, rounds int, tell func(string, ...any)) (all []search, err error) {
	j := &journal{}
	members := make([]*member, len(tors))
	defer func() {
		_ = together(context.Background(), len(members), func(_ context.Context, i int) error {
			if members[i] != nil {
				members[i].close()
			}
			return nil
		})
	}()
	for i, tor := range tors {
		if members[i], err = newMember(ctx, tor, "bench-find", i, j); err != nil {
			return nil, err
		}
	}
	for done, failed := 0, 0; done < rounds; {
		if err := warm(ctx, members); err != nil {
			return all, err
		}
		// Another pair each time, as nobody meets the same stranger at once.
		a, b := members[2*done%len(members)], members[(2*done+1)%len(members)]
		s, err := find(ctx, j, a, b)
		if err != nil {
			tell("a search failed: %v", err)
			if failed++; failed > maxFailures || ctx.Err() != nil {
				return all, err
			}
			continue
		}
		done++
		all = append(all, s)
		tell("search %d: %s = push %s + mixing %s + gossip %s + dial %s + handshake %s", done, duration(s.whole.Seconds()), duration(s.push.Seconds()),
			duration(s.mixing.Seconds()), duration(s.gossip.Seconds()), duration(s.dial.Seconds()), duration(s.handshake.Seconds()))
	}
	return all, nil
}

// warm waits until every member has company and a chat onion at hand.
func warm(ctx context.Context, members []*member) error {
	ctx, cancel := context.WithTimeoutCause(ctx, meshTime, fmt.Errorf("the mesh is not warm after %v", meshTime))
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for _, m := range members {
		for !m.warm(min(meshPeers, len(members)-1)) {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// find lets two members look for a stranger at once and follows the beacon
// that led to their match.
func find(ctx context.Context, j *journal, a, b *member) (s search, err error) {
	j.clear()
	ctx, cancel := context.WithTimeout(ctx, findTime)
	defer cancel()
	var matches [2]*lobby.Match
	begin := time.Now()
	err = together(ctx, 2, func(ctx context.Context, i int) (err error) {
		matches[i], err = []*member{a, b}[i].lobby.Find(ctx, nil, nil)
		return err
	})
	s.whole = time.Since(begin)
	defer func() {
		for _, m := range matches {
			if m != nil {
				m.Close()
			}
		}
	}()
	if err != nil {
		return s, err
	}
	chatA, chatB := matches[1].Session.Peer(), matches[0].Session.Peer()
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range j.dials {
		// Both may have dialed; the streams that lost are closed.
		var chat onion.Address
		switch {
		case d.conn.closed.Load():
			continue
		case d.member == a.number && d.to == chatB.String():
			chat = chatB
		case d.member == b.number && d.to == chatA.String():
			chat = chatA
		default:
			continue
		}
		taken, ok1 := first(j.taken, chat, -1)
		published, ok2 := first(j.published, chat, -1)
		arrived, ok3 := first(j.arrived, chat, d.member)
		if !ok1 || !ok2 || !ok3 {
			return s, errors.New("a match without a beacon")
		}
		s.push, s.mixing, s.gossip = taken.Sub(begin), published.Sub(taken), arrived.Sub(published)
		s.dial, s.handshake = d.stood.Sub(arrived), begin.Add(s.whole).Sub(d.stood)
		return s, nil
	}
	return s, errors.New("a match without a stream")
}

// first returns when a beacon was first seen, by one member or, for -1, by any.
func first(list []sighting, chat onion.Address, member int) (time.Time, bool) {
	for _, s := range list {
		if s.about(chat) && (member < 0 || s.member == member) {
			return s.at, true
		}
	}
	return time.Time{}, false
}

// findLines are the lines of the table about searches.
func findLines(hop string, all []search) []line {
	lines := []line{
		{what: "find to matched"}, {what: "  push"}, {what: "  mixing delay"}, {what: "  gossip"}, {what: "  dial"}, {what: "  handshake"},
	}
	for i := range lines {
		lines[i].hop, lines[i].unit = hop, duration
	}
	for _, s := range all {
		for i, d := range []time.Duration{s.whole, s.push, s.mixing, s.gossip, s.dial, s.handshake} {
			lines[i].ours = append(lines[i].ours, d.Seconds())
		}
	}
	return lines
}
