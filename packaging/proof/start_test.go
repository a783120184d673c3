// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How long the installed program takes from its start to its first window, when
// nothing of it is in memory yet, and how much memory it has then: beside a Fyne
// window with one label, in the same minutes on the same computer.
func TestColdStart(t *testing.T) {
	// given both programs on a disk: /tmp is memory
	dir, err := os.MkdirTemp("/var/tmp", "proof-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	installed := unpackTarball(t, dir)
	bare := filepath.Join(dir, "bare")
	build := online(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-tags", "release,migrated_fynedo", "-ldflags", "-s -w", "-o", bare, "./packaging/bench/barefyne")
	build.Dir = sourceFolder
	if out, err := try(t, build); err != nil {
		t.Fatalf("building a bare window: %v\n%s", err, out)
	}
	torrc := torrc(t, folder(t))
	s := openScreen(t)

	// when each is started a few times, by turns
	const rounds = 3
	var bareStart, start, bareMemory, memory []float64
	for range rounds {
		b := s.measure(dir, "Bare Fyne", bare)
		o := s.measure(dir, "Passerby", installed, "--cards=false", "--torrc", torrc, "--network", t.Name())
		bareStart, start = append(bareStart, b.start), append(start, o.start)
		bareMemory, memory = append(bareMemory, b.memory), append(memory, o.memory)
	}

	// then ours is not much behind
	table := fmt.Sprintf("median of %d     bare    ours   ratio\n"+
		"to first window %5.2f s %5.2f s  %5.2f\nmemory (RSS)    %3.0f MiB %3.0f MiB  %5.2f", rounds,
		median(bareStart), median(start), median(start)/median(bareStart),
		median(bareMemory), median(memory), median(memory)/median(bareMemory))
	t.Log("\n" + table)
	if median(start) > 3*median(bareStart) || median(memory) > 2*median(bareMemory) {
		t.Error("the window takes more than three times as long as a bare one, or twice its memory")
	}
}

// measured is what one start of a window takes.
type measured struct{ start, memory float64 } // seconds, MiB

// measure starts a program that nobody has read since the disk was mounted, as
// far as the kernel can forget it.
func (s screen) measure(dir, title, program string, args ...string) measured {
	s.t.Helper()
	home, err := os.MkdirTemp(dir, "home-")
	if err != nil {
		s.t.Fatal(err)
	}
	giveToAnn(s.t, home)
	cmd := exec.Command(program, args...)
	cmd.Env = append(environ(home), "DISPLAY="+s.display, "LIBGL_ALWAYS_SOFTWARE=1", "DBUS_SESSION_BUS_ADDRESS=disabled:")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: annID, Gid: annID}}
	syscall.Sync()
	if err := os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0); err != nil {
		s.t.Fatalf("the kernel does not forget what it has read: %v", err)
	}
	s.find(title) // what looks for the window is in memory again
	began := time.Now()
	w := s.open(cmd, title)
	took := time.Since(began)
	time.Sleep(5 * time.Second)
	status := read(s.t, fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	_, rest, _ := strings.Cut(status, "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(rest + " ?")[0], 64)
	if err != nil {
		s.t.Fatalf("no VmRSS in %s", status)
	}
	w.close()
	return measured{took.Seconds(), kib / 1024}
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
