// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// ready returns when a client can build circuits through any relay of the
// network: every authority serves a consensus with every relay in it, and a
// client of our own has reached 100 %.
func (n *Network) ready(ctx context.Context, tor string) error {
	var authorities []*node
	for _, node := range n.nodes {
		if node.dirPort != 0 {
			authorities = append(authorities, node)
		}
	}
	for _, a := range authorities {
		missing := "everything"
		err := n.wait(ctx, func() (done bool) {
			missing = n.missing(ctx, a)
			return missing == ""
		})
		if err != nil {
			return fmt.Errorf("waiting for %s, whose consensus lacks %s: %w\n%s", a.nickname, missing, err, a.logTail())
		}
	}

	client := &node{nickname: "client", dir: filepath.Join(n.dir, "client")}
	if err := os.Mkdir(client.dir, 0o700); err != nil {
		return err
	}
	if err := client.write(n.torrc, "SocksPort 0\nClientOnly 1\n"); err != nil {
		return err
	}
	if err := client.start(n.nursery, tor); err != nil {
		return err
	}
	defer os.RemoveAll(client.dir)
	defer client.kill()
	err := n.wait(ctx, func() bool {
		log, err := os.ReadFile(client.logFile())
		return err == nil && bytes.Contains(log, []byte("Bootstrapped 100%"))
	})
	if err == nil {
		err = client.died()
	}
	if err != nil {
		return fmt.Errorf("waiting for a client to bootstrap: %w\n%s\n%s", err, client.logTail(), n.nodes[0].logTail())
	}
	return nil
}

// wait asks done until it is, and fails when ctx ends or a node does.
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

// missing asks an authority for the consensus as clients get it (dir-spec,
// "Standard URLs") and says what it lacks, or "".
func (n *Network) missing(ctx context.Context, authority *node) string {
	consensus, err := fetch(ctx, fmt.Sprintf("http://127.0.0.1:%d/tor/status-vote/current/consensus", authority.dirPort))
	if err != nil {
		return "everything (" + err.Error() + ")"
	}
	for _, node := range n.nodes {
		if !bytes.Contains(consensus, []byte("\nr "+node.nickname+" ")) {
			return node.nickname
		}
	}
	return ""
}

// fetch gets a document of at most 1 MB from a directory.
func fetch(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	// Unasked, tor compresses with "deflate", which net/http does not undo.
	request.Header.Set("Accept-Encoding", "identity")
	// Neither a proxy of the environment nor a connection that outlives this.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, 1<<20))
}
