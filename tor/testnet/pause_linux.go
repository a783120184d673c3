// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"context"
	"syscall"
	"time"
)

// Pause stops every process of the network for the time d, or until ctx ends,
// and returns when all go on. To clients this is a line that carries nothing
// any more: no connection is closed, and no answer comes. A network that is
// closed meanwhile is closed as ever.
//
// What went out in the meantime is not lost but late, as on a line that TCP
// runs over. A process that has slept for more than 100 seconds takes its
// circuits for dead (tor's circuit_note_clock_jumped), as the whole network
// then does.
func (n *Network) Pause(ctx context.Context, d time.Duration) {
	n.signal(syscall.SIGSTOP)
	defer n.signal(syscall.SIGCONT)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (n *Network) signal(s syscall.Signal) {
	for _, node := range n.nodes {
		node.process.Signal(s)
	}
}
