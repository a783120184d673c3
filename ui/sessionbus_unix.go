// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows && !darwin

package ui

import (
	"context"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"

	"passerby/app/keepers"
)

// sessionBus returns Fyne's connection to the desktop's session bus, a local
// Unix socket; both have the same one from godbus. Where it is not there yet it
// is opened, which waits for the bus and may hang.
func sessionBus() (*dbus.Conn, error) {
	if !busIsLocal(os.Getenv) {
		return nil, fmt.Errorf("%w: no session bus is here; start Passerby from a desktop", keepers.ErrNoKeyStore)
	}
	conn, err := dbus.SessionBus()
	if err != nil {
		return nil, fmt.Errorf("%w: the session bus: %w", keepers.ErrNoKeyStore, err)
	}
	return conn, nil
}

// KeyStore returns the key store of the desktop that the window is on, for
// app.Params: here the Secret Service, over the connection to the session bus
// that the window has. profile is the folder of what is kept, which it does not
// need. It may hang, as the bus may.
func KeyStore(string) (keepers.KeyStore, error) {
	conn, err := sessionBus()
	if err != nil {
		return nil, err
	}
	return keepers.SecretService(conn), nil
}

// The names of the place for small pictures near the clock (freedesktop.org,
// "StatusNotifierItem"; KDE named it first and all use that).
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
)

// trayThere tells whether this desktop has a place for a small picture near the
// clock, and something that shows it. What does not answer until ctx ends is
// not there.
func trayThere(ctx context.Context) bool {
	there := make(chan bool, 1)
	go func() { // which outlives us where the bus hangs
		conn, err := sessionBus()
		there <- err == nil && watched(ctx, conn)
	}()
	select {
	case is := <-there:
		return is
	case <-ctx.Done():
		return false
	}
}

func watched(ctx context.Context, conn *dbus.Conn) bool {
	var owned bool
	err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&owned)
	if err != nil || !owned {
		return false
	}
	var shown dbus.Variant
	err = conn.Object(watcherName, watcherPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "IsStatusNotifierHostRegistered").Store(&shown)
	// Some do not say. Of those that do, one without a host shows nothing.
	return ctx.Err() == nil && (err != nil || shown.Value() != false)
}
