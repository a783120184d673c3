// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"fmt"
)

// Errors that a person can do something about. What is returned wraps one of
// them and says what to do.
var (
	ErrNoTor              = errors.New("no usable tor found")
	ErrTorTooOld          = errors.New("this tor is too old")
	ErrTorChanged         = errors.New("this tor is not the one that came with this copy of Passerby")
	ErrProfileNotWritable = errors.New("the profile folder cannot be written to")
	ErrProfileOpen        = errors.New("the profile folder is open to other users")
	ErrProfileInUse       = errors.New("the profile is in use by another copy")
	ErrTorrc              = errors.New("the extra tor configuration is wrong")
	ErrClock              = errors.New("the clock of this computer is wrong")
)

// Errors of Dial and Listen.
var (
	// ErrBadHost is wrapped where a host is no v3 onion address. No byte has
	// been sent.
	ErrBadHost = errors.New("not a v3 onion address")
	// ErrOnionNotFound is wrapped where no directory knows the service.
	ErrOnionNotFound = errors.New("no such onion service is published")
	// ErrOnionUnreachable is wrapped where the service is published, but did
	// not answer.
	ErrOnionUnreachable = errors.New("the onion service does not answer")
	// ErrListening is wrapped where a service on the same key is already open.
	ErrListening = errors.New("an onion service on this key is already open")
	// ErrUnknownService is wrapped where no open service has the host.
	ErrUnknownService = errors.New("no open onion service of ours has this address")
	// ErrGaveUp is wrapped by every error after tor failed to start too often
	// in a row.
	ErrGaveUp = errors.New("tor could not be started again")
)

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("tor is closed")

// advise wraps a sentinel with what happened and what a person can do.
func advise(sentinel error, what, advice string) error {
	return fmt.Errorf("%w: %s; %s", sentinel, what, advice)
}
