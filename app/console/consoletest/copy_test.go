// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startFake starts a shell script in the program's place.
func startFake(t *testing.T, script string) *Copy {
	t.Helper()
	dir := t.TempDir()
	program, torrc := filepath.Join(dir, "program"), filepath.Join(dir, "torrc")
	for path, content := range map[string]string{program: "#!/bin/sh\n" + script + "\n", torrc: "TestingTorNetwork 1\n"} {
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Start(Options{Program: program, Name: "fake", Torrc: torrc, Network: "n"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestCopyIsToldAndTells(t *testing.T) {
	// given a program that answers each line
	c := startFake(t, `echo '{"event":"ready"}'; while read -r line; do
		case $line in
		*quit*) exit 0;;
		*) echo '{"event":"seeking"}'; echo '{"event":"matched","interests":["a"]}';;
		esac
	done`)
	// when
	if err := c.Find("a"); err != nil {
		t.Fatal(err)
	}
	// then events come in order, those passed over are not lost
	e, err := c.Await(soon(t), "error", "matched")
	if err != nil || len(e.Interests) != 1 {
		t.Errorf("got %v, %v", e, err)
	}
	if all := c.Events(); len(all) != 3 || all[0].Event != "ready" {
		t.Errorf("got %v", all)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.Dir()); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
}

func TestCopyFails(t *testing.T) {
	for name, tc := range map[string]struct {
		script      string
		await, quit string // what the errors say, or ""
	}{
		"ends too soon":       {`echo '{"event":"seeking"}'; echo oops >&2; exit 3`, "ended before: ready", "exit status 3"},
		"ends well too soon":  {`exit 0`, "ended before: ready", ""},
		"breaks the contract": {`echo '{"event":"sent"}'; read -r line`, "broke the contract", "broke the contract"},
		"stops in a line":     {`printf '{"event":"tor"'`, "broke the contract", "broke the contract"},
		"exits badly":         {`echo '{"event":"ready"}'; read -r line; exit 66`, "", "exit status 66"},
	} {
		t.Run(name, func(t *testing.T) {
			c := startFake(t, tc.script)
			_, err := c.Await(soon(t), "ready")
			says(t, "Await", err, tc.await)
			says(t, "Close", c.Close(), tc.quit)
		})
	}
}

func says(t *testing.T, who string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", who, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: %q is not in: %v", who, want, err)
	}
}

func TestCopyThatSaysNothing(t *testing.T) {
	c := startFake(t, `echo '{"event":"seeking"}'; echo oops >&2; read -r line`)
	defer c.Close()
	if _, err := c.Await(soon(t), "seeking"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := c.Await(ctx, "ready")
	for _, want := range []string{"did not say: ready", `{"event":"seeking"}`, "oops", "deadline"} {
		says(t, "Await", err, want)
	}
}

func TestKilledCopy(t *testing.T) {
	for name, kill := range map[string]func(*Copy) error{"SIGKILL": (*Copy).Kill, "SIGABRT": (*Copy).Crash} {
		c := startFake(t, `echo '{"event":"ready"}'; exec sleep 600`)
		if _, err := c.Await(soon(t), "ready"); err != nil {
			t.Fatal(err)
		}
		if err := kill(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.Await(soon(t), "seeking"); err == nil {
			t.Errorf("%s: the dead speak", name)
		}
		if err := c.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCopyThatIsToldToEndWithoutAWord(t *testing.T) {
	for name, end := range map[string]func(*Copy) error{"end of input": (*Copy).EndInput, "SIGTERM": (*Copy).Terminate} {
		c := startFake(t, `trap 'exit 0' TERM; pwd >&2; echo '{"event":"ready"}'; while read -r line; do echo "$line"; done`)
		if _, err := c.Await(soon(t), "ready"); err != nil {
			t.Fatal(err)
		}
		if err := end(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.Await(soon(t), "seeking"); err == nil || !strings.Contains(err.Error(), "ended before") {
			t.Errorf("%s: got %v", name, err)
		}
		if got := strings.TrimSpace(c.Errors()); got != c.Dir() {
			t.Errorf("%s: its working directory is %q", name, got)
		}
		if err := c.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAwaitAllTakesNothing(t *testing.T) {
	c := startFake(t, `echo '{"event":"ready"}'; echo '{"event":"seeking"}'; read -r line`)
	two := func(said []Event) bool { return len(said) == 2 }
	if err := c.AwaitAll(soon(t), "two events", two); err != nil {
		t.Error(err)
	}
	if _, err := c.Await(soon(t), "ready"); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	three := func(said []Event) bool { return len(said) == 3 }
	says(t, "AwaitAll", c.AwaitAll(ctx, "three events", three), "did not say: three events")
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	says(t, "AwaitAll", c.AwaitAll(soon(t), "three events", three), "ended before: three events")
}

func TestNoCopyOnThePublicNetwork(t *testing.T) {
	for _, torrc := range []string{"", "/dev/null", t.TempDir(), "/nowhere"} {
		if _, err := Start(Options{Program: "/bin/true", Torrc: torrc}); err == nil {
			t.Errorf("%q is taken for a private network", torrc)
		}
	}
}

func TestProcesses(t *testing.T) {
	if p, ok := parseStat("12 (a) b (c) S 7 1 1"); !ok || p != (Process{12, 7, "a) b (c", true}) {
		t.Errorf("got %+v", p)
	}
	for _, stat := range []string{"", "12", "12 (a", "12 (a) S", "x (a) S 1", "1 (a) S x"} {
		if p, ok := parseStat(stat); ok {
			t.Errorf("%q: got %+v", stat, p)
		}
	}
	if p, ok := parseStat("12 (a) Z 7"); !ok || p.Running {
		t.Error("a zombie runs")
	}
	if _, err := Child(os.Getpid(), "nobody"); err == nil {
		t.Error("a child that is not there")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if AwaitEnd(ctx, os.Getpid()) == nil {
		t.Error("we are still here")
	}
}
