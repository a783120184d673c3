// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerby/tor"
)

// script writes a program.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tor")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestStartRefuses starts tor in every way that cannot work. Nothing here
// reaches a network: every tor that is real ends before it connects.
func TestStartRefuses(t *testing.T) {
	notOurs := t.TempDir()
	if err := os.WriteFile(filepath.Join(notOurs, "diary"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(notOurs, 0o755); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(t.TempDir(), "profile")
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(blocked, "tor"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const offline = "DisableNetwork 1\n"
	for name, tc := range map[string]struct {
		cfg  tor.Config
		want error
		says []string
	}{
		"no such tor":     {tor.Config{Path: "/nowhere/tor"}, tor.ErrNoTor, []string{"/nowhere/tor", "--tor"}},
		"a folder":        {tor.Config{Path: "/"}, tor.ErrNoTor, []string{"not a file"}},
		"no program":      {tor.Config{Path: write(t, "tor")}, tor.ErrNoTor, []string{"not a program"}},
		"another program": {tor.Config{Path: script(t, "echo hello")}, tor.ErrNoTor, []string{"does not answer like tor"}},
		"a broken one":    {tor.Config{Path: script(t, "exit 3")}, tor.ErrNoTor, []string{"does not run", "exit status 3"}},
		"an old tor": {
			tor.Config{Path: script(t, "echo Tor version 0.4.7.16.")}, tor.ErrTorTooOld,
			[]string{"0.4.7.16", "0.4.8", "update tor"},
		},
		"no profile":         {tor.Config{}, tor.ErrProfileNotWritable, []string{"--profile"}},
		"profile in a file":  {tor.Config{Profile: filepath.Join(write(t, ""), "profile")}, tor.ErrProfileNotWritable, []string{"--profile"}},
		"tor is a file":      {tor.Config{Profile: blocked}, tor.ErrProfileNotWritable, []string{"--profile"}},
		"profile of others":  {tor.Config{Profile: notOurs}, tor.ErrProfileOpen, []string{"other files", "empty folder"}},
		"no torrc":           {tor.Config{Torrc: "/nowhere/torrc"}, tor.ErrTorrc, []string{"--torrc"}},
		"torrc is a folder":  {tor.Config{Torrc: "/"}, tor.ErrTorrc, []string{"--torrc"}},
		"line of ours":       {tor.Config{Torrc: write(t, offline+"SocksPort 9050\n")}, tor.ErrTorrc, []string{"line 2", `"SocksPort"`, "remove this line"}},
		"no such option":     {tor.Config{Torrc: write(t, "# hello\n"+offline+"Foo 1\n")}, tor.ErrTorrc, []string{"line 3", "Foo"}},
		"no such value":      {tor.Config{Torrc: write(t, offline+"\nUseBridges maybe\n")}, tor.ErrTorrc, []string{"line 3", "maybe"}},
		"no such bridge":     {tor.Config{Torrc: write(t, offline+"UseBridges 1\nBridge nowhere\n")}, tor.ErrTorrc, []string{"line 3"}},
		"contradicting line": {tor.Config{Torrc: write(t, offline+"UseBridges 1\n")}, tor.ErrTorrc, []string{"tor says", "Bridge"}},
	} {
		t.Run(name, func(t *testing.T) {
			if !errors.Is(tc.want, tor.ErrProfileNotWritable) && tc.cfg.Profile == "" {
				tc.cfg.Profile = t.TempDir()
			}
			node, err := tor.Start(timeout(t, time.Minute), tc.cfg)
			if err == nil {
				node.Close()
				t.Fatal("it started")
			}
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			for _, want := range tc.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has several lines", err)
			}
		})
	}
}

func TestProfileIsClosedToOthers(t *testing.T) {
	// given an empty folder that everybody may enter
	profile := filepath.Join(t.TempDir(), "profile")
	if err := os.Mkdir(profile, 0o755); err != nil {
		t.Fatal(err)
	}
	cfg := tor.Config{Profile: profile, Torrc: write(t, "DisableNetwork 1\n")}
	// when
	node := startWith(t, cfg)
	// then
	err := filepath.Walk(profile, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.IsDir() && info.Mode().Perm()&0o077 != 0 {
			err = fmt.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	// and a second copy finds it in use, until the first is closed
	if _, err := tor.Start(t.Context(), cfg); !errors.Is(err, tor.ErrProfileInUse) || !strings.Contains(err.Error(), "--profile") {
		t.Errorf("got %v", err)
	}
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
	startWith(t, cfg)
}

// TestClosedTorRefuses calls everything after Close.
func TestClosedTorRefuses(t *testing.T) {
	node := startWith(t, tor.Config{Profile: t.TempDir(), Torrc: write(t, "DisableNetwork 1\n")})
	// given someone who waits
	waiting := make(chan error, 1)
	go func() {
		_, err := node.Dial(t.Context(), torproject, "")
		waiting <- err
	}()
	// when
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
	// then
	if err := <-waiting; !errors.Is(err, tor.ErrClosed) {
		t.Errorf("a dial that waited: %v", err)
	}
	_, err := node.Dial(t.Context(), torproject, "")
	if !errors.Is(err, tor.ErrClosed) {
		t.Errorf("Dial: %v", err)
	}
	if _, err := node.Listen(t.Context(), make([]byte, 64), 1); !errors.Is(err, tor.ErrClosed) {
		t.Errorf("Listen: %v", err)
	}
	if _, _, _, err := node.SharedRandom(t.Context()); !errors.Is(err, tor.ErrClosed) {
		t.Errorf("SharedRandom: %v", err)
	}
	if _, err := node.Now(t.Context()); !errors.Is(err, tor.ErrClosed) {
		t.Errorf("Now: %v", err)
	}
	if err := node.Renew(t.Context()); !errors.Is(err, tor.ErrClosed) {
		t.Errorf("Renew: %v", err)
	}
	if err := node.Published(t.Context(), torproject); !errors.Is(err, tor.ErrClosed) {
		t.Errorf("Published: %v", err)
	}
	if _, open := <-node.Watch(t.Context()); open {
		t.Error("Watch gives a status")
	}
	if err := node.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

const torproject = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"

// TestStartKeepsToItsContext starts a program that passes for tor but never
// opens a control port.
func TestStartKeepsToItsContext(t *testing.T) {
	profile := t.TempDir()
	pid := filepath.Join(t.TempDir(), "pid")
	path := script(t, `[ "$1" = --version ] && echo Tor version 0.4.9.1. && exit; echo $$ >`+pid+`; exec sleep 60`)
	ctx := timeout(t, 500*time.Millisecond)
	began := time.Now()
	_, err := tor.Start(ctx, tor.Config{Path: path, Profile: profile})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
	text, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || alive(id) {
		t.Errorf("process %d was left behind, %v", id, err)
	}
	// and the profile is free
	startWith(t, tor.Config{Profile: profile, Torrc: write(t, "DisableNetwork 1\n")})
}

// skewedClock is a library that moves the clock of a program by some seconds.
const skewedClock = `#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *t) {
	int r = syscall(SYS_clock_gettime, id, t);
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec += OFFSET;
	return r;
}
int gettimeofday(struct timeval *restrict t, void *restrict zone) {
	struct timespec s;
	int r = clock_gettime(CLOCK_REALTIME, &s);
	t->tv_sec = s.tv_sec;
	t->tv_usec = s.tv_nsec / 1000;
	return r;
}
time_t time(time_t *t) {
	struct timespec s;
	clock_gettime(CLOCK_REALTIME, &s);
	if (t) *t = s.tv_sec;
	return s.tv_sec;
}
`

// TestWrongClock runs a real tor whose clock is two days behind.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	// given
	dir := t.TempDir()
	source, library := filepath.Join(dir, "clock.c"), filepath.Join(dir, "clock.so")
	if err := os.WriteFile(source, []byte(skewedClock), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-DOFFSET=-172800", "-o", library, source).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	path := script(t, fmt.Sprintf(`for tor in /usr/sbin/tor /usr/bin/tor; do [ -x $tor ] && LD_PRELOAD=%s exec $tor "$@"; done`, library))
	node := startWith(t, tor.Config{Path: path, Profile: t.TempDir(), Torrc: torrcFile(t)})
	// when
	s := until(t, node, "a complaint about the clock", func(s tor.Status) bool { return s.Problem != nil })
	// then
	if !errors.Is(s.Problem, tor.ErrClock) || s.Up {
		t.Errorf("got %+v", s)
	}
	for _, want := range []string{"2 days behind", "time zone"} {
		if !strings.Contains(s.Warning, want) {
			t.Errorf("%q does not say %q", s.Warning, want)
		}
	}
	// and whoever waits for tor in vain is told
	ctx := timeout(t, time.Second)
	if _, err := node.Dial(ctx, torproject, ""); !errors.Is(err, tor.ErrClock) || !errors.Is(err, ctx.Err()) {
		t.Errorf("dial: %v", err)
	}
}
