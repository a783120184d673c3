// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"passerby/tor"
)

// playOwner is another program that starts tor and is then killed.
func playOwner(profile string) {
	node, err := tor.Start(context.Background(), tor.Config{Profile: profile, Torrc: os.Args[1]})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println((<-node.Watch(context.Background())).PID)
	select {}
}

func TestTorDiesWithItsOwner(t *testing.T) {
	// given another copy with a tor of its own
	profile := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	owner := exec.Command(self, torrcFile(t))
	owner.Env = append(os.Environ(), ownerVariable+"="+profile)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(line)
	}

	// then nobody else can use its profile
	if _, err := tor.Start(t.Context(), tor.Config{Profile: profile}); !errors.Is(err, tor.ErrProfileInUse) {
		t.Errorf("a second copy in the same profile: %v", err)
	}

	// when it is killed
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	began := time.Now()

	// then its tor is gone within five seconds
	for alive(pid) {
		if time.Since(began) > 5*time.Second {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatal("tor outlives its owner")
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("tor was gone after %v", time.Since(began))

	// and the profile can be used again, with nothing left of before
	node := startWith(t, tor.Config{Profile: profile, Torrc: torrcFile(t)})
	until(t, node, "connected", isUp)
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(profile, "run*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// alive tells whether a process runs. One that nobody has waited for counts as
// dead.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil && !errors.Is(err, os.ErrNotExist)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}
