// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// root is a small system in a folder, with a shared folder that has the same
// path outside and inside.
type root struct {
	t      *testing.T
	dir    string
	shared string
}

// ann is an ordinary user in every root.
const (
	annID   = 1000
	annHome = "/home/ann"
)

// cacheFolder is where roots, and what apt fetches for them, are kept between
// runs.
func cacheFolder(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "passerby-proof", name)
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// newRoot makes a root of a release, such as bookworm, that nobody has used,
// with some packages besides the fewest that apt needs.
func newRoot(t *testing.T, release string, packages ...string) root {
	t.Helper()
	r := root{t: t, dir: filepath.Join(folder(t), "root"), shared: folder(t)}
	run(t, "tar", "-x", "-p", "--numeric-owner", "-f", tarball(t, release, packages), "-C", filepath.Dir(r.dir))
	if err := os.Chmod(r.shared, 0o777); err != nil {
		t.Fatal(err)
	}
	r.mount("proc", "/proc", "proc", 0)
	r.mount(r.shared, r.shared, "", unix.MS_BIND)
	r.mount(cacheFolder(t, "archives-"+release), "/var/cache/apt/archives", "", unix.MS_BIND)
	// Names are looked up as outside, by apt alone: all else is not let out.
	write(t, filepath.Join(r.dir, "etc/resolv.conf"), read(t, "/etc/resolv.conf"))
	r.run("useradd", "--create-home", "--uid", fmt.Sprint(annID), "ann")
	r.apt("update")
	return r
}

// tarball returns a packed root of a release, which debootstrap makes once.
func tarball(t *testing.T, release string, packages []string) string {
	t.Helper()
	key := sha256.Sum256([]byte(release + " minbase " + strings.Join(packages, " ")))
	packed := filepath.Join(cacheFolder(t, "roots"), fmt.Sprintf("%s-%x.tar", release, key[:4]))
	if _, err := os.Stat(packed); err == nil {
		return packed
	}
	t.Logf("making a root of %s", release)
	dir := filepath.Join(folder(t), "root")
	cmd := online(t.Context(), "debootstrap", "--variant=minbase", release, dir)
	if out, err := try(t, cmd); err != nil {
		t.Fatalf("debootstrap %s: %v: can its mirror be reached?\n%s", release, err, out)
	}
	r := root{t: t, dir: dir}
	if len(packages) > 0 {
		write(t, filepath.Join(dir, "etc/resolv.conf"), read(t, "/etc/resolv.conf"))
		r.apt("update")
		r.apt(append([]string{"install", "--no-install-recommends"}, packages...)...)
	}
	r.apt("clean")
	run(t, "tar", "-c", "--numeric-owner", "-f", packed+".new", "-C", filepath.Dir(dir), "root")
	if err := os.Rename(packed+".new", packed); err != nil {
		t.Fatal(err)
	}
	return packed
}

// mount mounts something in the root until the test ends.
func (r root) mount(source, where, kind string, flags uintptr) {
	r.t.Helper()
	where = filepath.Join(r.dir, where)
	err := os.MkdirAll(where, 0o755)
	if err == nil {
		err = unix.Mount(source, where, kind, flags, "")
	}
	if err != nil {
		r.t.Fatalf("mounting %s: %v", where, err)
	}
	r.t.Cleanup(func() {
		if err := unix.Unmount(where, unix.MNT_DETACH); err != nil {
			r.t.Errorf("unmounting %s: %v", where, err)
		}
	})
}

// environ is what a program in the root is told.
func environ(home string) []string {
	return []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + home, "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
		"DEBIAN_FRONTEND=noninteractive",
	}
}

// run runs a program in the root as root, which must succeed.
func (r root) run(name string, args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "chroot", append([]string{r.dir, name}, args...)...)
	cmd.Env = environ("/root")
	out, err := try(r.t, cmd)
	if err != nil {
		r.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// tryApt runs apt-get in the root, which may reach its mirror.
func (r root) tryApt(args ...string) (string, error) {
	r.t.Helper()
	cmd := online(r.t.Context(), "chroot", append([]string{r.dir, "apt-get", "--quiet", "--assume-yes"}, args...)...)
	cmd.Env = environ("/root")
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasSuffix(strings.ToLower(name), "_proxy") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	return try(r.t, cmd)
}

// apt is tryApt for what must succeed.
func (r root) apt(args ...string) string {
	r.t.Helper()
	out, err := r.tryApt(args...)
	if err != nil {
		r.t.Fatalf("apt-get %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// asAnn is a command line that runs another as ann. It stays the parent, and
// what it runs ends with it.
func asAnn(more ...string) []string {
	return append([]string{"unshare", "--fork", "--kill-child", "--setgid", fmt.Sprint(annID), "--setuid", fmt.Sprint(annID)}, append(more, "--")...)
}

// asAnn is asAnn in the root.
func (r root) asAnn() []string { return asAnn("--root", r.dir, "--wd", annHome) }

// annCommand returns a command of ann's in the root.
func (r root) annCommand(args ...string) *exec.Cmd {
	args = append(r.asAnn(), args...)
	cmd := exec.CommandContext(r.t.Context(), args[0], args[1:]...)
	cmd.Env = environ(annHome)
	return cmd
}

// files lists every file of the root, with its owner, mode and content: all but
// what apt, dpkg and rpm keep of their own work, what the linker keeps of libraries,
// and what people keep in their homes.
func (r root) files() map[string]string {
	r.t.Helper()
	return list(r.t, r.dir,
		"proc", strings.TrimPrefix(r.shared, "/"), "home/ann", "etc/ld.so.cache", "var/cache/ldconfig", "var/cache/debconf",
		"var/cache/apt", "var/lib/apt", "var/lib/dpkg", "var/lib/rpm", "var/log/apt", "var/log/dpkg.log", "var/log/alternatives.log")
}

// list describes every file in a folder, but for some and what is in them.
func list(t *testing.T, dir string, without ...string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if slices.Contains(without, name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		all[name], err = describe(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// describe tells all of a file that may be changed by mistake.
func describe(path string) (string, error) {
	var s unix.Stat_t
	if err := unix.Lstat(path, &s); err != nil {
		return "", err
	}
	what := fmt.Sprintf("mode %o, owner %d:%d", s.Mode, s.Uid, s.Gid)
	switch s.Mode & unix.S_IFMT {
	case unix.S_IFLNK:
		target, err := os.Readlink(path)
		return what + ", to " + target, err
	case unix.S_IFREG:
		data, err := os.ReadFile(path)
		return fmt.Sprintf("%s, SHA-256 %x", what, sha256.Sum256(data)), err
	}
	return what, nil
}

// same fails for every file in which two lists differ.
func same(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, was := range before {
		if is, ok := after[name]; !ok {
			t.Errorf("/%s is gone", name)
		} else if is != was {
			t.Errorf("/%s has changed: %s, and was %s", name, is, was)
		}
	}
	for name, is := range after {
		if _, ok := before[name]; !ok {
			t.Errorf("/%s is left behind: %s", name, is)
		}
	}
}
