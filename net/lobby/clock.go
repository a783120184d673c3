// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"sync/atomic"
	"time"

	"passerby/net/onion"
)

// clock tells consensus time without asking for it each time: it keeps the
// difference to the local clock. Until it was first told, it goes by the local
// clock. It is safe for concurrent use.
type clock struct{ ahead atomic.Int64 } // nanoseconds

func (c *clock) epoch() uint32 {
	return EpochOf(time.Now().Add(time.Duration(c.ahead.Load())))
}

// run asks network for the time now and then, until ctx ends, and calls tick
// each time.
func (c *clock) run(ctx context.Context, network onion.Network, tick func()) {
	for {
		c.set(ctx, network)
		tick()
		if !sleep(ctx, clockEvery) {
			return
		}
	}
}

func (c *clock) set(ctx context.Context, network onion.Network) {
	ctx, cancel := context.WithTimeout(ctx, clockTimeout)
	defer cancel()
	if now, err := network.Now(ctx); err == nil {
		// Round strips the monotonic readings: wall clocks are compared.
		c.ahead.Store(int64(now.Round(0).Sub(time.Now().Round(0))))
	}
}
