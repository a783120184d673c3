// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// Errors about a file, which none of them uses or replaces silently.
var (
	// ErrForeign means that the file is none of ours. It is left alone.
	ErrForeign = errors.New("is not a file of Passerby")
	// ErrNewer means that a newer program wrote it. It is left alone.
	ErrNewer = errors.New("was written by a newer Passerby")
	// ErrDamaged means that it was changed, or that its key is gone.
	ErrDamaged = errors.New("is damaged, or its key is gone from the system's key store")
)

// A vault is a small file of one size, encrypted with a key that the system's
// key store has:
//
//	"Passerby " ‖ name ‖ " 1\n" ‖ nonce (24) ‖ XChaCha20-Poly1305(content)
//
// with the first line as the associated data. What it holds cannot be told from
// its size.
type vault struct {
	dir, name string
	size      int // of the content, in bytes
	keys      KeyStore
}

func (v *vault) file() string   { return filepath.Join(v.dir, v.name) }
func (v *vault) header() string { return v.prefix() + "1\n" }
func (v *vault) prefix() string { return "Passerby " + v.name + " " }

// sealed is the size of the file.
func (v *vault) sealed() int {
	return len(v.header()) + chacha20poly1305.NonceSizeX + v.size + chacha20poly1305.Overhead
}

// read returns the file without opening it, or fs.ErrNotExist, ErrForeign,
// ErrNewer or ErrDamaged.
func (v *vault) read() ([]byte, error) {
	info, err := os.Lstat(v.file()) // opening what is no file might never return
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrForeign
	}
	f, err := os.Open(v.file())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(v.sealed())+1))
	if err != nil {
		return nil, err
	}
	rest, ours := strings.CutPrefix(string(b), v.prefix())
	switch {
	case !ours:
		return nil, ErrForeign
	case !strings.HasPrefix(rest, "1\n"):
		return nil, ErrNewer
	case len(b) != v.sealed():
		return nil, ErrDamaged
	}
	return b[len(v.header()):], nil
}

// load returns the content.
func (v *vault) load(ctx context.Context) ([]byte, error) {
	b, err := v.read()
	if err != nil {
		return nil, err
	}
	key, err := v.keys.Get(ctx, v.name)
	defer clear(key)
	if errors.Is(err, ErrNoKey) || err == nil && len(key) != chacha20poly1305.KeySize {
		return nil, ErrDamaged
	}
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	nonce, sealed := b[:aead.NonceSize()], b[aead.NonceSize():]
	content, err := aead.Open(nil, nonce, sealed, []byte(v.header()))
	if err != nil {
		return nil, ErrDamaged
	}
	return content, nil
}

// save writes the content in one step. It refuses to replace a file that is
// none of ours.
func (v *vault) save(ctx context.Context, content []byte) error {
	if _, err := v.read(); errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer) {
		return err
	}
	key, err := v.keys.Get(ctx, v.name)
	if errors.Is(err, ErrNoKey) || err == nil && len(key) != chacha20poly1305.KeySize {
		key = make([]byte, chacha20poly1305.KeySize)
		rand.Read(key)
		err = v.keys.Set(ctx, v.name, key)
	}
	defer clear(key)
	if err != nil {
		return err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return err
	}
	b := make([]byte, 0, v.sealed())
	b = append(b, v.header()...)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	b = append(b, nonce...)
	return replace(v.file(), aead.Seal(b, nonce, content, []byte(v.header())))
}

// remove deletes the file. One that is none of ours stays.
func (v *vault) remove() error {
	_, err := v.read()
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrForeign):
		err = nil
	default:
		err = gone(v.file())
	}
	return errors.Join(err, gone(v.file()+fresh))
}

// fresh ends the name of a file that is being written.
const fresh = ".new"

// gone removes a file that need not be there.
func gone(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replace puts a file in place in one step.
func replace(file string, content []byte) (err error) {
	next := file + fresh
	if err := gone(next); err != nil {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync() // or a crash of the system could leave it empty
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(next, file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keepers: write: %w", err), gone(next))
	}
	return nil
}
