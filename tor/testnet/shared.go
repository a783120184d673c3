// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"context"
	"sync"
)

// Shared is one network for all tests of a package, started when the first of
// them asks. Keep it in a package variable, and close it in TestMain:
//
//	var network testnet.Shared
//
//	func TestMain(m *testing.M) {
//		code := m.Run()
//		if err := network.Close(); err != nil {
//			fmt.Fprintln(os.Stderr, err)
//			code = 1
//		}
//		os.Exit(code)
//	}
//
// The zero Shared is ready for use. Its methods are safe for concurrent use.
type Shared struct {
	// Config is the network's. It must not change once a test has asked.
	Config Config

	once    sync.Once
	network *Network
	err     error
}

// Network returns the network, which the first call starts as [Start] does.
// Where that fails, every call returns the same error.
func (s *Shared) Network() (*Network, error) {
	s.once.Do(func() { s.network, s.err = Start(context.Background(), s.Config) })
	return s.network, s.err
}

// Close closes the network if there is one, as [Network.Close] does. No test
// can start it any more.
func (s *Shared) Close() error {
	s.once.Do(func() { s.err = context.Canceled })
	if s.network == nil {
		return nil
	}
	return s.network.Close()
}
