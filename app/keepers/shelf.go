// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

// Params is where things are kept, and whether they may be.
type Params struct {
	Dir string // the profile, which must be there when something is kept
	// Keys is the system's key store, or nil where there is none; Reason then
	// says why, as an error that wraps ErrNoKeyStore.
	Keys   KeyStore
	Reason error
	// Agreed tells whether the person has agreed that this is kept.
	Agreed bool
}

// shelf is a vault with a person's consent to it.
type shelf struct {
	vault  vault
	reason error
	what   string // for problems: "known keepers" and the like

	mu      sync.Mutex
	agreed  bool
	barred  bool // what is there is none of ours
	unread  bool // what is there could not be read, and may be another time
	problem error
}

func newShelf(p Params, name, what string, size int) *shelf {
	s := &shelf{
		vault: vault{dir: p.Dir, name: name, size: size, keys: p.Keys},
		what:  what, agreed: p.Agreed, reason: p.Reason,
	}
	if p.Keys == nil && s.reason == nil {
		s.reason = ErrNoKeyStore
	}
	return s
}

// open returns what was kept, or nil. Where nothing may be kept, it deletes
// what is there. It is called with mu held.
func (s *shelf) open(ctx context.Context) []byte {
	s.problem, s.barred, s.unread = nil, false, false
	if !s.agreed {
		if _, err := s.vault.read(); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrForeign) {
			s.problem = s.clear(ctx) // left behind when consent was withdrawn
		}
		return nil
	}
	if s.vault.keys == nil {
		s.problem = fmt.Errorf("%s cannot be kept: %w", s.what, s.reason)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	content, err := s.vault.load(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		// Whether something could be kept is better known now than when it is
		// to be kept.
		var key []byte
		if key, err = s.vault.keys.Get(ctx, s.vault.name); err == nil || errors.Is(err, ErrNoKey) {
			clear(key)
			return nil
		}
		s.problem = fmt.Errorf("%s cannot be kept: %w", s.what, err)
		return nil
	}
	if err != nil {
		s.failed(err)
		return nil
	}
	return content
}

// failed notes why something could not be loaded. It is called with mu held.
func (s *shelf) failed(err error) {
	file := s.vault.file()
	switch {
	case errors.Is(err, ErrForeign), errors.Is(err, ErrNewer):
		s.barred = true
		s.problem = fmt.Errorf("%s cannot be kept: %s %w; move that file away, or start Passerby with another folder: --profile FOLDER", s.what, file, err)
	case errors.Is(err, ErrDamaged):
		s.problem = fmt.Errorf("%s could not be read: %s %w; nothing of it is used, and it is written anew", s.what, file, err)
	default:
		s.unread = true
		s.problem = fmt.Errorf("%s could not be read: %w", s.what, err)
	}
}

// put keeps content, if it may. It is called with mu held.
func (s *shelf) put(ctx context.Context, content []byte) {
	if !s.agreed || s.barred || s.vault.keys == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	s.problem = nil
	if err := s.vault.save(ctx, content); err != nil {
		s.problem = fmt.Errorf("%s cannot be kept: %w", s.what, err)
	}
}

// clear deletes what is kept, the file and its key. It is called with mu held.
func (s *shelf) clear(ctx context.Context) error {
	if err := s.vault.remove(); err != nil {
		return fmt.Errorf("%s could not be deleted: %w; delete %s yourself", s.what, err, s.vault.file())
	}
	if s.vault.keys == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if err := s.vault.keys.Delete(ctx, s.vault.name); err != nil && !errors.Is(err, ErrNoKeyStore) {
		return fmt.Errorf("%s are deleted, but not the key that they were encrypted with: %w", s.what, err)
	}
	return nil
}

// Problem is why nothing is kept although the person agreed, why what was kept
// is not used, or why it could not be deleted; or nil. Its words are fit to
// show; what can be done follows the last semicolon.
func (s *shelf) Problem() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problem
}

// Kept is the file in which something is or will be kept, or "" where it is
// not.
func (s *shelf) Kept() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.agreed || s.barred || s.vault.keys == nil {
		return ""
	}
	return s.vault.file()
}

// withdraw deletes what is kept. It is called with mu held.
func (s *shelf) withdraw(ctx context.Context) error {
	s.agreed, s.barred, s.unread = false, false, false
	s.problem = s.clear(ctx)
	return s.problem
}
