// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"fmt"
	"slices"
)

// cut fills f with the piece of whole that begins at offset, and returns where
// the next one begins.
func cut[T string | []byte](f *frame, whole T, offset int) int {
	end := min(offset+dataSize, len(whole))
	f.total, f.offset = len(whole), offset
	f.data = append(f.data[:0], whole[offset:end]...)
	return end
}

// assembly puts the pieces of one message together.
type assembly struct {
	total   int
	partial []byte
}

// add adds a piece and reports whether it was the last. Errors wrap
// ErrProtocol.
func (a *assembly) add(f frame) (whole bool, err error) {
	if f.offset == 0 && len(a.partial) == 0 {
		a.total = f.total
		a.partial = slices.Grow(a.partial, f.total) // once, so that no copy stays behind
	}
	if f.offset != len(a.partial) || f.total != a.total {
		return false, fmt.Errorf("%w: a piece that does not fit its message", ErrProtocol)
	}
	a.partial = append(a.partial, f.data...)
	return len(a.partial) == a.total, nil
}

// forget overwrites what is there and begins anew.
func (a *assembly) forget() {
	clear(a.partial)
	*a = assembly{}
}
