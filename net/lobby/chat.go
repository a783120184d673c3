// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"

	"passerby/net/onion"
)

// chat is a chat onion: made before it is needed, used for one search and one
// conversation, then removed and forgotten.
type chat struct {
	key       onion.Key
	address   onion.Address
	listener  net.Listener
	published chan struct{} // closed when others can find it
	purse     *purse        // the work of its beacons
	stocked   func()        // ends doing that work ahead
	closing   func()
	waiting   sync.WaitGroup
}

// newChat makes a chat onion that lives until close or until ctx ends, and
// begins to do the work for its beacons.
func (l *Lobby) newChat(ctx context.Context) (*chat, error) {
	network := l.params.Network
	key := onion.GenerateKey()
	// Tor gets a copy of its own: ours is overwritten in the end.
	listener, err := network.Listen(ctx, slices.Clone(key.Private()), maxStreams)
	if err != nil {
		return nil, fmt.Errorf("lobby: chat onion: %w", err)
	}
	c := &chat{key: key, address: key.Address(), listener: listener, published: make(chan struct{}), purse: newPurse()}
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(ctx, func() { listener.Close() })
	c.closing = cancel
	c.waiting.Go(func() {
		for network.Published(ctx, c.address.String()) != nil {
			if !sleep(ctx, spareRetry) {
				return
			}
		}
		close(c.published)
	})
	ahead, stocked := context.WithCancel(ctx)
	c.stocked = stocked
	c.waiting.Go(func() { l.stock(ahead, c) })
	return c, nil
}

// close removes the onion. It may be called more than once.
func (c *chat) close() {
	c.closing()
	c.listener.Close()
	c.waiting.Wait()
}

// forget overwrites the key, when nobody uses it any more.
func (c *chat) forget() { clear(c.key.Private()) }

// keepSpare has one chat onion ready at any time, until ctx ends.
func (l *Lobby) keepSpare(ctx context.Context) {
	wait := spareRetry
	for ctx.Err() == nil {
		c, err := l.newChat(ctx)
		if err != nil {
			sleep(ctx, between(wait/2, wait))
			wait = min(2*wait, spareMax)
			continue
		}
		wait = spareRetry
		select {
		case l.spares <- c:
		case <-ctx.Done():
			c.close()
			c.forget()
		}
	}
}
