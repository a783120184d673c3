// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

const coverTime = 3 * time.Minute // for one lane's messages under cover

// covered is what was measured on one circuit under cover.
type covered struct{ echoes, messages []time.Duration }

// measureCovered opens conversations with cover on each pair of tors, each on
// a circuit of its own, and measures messages on all of them at once: nearly
// all of it is waiting.
func measureCovered(ctx context.Context, tors []*plainTor, conversations, messages int, tell func(string, ...any)) (all []covered, err error) {
	ctx, cancel := context.WithTimeout(ctx, coverTime)
	defer cancel()
	var mu sync.Mutex
	err = together(ctx, len(tors)/2, func(ctx context.Context, i int) error {
		l, err := newLane(ctx, tors[2*i], tors[2*i+1])
		if err != nil {
			return err
		}
		defer l.close()
		type covering struct {
			talk *conversation
			bare net.Conn
		}
		var opened []covering
		defer func() {
			for _, o := range opened {
				o.bare.Close()
				o.talk.close()
			}
		}()
		err = repeat(ctx, conversations, "conversation", tell, func(int) error {
			isolation := onion.Isolation("bench")
			talk, err := l.converse(ctx, isolation, true)
			if err != nil {
				return err
			}
			bare, err := l.dial(ctx, isolation, echo)
			if err != nil {
				talk.close()
				return err
			}
			opened = append(opened, covering{talk, bare})
			return nil
		})
		if err != nil {
			return err
		}
		return together(ctx, len(opened), func(ctx context.Context, i int) error {
			var c covered
			var err error
			if c.echoes, c.messages, err = compare(ctx, opened[i].bare, opened[i].talk, messages); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, c)
			tell("circuit %d under cover: echo %s, message %s", len(all), duration(median(seconds(c.echoes))), duration(median(seconds(c.messages))))
			return nil
		})
	})
	return all, err
}

// coverLines are the lines of the table about messages under cover. Their
// floor is what cover must cost: each echo and two of its waits.
func coverLines(hop string, all []covered) []line {
	// 144 values fix the median of such waits to about 8 %.
	l := line{hop: hop, what: "echo and two waits | message delivered, cover", unit: duration, aim: aim{kind: ratio, limit: 1.2}}
	for _, c := range all {
		l.floor, l.ours = append(l.floor, seconds(c.echoes)...), append(l.ours, seconds(c.messages)...)
	}
	waits := twoWaits(len(l.floor))
	for i, at := range rand.Perm(len(waits)) {
		l.floor[i] += waits[at]
	}
	return []line{l}
}

// twoWaits returns n values, in seconds, that are spread exactly as the sum of
// two waits of cover is: for the frame of a message and for that of its
// acknowledgement. With drawn values instead the floor would have an error of
// its own.
func twoWaits(n int) []float64 {
	waits := make([]float64, n)
	for i := range waits {
		share := (float64(i) + 0.5) / float64(n)
		low, high := 0.0, 100.0 // in means of a wait
		for range 60 {
			x := (low + high) / 2
			if 1-(1+x)*math.Exp(-x) < share {
				low = x
			} else {
				high = x
			}
		}
		waits[i] = low * session.Pace.Seconds()
	}
	return waits
}
