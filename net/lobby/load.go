// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import "time"

// load measures how many beacons of one shard were verified, over the last ten
// minutes. It is not safe for concurrent use.
type load struct {
	begin time.Time
	at    int64 // number of the slot that is being filled
	slots [loadSlots]uint32
}

func newLoad(now time.Time) *load {
	return &load{begin: now, at: now.UnixNano() / int64(loadSlot)}
}

// advance empties the slots that have not been filled since the last time.
func (l *load) advance(now time.Time) {
	at := now.UnixNano() / int64(loadSlot)
	for n := 0; l.at < at && n < loadSlots; n++ {
		l.at++
		l.slots[l.at%loadSlots] = 0
	}
	l.at = max(l.at, at)
}

func (l *load) count(now time.Time) {
	l.advance(now)
	l.slots[l.at%loadSlots]++
}

// rate returns beacons a second over the last window, or over the time that
// was measured if that is less: but that over no less than least, so that the
// first few beacons are no crowd.
func (l *load) rate(now time.Time, window, least time.Duration) float64 {
	l.advance(now)
	slots := min(int(window/loadSlot), loadSlots)
	var n uint32
	for i := range slots {
		n += l.slots[(l.at-int64(i)+loadSlots)%loadSlots]
	}
	measured := max(min(window, now.Sub(l.begin)), least)
	return float64(n) / measured.Seconds()
}
