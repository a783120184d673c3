// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"crypto/hkdf"
	"crypto/sha256"

	"passerby/net/onion"
	"passerby/net/secret"
)

// pair is what two people derive from a secret that they share: an onion
// service for each, and the key of their handshake. Both know all of it.
type pair struct {
	first  bool         // we are the first of the two
	onions [2]onion.Key // of the first, of the second
	psk    [keySize]byte
	label  string
}

// newPair derives the pair of a link of kind Again. Every value is
//
//	HKDF-SHA256(ikm = secret, salt = "passerby/pair/1", info = name ‖ network tag)
//
// with the names "first onion", "second onion" (seeds of RFC 8032) and "psk".
func newPair(l Link) *pair {
	p := &pair{first: l.kind == Again, label: "Passerby pair 1" + string(l.network[:])}
	secret.Do(func() {
		value := func(name string) [keySize]byte {
			b, err := hkdf.Key(sha256.New, l.key[:], []byte("passerby/pair/1"), name+string(l.network[:]), keySize)
			if err != nil {
				panic(err) // 32 bytes are not too many
			}
			return [keySize]byte(b)
		}
		p.onions[0] = onion.KeyFromSeed(value("first onion"))
		p.onions[1] = onion.KeyFromSeed(value("second onion"))
		p.psk = value("psk")
	})
	return p
}

// mine and theirs are the keys of our service and of the other side's.
func (p *pair) mine() onion.Key   { return p.onions[p.index()] }
func (p *pair) theirs() onion.Key { return p.onions[1-p.index()] }

func (p *pair) index() int {
	if p.first {
		return 0
	}
	return 1
}

// at returns the terms of a handshake with whoever answers at an address.
// Because they name it, nothing that one service said can be sent to the
// other.
func (p *pair) at(answerer onion.Address) terms {
	return terms{label: p.label + string(answerer[:]), psk: p.psk[:]}
}
