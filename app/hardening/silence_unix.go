// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux || darwin

package hardening

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// silence puts the null device in the place of standard error and returns the
// real one.
func silence() (*os.File, error) {
	if raceBuild {
		return nil, errRace
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("silence standard error: %w", err)
	}
	defer null.Close()
	errOut, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("keep standard error: %w", err)
	}
	if err := unix.Dup2(int(null.Fd()), 2); err != nil {
		_ = unix.Close(errOut)
		return nil, fmt.Errorf("silence standard error: %w", err)
	}
	leaveWord(errOut)
	file := os.NewFile(uintptr(errOut), "standard error")
	silenceLog(file)
	return file, nil
}
