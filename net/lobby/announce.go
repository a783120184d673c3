// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"slices"
	"time"

	"passerby/net/onion"
)

// announce lets others know that we are free: one beacon in each epoch and
// each shard that we move to, or a dearer one where nobody hears of it.
func (s *search) announce() {
	s.chat.stocked() // from now on work is done when it is needed
	for s.ctx.Err() == nil {
		epoch := s.lobby.clock.epoch()
		shard, moved := s.place()
		ctx, cancel := s.during(epoch, moved)
		var round round
		for !s.hand(ctx, epoch, shard, &round) {
		}
		<-ctx.Done()
		cancel()
	}
}

// round is how far handing over the beacon of an epoch has come.
type round struct {
	tried  []onion.Address
	silent int // rounds of pushes that brought no echo
}

// during returns a context that ends some time after an epoch does, or as soon
// as moved is closed. Beacons count for an epoch longer, so nobody hurries, and
// nobody shows by the moment of a new one what their clock says.
func (s *search) during(epoch uint32, moved <-chan struct{}) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(s.ctx)
	s.running.Go(func() {
		defer cancel()
		for s.lobby.clock.epoch() == epoch {
			if !stay(ctx, moved, clockEvery) {
				return
			}
		}
		stay(ctx, moved, between(0, renewalJitter))
	})
	return ctx, cancel
}

// stay waits for d, and tells whether we have not moved and ctx still goes on.
func stay(ctx context.Context, moved <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-moved:
		return false
	case <-ctx.Done():
		return false
	}
}

// hand makes a beacon and pushes it through others until it comes back from
// the mesh, or until ctx ends; then it returns true. It returns false where
// others may want a dearer one. Before the chat onion can be reached there is
// no use in pushing: whoever dials would fail.
func (s *search) hand(ctx context.Context, epoch uint32, shard uint16, r *round) (over bool) {
	b, err := s.beaconFor(ctx, epoch, shard, r.silent)
	if err != nil { // ctx has ended
		return true
	}
	echo := make(chan struct{})
	s.mu.Lock()
	s.beacon, s.echo = b, echo
	s.mu.Unlock()
	s.report.update(func(p *Progress) { p.Stamped, p.Echoed, p.Pushed = true, false, 0 })
	select {
	case <-s.chat.published:
	case <-ctx.Done():
		return true
	}
	s.report.update(func(p *Progress) { p.Published = true })

	payload := b.Encode()
	for retry := pollEvery; ; {
		var members []onion.Address
		members, r.tried = s.choose(r.tried)
		if s.push(ctx, members, payload, echo) {
			retry = pollEvery
			r.silent++
		} else if len(members) > 0 {
			retry = min(2*retry, pushRetry)
		}
		select {
		case <-echo:
			return true
		case <-ctx.Done():
			return true
		case <-time.After(between(retry/2, retry*3/2)):
		}
		if s.lobby.effort(b.Shard, r.silent) > int(b.Effort) {
			return false
		}
	}
}

// choose picks up to three members that were not tried, or begins anew when
// all were. There may be none at all yet.
func (s *search) choose(tried []onion.Address) (members, nowTried []onion.Address) {
	known := s.lobby.params.Mesh.Members(pushAsk)
	for _, a := range known {
		if !slices.Contains(tried, a) {
			members = append(members, a)
		}
	}
	if len(members) == 0 {
		members, tried = known, nil
	}
	members = members[:min(len(members), pushWidth)]
	tried = append(tried, members...)
	return members, tried[max(0, len(tried)-maxTried):]
}

// push hands a beacon to these members at once. Where one took it, it waits
// for the echo, as long as is fair, and returns true. It returns false when
// none took it or ctx ended.
func (s *search) push(ctx context.Context, members []onion.Address, payload []byte, echo <-chan struct{}) bool {
	answers := make(chan bool, len(members))
	for _, a := range members {
		s.running.Go(func() {
			pushing, cancel := context.WithTimeout(s.ctx, pushTimeout)
			defer cancel()
			err := s.lobby.params.Mesh.Push(pushing, a, payload)
			if err == nil && ctx.Err() == nil {
				s.report.update(func(p *Progress) { p.Pushed++ })
			}
			answers <- err == nil
		})
	}
	var late <-chan time.Time // set once a member has taken it
	for pending := len(members); pending > 0 || late != nil; {
		select {
		case ok := <-answers:
			pending--
			if ok && late == nil {
				late = time.After(echoWait)
			}
		case <-echo:
			return true
		case <-late:
			return true
		case <-ctx.Done():
			return false
		}
	}
	return false
}
