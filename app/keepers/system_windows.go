// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// System returns the key store of Windows, DPAPI: it encrypts a key for the
// person who is logged in, and we keep the result in a file of the profile.
func System(dir string) (KeyStore, error) { return dpapi{dir}, nil }

type dpapi struct{ dir string }

func (d dpapi) file(name string) string { return filepath.Join(d.dir, name+".dpapi") }

// Get implements KeyStore.
func (d dpapi) Get(_ context.Context, name string) ([]byte, error) {
	info, err := os.Lstat(d.file(name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, fmt.Errorf("the key store: %w", err)
	}
	f, err := os.Open(d.file(name))
	if err != nil {
		return nil, fmt.Errorf("the key store: %w", err)
	}
	defer f.Close()
	sealed, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return nil, fmt.Errorf("the key store: %w", err)
	}
	key, err := unprotect(sealed, name)
	if err != nil { // of another person or machine, or damaged
		return nil, ErrNoKey
	}
	return key, nil
}

// Set implements KeyStore.
func (d dpapi) Set(_ context.Context, name string, key []byte) error {
	sealed, err := protect(key, name)
	if err != nil {
		return fmt.Errorf("the key store: %w", err)
	}
	return replace(d.file(name), sealed)
}

// Delete implements KeyStore.
func (d dpapi) Delete(_ context.Context, name string) error {
	return errors.Join(gone(d.file(name)), gone(d.file(name)+fresh))
}

// protect calls CryptProtectData, which asks nobody. The name must be the same
// in unprotect.
func protect(b []byte, name string) ([]byte, error) {
	var out windows.DataBlob
	err := windows.CryptProtectData(blob(b), nil, blob([]byte(name)), 0, nil, windows.CRYPTPROTECT_UI_FORBIDDEN, &out)
	return taken(out, err)
}

func unprotect(b []byte, name string) ([]byte, error) {
	var out windows.DataBlob
	err := windows.CryptUnprotectData(blob(b), nil, blob([]byte(name)), 0, nil, windows.CRYPTPROTECT_UI_FORBIDDEN, &out)
	return taken(out, err)
}

func blob(b []byte) *windows.DataBlob {
	if len(b) == 0 {
		return &windows.DataBlob{}
	}
	return &windows.DataBlob{Size: uint32(len(b)), Data: &b[0]}
}

// taken copies what Windows has allocated, overwrites it and gives it back.
func taken(out windows.DataBlob, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	theirs := unsafe.Slice(out.Data, out.Size)
	ours := append([]byte(nil), theirs...)
	clear(theirs)
	_, err = windows.LocalFree(windows.Handle(unsafe.Pointer(out.Data)))
	return ours, err
}
