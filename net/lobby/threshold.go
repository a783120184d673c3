// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"math/rand/v2"
	"net"
	"slices"
	"sync"
)

// threshold holds streams of strangers who have something to show yet. When it
// is full, one more takes the place of one of them, drawn by lot: whoever floods
// it cannot keep others out, only make them come again. It is safe for
// concurrent use.
type threshold struct {
	limit int

	mu      sync.Mutex
	waiting []net.Conn
}

// enter takes a stream, and closes another where there is no room.
func (t *threshold) enter(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) >= t.limit {
		i := rand.IntN(len(t.waiting))
		t.waiting[i].Close()
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	t.waiting = append(t.waiting, conn)
}

// leave forgets a stream, which has shown what it had to or was closed.
func (t *threshold) leave(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting = slices.DeleteFunc(t.waiting, func(c net.Conn) bool { return c == conn })
}

// pending counts the streams.
func (t *threshold) pending() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting)
}
