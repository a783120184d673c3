// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// sourceFolder is the folder of the source, from this package's.
const sourceFolder = "../.."

// patience bounds what Tor, apt or a window may take on a busy computer.
const patience = 2 * time.Minute

// distFolder is where the packages are.
func distFolder() string {
	if dir := os.Getenv("DIST"); dir != "" {
		return dir
	}
	return filepath.Join(sourceFolder, "dist")
}

// artefactsFolder is where pictures stay.
func artefactsFolder() string {
	if dir := os.Getenv("ARTEFACTS"); dir != "" {
		return dir
	}
	return filepath.Join(sourceFolder, "artefacts")
}

var versionLine = regexp.MustCompile(`(?m)^Version = "(\d+\.\d+\.\d+)"$`)

// version is that of the packages.
func version(t *testing.T) string {
	t.Helper()
	m := versionLine.FindStringSubmatch(read(t, filepath.Join(sourceFolder, "FyneApp.toml")))
	if m == nil {
		t.Fatal("FyneApp.toml names no version")
	}
	return m[1]
}

// Names of the packages, in which VERSION stands for the version.
const (
	debName     = "passerby_VERSION_amd64.deb"
	rpmName     = "passerby-VERSION-1.x86_64.rpm"
	tarballName = "passerby-VERSION-linux-amd64.tar.xz"
	appDirName  = "passerby-VERSION-x86_64.AppDir"
	appName     = "passerby-VERSION-x86_64.AppImage"
	zipName     = "passerby-VERSION-windows-amd64.zip"
	setupName   = "passerby-VERSION-windows-amd64-setup.exe"
	msiName     = "passerby-VERSION-windows-amd64.msi"
)

// dist returns the full path of a package, which must be there.
func dist(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(distFolder(), strings.ReplaceAll(name, "VERSION", version(t))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v\nrun \"make package\" first, which makes the packages", err)
	}
	return path
}

// folder makes a folder with a short path, as unix sockets want it, that
// everybody may enter. It goes with the test.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "proof-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// write writes a file that everybody may read.
func write(t *testing.T, name, text string) {
	t.Helper()
	err := os.WriteFile(name, []byte(text), 0o644)
	if err == nil {
		err = os.Chmod(name, 0o644) // past the umask
	}
	if err != nil {
		t.Fatal(err)
	}
}

// run runs a tool, which must succeed, and returns what it says.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := try(t, exec.CommandContext(t.Context(), name, args...))
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// try runs a command to its end and returns all that it says. What it leaves
// behind does not keep us waiting.
func try(t *testing.T, cmd *exec.Cmd) (string, error) {
	t.Helper()
	if cmd.Err != nil {
		t.Fatalf("%v: run packaging/install-deps.sh proof", cmd.Err)
	}
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// within bounds a wait.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
