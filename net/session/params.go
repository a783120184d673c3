// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"errors"
	"net"

	"passerby/net/onion"
)

const (
	// MaxTags is the number of tags that each side shows, used or not.
	MaxTags = 4
	// FrameSize is the number of bytes of a frame on the wire. Every write is
	// a multiple of it.
	FrameSize = 488
	// MaxText is the number of characters (Unicode code points) of the longest
	// message.
	MaxText = 4000
)

// Tag stands for an interest: the first 8 bytes of a hash, random where
// unused.
type Tag [8]byte

// Params is what a side brings into a conversation.
type Params struct {
	// Key is our chat key: the chat onion's and the session's static key.
	Key onion.Key
	// Network is the network's name. Sides of different networks fail to
	// agree on a session.
	Network string
	// Tags are our interests, as the other side may see them.
	Tags [MaxTags]Tag
	// Redial, on the side that dials, opens another stream to the same other
	// side, on circuits of its own. It is called several times at once. Without
	// it the dialing side cannot resume.
	Redial func(context.Context) (net.Conn, error)
}

// The errors that callers tell apart.
var (
	// ErrBusy is returned when the other side has another conversation.
	ErrBusy = errors.New("the stranger is busy with somebody else")
	// ErrProtocol is wrapped by every error about a peer that broke the
	// protocol, belongs to another network, or is not who it claims to be.
	ErrProtocol = errors.New("the other side does not keep to the protocol")
	errFlood    = errors.New("the other side went on sending faster than it may")
	// ErrEmpty is returned for a text without a character.
	ErrEmpty = errors.New("the message is empty")
	// ErrTooLong is returned for a text of more than MaxText characters.
	ErrTooLong = errors.New("the message is longer than 4,000 characters")
	// ErrInvalid is returned for a text that is not UTF-8.
	ErrInvalid = errors.New("the message is not valid UTF-8")
	// ErrFull is returned while too many messages wait to be delivered, or too
	// many events to be read.
	ErrFull = errors.New("too many messages are waiting to be delivered")
	// ErrEnded is returned when the conversation is over.
	ErrEnded = errors.New("the conversation has ended")
	// ErrUsed is returned when a proposal or request was answered before.
	ErrUsed = errors.New("already answered")
)
