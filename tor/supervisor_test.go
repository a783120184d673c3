// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// offline starts a tor that never connects to anything.
func offline(t *testing.T, path string, pause time.Duration) *Tor {
	t.Helper()
	torrc := filepath.Join(t.TempDir(), "torrc")
	if err := os.WriteFile(torrc, []byte("DisableNetwork 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	node, err := Start(ctx, Config{Path: path, Profile: t.TempDir(), Torrc: torrc, pause: pause})
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

// TestTorEndsWithItsControlConnection shows that tor needs no signal to follow
// its owner.
func TestTorEndsWithItsControlConnection(t *testing.T) {
	node := offline(t, "", time.Millisecond)
	node.mu.Lock()
	i := node.current
	node.mu.Unlock()
	i.commands.conn.Close()
	if !i.process.stop(5 * time.Second) {
		t.Error("tor had to be killed")
	}
}

func TestSupervisorGivesUp(t *testing.T) {
	// given a tor that can no longer be started once it has ended
	real, err := find("")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tor")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec "+real+" \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	node := offline(t, path, time.Millisecond)
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho 'Nov 22 14:00:00.000 [err] The disk is on fire'\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	node.mu.Lock()
	i := node.current
	node.mu.Unlock()
	// when
	if err := i.process.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// then it says so
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var last Status
	for last = range node.Watch(ctx) {
		if last.Err != nil {
			break
		}
	}
	if !errors.Is(last.Err, ErrGaveUp) || !strings.Contains(last.Err.Error(), "The disk is on fire") {
		t.Errorf("got %+v", last)
	}
	if last.Up || last.PID != 0 || last.Restarts != 0 {
		t.Errorf("got %+v", last)
	}
	// and nobody waits any longer
	if _, err := node.Dial(ctx, someOnion+".onion", ""); !errors.Is(err, ErrGaveUp) {
		t.Errorf("dial: %v", err)
	}
}
