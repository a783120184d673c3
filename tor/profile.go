// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	lockName = "lock" // held while a copy uses the profile
	dataName = "tor"  // tor's DataDirectory
)

const profileAdvice = "choose another folder with --profile, or give this user the right to write there"

// profile is the folder that one copy of the program has for itself.
type profile struct {
	dir  string // absolute
	lock *os.File
}

// openProfile makes the folder where it is missing, closes it to other users
// and takes its lock, which lasts as long as this process.
func openProfile(dir string) (*profile, error) {
	if dir == "" {
		return nil, advise(ErrProfileNotWritable, "no folder is named", "name one with --profile")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	if err := keepPrivate(dir); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	if err := tryLock(lock); err != nil {
		lock.Close()
		if errors.Is(err, errLocked) {
			return nil, advise(ErrProfileInUse, dir, "close the other copy, or start this one with another folder: --profile FOLDER")
		}
		return nil, advise(ErrProfileNotWritable, fmt.Sprintf("%s: %v", lock.Name(), err), "choose a folder on a disk of this computer with --profile")
	}
	p := &profile{dir: dir, lock: lock}
	if err := p.makeData(); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// errLocked is what tryLock returns where another process holds the lock.
var errLocked = errors.New("locked by another process")

func (p *profile) data() string { return filepath.Join(p.dir, dataName) }

// cookie is the file whose content opens tor's control port.
func (p *profile) cookie() string { return filepath.Join(p.data(), "control_auth_cookie") }

// makeData makes tor's folder, which tor wants closed to others.
func (p *profile) makeData() error {
	err := os.MkdirAll(p.data(), 0o700)
	if err == nil {
		err = os.Chmod(p.data(), 0o700)
	}
	if err != nil {
		return advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	return nil
}

// close gives the lock back. The lock file stays: who removes it while another
// copy opens it lets two copies hold "the" lock.
func (p *profile) close() { p.lock.Close() }

// isProfile tells whether dir is empty or was used as a profile before, so
// that changing its permissions cannot surprise anyone.
func isProfile(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, lockName)); err == nil {
		return true
	}
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

// checkMode closes a profile folder that others may enter, or refuses it where
// it holds other things than a profile.
func checkMode(dir string, mode fs.FileMode) error {
	if mode.Perm()&0o077 == 0 {
		return nil
	}
	if !isProfile(dir) {
		return advise(ErrProfileOpen, fmt.Sprintf("%s has mode %#o and holds other files", dir, mode.Perm()),
			"choose an empty folder with --profile")
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return advise(ErrProfileOpen, err.Error(), "choose another folder with --profile")
	}
	return nil
}
