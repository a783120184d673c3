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

// A copy whose tor is not the one that it came with runs none, not even the
// system's, and says what to do.
func TestDamagedTor(t *testing.T) {
	lines := torrc(t, folder(t))
	for name, c := range map[string]struct {
		damage func(tor string) error
		says   string
	}{
		"one bit is another": {func(tor string) error {
			data, err := os.ReadFile(tor)
			if err != nil {
				return err
			}
			data[len(data)/2] ^= 1
			return os.WriteFile(tor, data, 0o755)
		}, "damaged or replaced"},
		"cut off": {func(tor string) error { return os.Truncate(tor, 1<<20) }, "damaged or replaced"},
		"the system's in its place": {func(tor string) error {
			system, err := exec.LookPath("tor")
			if err != nil {
				return err
			}
			return exec.Command("cp", "--", system, tor).Run()
		}, "damaged or replaced"},
		"missing":      {os.Remove, "missing"},
		"no program":   {func(tor string) error { return os.Chmod(tor, 0o644) }, "is not a program"},
		"not readable": {func(tor string) error { return os.Chmod(tor, 0o711) }, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			program := unpackTarball(t, folder(t))
			if err := c.damage(filepath.Join(filepath.Dir(program), "tor", "tor")); err != nil {
				t.Fatal(err)
			}
			home := folder(t)
			giveToAnn(t, home)
			args := append(asAnn(), program, "console", "--torrc", lines)
			cmd := exec.CommandContext(within(t, patience), args[0], args[1:]...)
			cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
			refusal(t, cmd, []int{1}, c.says, "Passerby again, verify the download, and install it again")
		})
	}
}

// What has arrived in part is noticed by who unpacks it, and by its hash.
func TestTruncatedDownload(t *testing.T) {
	dir := folder(t)
	sums := read(t, dist(t, "SHA256SUMS"))
	var listed strings.Builder
	for _, name := range []string{debName, rpmName, tarballName} {
		whole := dist(t, name)
		data := read(t, whole)
		write(t, filepath.Join(dir, filepath.Base(whole)), data[:len(data)*3/4])
		line := ""
		for l := range strings.Lines(sums) {
			if strings.HasSuffix(l, "  "+filepath.Base(whole)+"\n") {
				line = l
			}
		}
		if line == "" {
			t.Fatalf("SHA256SUMS does not name %s", whole)
		}
		listed.WriteString(line)
	}
	write(t, filepath.Join(dir, "SHA256SUMS"), listed.String())
	file := func(name string) string { return filepath.Join(dir, filepath.Base(dist(t, name))) }
	for name, args := range map[string][]string{
		"sha256sum": {"env", "--chdir=" + dir, "sha256sum", "--check", "SHA256SUMS"},
		"dpkg":      {"dpkg-deb", "--extract", file(debName), filepath.Join(dir, "deb")},
		"rpm":       {"rpm", "--root", filepath.Join(dir, "rpm"), "--dbpath", "/rpmdb", "--nodeps", "--install", file(rpmName)},
		"rpm -K":    {"rpm", "--checksig", file(rpmName)},
		"tar":       {"tar", "-x", "-f", file(tarballName), "-C", dir},
	} {
		if err := os.MkdirAll(filepath.Join(dir, "rpm"), 0o755); err != nil {
			t.Fatal(err)
		}
		out, err := try(t, exec.CommandContext(t.Context(), args[0], args[1:]...))
		if err == nil {
			t.Errorf("%s takes it: %s", name, out)
		}
		t.Logf("%s says: %s", name, strings.TrimSpace(out))
		if strings.Count(out, ": FAILED\n") != 3 && name == "sha256sum" {
			t.Errorf("sha256sum does not refuse all three: %s", out)
		}
	}
	// and apt installs nothing of it
	r := newRoot(t, "bookworm", "libgl1-mesa-dri")
	write(t, filepath.Join(r.dir, "srv", filepath.Base(file(debName))), read(t, file(debName)))
	before := r.files()
	out, err := r.tryApt("install", "--no-install-recommends", "/srv/"+filepath.Base(file(debName)))
	if err == nil {
		t.Errorf("apt takes it: %s", out)
	}
	t.Logf("apt says: %s", strings.TrimSpace(out[max(0, len(out)-400):]))
	if _, err := os.Lstat(filepath.Join(r.dir, "usr/lib/passerby/passerby")); !os.IsNotExist(err) {
		t.Errorf("the program is there: %v", err)
	}
	for name := range r.files() {
		if _, ok := before[name]; !ok && strings.Contains(name, "passerby") {
			t.Errorf("/%s is there", name)
		}
	}
}
