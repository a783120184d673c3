// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package testnet

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the lock on file and tells whether it was free. The lock ends
// when file is closed, by us or with our process.
func lock(file *os.File) (free bool, err error) {
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, os.NewSyscallError("flock", err)
}
