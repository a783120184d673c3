// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"time"

	"passerby/net/onion"
)

// Seeker returns the chat address of the search that goes on.
func (l *Lobby) Seeker() (onion.Address, bool) {
	if s := l.current(); s != nil {
		return s.chat.address, true
	}
	return onion.Address{}, false
}

// Puzzle returns what who comes to the door of the search that goes on has to
// solve.
func (l *Lobby) Puzzle() int { return l.current().puzzle() }

// Descend puts a member on a level of its way home, as if load had.
func (l *Lobby) Descend(level int) {
	t := l.tree
	t.mu.Lock()
	defer t.mu.Unlock()
	t.level, t.settled = level, time.Now()
}

// Effort returns what a beacon would be minted at.
func (l *Lobby) Effort() int { return l.effort(0, 0) }

const (
	MaxOutside     = maxOutside
	MinMix, MaxMix = minMix, maxMix
	ReserveTime    = reserveTime
	MaxPending     = maxPending
	PushBurst      = pushBurst
	SenderBurst    = senderBurst
	VerifyBurst    = verifyBurst
)
