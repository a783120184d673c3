// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// processPoll is the pause between two looks at a process: the system tells
// of its end only to the parent.
const processPoll = 10 * time.Millisecond

// Process is a process of this machine.
type Process struct {
	PID     int
	Parent  int
	Name    string // of the program, its first 15 bytes
	Running bool   // false where it has ended and its parent has not noticed
}

// Processes returns all processes of this machine.
func Processes() ([]Process, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var all []Process
	for _, path := range paths {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // gone since
		}
		if p, ok := parseStat(string(stat)); ok {
			all = append(all, p)
		}
	}
	return all, nil
}

// parseStat reads "pid (name) state parent …" of proc_pid_stat(5). The name
// may hold anything, brackets too.
func parseStat(stat string) (p Process, ok bool) {
	pid, rest, ok1 := strings.Cut(stat, " (")
	end := strings.LastIndex(rest, ") ")
	if !ok1 || end < 0 {
		return p, false
	}
	fields := strings.Fields(rest[end+2:])
	if len(fields) < 2 {
		return p, false
	}
	var err1, err2 error
	p.Name, p.Running = rest[:end], fields[0] != "Z" && fields[0] != "X"
	p.PID, err1 = strconv.Atoi(pid)
	p.Parent, err2 = strconv.Atoi(fields[1])
	return p, err1 == nil && err2 == nil
}

// Child returns the running child of the process parent that runs the program
// of this name.
func Child(parent int, name string) (pid int, err error) {
	all, err := Processes()
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		if p.Parent == parent && p.Name == name && p.Running {
			return p.PID, nil
		}
	}
	return 0, fmt.Errorf("process %d has no child %q", parent, name)
}

// Mentioning returns the command lines of all running processes that have
// text in them, this one aside.
func Mentioning(text string) (lines []string, err error) {
	all, err := Processes()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.PID))
		if err == nil && p.Running && p.PID != os.Getpid() && bytes.Contains(line, []byte(text)) {
			lines = append(lines, fmt.Sprint(p.PID, " ", string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))))
		}
	}
	return lines, nil
}

// AwaitEnd returns when no process with this id runs, or when ctx ends.
func AwaitEnd(ctx context.Context, pid int) error {
	tick := time.NewTicker(processPoll)
	defer tick.Stop()
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return nil
		}
		if p, ok := parseStat(string(stat)); ok && !p.Running {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("process %d still runs: %s: %w", pid, bytes.TrimSpace(stat), context.Cause(ctx))
		}
	}
}
