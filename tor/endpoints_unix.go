// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows

package tor

import (
	"net"
	"path/filepath"
)

const (
	controlSocket = "control"
	socksSocket   = "socks"
)

// fitsSockets tells whether sockets in dir have an address that the system and
// tor can take.
func fitsSockets(dir string) bool {
	return len(dir) <= maxRunPath && filepath.IsAbs(dir) && plainPath.MatchString(dir)
}

// endpointArgs are tor's arguments for the sockets that we talk to it over.
func (r *runFolder) endpointArgs() []string {
	return []string{
		"--ControlPort", "unix:" + r.file(controlSocket),
		"--SocksPort", "unix:" + r.file(socksSocket) + " " + socksFlags,
	}
}

// clearEndpoints removes what a tor that died left, so that nothing of it is
// taken for the next one's.
func (r *runFolder) clearEndpoints() error {
	if err := r.remove(controlSocket); err != nil {
		return err
	}
	return r.remove(socksSocket)
}

// control returns where the control port is, once tor has opened it.
func (r *runFolder) control() (network, address string, err error) {
	return "unix", r.file(controlSocket), nil
}

// socks returns where the SOCKS port is. tor's own answer is not needed.
func (r *runFolder) socks(string) (network, address string, err error) {
	return "unix", r.file(socksSocket), nil
}

// listen opens a target for an onion service: a listener, and its name in
// tor's language. Closing the listener removes its file.
func (r *runFolder) listen(name string) (l net.Listener, target string, err error) {
	path := r.file(name)
	l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	return l, "unix:" + path, err
}
