// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"passerby/app/update"
)

func write(t *testing.T, name, what string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(what), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// keygen makes a key pair in a folder, and returns the file of the private key
// and the public key as it is printed.
func keygen(t *testing.T, dir string) (file, public string) {
	t.Helper()
	file = filepath.Join(dir, "key")
	var out strings.Builder
	if err := run([]string{"keygen", file}, dir, "", &out); err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`UpdateKey = "(.*)"\n`).FindStringSubmatch(out.String())
	if m == nil {
		t.Fatalf("it prints %q", &out)
	}
	return file, m[1]
}

// source makes a folder of a project with a public key, and packages in dist.
func source(t *testing.T, dir, public string) (dist string) {
	t.Helper()
	write(t, filepath.Join(dir, "FyneApp.toml"), fmt.Sprintf("[Details]\nName = \"Passerby\"\nVersion = \"1.2.3\"\n\n[Release]\nUpdateKey = %q\nUpdateAddress = \"\"\n", public))
	dist = filepath.Join(dir, "dist")
	if err := os.Mkdir(dist, 0o755); err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for _, name := range []string{"passerby_1.2.3_amd64.deb", "passerby-1.2.3.zip"} {
		write(t, filepath.Join(dist, name), name)
		sum := sha256.Sum256([]byte(name))
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	write(t, filepath.Join(dist, "SHA256SUMS"), sums.String())
	return dist
}

func TestWhatIsSignedIsWhatCopiesTake(t *testing.T) {
	dir := t.TempDir()
	file, public := keygen(t, dir)
	dist := source(t, dir, public)
	var notes []string
	for _, c := range []struct {
		args  []string
		given string
	}{
		{[]string{"-key", file, dist}, ""},
		{[]string{dist}, read(t, file)},
		{[]string{"-key", file, dist}, "not a key, and not looked at"},
	} {
		var out strings.Builder
		if err := run(c.args, dir, c.given, &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "2 files of version 1.2.3") {
			t.Errorf("it says %q", &out)
		}
		notes = append(notes, read(t, filepath.Join(dist, "SHA256SUMS.note")))
	}
	if notes[0] != notes[1] || notes[0] != notes[2] {
		t.Errorf("the notes differ: %q", notes)
	}
	l, err := update.Source{Key: public}.Open([]byte(notes[0]))
	if err != nil || l.Version.String() != "1.2.3" || update.Sums(l.Files) != read(t, filepath.Join(dist, "SHA256SUMS")) {
		t.Errorf("copies read %v, %v", l, err)
	}
}

func TestThePrivateKeyIsKeptWell(t *testing.T) {
	dir := t.TempDir()
	file, _ := keygen(t, dir)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("its mode is %v", mode)
	}
	before := read(t, file)
	if err := run([]string{"keygen", file}, dir, "", new(strings.Builder)); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	if read(t, file) != before {
		t.Error("the key was written over")
	}
}

func TestNothingIsSignedThatIsNotWhole(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir, dist string)
		says  string
	}{
		"no hashes": {func(t *testing.T, _, dist string) {
			os.Remove(filepath.Join(dist, "SHA256SUMS"))
		}, "make package"},
		"a file changed": {func(t *testing.T, _, dist string) {
			write(t, filepath.Join(dist, "passerby-1.2.3.zip"), "changed")
		}, "passerby-1.2.3.zip: this is not the file"},
		"a file missing": {func(t *testing.T, _, dist string) {
			os.Remove(filepath.Join(dist, "passerby-1.2.3.zip"))
		}, "passerby-1.2.3.zip"},
		"another form": {func(t *testing.T, _, dist string) {
			write(t, filepath.Join(dist, "SHA256SUMS"), "SHA256 (a) = 00\n")
		}, "cannot be published"},
		"no file": {func(t *testing.T, _, dist string) {
			write(t, filepath.Join(dist, "SHA256SUMS"), "")
		}, "names no file"},
		"another key": {func(t *testing.T, dir, _ string) {
			_, other := keygen(t, t.TempDir())
			name := filepath.Join(dir, "FyneApp.toml")
			write(t, name, keyLine.ReplaceAllLiteralString(read(t, name), fmt.Sprintf("UpdateKey = %q", other)))
		}, "does not belong to this private key"},
		"no version": {func(t *testing.T, dir, _ string) {
			name := filepath.Join(dir, "FyneApp.toml")
			write(t, name, strings.Replace(read(t, name), "1.2.3", "next", 1))
		}, "three numbers"},
		"no line for the key": {func(t *testing.T, dir, _ string) {
			name := filepath.Join(dir, "FyneApp.toml")
			write(t, name, strings.Replace(read(t, name), "UpdateKey", "Key", 1))
		}, "has no line"},
		"no project": {func(t *testing.T, dir, _ string) {
			os.Remove(filepath.Join(dir, "FyneApp.toml"))
		}, "run it where FyneApp.toml is"},
		"a broken key": {func(t *testing.T, dir, _ string) {
			write(t, filepath.Join(dir, "key"), "PRIVATE+KEY")
		}, "the private key"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, public := keygen(t, dir)
			dist := source(t, dir, public)
			c.spoil(t, dir, dist)
			if err := run([]string{"-key", file, dist}, dir, "", new(strings.Builder)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v", err)
			}
			if _, err := os.Stat(filepath.Join(dist, "SHA256SUMS.note")); !errors.Is(err, os.ErrNotExist) {
				t.Error("it left a list")
			}
		})
	}
}

// A project that has no key yet may sign, and is told what that is worth.
func TestAListThatNobodyCanCheckIsSaidToBeOne(t *testing.T) {
	dir := t.TempDir()
	file, _ := keygen(t, dir)
	dist := source(t, dir, "")
	var out strings.Builder
	if err := run([]string{"-key", file, dist}, dir, "", &out); err != nil || !strings.Contains(out.String(), "names no UpdateKey") {
		t.Errorf("%v, %q", err, &out)
	}
}

func TestTheCommandLineIsChecked(t *testing.T) {
	for _, args := range [][]string{nil, {"keygen"}, {"keygen", "a", "b"}, {"a", "b"}, {"-x"}, {"-key", "a", "keygen", "b"}} {
		if err := run(args, t.TempDir(), "", new(strings.Builder)); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v", args, err)
		}
	}
	if err := run([]string{"dist"}, t.TempDir(), "", new(strings.Builder)); err == nil || !strings.Contains(err.Error(), keyVariable) {
		t.Errorf("without a key: %v", err)
	}
}
