// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	for s := range node.Watch(context.Background()) {
		if s.Up {
			fmt.Println(s.PID)
		}
	}
}

func TestTorDiesWithItsOwner(t *testing.T) {
	// given another copy with a tor of its own, in a folder with a path so long
	// that its sockets have to be elsewhere
	profile := filepath.Join(t.TempDir(), strings.Repeat("long path ", 20))
	torrc := torrcFile(t) // before the next line, for it has temporary files too
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	owner := exec.Command(self, torrc)
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
	if err != nil || pid < 2 {
		t.Fatalf("no process id: %q", line)
	}

	folders, err := os.ReadDir(temp)
	if err != nil || len(folders) != 1 {
		t.Fatal(folders, err)
	}
	sockets := filepath.Join(temp, folders[0].Name())
	if info, err := os.Stat(sockets); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder of the sockets: %v, %v", info, err)
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
	before := guards(t, profile)

	// and the profile can be used again, with nothing left of before
	node := startWith(t, tor.Config{Profile: profile, Torrc: torrc})
	if _, err := os.Stat(sockets); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s was left behind", sockets)
	}
	until(t, node, "connected", isUp)
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
	// and tor keeps to the guards that it had
	if after := guards(t, profile); len(before) == 0 || !slices.Equal(before, after) {
		t.Errorf("guards %v, then %v", before, after)
	}
	if left, err := os.ReadDir(temp); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// guards returns the relays that tor has used as guards, the first one first.
func guards(t *testing.T, profile string) []string {
	t.Helper()
	state, err := os.ReadFile(filepath.Join(profile, "tor", "state"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(state)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != "Guard" {
			continue
		}
		var id, index string
		for _, f := range fields {
			if v, ok := strings.CutPrefix(f, "rsa_id="); ok {
				id = v
			}
			if v, ok := strings.CutPrefix(f, "confirmed_idx="); ok {
				index = v
			}
		}
		if index != "" {
			found[index] = id
		}
	}
	var list []string
	for _, index := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[index])
	}
	return list
}

// alive tells whether a process runs. One that nobody has waited for counts as
// dead.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil // no such folder on this system
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}
