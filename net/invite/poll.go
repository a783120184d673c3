// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"passerby/net/onion"
)

// poll calls attempt until it returns true or ctx ends, at the pace of a
// meeting that may take two days.
func poll(ctx context.Context, n onion.Network, attempt func(context.Context) bool) {
	begun := time.Now()
	wait := pollFirst
	for first := true; ; first = false {
		// Tor remembers for a quarter of an hour that there was no such
		// service.
		if (first || n.Renew(ctx) == nil) && attempt(ctx) || ctx.Err() != nil {
			return
		}
		sleep(ctx, wait/2+rand.N(wait))
		most := pollSoon
		if time.Since(begun) > soon {
			most = pollLate
		}
		wait = min(wait*3/2, most)
	}
}

// visit dials an address and greets whoever answers there. Its caller closes
// the stream of the bond.
func visit(ctx context.Context, n onion.Network, to onion.Address, t terms, guest token) (*bond, error) {
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	conn, err := n.Dial(dialing, to.String(), onion.Isolation("invite"))
	cancel()
	if err != nil {
		return nil, fmt.Errorf("invite: visit: %w", err)
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	conn.SetDeadline(time.Now().Add(greetTime))
	b, err := greet(conn, t, guest)
	if err != nil {
		conn.Close()
	}
	return b, err
}

// shake is messages 3 and 4 on the side that dialed.
func shake(ctx context.Context, b *bond, mine card) (card, error) {
	defer context.AfterFunc(ctx, func() { b.conn.Close() })()
	b.conn.SetDeadline(time.Now().Add(serveTime))
	if err := b.introduce(mine); err != nil {
		return card{}, err
	}
	return b.meet()
}
