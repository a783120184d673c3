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
	framed  uint64   // the last message whose every frame was taken, on this stream
	offset  int      // bytes taken of message framed+1
	sent    uint64   // the same as framed, on any stream
}

// add appends a message and returns its number.
func (o *outbox) add(text string) (uint64, error) {
	if len(o.waiting) >= maxWaiting {
		return 0, ErrFull
	}
	o.waiting = append(o.waiting, text)
	return o.acked + uint64(len(o.waiting)), nil
}

// more reports whether there is a piece that was not taken.
func (o *outbox) more() bool { return int(o.framed-o.acked) < len(o.waiting) }

// next fills f with the next piece of the next message, or reports that there
// is none.
func (o *outbox) next(f *frame) bool {
	if !o.more() {
		return false
	}
	message := o.waiting[o.framed-o.acked]
	f.kind, f.number = kindText, o.framed+1
	o.offset = cut(f, message, o.offset)
	if o.offset == len(message) {
		o.framed++
		o.offset = 0
		o.sent = max(o.sent, o.framed)
	}
	return true
}

// ack takes an acknowledgement and reports whether it says anything new.
func (o *outbox) ack(number uint64) (news bool, err error) {
	switch {
	case number < o.acked:
		return false, fmt.Errorf("%w: an acknowledgement taken back", ErrProtocol)
	case number > o.sent:
		return false, fmt.Errorf("%w: an acknowledgement of what was not sent", ErrProtocol)
	case number == o.acked:
		return false, nil
	}
	o.waiting = slices.Delete(o.waiting, 0, int(number-o.acked))
	o.acked = number
	if o.framed < number { // said again in vain: it had arrived on a stream before
		o.framed, o.offset = number, 0
	}
	return true, nil
}

// rewind begins again with the first message that is not acknowledged: the
// stream is lost, and what it took with it.
func (o *outbox) rewind() { o.framed, o.offset = o.acked, 0 }

// undelivered returns the numbers of the messages that are not acknowledged.
func (o *outbox) undelivered() []uint64 {
	numbers := make([]uint64, len(o.waiting))
	for i := range numbers {
		numbers[i] = o.acked + 1 + uint64(i)
	}
	return numbers
}
