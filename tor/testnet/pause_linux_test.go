// SPDX-License-Identifier: GPL-3.0-or-later

package testnet_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerby/tor/testnet"
)

// stopped counts the processes of the network that are stopped, and all.
func stopped(t *testing.T, n *testnet.Network) (stopped, all int) {
	t.Helper()
	dir := filepath.Dir(n.TorrcFile())
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, stat := range stats {
		line, err1 := os.ReadFile(filepath.Join(filepath.Dir(stat), "cmdline"))
		state, err2 := os.ReadFile(stat)
		if err1 != nil || err2 != nil || !strings.Contains(string(line), dir+"/") {
			continue
		}
		all++
		if strings.Contains(string(state), ") T ") {
			stopped++
		}
	}
	return stopped, all
}

func pause(t *testing.T, n *testnet.Network) {
	const eight = 8 // processes
	await := func(want int) {
		t.Helper()
		eventually(t, 5*time.Second, func() bool { n, all := stopped(t, n); return n == want && all == eight },
			func() string { return fmt.Sprintf("%d of %d processes stand still", want, eight) })
	}
	for name, tc := range map[string]struct {
		d     time.Duration
		early bool
	}{
		"the time is up":   {time.Second, false},
		"the context ends": {time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			// when
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			began, done := time.Now(), make(chan time.Duration, 1)
			go func() {
				n.Pause(ctx, tc.d)
				done <- time.Since(began)
			}()
			// then all stand still
			await(eight)
			if tc.early {
				cancel()
			}
			// and go on when it ends
			if took := <-done; !tc.early && took < tc.d {
				t.Errorf("it took %v of %v", took, tc.d)
			}
			await(0)
		})
	}
}
