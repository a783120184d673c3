// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// folderPrefix begins the name of every network's folder.
const folderPrefix = "tornet-"

// makeFolder makes the folder that everything of one network lives in, and
// first removes those whose owners were killed. The owner holds a lock in its
// folder, which the system gives up with the process, whatever its end. The
// name is short, as a unix socket's path must be.
func makeFolder() (dir string, owner *os.File, err error) {
	parent := os.TempDir()
	if runtime.GOOS == "darwin" {
		parent = "/tmp" // the usual one is 50 letters long
	}
	sweep(parent)
	if dir, err = os.MkdirTemp(parent, folderPrefix); err != nil {
		return "", nil, fmt.Errorf("cannot make a temporary folder: %w", err)
	}
	// Locked before it has its name: who sees the name sees the lock.
	unnamed := filepath.Join(dir, "owner.new")
	owner, err = os.OpenFile(unnamed, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = lock(owner)
	}
	if err == nil {
		err = os.Rename(unnamed, ownerFile(dir))
	}
	if err != nil {
		return "", nil, fmt.Errorf("cannot lock the temporary folder %s: %w", dir, err)
	}
	return dir, owner, nil
}

func ownerFile(dir string) string { return filepath.Join(dir, "owner") }

// sweep removes the folders in parent that nobody owns any more. It does what
// it can: a folder that stays is no reason to start no network.
func sweep(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, folderPrefix+"*")) // fails on a bad pattern only
	for _, dir := range dirs {
		owner, err := os.OpenFile(ownerFile(dir), os.O_WRONLY, 0)
		if err != nil {
			continue // somebody else's, or being made just now
		}
		if free, err := lock(owner); err == nil && free {
			_ = os.RemoveAll(dir)
		}
		_ = owner.Close()
	}
}
