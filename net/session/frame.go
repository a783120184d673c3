// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"encoding/binary"
	"fmt"
)

const (
	tagSize   = 16 // of ChaCha20-Poly1305
	plainSize = FrameSize - tagSize
	headSize  = 23
	dataSize  = plainSize - headSize
	maxBytes  = 4 * MaxText // UTF-8 needs up to four bytes for a character
)

// kind is the type of a frame.
type kind uint8

const (
	kindIdle  kind = 0 // an acknowledgement, a sign of life, or both
	kindText  kind = 1 // a piece of a message
	kindLeave kind = 2 // nothing is said after it
	kindRenew kind = 3 // a piece of a renewal's request or reply
	kindTurn  kind = 4 // the dialer's last frame under its old key
)

// frame is the plaintext of a frame, as the package documentation lays it out.
type frame struct {
	kind   kind
	number uint64
	ack    uint64
	total  int
	offset int
	data   []byte
}

// encode writes the frame to dst, which has plainSize bytes.
func (f *frame) encode(dst []byte) {
	dst[0] = byte(f.kind)
	binary.BigEndian.PutUint64(dst[1:], f.number)
	binary.BigEndian.PutUint64(dst[9:], f.ack)
	binary.BigEndian.PutUint16(dst[17:], uint16(f.total))
	binary.BigEndian.PutUint16(dst[19:], uint16(f.offset))
	binary.BigEndian.PutUint16(dst[21:], uint16(len(f.data)))
	clear(dst[headSize+copy(dst[headSize:], f.data) : plainSize])
}

// decode reads a frame from the plainSize bytes of src and checks all that can
// be checked without knowing what came before. The frame's data stays part of
// src. Errors wrap ErrProtocol.
func decode(src []byte) (frame, error) {
	f := frame{
		kind:   kind(src[0]),
		number: binary.BigEndian.Uint64(src[1:]),
		ack:    binary.BigEndian.Uint64(src[9:]),
		total:  int(binary.BigEndian.Uint16(src[17:])),
		offset: int(binary.BigEndian.Uint16(src[19:])),
	}
	length := int(binary.BigEndian.Uint16(src[21:]))
	switch f.kind {
	case kindIdle, kindLeave, kindTurn:
		if f.number != 0 || f.total != 0 || f.offset != 0 || length != 0 {
			return frame{}, fmt.Errorf("%w: a frame of type %d with a message", ErrProtocol, f.kind)
		}
	case kindText:
		if f.number == 0 {
			return frame{}, fmt.Errorf("%w: a message without a number", ErrProtocol)
		}
		if err := f.checkPiece(length); err != nil {
			return frame{}, err
		}
		f.data = src[headSize : headSize+length]
	case kindRenew:
		if f.number != 0 {
			return frame{}, fmt.Errorf("%w: a renewal with a number", ErrProtocol)
		}
		if err := f.checkPiece(length); err != nil {
			return frame{}, err
		}
		f.data = src[headSize : headSize+length]
	default:
		return frame{}, fmt.Errorf("%w: a frame of unknown type %d", ErrProtocol, f.kind)
	}
	for _, b := range src[headSize+length : plainSize] {
		if b != 0 {
			return frame{}, fmt.Errorf("%w: padding that is not zero", ErrProtocol)
		}
	}
	return f, nil
}

// checkPiece checks the place of length bytes in the whole that they belong
// to.
func (f *frame) checkPiece(length int) error {
	switch {
	case f.total == 0 || f.total > maxBytes:
		return fmt.Errorf("%w: a message of %d bytes", ErrProtocol, f.total)
	case f.offset >= f.total:
		return fmt.Errorf("%w: data behind the end of a message", ErrProtocol)
	case length != min(dataSize, f.total-f.offset):
		return fmt.Errorf("%w: %d bytes of data in a frame", ErrProtocol, length)
	}
	return nil
}
