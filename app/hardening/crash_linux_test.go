// SPDX-License-Identifier: GPL-3.0-or-later

package hardening_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// word is what a fault leaves.
const word = "passerby: a fault in the program ended it."

// crasher is testdata/crash, built as the program is shipped: with the race
// detector it would report faults.
var crasher = sync.OnceValues(func() (string, error) {
	program := filepath.Join(folder, "crash")
	build := exec.Command("go", "build", "-trimpath", "-o", program, "./testdata/crash")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
})

// folder is where the crasher lies.
var folder string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if folder, err = os.MkdirTemp("", "passerby-hardening-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		return m.Run()
	}())
}

// death is how a process ended.
type death struct {
	status      syscall.WaitStatus
	out, errOut string
	files       []string // that it left in its working directory
}

// crash runs the crasher. Core dumps, if any, would be in its working
// directory.
func crash(t *testing.T, env []string, args ...string) death {
	t.Helper()
	program, err := crasher()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = env
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatal(err, ctx.Err())
	}
	left, err := os.ReadDir(cmd.Dir)
	if err != nil {
		t.Fatal(err)
	}
	d := death{status: cmd.ProcessState.Sys().(syscall.WaitStatus), out: out.String(), errOut: errOut.String()}
	for _, f := range left {
		d.files = append(d.files, f.Name())
	}
	return d
}

// quiet are the ways of dying which are none of the runtime's: no word is left.
var quiet = map[string]bool{
	"log.Fatal": true, "write to descriptor 2": true, "write to os.Stderr": true, "no fault": true, "no window": true, "C's stderr": true,
}

func TestAFaultShowsNothing(t *testing.T) {
	ways := strings.Split(strings.TrimSpace(crash(t, nil, "ways").out), "\n")
	if len(ways) < 26 {
		t.Fatalf("only %d ways to die", len(ways))
	}
	for _, level := range []string{"", "none", "all", "system", "crash", "2", "9"} {
		for _, way := range ways {
			t.Run(way+" at level "+level, func(t *testing.T) {
				t.Parallel()
				text := rand.Text()
				env := []string{"GOTRACEBACK=" + level}
				if level == "" {
					env = nil
				}
				d := crash(t, env, way, text)
				for _, secret := range []string{text, text[:8], text[8:16], "goroutine ", "main.", "panic"} {
					if strings.Contains(d.out+d.errOut, secret) {
						t.Errorf("it shows %q: %q, %q", secret, d.out, d.errOut)
					}
				}
				if !strings.HasPrefix(d.errOut, "own words\n") {
					t.Errorf("its own words are missing: %q", d.errOut)
				}
				if n := strings.Count(d.errOut, word); n != 1 && !quiet[way] || n > 0 && quiet[way] {
					t.Errorf("the word is said %d times: %q", n, d.errOut)
				}
				if level == "crash" && !quiet[way] {
					if !d.status.Signaled() || d.status.CoreDump() {
						t.Errorf("signal %v, core dump %t", d.status.Signal(), d.status.CoreDump())
					}
				} else if want := 2; d.status.ExitStatus() != want && way != "log.Fatal" {
					t.Errorf("status %d", d.status.ExitStatus())
				}
				if len(d.files) > 0 {
					t.Errorf("it left %q", d.files)
				}
			})
		}
	}
}

func TestWhyThereIsNoWindowIsSaid(t *testing.T) {
	want := "own words\npasserby: no window can be opened; \"passerby console\" needs none. The graphics say: no GLX\n"
	if d := crash(t, nil, "no window", rand.Text()); d.errOut != want {
		t.Errorf("it says %q", d.errOut)
	}
}

func TestAFaultWithNobodyToTell(t *testing.T) {
	program, err := crasher()
	if err != nil {
		t.Fatal(err)
	}
	for _, close := range []string{"2>&-", "2>/dev/full", "2>&1 | true"} {
		t.Run(close, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			line := `"$0" "panic with a string" text ` + close
			if !strings.Contains(close, "|") {
				line += "; echo $?"
			} else {
				line = "{ sleep 0.3; " + strings.Replace(line, "2>&1 |", "2>&1; echo $? >&3; } |", 1)
			}
			out, err := exec.CommandContext(ctx, "sh", "-c", "exec 3>&1; "+line, program).Output()
			if err != nil || string(out) != "2\n" {
				t.Errorf("%q, %v", out, err)
			}
		})
	}
}

func TestMeasuresHold(t *testing.T) {
	d := crash(t, nil, "measures")
	for _, want := range []string{
		"true: no memory dump when the program dies: \n",
		"true: other programs of this account cannot read its memory: \n",
		"true: messages about faults show nothing of what was said: \n",
		"\ndumpable is 0, <nil>\n",
		"\nsees its own descriptors: true, <nil>\n",
	} {
		if !strings.Contains(d.out, want) {
			t.Errorf("%q is missing in\n%s", want, d.out)
		}
	}
	if !strings.Contains(d.out, "core dumps have at most 1 of 1 bytes") && !strings.Contains(d.out, "core dumps have at most 0 of 0 bytes") {
		t.Error(d.out)
	}
}
