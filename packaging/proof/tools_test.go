// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Debian's own checker finds no error in the .deb, which covers debconf's
// question too.
func TestLintian(t *testing.T) {
	t.Log(run(t, "lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0", dist(t, debName)))
}

// iconSizes are the sizes in which desktops want icons.
var iconSizes = []string{"16x16", "24x24", "32x32", "48x48", "64x64", "128x128", "256x256", "512x512"}

// What desktops read of the program is as they want it.
func TestDesktopFiles(t *testing.T) {
	tree := unpackDeb(t)
	const id = "chat.passerby.passerby"
	run(t, "desktop-file-validate", filepath.Join(tree, "usr/share/applications", id+".desktop"))
	run(t, "appstreamcli", "validate", "--pedantic", "--no-net", "--no-color", filepath.Join(tree, "usr/share/metainfo", id+".metainfo.xml"))
	run(t, "appstreamcli", "validate-tree", "--no-net", "--no-color", tree)
	for _, size := range iconSizes {
		icon := filepath.Join(tree, "usr/share/icons/hicolor", size, "apps", id+".png")
		if got := strings.TrimSpace(run(t, "identify", "-format", "%wx%h", icon)); got != size {
			t.Errorf("the icon of %s has %s", size, got)
		}
	}
}

// The man page is drawn without a warning, and names every command and flag
// that "passerby help" names.
func TestManPage(t *testing.T) {
	tree := unpackDeb(t)
	page := filepath.Join(tree, "usr/share/man/man1/passerby.1.gz")
	cmd := exec.CommandContext(t.Context(), "man", "--warnings", "-E", "UTF-8", "-l", page)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANROFFSEQ=", "MANWIDTH=80", "PAGER=cat", "MANPAGER=cat")
	var wrong strings.Builder
	cmd.Stderr = &wrong
	drawn, err := cmd.Output()
	if err != nil || wrong.Len() > 0 {
		t.Fatalf("man: %v\n%s", err, &wrong)
	}
	for line := range strings.Lines(run(t, filepath.Join(tree, "usr/bin/passerby"), "help")) {
		words := strings.Fields(line)
		if len(words) == 0 || !strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "    ") {
			continue
		}
		word := words[0]
		if word == "passerby" && len(words) > 1 && !strings.HasPrefix(words[1], "[") {
			word = words[1]
		}
		if word, _, _ = strings.Cut(word, "="); !strings.Contains(string(drawn), word) {
			t.Errorf("the man page does not name %s", word)
		}
	}
}

// rpm takes the .rpm for whole, and rpmlint finds no error in it.
func TestRPMTools(t *testing.T) {
	rpm := dist(t, rpmName)
	if out := run(t, "rpm", "--checksig", rpm); !strings.Contains(out, "digests OK") && !strings.Contains(out, "digests signatures OK") {
		t.Errorf("rpm -K: %s", out)
	}
	dir := folder(t)
	// Who signs a release signs the list of hashes, and so all packages at once.
	write(t, filepath.Join(dir, "rpmlint.toml"), "Filters = [\"no-signature\"]\n")
	// rpmlint has cpio unpack the package, and the names in it begin at the root.
	write(t, filepath.Join(dir, "cpio"), "#!/bin/sh\nPATH=${PATH#*:} exec cpio --no-absolute-filenames \"$@\"\n")
	if err := os.Chmod(filepath.Join(dir, "cpio"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "rpmlint", "--config", filepath.Join(dir, "rpmlint.toml"), rpm)
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := try(t, cmd)
	t.Log(out)
	if err != nil {
		t.Errorf("rpmlint: %v", err)
	}
}

// unpackDeb returns the files of the .deb in a folder.
func unpackDeb(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(folder(t), "tree")
	run(t, "dpkg-deb", "--extract", dist(t, debName), dir)
	return dir
}
