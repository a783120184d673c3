// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ready returns when a client can build circuits through any relay of the
// network: every node has the consensus that lists every relay, and has every
// relay's microdescriptor to hand on, and one of them has bootstrapped as a
// client does, to its first circuit. A client that came any earlier might ask a
// relay that knows less, be told 404, and try again only ten seconds later.
//
// Not every node is asked for a circuit of its own, because where relays are
// few, tor at times plans one through the same relay twice, fails, and waits
// ten seconds too.
func (n *Network) ready(ctx context.Context) error {
	for _, node := range n.nodes {
		lacks := ""
		err := n.wait(ctx, func() bool {
			lacks = n.lacks(node)
			return lacks == ""
		})
		if err != nil {
			err = fmt.Errorf("%s has not got %s: %w\n%s", node.nickname, lacks, err, node.logTail())
			if node != n.nodes[0] {
				err = fmt.Errorf("%w\n%s", err, n.nodes[0].logTail())
			}
			return err
		}
	}
	err := n.wait(ctx, func() bool { return slices.ContainsFunc(n.nodes, (*node).bootstrapped) })
	if err != nil {
		return fmt.Errorf("no relay has built a circuit: %w\n%s", err, n.nodes[0].logTail())
	}
	return nil
}

// wait waits until done, and fails when ctx ends or a node does.
func (n *Network) wait(ctx context.Context, done func() bool) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		for _, node := range n.nodes {
			if err := node.died(); err != nil {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// bootstrapped tells whether the node has built a circuit.
func (n *node) bootstrapped() bool {
	log, err := os.ReadFile(n.logFile())
	return err == nil && bytes.Contains(log, []byte("Bootstrapped 100%"))
}

// lacks says in words what node is still without, or "". It reads the files
// that tor keeps in its DataDirectory.
func (n *Network) lacks(node *node) string {
	consensus, err := os.ReadFile(filepath.Join(node.dir, "cached-microdesc-consensus"))
	if err != nil {
		return "a consensus"
	}
	for _, other := range n.nodes {
		if !bytes.Contains(consensus, []byte("\nr "+other.nickname+" ")) {
			return "a consensus that lists " + other.nickname
		}
	}
	known := 0
	for _, name := range []string{"cached-microdescs", "cached-microdescs.new"} {
		descriptors, err := os.ReadFile(filepath.Join(node.dir, name))
		if err == nil {
			known += bytes.Count(descriptors, []byte("\nntor-onion-key "))
		}
	}
	if known < len(n.nodes) {
		return "the microdescriptors of all relays"
	}
	return ""
}
