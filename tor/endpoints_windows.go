// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	bine "github.com/cretz/bine/process"
)

const controlPortFile = "control.port"

// fitsSockets is always true: tor has no unix sockets on Windows.
func fitsSockets(string) bool { return true }

// endpointArgs are tor's arguments for the ports that we talk to it over. tor
// chooses free ones.
func (r *runFolder) endpointArgs() []string {
	return []string{
		"--ControlPort", "127.0.0.1:auto",
		"--ControlPortWriteToFile", r.file(controlPortFile),
		"--SocksPort", "127.0.0.1:auto " + socksFlags,
	}
}

// clearEndpoints removes what a tor that died left, so that nothing of it is
// taken for the next one's.
func (r *runFolder) clearEndpoints() error { return r.remove(controlPortFile) }

// control returns where the control port is, once tor has opened it.
func (r *runFolder) control() (network, address string, err error) {
	content, err := os.ReadFile(r.file(controlPortFile))
	if err != nil {
		return "", "", err
	}
	port, err := bine.ControlPortFromFileContents(string(content))
	if err != nil {
		return "", "", fmt.Errorf("tor: file of the control port: %w", err)
	}
	return "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), nil
}

// socks returns where the SOCKS port is, from tor's list of its listeners.
func (r *runFolder) socks(listeners string) (network, address string, err error) {
	address = strings.Trim(listeners, `"`)
	if host, _, err := net.SplitHostPort(address); err != nil || host != "127.0.0.1" {
		return "", "", fmt.Errorf("tor: unexpected SOCKS listener %q", listeners)
	}
	return "tcp", address, nil
}

// listen opens a target for an onion service: a listener, and its name in
// tor's language. Other programs of this computer can connect to it too; what
// arrives is a stranger either way, and has to prove who it is.
func (r *runFolder) listen(string) (l net.Listener, target string, err error) {
	l, err = net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	return l, l.Addr().String(), nil
}
