// SPDX-License-Identifier: GPL-3.0-or-later

package screenguard

import "fmt"

// Kinds of sharing, from NSWindow.h.
const (
	sharingNone      = 0 // NSWindowSharingNone
	sharingReadOnly  = 1 // NSWindowSharingReadOnly, which windows have at first
	sharingReadWrite = 2 // NSWindowSharingReadWrite, of older systems
)

// sharing is the property that macOS has.
type sharing interface {
	set(window uintptr, kind int)
	get(window uintptr) int
}

// bySharing keeps windows out as macOS does, which is out of some pictures.
type bySharing struct{ sharing }

func (s bySharing) ask(window uintptr, out bool) error {
	kind := sharingReadOnly
	if out {
		kind = sharingNone
	}
	s.set(window, kind)
	return nil
}

func (s bySharing) read(window uintptr) (State, error) {
	switch kind := s.get(window); kind {
	case sharingNone:
		return Partial, nil
	case sharingReadOnly, sharingReadWrite:
		return Off, nil
	default:
		return Unknown, fmt.Errorf("the system names a kind of sharing, %d, that Passerby does not know", kind)
	}
}
