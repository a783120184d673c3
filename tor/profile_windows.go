// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// keepPrivate does nothing: folders under a user's profile are closed to other
// users by their access lists, which mode bits know nothing of.
func keepPrivate(string) error { return nil }

func tryLock(f *os.File) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
