// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package testnet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"passerby/tor/testnet"
)

var network testnet.Shared

func TestMain(m *testing.M) {
	code := m.Run()
	if err := closeNetwork(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// closeNetwork closes the network that ran beside all tests, and makes sure
// that nothing of it is left.
func closeNetwork() error {
	if err := network.Close(); err != nil {
		return err
	}
	n, err := network.Network()
	if err != nil {
		return nil // no test asked for it
	}
	if _, err := os.Stat(n.TorrcFile()); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the torrc of a closed network: %v", err)
	}
	left, err := commandLines(filepath.Dir(n.TorrcFile()))
	if len(left) > 0 {
		return fmt.Errorf("still running after Close: %q", left)
	}
	return err
}
