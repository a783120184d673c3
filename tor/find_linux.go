// SPDX-License-Identifier: GPL-3.0-or-later

package tor

const (
	exeName      = "tor"
	systemAdvice = "install the package tor of your distribution, or name a tor program after --tor"
)

// systemTors lists where distributions put tor.
func systemTors() []string {
	return []string{"/usr/bin/tor", "/usr/sbin/tor", "/usr/local/bin/tor"}
}
