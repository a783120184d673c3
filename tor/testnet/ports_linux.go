// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// reserve binds a socket and never listens on it. Linux gives such a port to
// nobody who asks for any port, neither to bind nor to dial, but lets a socket
// bind to it that names it and has SO_REUSEADDR set, as both have here: tor
// sets it on every listener.
func reserve() (int, io.Closer, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, nil, os.NewSyscallError("socket", err)
	}
	socket := descriptor(fd)
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return 0, nil, errors.Join(os.NewSyscallError("setsockopt", err), socket.Close())
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, nil, errors.Join(os.NewSyscallError("bind", err), socket.Close())
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return 0, nil, errors.Join(os.NewSyscallError("getsockname", err), socket.Close())
	}
	return name.(*unix.SockaddrInet4).Port, socket, nil
}

type descriptor int

func (d descriptor) Close() error { return os.NewSyscallError("close", unix.Close(int(d))) }
