// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import "strings"

// busIsLocal tells whether the session bus is a socket of this machine and no
// other way to reach it is named. godbus would otherwise start a program that
// looks for a bus, or dial the network.
func busIsLocal(env func(string) string) bool {
	address := env("DBUS_SESSION_BUS_ADDRESS")
	for one := range strings.SplitSeq(address, ";") {
		if !strings.HasPrefix(one, "unix:") {
			return false
		}
	}
	return address != ""
}
