// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"passerby/app/keepers"
	"passerby/ui/internal/desktoptest"
)

// The key store is asked for over the session bus, and only over one that is a
// local socket.
func TestTheKeyStoreOfADesktop(t *testing.T) {
	for _, address := range []string{"", "disabled:", "tcp:host=192.0.2.1,port=9"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		if store, err := KeyStore(t.TempDir()); store != nil || !errors.Is(err, keepers.ErrNoKeyStore) {
			t.Errorf("%q: %v, %v", address, store, err)
		}
	}
	b := startBus(t)
	store, err := KeyStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Nobody keeps keys there.
	if _, err := store.Get(t.Context(), "one"); !errors.Is(err, keepers.ErrNoKeyStore) {
		t.Error(err)
	}
	// A bus that hangs is waited for as long as there is time.
	if err := b.Hang(true); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if _, err := store.Get(ctx, "one"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if err := b.Hang(false); err != nil {
		t.Fatal(err)
	}
}

func TestADesktopWithAPlaceNearTheClock(t *testing.T) {
	b := startBus(t)
	there := func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		return trayThere(ctx)
	}
	for _, shows := range []bool{false, true, false} {
		if shows {
			if err := b.ShowItems(true); err != nil {
				t.Fatal(err)
			}
		}
		if got := there(); got != shows {
			t.Errorf("it is there: %v, want %v", got, shows)
		}
		if shows {
			if err := b.ShowItems(false); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// startBus starts a session bus and makes it this process's one.
func startBus(t *testing.T) *desktoptest.Bus {
	t.Helper()
	b, err := desktoptest.StartBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", b.Address())
	t.Cleanup(func() {
		if conn, err := sessionBus(); err == nil {
			conn.Close()
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}
