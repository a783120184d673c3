// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// place lays a program into an empty folder, and a tor beside it, and makes
// find believe that it is this program. It returns tor's file.
func place(t *testing.T, content []byte) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "lib", "tor", exeName)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{file: content, filepath.Join(dir, "lib", "passerby"): nil} {
		if err := os.WriteFile(path, content, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "passerby") // as a package does in /usr/bin
	if err := os.Symlink(filepath.Join("lib", "passerby"), link); err != nil {
		t.Fatal(err)
	}
	earlier := executable
	executable = func() (string, error) { return link, nil }
	t.Cleanup(func() { executable = earlier })
	return file
}

// bring makes this program one that came with a tor of this content.
func bring(t *testing.T, content []byte) {
	t.Helper()
	sum := sha256.Sum256(content)
	earlier := bundledSHA256
	bundledSHA256 = hex.EncodeToString(sum[:])
	t.Cleanup(func() { bundledSHA256 = earlier })
}

// systemTor returns the content of a real tor.
func systemTor(t *testing.T) []byte {
	t.Helper()
	path, err := find("")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestFindBundled(t *testing.T) {
	ours := []byte("#!/bin/sh\necho ours\n")
	for name, tc := range map[string]struct {
		change func(t *testing.T, file string) // what happened to it, or nil
		want   error
		says   []string
	}{
		"as it was": {},
		"one bit changed": {func(t *testing.T, file string) {
			rewrite(t, file, []byte("#!/bin/sh\necho ourr\n"))
		}, ErrTorChanged, []string{"damaged or replaced", "start it again", "download Passerby again", "verify"}},
		"cut off": {func(t *testing.T, file string) { rewrite(t, file, ours[:5]) }, ErrTorChanged, []string{"download"}},
		"empty":   {func(t *testing.T, file string) { rewrite(t, file, nil) }, ErrTorChanged, []string{"download"}},
		"something added": {func(t *testing.T, file string) {
			rewrite(t, file, append(ours[:len(ours):len(ours)], '\n'))
		}, ErrTorChanged, []string{"download"}},
		"endless": {func(t *testing.T, file string) {
			if err := os.Truncate(file, maxTorSize+1); err != nil {
				t.Fatal(err)
			}
		}, ErrTorChanged, []string{"download"}},
		"missing": {func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}, ErrNoTor, []string{"is missing", "there is no file", "download Passerby again"}},
		"not a program": {func(t *testing.T, file string) {
			if err := os.Chmod(file, 0o600); err != nil {
				t.Fatal(err)
			}
		}, ErrNoTor, []string{"not a program", "download Passerby again"}},
	} {
		t.Run(name, func(t *testing.T) {
			// given
			file := place(t, ours)
			bring(t, ours)
			if tc.change != nil {
				tc.change(t, file)
			}
			// when
			path, err := find("")
			// then
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if err == nil {
				if !sameFile(t, path, file) {
					t.Errorf("found %s, want %s", path, file)
				}
				return
			}
			if path != "" {
				t.Errorf("%s is offered all the same", path)
			}
			for _, want := range append(tc.says, filepath.Join("lib", "tor", exeName)) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "distribution") {
				t.Errorf("%q speaks of another tor, which would not be used", err)
			}
		})
	}
}

// TestFindWithoutBundle is a developer's or a distributor's build.
func TestFindWithoutBundle(t *testing.T) {
	// given a tor beside the program: it is preferred, whatever it is
	file := place(t, []byte("#!/bin/sh\n"))
	if path, err := find(""); err != nil || !sameFile(t, path, file) {
		t.Errorf("found %q, %v", path, err)
	}
	// and without it the system's is used
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if path, err := find(""); err != nil || strings.HasPrefix(path, filepath.Dir(file)) {
		t.Errorf("found %q, %v", path, err)
	}
}

// TestNamedTorIsNotCompared names a tor: a person may run what they like.
func TestNamedTorIsNotCompared(t *testing.T) {
	other := place(t, []byte("#!/bin/sh\necho another\n"))
	bring(t, []byte("ours"))
	if path, err := find(other); err != nil || path != other {
		t.Errorf("found %q, %v", path, err)
	}
}

// TestRestartChecksAgain exchanges a tor while it runs.
func TestRestartChecksAgain(t *testing.T) {
	// given a copy that runs with its own tor
	content := systemTor(t)
	file := place(t, content)
	bring(t, content)
	node := offline(t, "", time.Millisecond)
	ran := filepath.Join(t.TempDir(), "ran")
	other := file + ".new" // a running program cannot be written to
	if err := os.WriteFile(other, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, file); err != nil {
		t.Fatal(err)
	}
	node.mu.Lock()
	i := node.current
	node.mu.Unlock()
	// when that tor ends
	if err := i.process.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// then the other is not run
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var last Status
	for last = range node.Watch(ctx) {
		if errors.Is(last.Problem, ErrTorChanged) {
			break
		}
	}
	if !errors.Is(last.Problem, ErrTorChanged) || !strings.Contains(last.Warning, "start it again") {
		t.Errorf("got %+v", last)
	}
	// and the right one is, once it is back
	if err := os.WriteFile(other, content, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, file); err != nil {
		t.Fatal(err)
	}
	for last = range node.Watch(ctx) {
		if last.Restarts == 1 || last.Err != nil {
			break
		}
	}
	if last.Restarts != 1 || last.Err != nil {
		t.Errorf("got %+v", last)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the other tor was run")
	}
}

func rewrite(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o700); err != nil {
		t.Fatal(err)
	}
}

func sameFile(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
