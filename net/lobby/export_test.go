// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import "passerby/net/onion"

// Seeker returns the chat address of the search that goes on.
func (l *Lobby) Seeker() (onion.Address, bool) {
	if s := l.current(); s != nil {
		return s.chat.address, true
	}
	return onion.Address{}, false
}

const (
	MinMix, MaxMix = minMix, maxMix
	ReserveTime    = reserveTime
	MaxPending     = maxPending
	PushBurst      = pushBurst
	SenderBurst    = senderBurst
	VerifyBurst    = verifyBurst
)
