// SPDX-License-Identifier: GPL-3.0-or-later

package packaging_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"passerby/app"
)

// A list that packaging/sign makes is taken by a program that was built with
// its key, and tells a whole download from a truncated and from a changed one.
func TestVerifyCommand(t *testing.T) {
	dir := t.TempDir()
	// given a source with a key of its own, and a package
	signer := filepath.Join(dir, "sign")
	build(t, signer, "", "./packaging/sign")
	key := filepath.Join(dir, "key")
	out := output(t, dir, signer, "keygen", key)
	m := regexp.MustCompile(`UpdateKey = "(.*)"`).FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("it prints %q", out)
	}
	public := m[1]
	write := func(name, what string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(what), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("FyneApp.toml", fmt.Sprintf("Version = %q\nUpdateKey = %q\n", app.Version, public))
	const whole = "all that a package holds"
	sum := sha256.Sum256([]byte(whole))
	write("SHA256SUMS", hex.EncodeToString(sum[:])+"  passerby.deb\n")
	deb := write("passerby.deb", whole)
	// when its hashes are signed and the program is built with the key
	output(t, dir, signer, "-key", key, ".")
	list := filepath.Join(dir, "SHA256SUMS.note")
	program := filepath.Join(dir, "passerby")
	build(t, program, "-X passerby/app/update.key="+public, ".")
	keyless := filepath.Join(dir, "keyless")
	build(t, keyless, "", ".")
	signed, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	forged := write("forged.note", strings.Replace(string(signed), "passerby.deb", "passerby.exe", 1))
	half := write("half.note", string(signed[:len(signed)-10]))
	// then it says what each file is
	for name, c := range map[string]struct {
		program string
		args    []string
		spoil   string // what passerby.deb holds
		status  int
		says    []string
	}{
		"whole":            {program, []string{list, deb}, whole, 0, []string{"fine", app.Version}},
		"truncated":        {program, []string{list, deb}, whole[:10], 1, []string{"its 10 bytes", "delete it and download it again"}},
		"changed":          {program, []string{list, deb}, "A" + whole[1:], 1, []string{"delete it and download it again"}},
		"one of two":       {program, []string{list, deb, key}, whole, 1, []string{"passerby.deb: fine", "names no such file"}},
		"not there":        {program, []string{list, filepath.Join(dir, "none")}, whole, 1, []string{"none"}},
		"no list":          {program, []string{filepath.Join(dir, "none"), deb}, whole, 1, []string{"none"}},
		"forged list":      {program, []string{forged, deb}, whole, 1, []string{"do not install"}},
		"half a list":      {program, []string{half, deb}, whole, 1, []string{"get it again"}},
		"without a key":    {keyless, []string{list, deb}, whole, 1, []string{"without the key"}},
		"nothing to check": {program, []string{list}, whole, 2, []string{"takes a signed list and the files"}},
		"nothing at all":   {program, nil, whole, 2, []string{"takes a signed list and the files"}},
	} {
		write("passerby.deb", c.spoil)
		cmd := exec.CommandContext(t.Context(), c.program, append([]string{"verify"}, c.args...)...)
		cmd.Env = []string{"HOME=" + dir}
		said, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if status := cmd.ProcessState.ExitCode(); status != c.status {
			t.Errorf("%s: status %d, %s", name, status, said)
		}
		for _, want := range c.says {
			if !bytes.Contains(said, []byte(want)) {
				t.Errorf("%s: %q does not say %q", name, said, want)
			}
		}
	}
}

// build builds a command of the module.
func build(t *testing.T, to, ldflags, folder string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-tags", "migrated_fynedo", "-ldflags", ldflags, "-o", to, folder)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// output returns what a command prints in a folder.
func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
