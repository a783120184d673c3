// SPDX-License-Identifier: GPL-3.0-or-later

package screenguard

import (
	"errors"
	"fmt"
)

// Display affinities, from winuser.h.
const (
	wdaNone               uint32 = 0x00 // WDA_NONE
	wdaMonitor            uint32 = 0x01 // WDA_MONITOR: black in pictures
	wdaExcludeFromCapture uint32 = 0x11 // WDA_EXCLUDEFROMCAPTURE: not in pictures
)

// affinities are the two calls that Windows has.
type affinities interface {
	set(window uintptr, affinity uint32) error
	get(window uintptr) (uint32, error)
}

// byAffinity keeps windows out as Windows does.
type byAffinity struct{ affinities }

// ask leaves the window out, or shows it black where the system does not know
// better: before Windows 10 version 2004 the first may be refused, or be taken
// and not heeded.
func (s byAffinity) ask(window uintptr, out bool) error {
	if !out {
		return s.set(window, wdaNone)
	}
	refused := s.set(window, wdaExcludeFromCapture)
	if refused == nil {
		if s.heeded(window) {
			return nil
		}
		refused = errUnheeded
	}
	if err := s.set(window, wdaMonitor); err != nil {
		return errors.Join(refused, err)
	}
	return nil
}

// heeded tells whether the system does anything, as far as it tells.
func (s byAffinity) heeded(window uintptr) bool {
	now, err := s.get(window)
	return err != nil || now != wdaNone
}

func (s byAffinity) read(window uintptr) (State, error) {
	switch now, err := s.get(window); {
	case err != nil:
		return Unknown, err
	case now == wdaNone:
		return Off, nil
	case now == wdaMonitor || now == wdaExcludeFromCapture:
		return On, nil
	default:
		return Unknown, fmt.Errorf("the system names a display affinity of %#x, which Passerby does not know", now)
	}
}
