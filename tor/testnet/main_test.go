// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package testnet_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"passerby/tor/testnet"
)

var network testnet.Shared

func TestMain(m *testing.M) {
	code := m.Run()
	if err := network.Close(); err != nil {
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
