// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shipped is a program as it is shipped, without a window.
const shipped = `package main

import (
	"context"
	"fmt"
	"os"

	"passerby/tor"
)

func main() {
	node, err := tor.Start(context.Background(), tor.Config{Profile: os.Args[1], Torrc: os.Args[2]})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	node.Close()
	fmt.Println("it ran")
}
`

// TestShippedProgram builds a program that knows its tor, as a package has it,
// and runs it with that tor, with a changed one and without.
func TestShippedProgram(t *testing.T) {
	// given
	dir := t.TempDir()
	var content []byte
	var err error
	for _, path := range []string{"/usr/bin/tor", "/usr/sbin/tor", "/usr/local/bin/tor"} {
		if content, err = os.ReadFile(path); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatalf("this test needs a tor of the system: %v", err)
	}
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "passerby")
	if err := os.WriteFile(source, []byte(shipped), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := timeout(t, 5*time.Minute)
	build := exec.CommandContext(ctx, "go", "build", "-o", program,
		"-ldflags", fmt.Sprintf("-X passerby/tor.bundledSHA256=%x", sha256.Sum256(content)), source)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	own := filepath.Join(dir, "tor", "tor")
	if err := os.Mkdir(filepath.Dir(own), 0o700); err != nil {
		t.Fatal(err)
	}
	torrc := write(t, "DisableNetwork 1\n")
	for _, tc := range []struct {
		name string
		tor  []byte // nil: none
		want string
	}{
		{"its own", content, "it ran"},
		// The added byte changes nothing in what the program does.
		{"a changed one", append(content[:len(content):len(content)], 0), "may be damaged or replaced, and is not run"},
		{"half of it", content[:len(content)/2], "may be damaged or replaced, and is not run"},
		{"none", nil, "is missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := os.RemoveAll(own); err != nil {
				t.Fatal(err)
			}
			if tc.tor != nil {
				if err := os.WriteFile(own, tc.tor, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			// when
			out, err := exec.CommandContext(ctx, program, filepath.Join(t.TempDir(), "profile"), torrc).CombinedOutput()
			// then
			if !strings.Contains(string(out), tc.want) || (err == nil) != (tc.want == "it ran") {
				t.Errorf("got %q, %v", out, err)
			}
			if err != nil && !strings.Contains(string(out), "download Passerby again") {
				t.Errorf("%q does not say what to do", out)
			}
		})
	}
}
