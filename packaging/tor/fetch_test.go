// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

// Package tor_test runs the scripts that fetch what tor is built from. They are
// given nothing that reaches a network.
package tor_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fetch runs fetch.sh with a curl of ours and without Debian. It returns what
// it says, and the folder that it was to fill.
func fetch(t *testing.T, curl string, env ...string) (string, string, error) {
	t.Helper()
	bin, dir := t.TempDir(), filepath.Join(t.TempDir(), "sources")
	if err := os.WriteFile(filepath.Join(bin, "curl"), []byte("#!/bin/sh\n"+curl), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "./fetch.sh", dir)
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "TOR_DEBIAN=no", "TOR_SOURCES=")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	return string(out), dir, err
}

// toOutput is a curl that writes a text where it is told to.
const toOutput = `while [ $# -gt 0 ]; do [ "$1" != --output ] || printf 'half a file' >"$2"; shift; done`

func TestFetchRefuses(t *testing.T) {
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "tor.tar.gz"), []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		curl string
		env  []string
		says []string
	}{
		"a truncated download": {toOutput, nil, []string{"is not the pinned file", "incomplete or changed", "TOR_SOURCES"}},
		"no download":          {"exit 6", nil, []string{"could not be had", "DEBIAN_MIRROR"}},
		"a damaged local file": {"exit 6", []string{"TOR_SOURCES=" + damaged}, []string{"tor.tar.gz is not the pinned file"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, dir, err := fetch(t, tc.curl, tc.env...)
			if err == nil {
				t.Fatalf("it is content: %s", out)
			}
			for _, want := range tc.says {
				if !strings.Contains(out, want) {
					t.Errorf("%q does not say %q", out, want)
				}
			}
			if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
				t.Errorf("left %v, %v", files, err)
			}
		})
	}
}

// TestFetchUsesHTTPSAlone looks at what curl is told.
func TestFetchUsesHTTPSAlone(t *testing.T) {
	told := filepath.Join(t.TempDir(), "told")
	fetch(t, `echo "$@" >>`+told+`; exit 6`)
	text, err := os.ReadFile(told)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--proto =https", "--proto-redir =https", "https://dist.torproject.org/tor-"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("curl is told %q, without %q", text, want)
		}
	}
}

// TestPins reads the pins: a line that is not one would be an archive unchecked.
func TestPins(t *testing.T) {
	for file, line := range map[string]string{
		"sources.txt":             `^[a-z]+ [0-9][0-9a-z.-]* [0-9a-f]{64} (https://[^ ]+|-) ([a-z]+|-)$`,
		"zlib.sha256":             `^[0-9a-f]{64}  [a-z0-9]+\.[ch]$`,
		"../sysroot/packages.txt": `^[a-z0-9.+-]+ [0-9][^ /]* [0-9a-f]{64}$`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pin, n := regexp.MustCompile(line), 0
		for l := range strings.Lines(string(text)) {
			if l = strings.TrimSuffix(l, "\n"); strings.HasPrefix(l, "#") {
				continue
			}
			if n++; !pin.MatchString(l) {
				t.Errorf("%s: %q", file, l)
			}
		}
		if n < 5 {
			t.Errorf("%s has %d pins", file, n)
		}
	}
}
