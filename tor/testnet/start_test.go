// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package testnet_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"passerby/tor/testnet"
)

// fakeKeys is for a fake tor that tells a fingerprint and then does something
// else, and fakeGencert is a tor-gencert that makes a certificate, whose path is
// its last argument, as cheaply.
const (
	fakeKeys    = "case \"$*\" in *--list-fingerprint*) echo Unnamed " + fakeDigest + "; exit;; esac\n"
	fakeGencert = "for last; do :; done; echo fingerprint " + fakeDigest + " >$last"
	fakeDigest  = "0123456789ABCDEF0123456789ABCDEF01234567"
)

// fakeTor returns the path of a tor that is a shell script.
func fakeTor(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	for name, script := range map[string]string{"tor": script, "tor-gencert": fakeGencert} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "tor")
}

func TestStartThatFails(t *testing.T) {
	for name, tc := range map[string]struct {
		config testnet.Config
		script string // of a tor to use, or ""
		want   []string
	}{
		"no such tor":          {config: testnet.Config{Tor: "/nowhere/tor"}, want: []string{"/nowhere/tor"}},
		"too few relays":       {config: testnet.Config{Authorities: 1, Relays: 2}, want: []string{"too few"}},
		"negative relays":      {config: testnet.Config{Relays: -1}, want: []string{"-1 relays"}},
		"too many relays":      {config: testnet.Config{Relays: 51}, want: []string{"51 relays"}},
		"too many authorities": {config: testnet.Config{Authorities: 10}, want: []string{"10 authorities"}},
		"negative delay":       {config: testnet.Config{HopDelay: -1}, want: []string{"delay a hop"}},
		"delay too long":       {config: testnet.Config{HopDelay: time.Minute}, want: []string{"delay a hop"}},
		"votes too often":      {config: testnet.Config{VotingInterval: time.Second}, want: []string{"voting interval of 1s"}},
		"votes at odd times":   {config: testnet.Config{VotingInterval: 11 * time.Second}, want: []string{"voting interval of 11s"}},
		"tor makes no keys":    {script: "echo no keys today >&2; exit 1", want: []string{"keys of auth", "no keys today"}},
		"tor ends at once":     {script: fakeKeys + "echo bad option; exit 3", want: []string{"auth", "exit status 3", "bad option"}},
		"tor does nothing":     {script: fakeKeys + "echo idle; exec sleep 600", want: []string{"auth0 has not got a consensus", "idle"}},
	} {
		t.Run(name, func(t *testing.T) {
			// given
			t.Setenv("TMPDIR", t.TempDir())
			if tc.script != "" {
				tc.config.Tor = fakeTor(t, tc.script)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
			defer cancel()
			// when
			_, err := testnet.Start(ctx, tc.config)
			// then
			if err == nil {
				t.Fatal("it started")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in: %v", want, err)
				}
			}
			emptyFolder(t, os.TempDir())
		})
	}
}

func TestStartThatIsCancelled(t *testing.T) {
	for _, after := range []time.Duration{0, 300 * time.Millisecond, 3 * time.Second} {
		t.Run(after.String(), func(t *testing.T) {
			// given
			t.Setenv("TMPDIR", t.TempDir())
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			// when
			_, err := testnet.Start(ctx, testnet.Config{HopDelay: time.Millisecond})
			// then
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			if left := processes(t, os.TempDir()); len(left) > 0 {
				t.Errorf("still running: %q", left)
			}
			emptyFolder(t, os.TempDir())
		})
	}
}

func emptyFolder(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFolderOfAKilledOwnerIsRemoved(t *testing.T) {
	// given one folder that nobody owns, one of a network that runs, and one
	// that is none of ours
	t.Setenv("TMPDIR", t.TempDir())
	abandoned, owned, foreign := ownedFolder(t, "tornet-1"), ownedFolder(t, "tornet-2"), ownedFolder(t, "other-3")
	owner, err := os.Open(filepath.Join(owned, "owner"))
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if err := unix.Flock(int(owner.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	// when another begins to start
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, _ = testnet.Start(ctx, testnet.Config{})
	// then
	if _, err := os.Stat(abandoned); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the abandoned folder: %v", err)
	}
	for _, dir := range []string{owned, foreign} {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}

// ownedFolder makes a folder as a network has it, in the temporary folder.
func ownedFolder(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(os.TempDir(), name)
	if err := os.MkdirAll(filepath.Join(dir, "auth0"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "owner"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
