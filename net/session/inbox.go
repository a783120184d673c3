// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"fmt"
	"unicode/utf8"
)

// inbox puts the other side's messages together, one at a time, and each
// once. It knows nothing of streams and keys.
type inbox struct {
	whole    uint64 // the last message that is complete
	assembly assembly
}

// take adds a text frame. It returns the message when this was its last piece.
// A frame of a message that is complete is a repetition by a side that resumed
// before it had our acknowledgement; it is passed over. Errors wrap
// ErrProtocol.
func (in *inbox) take(f frame) (message string, whole bool, err error) {
	if f.number <= in.whole {
		return "", false, nil
	}
	if f.number != in.whole+1 {
		return "", false, fmt.Errorf("%w: message %d behind message %d", ErrProtocol, f.number, in.whole)
	}
	if whole, err = in.assembly.add(f); err != nil || !whole {
		return "", false, err
	}
	message = string(in.assembly.partial)
	in.assembly.forget()
	if !utf8.ValidString(message) {
		return "", false, fmt.Errorf("%w: a message that is not UTF-8", ErrProtocol)
	}
	if utf8.RuneCountInString(message) > MaxText {
		return "", false, fmt.Errorf("%w: a message of more than %d characters", ErrProtocol, MaxText)
	}
	in.whole = f.number
	return message, true, nil
}

// rewind forgets the message under way: on a new stream it comes again.
func (in *inbox) rewind() { in.assembly.forget() }
