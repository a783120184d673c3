// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"
	"time"
	"unicode"

	"passerby/net/onion"
)

// Scheme begins every link.
const Scheme = "passerby:"

// Errors about links. Their texts are fit to show; what can be done follows the
// semicolon.
var (
	ErrNotLink = errors.New("this is not an invite; an invite begins with passerby: and has 81 characters")
	ErrDamaged = errors.New("this invite is damaged; copy the whole of it, or ask for it again")
	ErrForeign = errors.New("this invite belongs to another network; start Passerby on that network, or ask for one from this")
	ErrNewer   = errors.New("this invite was made by a newer Passerby; update yours, or ask for it again from an older one")
	ErrExpired = errors.New("this invite counts no more; ask for a new one")
	ErrUsed    = errors.New("this invite was used already; if that was not you, tell whoever gave it to you")
	ErrOwn     = errors.New("this invite is your own; give it to somebody else")
)

// Kind is what a link is for.
type Kind uint8

// The kinds. Their numbers stand in links.
const (
	// Once lets one guest in and nobody else.
	Once Kind = 1
	// Many lets in whoever comes while it counts.
	Many Kind = 2
	// Again is a note to oneself: the secret that two people share, to meet
	// each other again. The two of one pair differ, see [Link.Other].
	Again Kind = 3
	// again2 is Again of the second of the two.
	again2 Kind = 4
)

// The format of version 1, in bytes:
//
//	 0   1  version: 1
//	 1   1  kind
//	 2   4  network: first 4 bytes of SHA-256("passerby invite network" ‖ name)
//	 6   3  end, in steps of 10 minutes since 1970, big-endian
//	 9  32  key: the onion address to meet at, or the secret of a pair
//	41   4  checksum: first 4 bytes of SHA-256("passerby invite link" ‖ bytes 0 to 40)
//
// written as 72 letters of base32 (RFC 4648, no padding). All versions to come
// begin with their number and end with such a checksum of what is before it,
// so that an older program can tell a newer link from a damaged one.
const (
	linkVersion  = 1
	keyAt        = 9
	checksumAt   = keyAt + 32
	linkSize     = checksumAt + checksumSize
	checksumSize = 4
	minSize      = 1 + checksumSize
)

// letters is lower case; String's result is as good in upper case.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Link is what an invite says. The zero value is not one: see [Parse].
type Link struct {
	kind    Kind
	network [4]byte
	end     uint32 // in steps
	key     [32]byte
}

func networkTag(name string) (tag [4]byte) {
	sum := sha256.Sum256([]byte("passerby invite network" + name))
	copy(tag[:], sum[:])
	return tag
}

// newLink returns a link that counts for Life and up to a step more.
func newLink(kind Kind, network string, key [32]byte, now time.Time) Link {
	end := (now.Add(Life).Unix() + int64(step/time.Second) - 1) / int64(step/time.Second)
	return Link{kind, networkTag(network), uint32(end), key}
}

// Kind returns what the link is for: Once, Many or Again.
func (l Link) Kind() Kind {
	if l.kind == again2 {
		return Again
	}
	return l.kind
}

// Until returns the time, by the Tor consensus, from which on the link counts
// no more.
func (l Link) Until() time.Time { return time.Unix(int64(l.end)*int64(step/time.Second), 0) }

// Other returns the note of the other of two people who meet again, and the
// link itself for other kinds. Each gets its own when both make them from one
// conversation, so there is no need to hand it over.
func (l Link) Other() Link {
	switch l.kind {
	case Again:
		l.kind = again2
	case again2:
		l.kind = Again
	}
	return l
}

// address returns where a link of kind Once or Many leads.
func (l Link) address() onion.Address { return onion.Address(l.key) }

// bytes returns version 1 of the format.
func (l Link) bytes() []byte {
	b := make([]byte, 0, linkSize)
	b = append(b, linkVersion, byte(l.kind))
	b = append(b, l.network[:]...)
	b = append(b, byte(l.end>>16), byte(l.end>>8), byte(l.end))
	b = append(b, l.key[:]...)
	return append(b, checksum(b)...)
}

func checksum(b []byte) []byte {
	sum := sha256.Sum256(append([]byte("passerby invite link"), b...))
	return sum[:checksumSize]
}

// String returns the link as it is handed over, 81 characters.
func (l Link) String() string { return Scheme + letters.EncodeToString(l.bytes()) }

// Parse reads a link of this network, in either case and with white space
// anywhere, as line breaks of a mail leave it. It returns ErrNotLink,
// ErrDamaged, ErrNewer, ErrForeign or ErrExpired; now is the time of the Tor
// consensus.
func Parse(text, network string, now time.Time) (Link, error) {
	b, err := decode(text)
	if err != nil {
		return Link{}, err
	}
	l := Link{kind: Kind(b[1]), end: binary.BigEndian.Uint32(append([]byte{0}, b[6:9]...))}
	copy(l.network[:], b[2:6])
	copy(l.key[:], b[keyAt:checksumAt])
	switch l.kind {
	case Once, Many:
		if _, err := onion.AddressFromKey(l.key[:]); err != nil {
			return Link{}, ErrDamaged
		}
	case Again, again2:
	default:
		return Link{}, ErrDamaged
	}
	switch {
	case l.network != networkTag(network):
		return Link{}, ErrForeign
	case !now.Before(l.Until()):
		return Link{}, ErrExpired
	case l.Until().Sub(now) > Life+slack: // no program of ours makes such
		return Link{}, ErrDamaged
	}
	return l, nil
}

// decode returns the linkSize bytes of a link of this version, whose checksum
// is right.
func decode(text string) ([]byte, error) {
	if len(text) > maxText {
		return nil, ErrNotLink
	}
	text = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) { // Cf: zero-width and direction marks
			return -1
		}
		return r
	}, text))
	code, ok := strings.CutPrefix(text, Scheme)
	if !ok {
		return nil, ErrNotLink
	}
	b, err := letters.DecodeString(code)
	if err != nil || len(b) < minSize || letters.EncodeToString(b) != code {
		return nil, ErrDamaged
	}
	body, sum := b[:len(b)-checksumSize], b[len(b)-checksumSize:]
	switch {
	case subtle.ConstantTimeCompare(checksum(body), sum) != 1:
		return nil, ErrDamaged
	case b[0] > linkVersion:
		return nil, ErrNewer
	case b[0] != linkVersion || len(b) != linkSize:
		return nil, ErrDamaged
	}
	return b, nil
}
