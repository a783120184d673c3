// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"fmt"
	"slices"
)

// maxWaiting bounds the messages of ours that are not acknowledged.
const maxWaiting = 256

// outbox holds our messages until they are acknowledged. It knows nothing of
// streams and keys.
type outbox struct {
	waiting []string // not acknowledged, oldest first; the first is number acked+1
	acked   uint64   // the last message that was acknowledged
	framed  uint64   // the last message whose every frame was taken
	offset  int      // bytes taken of message framed+1
}

// add appends a message and returns its number.
func (o *outbox) add(text string) (uint64, error) {
	if len(o.waiting) >= maxWaiting {
		return 0, ErrFull
	}
	o.waiting = append(o.waiting, text)
	return o.acked + uint64(len(o.waiting)), nil
}

// next fills f with the next piece of the next message, or reports that there
// is none.
func (o *outbox) next(f *frame) bool {
	i := int(o.framed - o.acked)
	if i >= len(o.waiting) {
		return false
	}
	message := o.waiting[i]
	piece := message[o.offset:min(o.offset+dataSize, len(message))]
	f.kind, f.number, f.total, f.offset = kindText, o.framed+1, len(message), o.offset
	f.data = append(f.data[:0], piece...)
	o.offset += len(piece)
	if o.offset == len(message) {
		o.framed++
		o.offset = 0
	}
	return true
}

// ack takes an acknowledgement and reports whether it says anything new.
func (o *outbox) ack(number uint64) (news bool, err error) {
	switch {
	case number < o.acked:
		return false, fmt.Errorf("%w: an acknowledgement taken back", ErrProtocol)
	case number > o.framed:
		return false, fmt.Errorf("%w: an acknowledgement of what was not sent", ErrProtocol)
	case number == o.acked:
		return false, nil
	}
	o.waiting = slices.Delete(o.waiting, 0, int(number-o.acked))
	o.acked = number
	return true, nil
}
