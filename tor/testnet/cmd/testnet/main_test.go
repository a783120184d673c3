// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// playVariable makes the test binary play the program itself.
const playVariable = "TESTNET_TEST_PLAY"

func TestMain(m *testing.M) {
	if os.Getenv(playVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program returns the program with its arguments, yet to be started, and its
// temporary folder.
func program(t *testing.T, arguments ...string) (cmd *exec.Cmd, tmp string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tmp = t.TempDir()
	cmd = exec.CommandContext(t.Context(), self, arguments...)
	cmd.Env = append(os.Environ(), playVariable+"=1", "TMPDIR="+tmp)
	return cmd, tmp
}

// startProgram starts it and returns what the one line of its output says.
func startProgram(t *testing.T, cmd *exec.Cmd) (torrc string, rest *bufio.Reader) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	rest = bufio.NewReader(out)
	line, err := rest.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), rest
}

// running counts the processes that name dir.
func running(t *testing.T, dir string) (n int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if line, _ := os.ReadFile(file); bytes.Contains(line, []byte(dir+"/")) {
			n++
		}
	}
	return n
}

func TestSignalEndsAll(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			// given a running network
			cmd, tmp := program(t, "-authorities", "1", "-hop-delay", "1ms")
			torrc, rest := startProgram(t, cmd)
			content, err := os.ReadFile(torrc)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(content, []byte("\nDirAuthority auth0 ")) {
				t.Errorf("no authority in %s", content)
			}
			if n := running(t, tmp); n != 6 {
				t.Errorf("%d processes", n)
			}
			// when
			begin := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			more, _ := io.ReadAll(rest)
			err = cmd.Wait()
			// then no process is left, and no folder where there was time to
			// remove it
			for running(t, tmp) > 0 {
				if time.Since(begin) > 20*time.Second {
					t.Fatalf("%d processes left", running(t, tmp))
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Logf("all gone after %v", time.Since(begin))
			if len(more) > 0 {
				t.Errorf("more than one line: %q", more)
			}
			if signal == syscall.SIGKILL {
				return
			}
			if err != nil {
				t.Errorf("ended with %v", err)
			}
			if left, _ := os.ReadDir(tmp); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestFailureIsTold(t *testing.T) {
	for _, tc := range []struct{ arguments, want string }{
		{"-tor /nowhere/tor", "/nowhere/tor"},
		{"-relays 99", "99 relays"},
		{"twice", `"twice"`},
		{"-unknown", "-unknown"},
	} {
		t.Run(tc.arguments, func(t *testing.T) {
			cmd, tmp := program(t, strings.Fields(tc.arguments)...)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("%v: %s", err, out)
			}
			if left, _ := os.ReadDir(tmp); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
