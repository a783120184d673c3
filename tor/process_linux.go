// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"os/exec"
	"syscall"
)

// prepare makes Linux end the child when we die, however we die, and keeps a
// Ctrl-C meant for us from reaching it.
//
// The signal is sent when the thread that started the child ends, not the
// process: the caller must hold that thread, see [process.run]. It is SIGTERM
// and not SIGKILL so that tor still saves its guards, which AvoidDiskWrites
// lets it keep back for an hour.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
}

// environment is what tor gets to see: nothing of ours.
func environment() []string { return []string{} }
