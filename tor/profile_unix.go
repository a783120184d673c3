// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows

package tor

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// keepPrivate makes sure that dir is ours and closed to others.
func keepPrivate(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != os.Geteuid() {
		return advise(ErrProfileOpen, fmt.Sprintf("%s belongs to another user", dir), "choose a folder of your own with --profile")
	}
	return checkMode(dir, info.Mode())
}

func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
