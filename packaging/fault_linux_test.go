// SPDX-License-Identifier: GPL-3.0-or-later

package packaging_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAFaultShowsAndLeavesNothing ends the real program by signals that make a
// Go program show all it does; app/hardening tries every other way.
func TestAFaultShowsAndLeavesNothing(t *testing.T) {
	program := program(t)
	tor := filepath.Join(t.TempDir(), "tor") // one that never gets anywhere
	if err := os.WriteFile(tor, []byte("#!/bin/sh\nexec sleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV} {
		t.Run(signal.String(), func(t *testing.T) {
			// given a program that runs
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), program, "console", "--json", "--tor", tor, "--profile", filepath.Join(dir, "profile"))
			cmd.Dir = dir
			cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "GOTRACEBACK=all"}
			var errOut bytes.Buffer
			cmd.Stderr = &errOut
			cmd.WaitDelay = time.Second
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Fprintln(in, "no command"); err != nil {
				t.Fatal(err)
			}
			if _, err := out.Read(make([]byte, 1)); err != nil { // of its complaint
				t.Fatal(err)
			}
			// then it may dump no core
			limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", cmd.Process.Pid))
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(limits)) {
				if most, ok := strings.CutPrefix(line, "Max core file size"); ok {
					if f := strings.Fields(most); f[1] != "0" && f[1] != "1" {
						t.Errorf("core dumps may have %s bytes", f[1])
					}
				}
			}
			// and when it is struck it says that, and leaves no file
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			const word = "passerby: a fault in the program ended it. What the fault was is not shown, because it could show what was said.\n"
			if status := cmd.ProcessState.ExitCode(); status != 2 || errOut.String() != word {
				t.Errorf("status %d, %q", status, errOut.String())
			}
			if cores, _ := filepath.Glob(filepath.Join(dir, "*core*")); len(cores) > 0 {
				t.Errorf("it left %q", cores)
			}
		})
	}
}
