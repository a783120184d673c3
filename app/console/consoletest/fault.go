// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// KillTor ends the copy's tor with SIGKILL and returns the id that its process
// had. The copy starts another.
func (c *Copy) KillTor() (pid int, err error) {
	if pid, err = c.TorPID(); err != nil {
		return 0, err
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return 0, fmt.Errorf("kill the tor of copy %s: %w", c.name, err)
	}
	return pid, nil
}

// KillAll ends the copy and its tor with SIGKILL, both at once, and returns
// when the copy is gone: what is left is what a power cut leaves.
func (c *Copy) KillAll() error {
	// First tor: the copy's end would make it end in good order.
	if _, err := c.KillTor(); err != nil {
		return err
	}
	return c.Kill()
}

// Pause stops the copy and its tor, as a computer does that sleeps, and lets
// them go on after the time d or when ctx ends.
func (c *Copy) Pause(ctx context.Context, d time.Duration) error {
	pid, err := c.PID()
	if err != nil {
		return err
	}
	tor, err := c.TorPID()
	if err != nil {
		return err
	}
	return pause(ctx, d, pid, tor)
}

// PauseTor stops the copy's tor alone, and lets it go on after the time d or
// when ctx ends. It is no error if the copy does not wait so long, and starts
// another tor in its place.
func (c *Copy) PauseTor(ctx context.Context, d time.Duration) error {
	tor, err := c.TorPID()
	if err != nil {
		return err
	}
	return pause(ctx, d, tor)
}

// pause stops processes for the time d, or until ctx ends, which is an error.
// A shell sees to it, so that they also go on where whoever asked for it is
// killed meanwhile: a stopped process never ends by itself.
func pause(ctx context.Context, d time.Duration, pids ...int) error {
	const script = `kill -STOP "$@" || exit 1; sleep "$0"; kill -CONT "$@" 2>/dev/null; exit 0`
	args := []string{"-c", script, strconv.FormatFloat(d.Seconds(), 'f', 3, 64)}
	for _, pid := range pids {
		args = append(args, strconv.Itoa(pid))
	}
	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // sleep too
	err := cmd.Run()
	if ctx.Err() != nil {
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGCONT) // fails where it has ended
		}
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("stop processes %v: %w", pids, err)
	}
	return nil
}
