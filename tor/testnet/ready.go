// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ready returns when a client can build circuits through any relay of the
// network. A relay bootstraps as a client does, so nothing else need be asked:
// every node has the consensus with every relay in it, has every relay's
// microdescriptor to hand to clients, and has built a circuit of its own. A
// client that came any earlier might ask a relay that knows less, be told 404,
// and try again only ten seconds later.
func (n *Network) ready(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, node := range n.nodes {
		for lacks := n.lacks(node); lacks != ""; lacks = n.lacks(node) {
			for _, other := range n.nodes {
				if err := other.died(); err != nil {
					return err
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				err := fmt.Errorf("%s has not got %s: %w\n%s", node.nickname, lacks, context.Cause(ctx), node.logTail())
				if node != n.nodes[0] {
					err = fmt.Errorf("%w\n%s", err, n.nodes[0].logTail())
				}
				return err
			}
		}
	}
	return nil
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
	log, err := os.ReadFile(node.logFile())
	if err != nil || !bytes.Contains(log, []byte("Bootstrapped 100%")) {
		return "a circuit"
	}
	return ""
}
