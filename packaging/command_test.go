// SPDX-License-Identifier: GPL-3.0-or-later

package packaging_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"passerby/app"
)

// program builds the program as it is shipped and returns its path.
func program(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "passerby")
	build := exec.Command("go", "build", "-trimpath", "-tags", "migrated_fynedo", "-o", program, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// command builds the program and returns how to run it: its exit status, what
// it writes to standard output, and what to standard error.
func command(t *testing.T) func(env []string, args ...string) (status int, out, errOut string) {
	t.Helper()
	program, home := program(t), t.TempDir()
	return func(env []string, args ...string) (int, string, string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = append([]string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}, env...)
		var out, errOut bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errOut
		in, err := cmd.StdinPipe() // the end of the input would end a console
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		err = cmd.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
	}
}

func TestCommandLine(t *testing.T) {
	run := command(t)
	nowhere := filepath.Join(t.TempDir(), "none")
	for _, tc := range []struct {
		args   string
		env    []string
		status int
		says   string // in standard output where the status is 0, else in standard error
	}{
		{"version", nil, 0, "Passerby " + app.Version + "\n"},
		{"help", nil, 0, "--torrc FILE"},
		{"--help", nil, 0, "--torrc FILE"},
		{"console -h", nil, 0, "--torrc FILE"},
		{"dance", nil, 2, `"dance" is not a command`},
		{"console dance", nil, 2, `"dance" is not a command`},
		{"console version", nil, 2, `"version" is not a command`},
		{"--dance", nil, 2, "-dance"},
		{"console --profile", nil, 2, "-profile"},
		{"--json", nil, 2, "--json belongs to"},
		{"version --json", nil, 2, "--json belongs to"},
		{"--network= console", nil, 2, "--network takes"},
		{"--network " + strings.Repeat("x", 65), nil, 2, "--network takes"},
		{"version", []string{"GOLOG_LOG_LEVEL=debug"}, 2, "GOLOG_LOG_LEVEL"},
		{"version", []string{"GOLOG_LOG_LEVEL="}, 0, app.Version},
		{"version", []string{"GOTRACEBACK=crash"}, 2, "GOTRACEBACK"},
		{"version", []string{"GOTRACEBACK=all"}, 0, app.Version},
		{"version", []string{"GODEBUG=gctrace=1"}, 2, "GODEBUG"},
		{"console --tor " + nowhere, nil, 1, "No usable tor found"},
		{"console --torrc " + nowhere, nil, 1, nowhere},
		{"", nil, 1, "there is no screen"},
	} {
		t.Run(tc.args, func(t *testing.T) {
			status, out, errOut := run(tc.env, strings.Fields(tc.args)...)
			said := errOut
			if tc.status == 0 {
				said = out
			}
			if status != tc.status || !strings.Contains(said, tc.says) {
				t.Errorf("status %d, out %q, err %q", status, out, errOut)
			}
		})
	}
}
