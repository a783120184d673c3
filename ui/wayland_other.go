// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !cgo || !linux || android

package ui

// waylandUsable is true: only on Linux may the system's library be too old.
func waylandUsable() bool { return true }
