// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"io"
	"net"
	"sync"
	"time"

	"passerby/net/onion"
)

// greeter is an onion service that says one byte to whoever comes.
type greeter struct {
	address  onion.Address
	listener net.Listener
	serving  sync.WaitGroup
}

// newGreeter makes the service and waits until its descriptor is out.
func newGreeter(ctx context.Context, at onion.Network) (*greeter, error) {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	key := onion.GenerateKey()
	l, err := at.Listen(ctx, key.Private(), 16)
	if err != nil {
		return nil, err
	}
	g := &greeter{address: key.Address(), listener: l}
	g.serving.Go(g.serve)
	if err := at.Published(ctx, g.address.String()); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

func (g *greeter) close() {
	g.listener.Close()
	g.serving.Wait()
}

func (g *greeter) serve() {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.serving.Go(func() { greet(conn) })
	}
}

// greet says one byte and waits until the other side closes.
func greet(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(roundTime))
	if _, err := conn.Write([]byte{1}); err == nil {
		_, _ = conn.Read(make([]byte, 1))
	}
}

// connect measures a stream to the service until its first byte.
func (g *greeter) connect(ctx context.Context, from onion.Network) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	begin := time.Now()
	conn, err := from.Dial(ctx, g.address.String(), onion.Isolation("bench"))
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	_, err = io.ReadFull(conn, make([]byte, 1))
	return time.Since(begin), err
}
