// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"strings"
)

// environment is what the window may know of its desktop: where Wayland cannot
// be used, as if there were none.
func environment(env func(string) string, wayland bool) func(string) string {
	return func(name string) string {
		switch {
		case wayland:
		case name == "WAYLAND_DISPLAY":
			return ""
		case name == "FYNE_PLATFORM":
			return "x11"
		}
		return env(name)
	}
}

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

// busMissing tells whether there is no session bus. Fyne would then start one
// to ask it whether the desktop is dark, and leave it running for ever.
func busMissing(goos string, env func(string) string, uid int, exists func(path string) bool) bool {
	if goos == "windows" || goos == "darwin" {
		return false // no program is started there
	}
	if address := env("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return false
	}
	run := fmt.Sprintf("/run/user/%d/", uid) // where Fyne looks too
	return !exists(run+"bus") && !exists(run+"dbus-session")
}
