// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ticks is the number of clock ticks in a second that proc_pid_stat(5) counts
// in; Linux has had no other value on any of our platforms.
const ticks = 100

// usage is what a process uses.
type usage struct {
	cpu time.Duration // user and system time since its start, its children's not counted
	rss int64         // resident bytes
}

// usageOf reads what a process uses.
func usageOf(pid int) (u usage, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	return parseStat(string(stat), os.Getpagesize())
}

// parseStat reads "pid (name) state …" of proc_pid_stat(5); the name may hold
// anything.
func parseStat(stat string, page int) (u usage, err error) {
	// Fields are counted from 3, "state", which is the first behind the name.
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) < 22 {
		return u, errors.New("a short stat of a process")
	}
	var values [3]int64
	for i, field := range []int{14, 15, 24} { // utime, stime, rss
		if values[i], err = strconv.ParseInt(fields[field-3], 10, 64); err != nil {
			return u, fmt.Errorf("the stat of a process: %w", err)
		}
	}
	return usage{time.Duration(values[0]+values[1]) * (time.Second / ticks), values[2] * int64(page)}, nil
}

// cpuTime returns the user and system time of a process since its start, as
// exactly as the kernel knows it.
func cpuTime(pid int) (time.Duration, error) {
	// What clock_getcpuclockid(3) returns: the complement of the process ID,
	// and CPUCLOCK_SCHED in the last three bits.
	const scheduled = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|scheduled, &t); err != nil {
		return 0, fmt.Errorf("the CPU time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// child is a process of ours.
type child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // valid once done is closed
}

// farewell is how long a process may take to end when it is asked to.
const farewell = 10 * time.Second

// startChild starts a program that ends when ctx does. It must be called on a
// locked thread, as Linux ends the program when the thread that started it
// ends, so that it cannot outlive us.
func startChild(ctx context.Context, dir string, env []string, extra *os.File, name string, args ...string) (*child, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL} // a Ctrl-C is for us alone
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = farewell
	if extra != nil {
		cmd.ExtraFiles = []*os.File{extra}
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	c := &child{cmd: cmd, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// stop asks the process to end, and ends it when it does not.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // fails where it has ended
	select {
	case <-c.done:
	case <-time.After(farewell):
		_ = c.cmd.Process.Kill()
		<-c.done
	}
}

// alive returns an error where the process has ended.
func (c *child) alive() error {
	select {
	case <-c.done:
		return fmt.Errorf("%s has ended: %w", c.cmd.Path, errors.Join(c.err, errors.New("too early")))
	default:
		return nil
	}
}
