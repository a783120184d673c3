// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !linux

package testnet

import (
	"io"
	"net"
)

// reserve takes a port and gives it back at once: without Linux's rules about
// SO_REUSEADDR nothing better is to be had, and the gap is short.
func reserve() (int, io.Closer, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	return l.Addr().(*net.TCPAddr).Port, io.NopCloser(nil), l.Close()
}
