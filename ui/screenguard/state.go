// SPDX-License-Identifier: GPL-3.0-or-later

package screenguard

import "errors"

// State is how far the system keeps a window out of pictures of the screen, as
// the system itself said last.
type State int

// The zero value claims nothing.
const (
	// Unknown means that nothing could be read back, or was not read yet. The
	// window must be taken for one that is in every picture.
	Unknown State = iota
	// NotPossible means that the system has no way to keep a window out.
	NotPossible
	// Off means that the window is in every picture.
	Off
	// Partial means that the window is kept out of some pictures, and in others.
	Partial
	// On means that the system says to keep the window, or what it shows, out
	// of all pictures that it makes. Cameras, and programs with the rights of
	// the system, are not the system's to keep out.
	On
)

// String returns the state in a word or two, for tests and reports.
func (s State) String() string {
	switch s {
	case NotPossible:
		return "not possible"
	case Off:
		return "off"
	case Partial:
		return "partial"
	case On:
		return "on"
	}
	return "unknown"
}

// Covers tells whether the system keeps the window out of any picture at all.
func (s State) Covers() bool { return s == Partial || s == On }

// ErrNoWindow means that there is no window on the screen to ask for: it was
// not shown yet, or is gone.
var ErrNoWindow = errors.New("there is no window to keep out of pictures yet")

// errUnheeded is what a system does that refuses nothing and changes nothing.
var errUnheeded = errors.New("the system takes the request and does not heed it")

// system is one way to keep a window out of pictures.
type system interface {
	// ask asks for a window to be kept out, or to be let in again.
	ask(window uintptr, out bool) error
	// read returns what the system says that it does.
	read(window uintptr) (State, error)
}

// Here returns what can be known before any window is asked for: NotPossible
// where the system has no way, else Unknown. It may be called on any goroutine.
func Here() State {
	if native == nil {
		return NotPossible
	}
	return Unknown
}

// Apply asks the system to keep a window out of pictures, or to let it in
// again, and returns what the system says that it does now, which may be
// something else. The window is named by its HWND on Windows and its NSWindow
// on macOS, and may be 0 elsewhere, where the answer is always NotPossible.
//
// The error says why the state is not what was asked for, where the system
// tells. Apply belongs on the goroutine of the window.
func Apply(window uintptr, out bool) (State, error) {
	return apply(native, window, out)
}

func apply(s system, window uintptr, out bool) (State, error) {
	if s == nil {
		return NotPossible, nil
	}
	if window == 0 {
		return Unknown, ErrNoWindow
	}
	asked := s.ask(window, out)
	state, err := s.read(window)
	if err != nil {
		return Unknown, errors.Join(asked, err)
	}
	if asked == nil && state.Covers() != out {
		asked = errUnheeded
	}
	return state, asked
}
