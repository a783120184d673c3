// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Store holds the choices of this run and keeps them for the next. The zero
// value is not one: see [Open] and [InMemory]. Its methods are safe for
// concurrent use; Change waits for the disk.
type Store struct {
	file string // "" to keep nothing

	mu      sync.Mutex
	choices Choices
	problem error
	foreign bool // what is there is none of ours
}

// Open reads the choices that were kept in a folder. There need be neither a
// file nor a folder yet.
func Open(dir string) *Store {
	s := &Store{file: filepath.Join(dir, Name), choices: Defaults()}
	text, err := read(s.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s
	case err == nil:
		s.choices, err = Parse(text)
	}
	switch {
	case err == nil:
	case errors.Is(err, ErrDamaged):
		s.problem = fmt.Errorf("what you chose before could not be read: %s %w; "+
			"choose anew here: that writes it anew", s.file, err)
	case errors.Is(err, ErrForeign):
		s.foreign = true
		s.problem = fmt.Errorf("choices cannot be kept: %s %w; "+
			"move that file away, or start Passerby with another folder: --profile FOLDER", s.file, err)
	default:
		s.problem = fmt.Errorf("what you chose before could not be read: %w; "+
			"give this user the right to read it, or start Passerby with another folder: --profile FOLDER", err)
	}
	return s
}

// InMemory returns a Store with the defaults that forgets with the program.
func InMemory() *Store { return &Store{choices: Defaults()} }

// read returns the content of a file, as far as it can be one of ours.
func read(file string) (string, error) {
	info, err := os.Lstat(file) // opening what is no file might never return
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", ErrForeign
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	return string(text), err
}

// Choices returns what holds now.
func (s *Store) Choices() Choices {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.choices
}

// Kept is the file in which the choices are kept, or "" where they are not.
func (s *Store) Kept() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.problem != nil {
		return ""
	}
	return s.file
}

// Problem is why the choices of earlier do not hold, or those of now will not
// be there the next time, or nil. Its words are fit to show; what can be done
// follows the last semicolon.
func (s *Store) Problem() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problem
}

// Change changes the choices, and keeps them where that is a change. They hold
// for this run also where they cannot be kept, which Problem then explains.
func (s *Store) Change(change func(*Choices)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.choices
	change(&s.choices)
	if s.file == "" || s.foreign || s.choices == before && s.problem == nil {
		return
	}
	s.problem = nil
	if err := write(s.file, s.choices.String()); err != nil {
		s.problem = fmt.Errorf("what you choose holds until Passerby is closed, and cannot be kept: %w; "+
			"give this user the right to write there, or start Passerby with another folder: --profile FOLDER", err)
	}
}

// write puts a file in place in one step. It makes no folder: whoever runs tor
// there makes it, and closes it to others.
func write(file, text string) (err error) {
	next := file + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync() // or a crash of the system could leave it empty
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(next, file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return nil
}
