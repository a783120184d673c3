// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"errors"
	"fmt"
	"io"
)

// ports are free TCP ports on 127.0.0.1, kept free for processes that are yet
// to start. To ask the system for a port and give it back leaves a gap in
// which somebody else may get it; and here eight processes dial each other all
// the while, each call from a port out of the very same range.
type ports struct{ held []io.Closer }

// next returns one more port.
func (p *ports) next() (int, error) {
	port, hold, err := reserve()
	if err != nil {
		return 0, fmt.Errorf("no free TCP port on 127.0.0.1: %w", err)
	}
	p.held = append(p.held, hold)
	return port, nil
}

// Close gives all ports back.
func (p *ports) Close() error {
	var errs []error
	for _, h := range p.held {
		errs = append(errs, h.Close())
	}
	p.held = nil
	return errors.Join(errs...)
}
