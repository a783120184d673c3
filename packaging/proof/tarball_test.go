// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// unpackTarball unpacks the .tar.xz in a folder and returns the program's path.
func unpackTarball(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	packed := dist(t, tarballName)
	run(t, "tar", "-x", "-f", packed, "-C", dir)
	return filepath.Join(dir, strings.TrimSuffix(filepath.Base(packed), ".tar.xz"), "passerby")
}

// readOnly makes a folder one in which nobody can write, root included.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	err := unix.Mount(dir, dir, "", unix.MS_BIND, "")
	if err == nil {
		err = unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// The unpacked archive runs from wherever it is, with its own tor.
func TestTarballRunsAnywhere(t *testing.T) {
	for name, place := range map[string]func(t *testing.T, dir string) string{
		"a path with spaces and other letters": func(t *testing.T, dir string) string {
			return unpackTarball(t, filepath.Join(dir, "Neuer Ordner (2) & żółw 日本語"))
		},
		"a folder that nobody can write to": func(t *testing.T, dir string) string {
			program := unpackTarball(t, dir)
			readOnly(t, filepath.Dir(program))
			return program
		},
		"a link from elsewhere": func(t *testing.T, dir string) string {
			link := filepath.Join(folder(t), "talk")
			if err := os.Symlink(unpackTarball(t, dir), link); err != nil {
				t.Fatal(err)
			}
			return link
		},
	} {
		t.Run(name, func(t *testing.T) {
			program := place(t, folder(t))
			dir := folder(t)
			annsCopy(t, "copy", program, dir, torrc(t, dir), asAnn())
		})
	}
}

// The folder of the AppImage runs by its AppRun; where there is an AppImage, it
// runs as on computers without FUSE.
func TestAppImageRuns(t *testing.T) {
	dir := folder(t)
	lines := torrc(t, dir)
	image := filepath.Join(filepath.Dir(dist(t, debName)), strings.ReplaceAll(appName, "VERSION", version(t)))
	if _, err := os.Stat(image); errors.Is(err, os.ErrNotExist) {
		tree := dist(t, appDirName)
		// given a copy of it elsewhere, as a mounted one is
		run(t, "cp", "-a", tree, filepath.Join(dir, "mounted"))
		annsCopy(t, "appdir", filepath.Join(dir, "mounted", "AppRun"), dir, lines, asAnn())
		return
	}
	// APPIMAGE_EXTRACT_AND_RUN stands for the flag, which must come first.
	annsCopy(t, "appimage", image, dir, lines, append(asAnn(), "env", "APPIMAGE_EXTRACT_AND_RUN=1"))
}

// refusal is how a program may refuse to go on: by itself, with a status of its
// own and words for people.
func refusal(t *testing.T, cmd *exec.Cmd, statuses []int, says ...string) {
	t.Helper()
	in, open, err := os.Pipe() // a console ends when its input does
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	defer in.Close()
	cmd.Stdin = in
	out, err := try(t, cmd)
	exit := new(exec.ExitError)
	if !errors.As(err, &exit) {
		t.Errorf("it goes on: %v, %s", err, out)
		return
	}
	known := false
	for _, s := range statuses {
		known = known || exit.ExitCode() == s
	}
	if !known || strings.Contains(out, "goroutine") || strings.Contains(out, "panic") {
		t.Errorf("it ends with %v: %s", err, out)
	}
	for _, want := range says {
		if !strings.Contains(out, want) {
			t.Errorf("%q does not say %q", out, want)
		}
	}
	t.Logf("%s", strings.TrimSpace(out))
}

// Where the home cannot be written to, people are told which folder it is, and
// that another can be named.
func TestHomeThatCannotBeWrittenTo(t *testing.T) {
	program := unpackTarball(t, folder(t))
	home := folder(t) // root's
	lines := torrc(t, folder(t))
	command := func(t *testing.T, env []string, args ...string) *exec.Cmd {
		line := append(append(asAnn(), program), args...)
		cmd := exec.CommandContext(within(t, patience), line[0], line[1:]...)
		cmd.Env, cmd.Dir = append([]string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, env...), "/"
		return cmd
	}
	t.Run("console", func(t *testing.T) {
		refusal(t, command(t, []string{"HOME=" + home}, "console", "--torrc", lines), []int{1, 2},
			home, "cannot be written to", "--profile")
	})
	t.Run("console without a home", func(t *testing.T) {
		refusal(t, command(t, nil, "console", "--torrc", lines), []int{1, 2}, "--profile")
	})
	t.Run("window", func(t *testing.T) {
		s := openScreen(t)
		w := s.open(command(t, []string{"HOME=" + home, "DISPLAY=" + s.display}, "--cards=false", "--torrc", lines), "Passerby")
		time.Sleep(5 * time.Second) // until it has tried
		w.picture("home-unwritable")
		w.key("Return") // the button that has the keyboard closes it
		w.ended()
	})
}
