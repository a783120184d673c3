// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !linux && !windows

package tor

import (
	"os/exec"
	"syscall"
)

// prepare keeps a Ctrl-C meant for us from reaching the child.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// environment is what tor gets to see: nothing of ours.
func environment() []string { return []string{} }
