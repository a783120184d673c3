// SPDX-License-Identifier: GPL-3.0-or-later

package update

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"passerby/net/onion"
)

// What can be wrong with a list, in words for a person.
var (
	// ErrCannotAsk is returned by a copy that knows no address or no key.
	ErrCannotAsk = errors.New("this copy cannot ask: updates come from where you got it")
	// ErrNoKey is returned by a copy that knows no key to check a list with.
	ErrNoKey = errors.New("this copy was built without the key that lists are signed with; check the file with a copy that has it, or as whoever packaged this one says")
	// ErrMalformed means that something is no signed list, or only a part of one.
	ErrMalformed = errors.New("this is no signed list, or only a part of one; get it again")
	// ErrForged means that a list is not signed with the key in this copy, or
	// was changed after it was.
	ErrForged = errors.New("the list is not signed by whoever signed this copy, or was changed; do not install anything from there")
	// ErrUnreadable means that a list has the right signature and is not
	// written as this copy reads it.
	ErrUnreadable = errors.New("the list has the right signature, but this copy cannot read it")
)

// key and address are compiled in: packaging/release takes them from
// FyneApp.toml and passes them to the linker.
var key, address string

// Source is who publishes versions.
type Source struct {
	Key     string // public key in the form of package note; "" for none
	Address string // onion address that tells the newest list; "" for none
}

// Compiled returns the source that this copy was built with, which may be
// none.
func Compiled() Source { return Source{Key: key, Address: address} }

// Can tells whether there is somebody to ask.
func (s Source) Can() bool { return s.Key != "" && s.Address != "" }

// Check tells what is wrong with the key and the address, each of which may
// also be empty.
func (s Source) Check() error {
	if s.Key != "" {
		if _, err := note.NewVerifier(s.Key); err != nil {
			return fmt.Errorf("the key that updates are signed with: %w", err)
		}
	}
	if s.Address != "" {
		if _, err := onion.ParseAddress(s.Address); err != nil {
			return fmt.Errorf("the address that is asked for updates: %w", err)
		}
	}
	return nil
}

// Open returns the list in a signed note. Errors wrap [ErrNoKey],
// [ErrMalformed], [ErrForged] or [ErrUnreadable].
func (s Source) Open(signed []byte) (List, error) {
	if s.Key == "" {
		return List{}, ErrNoKey
	}
	verifier, err := note.NewVerifier(s.Key)
	if err != nil {
		return List{}, fmt.Errorf("the key that updates are signed with: %w", err)
	}
	if len(signed) > MaxList {
		return List{}, ErrMalformed
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	var unknown *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return List{}, ErrForged
	case err != nil:
		return List{}, ErrMalformed
	}
	l, err := Parse(opened.Text)
	if err != nil {
		return List{}, fmt.Errorf("%w: %w; get the newest version from where you got this one", ErrUnreadable, err)
	}
	return l, nil
}
