// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// inbox puts the other side's messages together, one at a time. It knows
// nothing of streams and keys.
type inbox struct {
	whole   uint64 // the last message that is complete
	total   int    // length of the message under way
	partial []byte // what is there of it
}

// take adds a text frame. It returns the message when this was its last piece.
// Errors wrap ErrProtocol.
func (in *inbox) take(f frame) (message string, whole bool, err error) {
	if f.number != in.whole+1 {
		return "", false, fmt.Errorf("%w: message %d behind message %d", ErrProtocol, f.number, in.whole)
	}
	if f.offset == 0 && len(in.partial) == 0 {
		in.total = f.total
		in.partial = slices.Grow(in.partial, f.total) // once, so that no copy stays behind
	}
	if f.offset != len(in.partial) || f.total != in.total {
		return "", false, fmt.Errorf("%w: a piece that does not fit its message", ErrProtocol)
	}
	in.partial = append(in.partial, f.data...)
	if len(in.partial) < in.total {
		return "", false, nil
	}
	message = string(in.partial)
	in.forget()
	if !utf8.ValidString(message) {
		return "", false, fmt.Errorf("%w: a message that is not UTF-8", ErrProtocol)
	}
	if utf8.RuneCountInString(message) > MaxText {
		return "", false, fmt.Errorf("%w: a message of more than %d characters", ErrProtocol, MaxText)
	}
	in.whole = f.number
	return message, true, nil
}

// forget overwrites what is there of a message.
func (in *inbox) forget() {
	clear(in.partial[:cap(in.partial)])
	in.partial = in.partial[:0]
}
