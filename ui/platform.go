// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import "strings"

// screenThere tells whether a window can be opened at all. Where X11 and
// Wayland are used, one of them must be named in the environment; without
// this check Fyne would end the program without a word that helps.
func screenThere(goos string, env func(string) string) bool {
	switch goos {
	case "linux", "freebsd", "openbsd", "netbsd", "dragonfly":
		return env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != ""
	}
	return true
}

// inputNeedsX11 tells whether an input method for Chinese, Japanese or Korean
// is set up that Fyne reaches through X11 alone: its Wayland side knows none.
func inputNeedsX11(env func(string) string) bool {
	if env("FYNE_PLATFORM") != "" || env("DISPLAY") == "" {
		return false
	}
	for _, name := range []string{"GTK_IM_MODULE", "QT_IM_MODULE", "XMODIFIERS"} {
		if v := env(name); strings.Contains(v, "fcitx") || strings.Contains(v, "ibus") {
			return true
		}
	}
	return false
}
