// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package child_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/tor/testnet/internal/child"
)

// ownerVariable makes the test binary play an owner that dies.
const ownerVariable = "CHILD_TEST_OWNER"

func TestMain(m *testing.M) {
	if how := os.Getenv(ownerVariable); how != "" {
		playOwner(how)
	}
	goleak.VerifyTestMain(m)
}

func playOwner(how string) {
	p, err := child.NewNursery().Start(sleep())
	if err != nil {
		panic(err)
	}
	fmt.Println(p.PID())
	switch how {
	case "panic":
		go func() { panic("nobody recovers") }()
	case "exit":
		os.Exit(0)
	}
	select {}
}

func sleep() *exec.Cmd { return exec.Command("sleep", "600") }

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestChildDiesWithItsOwner(t *testing.T) {
	for _, how := range []string{"SIGKILL", "panic", "exit"} {
		t.Run(how, func(t *testing.T) {
			// given
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			owner := exec.Command(self)
			owner.Env = append(os.Environ(), ownerVariable+"="+how)
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
				t.Fatal(err)
			}
			// when
			if how == "SIGKILL" {
				if err := owner.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			_ = owner.Wait() // fails, as it is meant to
			// then
			for end := time.Now().Add(5 * time.Second); alive(pid); time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					_ = syscall.Kill(pid, syscall.SIGKILL)
					t.Fatal("the child lives on")
				}
			}
		})
	}
}

func TestChildOutlivesTheThreadThatAskedForIt(t *testing.T) {
	// given children that are asked for on threads which then end. There are
	// two, because one may be the main thread, which never ends.
	n := child.NewNursery()
	defer n.Close()
	var locked, ended sync.WaitGroup
	locked.Add(2)
	children := make(chan *child.Process, 2)
	for range 2 {
		ended.Go(func() {
			runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
			locked.Done()
			locked.Wait()
			p, err := n.Start(sleep())
			if err != nil {
				t.Error(err)
				return
			}
			children <- p
		})
	}
	ended.Wait()
	close(children)
	// when the threads have had time to end
	time.Sleep(300 * time.Millisecond)
	// then
	for p := range children {
		select {
		case <-p.Done():
			t.Errorf("a child died with the thread: %v", p.Err())
		default:
		}
	}
}

func TestCloseEndsAll(t *testing.T) {
	// given children, while others are being started
	n := child.NewNursery()
	var started sync.WaitGroup
	pids := make(chan int, 20)
	for range cap(pids) {
		started.Go(func() {
			p, err := n.Start(sleep())
			if errors.Is(err, child.ErrClosed) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			pids <- p.PID()
		})
	}
	first := <-pids
	// when
	n.Close()
	n.Close()
	// then
	started.Wait()
	close(pids)
	if alive(first) {
		t.Error("the first child lives on")
	}
	for pid := range pids {
		if alive(pid) {
			t.Errorf("child %d lives on", pid)
		}
	}
	if _, err := n.Start(sleep()); !errors.Is(err, child.ErrClosed) {
		t.Errorf("started after Close: %v", err)
	}
}

func TestProcessEnds(t *testing.T) {
	n := child.NewNursery()
	defer n.Close()
	for name, tc := range map[string]struct {
		cmd  *exec.Cmd
		end  func(*child.Process)
		want string
	}{
		"by itself":   {exec.Command("true"), func(*child.Process) {}, ""},
		"with status": {exec.Command("sh", "-c", "exit 7"), func(*child.Process) {}, "exit status 7"},
		"killed":      {sleep(), (*child.Process).Kill, "signal: killed"},
		"interrupted": {sleep(), (*child.Process).Interrupt, "signal: interrupt"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := n.Start(tc.cmd)
			if err != nil {
				t.Fatal(err)
			}
			tc.end(p)
			<-p.Done()
			if got := p.Err(); fmt.Sprint(got) != tc.want && (got != nil || tc.want != "") {
				t.Errorf("got %v, want %q", got, tc.want)
			}
			p.Kill() // once more does nothing
		})
	}
}

func TestRun(t *testing.T) {
	n := child.NewNursery()
	defer n.Close()
	if err := n.Run(t.Context(), exec.Command("true")); err != nil {
		t.Error(err)
	}
	if err := n.Run(t.Context(), exec.Command("/nowhere/program")); err == nil {
		t.Error("a program that is nowhere was run")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if err := n.Run(ctx, sleep()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
