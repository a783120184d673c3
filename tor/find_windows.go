// SPDX-License-Identifier: GPL-3.0-or-later

package tor

const (
	exeName      = "tor.exe"
	systemAdvice = "install Passerby again, which brings its own tor, or name a tor program after --tor"
)

// systemTors is empty: only Linux has a system's tor to trust.
func systemTors() []string { return nil }
