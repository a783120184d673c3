// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"net"
	"path/filepath"
	"testing"
)

// Whoever serves a listener tells by net.ErrClosed that it is over, and would
// go on for ever without.
func TestAServiceThatTorRefusesIsAClosedListener(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "o"))
	if err != nil {
		t.Fatal(err)
	}
	s := &service{tor: &Tor{}, Listener: l, closed: make(chan struct{})}
	cause := errors.New("refused")
	s.end(cause)
	_, err = s.Accept()
	if !errors.Is(err, cause) || !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
