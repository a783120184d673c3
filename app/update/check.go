// SPDX-License-Identifier: GPL-3.0-or-later

package update

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxFile bounds how much of a file is read: far more than any package has.
const maxFile = 1 << 30

var (
	// ErrChanged means that a file is not the one that was published.
	ErrChanged = errors.New("this is not the file that was published")
	// ErrUnlisted means that a list names no such file.
	ErrUnlisted = errors.New("the list names no such file")
)

// ReadList reads a signed list from a file and checks its signature.
func (s Source) ReadList(name string) (List, error) {
	if s.Key == "" {
		return List{}, ErrNoKey
	}
	f, err := open(name)
	if err != nil {
		return List{}, err
	}
	defer f.Close()
	signed, err := io.ReadAll(io.LimitReader(f, MaxList+1))
	if err != nil {
		return List{}, err
	}
	return s.Open(signed)
}

// CheckFile tells whether a file is one of the list, and returns the name that
// it has there. It is looked for by its name, without folder, and if the list
// has no such name by what is in it: browsers rename what is there already.
// Errors wrap [ErrChanged] or [ErrUnlisted] where they apply.
func (l List) CheckFile(name string) (published string, err error) {
	f, err := open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.Copy(h, io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", err
	}
	if size > maxFile {
		return "", fmt.Errorf("%w: it has more than %d bytes", ErrUnlisted, maxFile)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	for _, file := range l.Files {
		switch {
		case file.Name != filepath.Base(name):
		case file.SHA256 == sum:
			return file.Name, nil
		default:
			return "", fmt.Errorf("%w: its %d bytes have the SHA-256 %s, and not %s. It was cut off on its way, or changed; delete it and download it again",
				ErrChanged, size, sum, file.SHA256)
		}
	}
	for _, file := range l.Files {
		if file.SHA256 == sum {
			return file.Name, nil
		}
	}
	return "", fmt.Errorf("%w: neither its name nor its SHA-256, %s, stands there; do not install it, and get the list that belongs to its version", ErrUnlisted, sum)
}

// open opens a file to be read. Nothing else has an end that could be trusted.
func open(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", name)
	}
	return os.Open(name)
}
