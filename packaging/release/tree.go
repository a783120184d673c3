// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Entry is one file or symbolic link of a package.
type Entry struct {
	Path   string      // where it is installed, with slashes, relative to the package's root
	Source string      // the file it is copied from
	Link   string      // what the symbolic link points to, where Source is empty
	Mode   fs.FileMode // 0644 or 0755
}

// Tree is what a package installs, sorted by path.
type Tree []Entry

// add puts files of mode 0644 into the tree.
func (t *Tree) add(where, source string) {
	*t = append(*t, Entry{Path: where, Source: source, Mode: 0o644})
}

// addProgram puts a file of mode 0755 into the tree.
func (t *Tree) addProgram(where, source string) {
	*t = append(*t, Entry{Path: where, Source: source, Mode: 0o755})
}

// addLink puts a symbolic link into the tree.
func (t *Tree) addLink(where, target string) { *t = append(*t, Entry{Path: where, Link: target}) }

// sorted returns the tree in the order of paths, and an error where two entries
// claim one.
func (t Tree) sorted() (Tree, error) {
	out := slices.SortedFunc(slices.Values(t), func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	for i, e := range out {
		if i > 0 && out[i-1].Path == e.Path {
			return nil, fmt.Errorf("two files for %s", e.Path)
		}
	}
	return out, nil
}

// folders returns the folders that the tree needs, parents first.
func (t Tree) folders() []string {
	seen := make(map[string]bool)
	for _, e := range t {
		for dir := path.Dir(e.Path); dir != "." && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
		}
	}
	var out []string
	for dir := range seen {
		out = append(out, dir)
	}
	slices.Sort(out)
	return out
}

// write lays the tree out in a new folder, with modes and dates that do not
// depend on who does it.
func (t Tree) write(folder string, date time.Time) error {
	for _, dir := range append([]string{"."}, t.folders()...) {
		if err := os.MkdirAll(filepath.Join(folder, filepath.FromSlash(dir)), 0o755); err != nil {
			return err
		}
	}
	for _, e := range t {
		to := filepath.Join(folder, filepath.FromSlash(e.Path))
		if e.Source == "" {
			if err := os.Symlink(e.Link, to); err != nil {
				return err
			}
			continue
		}
		if err := copyFile(to, e.Source, e.Mode); err != nil {
			return err
		}
		if err := os.Chtimes(to, date, date); err != nil {
			return err
		}
	}
	for _, dir := range append([]string{"."}, t.folders()...) {
		full := filepath.Join(folder, filepath.FromSlash(dir))
		if err := os.Chmod(full, 0o755); err != nil { // past the umask
			return err
		}
		if err := os.Chtimes(full, date, date); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file and gives the copy its mode, whatever the umask.
func copyFile(to, from string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(to, mode)
	}
	return err
}
