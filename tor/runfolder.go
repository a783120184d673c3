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
	runName     = "run"     // the run folder inside the profile
	pointerName = "run.dir" // names the run folder where it is elsewhere
	tempPrefix  = "passerby-"
)

// maxRunPath bounds the length of a run folder's path in bytes. The address of
// a unix socket ends at 103 bytes on macOS and 107 on Linux; the longest name
// that we give a socket has 12.
const maxRunPath = 88

// plainPath is a path that needs no quoting in any of tor's little languages.
var plainPath = regexp.MustCompile(`^/[A-Za-z0-9_./+=@-]*$`)

// runFolder holds what exists only while tor runs: sockets and configuration.
type runFolder struct {
	dir     string
	pointer string // file that names dir where dir is outside the profile, or ""
}

// makeRun makes an empty run folder, after removing what a copy that was
// killed left behind. The caller holds the profile's lock, so whatever is
// there belongs to nobody.
func makeRun(p *profile) (*runFolder, error) {
	pointer := filepath.Join(p.dir, pointerName)
	removeAbandoned(pointer)
	inside := filepath.Join(p.dir, runName)
	if err := os.RemoveAll(inside); err != nil {
		return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
	}
	if fitsSockets(inside) {
		if err := os.Mkdir(inside, 0o700); err != nil {
			return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
		}
		return &runFolder{dir: inside}, nil
	}
	for _, parent := range []string{os.TempDir(), "/tmp"} {
		// MkdirTemp adds up to 10 digits; it makes the folder with mode 0700.
		if !fitsSockets(filepath.Join(parent, tempPrefix+"0123456789")) {
			continue
		}
		dir, err := os.MkdirTemp(parent, tempPrefix)
		if err != nil {
			continue
		}
		if err := os.WriteFile(pointer, []byte(dir), 0o600); err != nil {
			os.Remove(dir)
			return nil, advise(ErrProfileNotWritable, err.Error(), profileAdvice)
		}
		return &runFolder{dir: dir, pointer: pointer}, nil
	}
	return nil, advise(ErrProfileNotWritable, fmt.Sprintf("the path %s is too long for a socket, and no temporary folder can be used", inside),
		"choose a folder with a shorter path with --profile")
}

// removeAbandoned removes the run folder that a file from an earlier run
// names, if it looks like one that we made.
func removeAbandoned(pointer string) {
	defer os.Remove(pointer)
	content, err := os.ReadFile(pointer)
	if err != nil {
		return
	}
	dir := filepath.Clean(string(content))
	if !filepath.IsAbs(dir) || !strings.HasPrefix(filepath.Base(dir), tempPrefix) {
		return
	}
	// Lstat: a link planted in its place is not followed. In a folder of mode
	// 0700 that is ours nobody else has put anything.
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() || keepPrivate(dir) != nil {
		return
	}
	os.RemoveAll(dir)
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
	if r.pointer != "" {
		err = errors.Join(err, os.Remove(r.pointer))
	}
	if err != nil {
		return fmt.Errorf("tor: remove the run folder: %w", err)
	}
	return nil
}
