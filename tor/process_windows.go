// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// prepare keeps tor from opening a console window, and a Ctrl-C meant for us
// from reaching it.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		HideWindow:    true,
		CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP,
	}
}

// environment is what tor gets to see: the two folders without which Windows
// opens no socket and tor finds no place for its files.
func environment() []string {
	env := []string{}
	for _, name := range []string{"SYSTEMROOT", "APPDATA"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
