// SPDX-License-Identifier: GPL-3.0-or-later

//go:build windows || darwin

package ui

import (
	"context"

	"passerby/app/keepers"
)

// KeyStore returns the key store of the desktop that the window is on, for
// app.Params: here the one that every program of the person can use. profile is
// the folder of what is kept.
func KeyStore(profile string) (keepers.KeyStore, error) { return keepers.System(profile) }

// trayThere tells whether this desktop has a place for a small picture near the
// clock. Windows and macOS always have one.
func trayThere(context.Context) bool { return true }
