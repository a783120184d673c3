// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseCircuit(t *testing.T) {
	const line = "12 BUILT $AAAA~relay0,$BBBB~auth1,$CCCC BUILD_FLAGS=IS_INTERNAL,NEED_UPTIME PURPOSE=HS_CLIENT_REND " +
		"HS_STATE=HSCR_JOINED REND_QUERY=abcd TIME_CREATED=2026-01-01T00:00:00.000000\r\n"
	got, ok := parseCircuit(line)
	want := Circuit{ID: "12", Status: "BUILT", Path: []string{"AAAA", "BBBB", "CCCC"},
		Purpose: "HS_CLIENT_REND", State: "HSCR_JOINED", Service: "abcd"}
	if !ok || !reflect.DeepEqual(got, want) || !got.Joined() {
		t.Errorf("got %+v", got)
	}
	got, ok = parseCircuit("7 LAUNCHED PURPOSE=HS_SERVICE_REND HS_STATE=HSSR_CONNECTING REND_QUERY=x")
	if !ok || got.Path != nil || got.Joined() || got.Service != "x" {
		t.Errorf("got %+v", got)
	}
	for _, line := range []string{"", "\r\n", "7"} {
		if _, ok := parseCircuit(line); ok {
			t.Errorf("%q is no circuit", line)
		}
	}
}

// The letters of proc_pid_stat(5), and none for a process that is gone or that
// nobody has taken notice of since.
const (
	waits, stands, gone = "S", "T", ""
)

func state(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return gone
	}
	return strings.Trim(string(stat[strings.LastIndexByte(string(stat), ')')+2]), "ZX")
}

func awaitState(t *testing.T, pid int, want string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); state(pid) != want; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("process %d is in state %q, not %q", pid, state(pid), want)
		}
	}
}

// startWithTor starts a fake copy with a child that passes for its tor, and
// returns the ids of both.
func startWithTor(t *testing.T) (c *Copy, pid, tor int) {
	t.Helper()
	c = startFake(t, `ln -s "$(command -v sleep)" "$TMPDIR/tor"; "$TMPDIR/tor" 600 & echo '{"event":"ready"}'
		read -r line; kill $! 2>/dev/null; exit 0`)
	if _, err := c.Await(soon(t), "ready"); err != nil {
		t.Fatal(err)
	}
	pid, err := c.PID()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if tor, err = c.TorPID(); err == nil {
			return c, pid, tor
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func TestFaults(t *testing.T) {
	const d = 300 * time.Millisecond
	for name, tc := range map[string]struct {
		fault              func(c *Copy) error
		meanwhile          [2]string // the states of the copy and of its tor
		afterwards, forTor string
	}{
		"the tor is stopped": {func(c *Copy) error { return c.PauseTor(t.Context(), d) }, [2]string{waits, stands}, waits, waits},
		"both are stopped":   {func(c *Copy) error { return c.Pause(t.Context(), d) }, [2]string{stands, stands}, waits, waits},
		"the tor is killed": {func(c *Copy) error {
			_, err := c.KillTor()
			return err
		}, [2]string{waits, gone}, waits, gone},
		"both are killed": {(*Copy).KillAll, [2]string{gone, gone}, gone, gone},
	} {
		t.Run(name, func(t *testing.T) {
			c, pid, tor := startWithTor(t)
			done := make(chan error, 1)
			go func() { done <- tc.fault(c) }()
			awaitState(t, pid, tc.meanwhile[0])
			awaitState(t, tor, tc.meanwhile[1])
			if err := <-done; err != nil {
				t.Error(err)
			}
			awaitState(t, pid, tc.afterwards)
			awaitState(t, tor, tc.forTor)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPauseEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		d     time.Duration
		early error // why the context ends, or nil
	}{
		"the time is up":   {300 * time.Millisecond, nil},
		"the context ends": {time.Hour, errors.New("enough")},
	} {
		t.Run(name, func(t *testing.T) {
			// given a process
			c := startFake(t, `echo '{"event":"ready"}'; read -r line`)
			if _, err := c.Await(soon(t), "ready"); err != nil {
				t.Fatal(err)
			}
			pid, err := c.PID()
			if err != nil {
				t.Fatal(err)
			}
			// when it is stopped
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			began, done := time.Now(), make(chan error, 1)
			go func() { done <- pause(ctx, tc.d, pid) }()
			awaitState(t, pid, stands)
			if tc.early != nil {
				cancel(tc.early)
			}
			// then it goes on in the end
			if err := <-done; !errors.Is(err, tc.early) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); tc.early == nil && took < tc.d {
				t.Errorf("after %v", took)
			}
			awaitState(t, pid, waits)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if err := pause(t.Context(), time.Hour, 1<<30); err == nil {
		t.Error("nobody was stopped, and nobody says so")
	}
}
