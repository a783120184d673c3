// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/net/onion"
	"passerby/tor"
	"passerby/tor/testnet"
)

var _ onion.Network = (*tor.Tor)(nil)

// ownerVariable makes the test binary play another program; see
// TestTorDiesWithItsOwner.
const ownerVariable = "PASSERBY_TEST_OWNER"

func TestMain(m *testing.M) {
	if profile := os.Getenv(ownerVariable); profile != "" {
		playOwner(profile)
	}
	code := m.Run()
	if err := closeNetwork(); err != nil {
		fmt.Fprintln(os.Stderr, "close the network:", err)
		code = max(code, 1)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// startNetwork starts the private network that all tests share, when the
// first one asks.
var startNetwork = sync.OnceValues(func() (*testnet.Network, error) {
	return testnet.Start(context.Background(), testnet.Config{})
})

var networkUsed sync.Once

func closeNetwork() error {
	used := true
	networkUsed.Do(func() { used = false })
	if !used {
		return nil
	}
	network, err := startNetwork()
	if err != nil {
		return nil // told by the test that asked
	}
	return network.Close()
}

// torrcFile returns the configuration for the private network.
func torrcFile(t *testing.T) string {
	t.Helper()
	networkUsed.Do(func() {})
	network, err := startNetwork()
	if err != nil {
		t.Fatal(err)
	}
	return network.TorrcFile()
}

// timeout returns a context that ends with the test, or after d.
func timeout(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// start starts a tor in the private network.
func start(t *testing.T) *tor.Tor {
	t.Helper()
	return startWith(t, tor.Config{Profile: t.TempDir(), Torrc: torrcFile(t)})
}

func startWith(t *testing.T, cfg tor.Config) *tor.Tor {
	t.Helper()
	node, err := tor.Start(timeout(t, time.Minute), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return node
}

// until waits for a status that is fit.
func until(t *testing.T, node *tor.Tor, what string, fit func(tor.Status) bool) tor.Status {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var last tor.Status
	for last = range node.Watch(ctx) {
		if fit(last) {
			return last
		}
	}
	t.Fatalf("not within a minute: %s; the last status is %+v", what, last)
	return last
}

func isUp(s tor.Status) bool { return s.Up }
