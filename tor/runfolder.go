// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	runName = "run" // the run folder inside the profile
	// Elsewhere the folder has the first name until its lock is taken, and the
	// second one from then on.
	unlockedPrefix = "passerby-new-"
	lockedPrefix   = "passerby-tor-"
)

// maxRunPath bounds the length of a run folder's path in bytes. The address of
// a unix socket ends at 103 bytes on macOS and 107 on Linux; the longest name
// that we give a socket has 12.
const maxRunPath = 88

// plainPath is a path that needs no quoting in any of tor's little languages.
var plainPath = regexp.MustCompile(`^/[A-Za-z0-9_./+=@-]*$`)

// runFolder holds what exists only while tor runs: sockets and configuration.
type runFolder struct {
	dir  string
	lock *os.File // where dir is outside the profile, else nil
}

// makeRun makes an empty run folder, after removing what a copy that was
// killed left behind: in the profile, or, where its path is too long for
// sockets, among the temporary files.
func makeRun(p *profile) (*runFolder, error) {
	inside := filepath.Join(p.dir, runName)
	// We hold the profile's lock, so whatever is there belongs to nobody.
	if err := os.RemoveAll(inside); err != nil {
		return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	if fitsSockets(inside) {
		if err := os.Mkdir(inside, 0o700); err != nil {
			return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
		}
		return &runFolder{dir: inside}, nil
	}
	why := "its path is too long, or too unusual, for a socket"
	for _, parent := range []string{os.TempDir(), "/tmp"} {
		// MkdirTemp adds up to 10 digits.
		if !fitsSockets(filepath.Join(parent, lockedPrefix+"0123456789")) {
			continue
		}
		removeAbandoned(parent)
		r, err := makeTempRun(parent)
		if err == nil {
			return r, nil
		}
		why = fmt.Sprintf("%s, and %v", why, err)
	}
	return nil, advise(ErrProfileNotWritable, inside+": "+why,
		"choose a folder with a shorter path with --profile")
}

// makeTempRun makes a run folder under parent, for this user alone. It is
// locked before it gets the name under which others look for abandoned ones.
func makeTempRun(parent string) (*runFolder, error) {
	unlocked, err := os.MkdirTemp(parent, unlockedPrefix) // with mode 0700
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(unlocked, lockName), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = tryLock(lock)
	}
	dir := filepath.Join(parent, lockedPrefix+strings.TrimPrefix(filepath.Base(unlocked), unlockedPrefix))
	if err == nil {
		err = os.Rename(unlocked, dir)
	}
	if err != nil {
		lock.Close()
		os.RemoveAll(unlocked)
		return nil, err
	}
	return &runFolder{dir: dir, lock: lock}, nil
}

// removeAbandoned removes run folders of this user under parent whose owner is
// dead. What it cannot remove stays.
func removeAbandoned(parent string) {
	dirs, err := filepath.Glob(filepath.Join(parent, lockedPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		// Lstat: a link in its place is not followed. In a folder that is ours
		// and closed nobody else has put anything.
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() || keepPrivate(dir) != nil {
			continue
		}
		lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if tryLock(lock) == nil {
			os.RemoveAll(dir)
		}
		lock.Close()
	}
}

// file returns the path of a file in the folder.
func (r *runFolder) file(name string) string { return filepath.Join(r.dir, name) }

// write makes a file in the folder.
func (r *runFolder) write(name, content string) error {
	if err := os.WriteFile(r.file(name), []byte(content), 0o600); err != nil {
		return advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	return nil
}

// remove removes the file with this name, which need not exist.
func (r *runFolder) remove(name string) error {
	if err := os.Remove(r.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("tor: %w", err)
	}
	return nil
}

// close removes the folder.
func (r *runFolder) close() error {
	err := os.RemoveAll(r.dir)
	if r.lock != nil {
		r.lock.Close()
	}
	if err != nil {
		return fmt.Errorf("tor: remove the run folder: %w", err)
	}
	return nil
}
