// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"crypto/sha3"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"
)

const (
	// rounds is the number of votes in one run of the shared random protocol:
	// 12 in which the authorities commit, 12 in which they reveal (srv-spec).
	rounds = 24
	// consensusAge is how long an answer of tor's about its consensus is good
	// for. A consensus is good for an hour, 10 seconds on a test network.
	consensusAge = time.Second
	// consensusPoll is how often tor is asked while it has none.
	consensusPoll = 250 * time.Millisecond
)

// consensus is what matters here of the document that all tors agree on.
type consensus struct {
	after, fresh, until time.Time // valid-after, fresh-until, valid-until
	current, previous   *[32]byte // shared random values, nil where there is none
}

var consensusKeys = []string{
	"consensus/valid-after", "consensus/fresh-until", "consensus/valid-until", "sr/current", "sr/previous",
}

// parseConsensus reads the answer to consensusKeys. It tells whether there is
// a consensus: a tor that has none gives empty answers.
func parseConsensus(values map[string]string) (c consensus, ok bool, err error) {
	if values["consensus/valid-after"] == "" {
		return consensus{}, false, nil
	}
	for key, to := range map[string]*time.Time{
		"consensus/valid-after": &c.after, "consensus/fresh-until": &c.fresh, "consensus/valid-until": &c.until,
	} {
		when, err := time.Parse(time.DateTime, values[key])
		if err != nil {
			return consensus{}, false, fmt.Errorf("tor: %s: %w", key, err)
		}
		*to = when
	}
	if !c.fresh.After(c.after) || !c.until.After(c.after) || c.after.Unix() < 0 {
		return consensus{}, false, fmt.Errorf("tor: a consensus from %v, fresh until %v, valid until %v", c.after, c.fresh, c.until)
	}
	for key, to := range map[string]**[32]byte{"sr/current": &c.current, "sr/previous": &c.previous} {
		v, err := parseShared(values[key])
		if err != nil {
			return consensus{}, false, fmt.Errorf("tor: %s: %w", key, err)
		}
		*to = v
	}
	return c, true, nil
}

// parseShared reads a shared random value in base64, or nil for "".
func parseShared(text string) (*[32]byte, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(raw) != 32 {
		return nil, fmt.Errorf("a shared random value of %d bytes", len(raw))
	}
	return (*[32]byte)(raw), nil
}

// period is the length of a run of the shared random protocol: a day on the
// public network.
func (c consensus) period() time.Duration { return rounds * c.fresh.Sub(c.after) }

// run is the number of the run that the consensus belongs to. Runs begin at
// multiples of their length since 1970, at 00:00 UTC on the public network.
func (c consensus) run() int64 { return c.after.Unix() / int64(c.period()/time.Second) }

// shared returns the values of the run and the one before.
func (c consensus) shared() (current, previous [32]byte) {
	value := func(v *[32]byte, run int64) [32]byte {
		if v != nil {
			return *v
		}
		return disaster(c.period(), run)
	}
	return value(c.current, c.run()), value(c.previous, c.run()-1)
}

// elapsed returns the share of the run that has passed at now.
func (c consensus) elapsed(now time.Time) float64 {
	begin := time.Unix(c.run()*int64(c.period()/time.Second), 0)
	const last = 1 - 1.0/(1<<20) // a run that should be over, but is not
	return max(0, min(float64(now.Sub(begin))/float64(c.period()), last))
}

// now returns local where it lies within the consensus's validity. Where not,
// it corrects it by skew and moves what is still outside to the nearer end.
func (c consensus) now(local time.Time, skew time.Duration) time.Time {
	within := func(t time.Time) bool { return !t.Before(c.after) && !t.After(c.until) }
	if within(local) {
		return local
	}
	corrected := local.Add(-skew)
	switch {
	case within(corrected):
		return corrected
	case corrected.Before(c.after):
		return c.after
	default:
		return c.until
	}
}

// disaster is what stands in for a shared random value that the authorities
// failed to agree on: SHA3-256("shared-random-disaster" | INT_8(length of the
// period in minutes) | INT_8(number of the period)), as in get_disaster_srv of
// tor, with the run as period. tor itself counts onion time periods there,
// which begin half a run later; ours must change when the value does.
func disaster(period time.Duration, run int64) [32]byte {
	text := []byte("shared-random-disaster")
	text = binary.BigEndian.AppendUint64(text, uint64(period/time.Minute))
	text = binary.BigEndian.AppendUint64(text, uint64(run))
	return sha3.Sum256(text)
}

// SharedRandom implements Network of passerby/net/onion: the shared random
// values of the consensus that tor has, or a fallback of our own making where
// the authorities had none, and the share of the run that has passed by
// [Tor.Now], from 0 up to 1.
//
// All copies with the same consensus get the same values. Copies fetch a new
// consensus at different times, up to three hours after it appears, of a run
// of 24: around the end of a run some already have the next run's values while
// others do not. Then the previous of the ones is the current of the others,
// also where one of the two is a fallback. elapsed of a copy that is behind
// stays just below 1 once the run should be over.
func (t *Tor) SharedRandom(ctx context.Context) (current, previous [32]byte, elapsed float64, err error) {
	c, skew, err := t.consensus(ctx)
	if err != nil {
		return current, previous, 0, fmt.Errorf("tor: shared random value: %w", err)
	}
	current, previous = c.shared()
	return current, previous, c.elapsed(c.now(time.Now(), skew)), nil
}

// Now implements Network of passerby/net/onion. Where the local clock lies
// between valid-after and valid-until of the consensus, which is three hours
// on the public network, Now is the local clock. Else the consensus proves it
// wrong, or is old because tor is offline: then Now is the local clock less
// the skew that the network last reported, moved into that span.
func (t *Tor) Now(ctx context.Context) (time.Time, error) {
	c, skew, err := t.consensus(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("tor: time of the network: %w", err)
	}
	return c.now(time.Now(), skew), nil
}

// consensus returns tor's consensus, once it has one to go by, and the skew of
// our clock.
func (t *Tor) consensus(ctx context.Context) (consensus, time.Duration, error) {
	for {
		i, err := t.await(ctx, running)
		if err != nil {
			return consensus{}, 0, err
		}
		t.mu.Lock()
		c, asked, skew, up := t.latest, t.asked, t.skew, t.status.Up
		t.mu.Unlock()
		if time.Since(asked) < consensusAge {
			return c, skew, nil
		}
		values, err := i.commands.info(ctx, consensusKeys...)
		if err == nil {
			c, ok, err := parseConsensus(values)
			if err != nil {
				return consensus{}, 0, err
			}
			// A tor that is still connecting may have yesterday's consensus
			// from its folder.
			if ok && (up || c.now(time.Now(), skew).Before(c.until)) {
				t.mu.Lock()
				t.latest, t.asked = c, time.Now()
				t.mu.Unlock()
				return c, skew, nil
			}
		}
		// There is no consensus yet, or this tor has just died.
		timer := time.NewTimer(consensusPoll)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
