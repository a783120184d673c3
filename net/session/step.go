// SPDX-License-Identifier: GPL-3.0-or-later

package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// maxStep bounds each wait of a handshake, whatever the context says.
const maxStep = time.Minute

// step runs f, which reads or writes conn, and interrupts it when ctx ends.
// After an error conn is closed: a stream that stopped in the middle of a
// message is of no use.
func step(ctx context.Context, conn net.Conn, what string, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, maxStep)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	err := f()
	if !stop() {
		err = context.Cause(ctx) // in time or not, conn has a deadline in the past now
	} else if errors.Is(err, os.ErrDeadlineExceeded) {
		err = context.DeadlineExceeded
	}
	if err != nil {
		conn.Close()
		return fmt.Errorf("session: %s: %w", what, err)
	}
	return nil
}
