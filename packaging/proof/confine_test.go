// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"passerby/tor/testnet"
)

// confined tells the test binary that it runs in its own namespaces.
const confined = "PASSERBY_PROOF_CONFINED"

// outside is the network namespace that we come from, as an open file: the
// first that confine passes on.
var outside *os.File

// private is the Tor network of all tests.
var private testnet.Shared

func TestMain(m *testing.M) {
	var code int
	var err error
	if os.Getenv(confined) == "" {
		code, err = confine()
	} else if err = settle(); err == nil {
		code = m.Run()
		err = private.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "proof:", err)
		code = 1
	}
	os.Exit(code)
}

// confine runs this test binary again, with the same arguments, in namespaces
// of its own, and returns its exit status.
func confine() (int, error) {
	if os.Geteuid() != 0 {
		return 1, errors.New("these tests install packages into systems of their own, as root: run them with go test -exec \"sudo -E env PATH=$PATH\"")
	}
	// The child ends with the thread that starts it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	network, err := os.Open("/proc/self/ns/net")
	if err != nil {
		return 1, err
	}
	defer network.Close()
	self, err := os.Executable()
	if err != nil {
		return 1, err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), confined+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{network}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("namespaces of our own: %w", err)
	}
	// "go test -timeout" sends SIGQUIT, and a person presses Ctrl-C.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT)
	defer signal.Stop(signals)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case s := <-signals:
				_ = cmd.Process.Signal(s)
			case <-ended:
				return
			}
		}
	}()
	err = cmd.Wait()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}

// settle makes the namespaces fit to live in: loopback is up, /proc shows our
// processes, and /tmp is empty and goes with us.
func settle() error {
	unix.CloseOnExec(3) // nobody else inherits it
	outside = os.NewFile(3, "the network outside")
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keeping our mounts to ourselves: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("loopback: %w %s; on Debian and Ubuntu it needs iproute2", err, out)
	}
	return emptyTmp()
}

// emptyTmp covers /tmp with an empty one, in which only what these tests need
// has stayed: the source, dist, where pictures go, and the test binary itself.
func emptyTmp() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	keep := []string{filepath.Dir(self), sourceFolder, distFolder(), artefactsFolder()}
	if cache, err := os.UserCacheDir(); err == nil {
		keep = append(keep, cache)
	}
	opened := make(map[string]*os.File)
	for _, dir := range keep {
		if dir, err = filepath.Abs(dir); err != nil {
			return err
		}
		if !strings.HasPrefix(dir, "/tmp/") {
			continue
		}
		f, err := os.Open(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		defer f.Close()
		opened[dir] = f
	}
	if err := unix.Mount("tmpfs", "/tmp", "tmpfs", unix.MS_NOSUID, "mode=1777"); err != nil {
		return fmt.Errorf("an empty /tmp: %w", err)
	}
	for dir, f := range opened {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("keeping %s: %w", dir, err)
		}
	}
	return os.Setenv("TMPDIR", "/tmp")
}

// online returns a command that runs with the network of the computer: apt and
// debootstrap need it. All else of the namespaces stays as it is.
func online(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "nsenter", append([]string{"--net=/proc/self/fd/3", "--", name}, args...)...)
	cmd.ExtraFiles = []*os.File{outside}
	return cmd
}

// torrc writes the lines that bring a tor into the private network, which the
// first call starts, into a file in a folder, and returns its path.
func torrc(t *testing.T, dir string) string {
	t.Helper()
	network, err := private.Network()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "torrc")
	write(t, name, network.Torrc())
	return name
}

func TestNothingCanBeDialed(t *testing.T) {
	out := run(t, "ip", "-oneline", "link")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 1 || !strings.Contains(out, " lo: ") {
		t.Errorf("there is more than loopback: %s", out)
	}
	if out, err := exec.Command("ip", "route", "get", "192.0.2.1").CombinedOutput(); err == nil {
		t.Errorf("there is a way out: %s", out)
	}
}
