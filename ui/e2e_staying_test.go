// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"image"
	"testing"
	"time"

	"passerby/ui/internal/desktoptest"
)

// quitSoon is how long the program may take to end when it is told to, on a
// machine with much else to do.
const quitSoon = 10 * time.Second

// keeperDesk returns a desk with a session bus, and the program on it, which
// stays on for others.
func keeperDesk(t *testing.T, shows bool) (*desk, *desktoptest.Bus) {
	t.Helper()
	k := bareDesk(t, "dark")
	b, err := desktoptest.StartBus()
	k.ok(err)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	if shows {
		k.ok(b.ShowItems(true))
	}
	k.env = []string{"DBUS_SESSION_BUS_ADDRESS=" + b.Address()}
	k.w = k.open(image.Rect(20, 20, 920, 720), "keeper")
	return k, b
}

// ended waits until the program has ended as it should.
func (k *desk) ended() {
	k.t.Helper()
	begun := time.Now()
	select {
	case <-k.w.Done():
		k.t.Logf("ended after %v", time.Since(begun).Round(time.Millisecond))
		k.ok(k.w.Err())
	case <-time.After(quitSoon):
		k.t.Fatalf("it goes on %v after it should have ended: %s", quitSoon, k.w.Said())
	}
}

func TestE2EClosingLeavesWhoStaysOn(t *testing.T) {
	k, b := keeperDesk(t, true)
	k.picture("1-home")
	items := b.Items()
	if len(items) != 1 {
		t.Fatalf("%q have a picture near the clock", items)
	}
	menu, err := b.Menu(items[0])
	k.ok(err)
	if len(menu) != 2 || menu["Open Passerby"] == 0 || menu["Stop and quit"] == 0 {
		t.Fatalf("the menu is %v", menu)
	}
	// when the window is closed, then it is gone and the program is not, and the
	// menu brings it back, each time
	for range 2 {
		k.ok(k.w.Focus())
		k.ok(k.w.AskToClose())
		k.ok(k.w.AwaitShut("Passerby"))
		time.Sleep(time.Second)
		k.ok(b.Press(items[0], menu["Open Passerby"]))
		k.ok(k.w.AwaitOpen("Passerby"))
		k.ok(k.w.Place(20, 20, 900, 700))
		time.Sleep(5 * pause)
		k.picture("2-back")
	}
	// The keys reach the window that came back: the settings open.
	k.ok(k.w.Focus())
	home := k.picture("3-home")
	k.key("ctrl+comma")
	if differ(home, k.picture("4-settings")).Empty() {
		t.Error("the window that came back hears no keys")
	}
	// when there is no way back any more, the window comes by itself
	k.ok(k.w.AskToClose())
	k.ok(k.w.AwaitShut("Passerby"))
	k.ok(b.ShowItems(false))
	time.Sleep(45 * time.Second)
	k.ok(k.w.AwaitOpen("Passerby"))
	// and with none, closing ends the program
	k.ok(k.w.Focus())
	k.ok(k.w.AskToClose())
	k.ended()
}

// The menu ends the program with its window and without.
func TestE2EStopAndQuit(t *testing.T) {
	for name, closes := range map[string]bool{"open": false, "closed": true} {
		t.Run(name, func(t *testing.T) {
			k, b := keeperDesk(t, true)
			menu, err := b.Menu(b.Items()[0])
			k.ok(err)
			if closes {
				k.ok(k.w.Focus())
				k.ok(k.w.AskToClose())
				k.ok(k.w.AwaitShut("Passerby"))
			}
			k.ok(b.Press(b.Items()[0], menu["Stop and quit"]))
			k.ended()
		})
	}
}

func TestE2EClosingEndsWhereThereIsNoWayBack(t *testing.T) {
	for name, before := range map[string]func(*desk, *desktoptest.Bus){
		"nobody shows pictures":     func(*desk, *desktoptest.Bus) {},
		"nobody shows them anymore": func(k *desk, b *desktoptest.Bus) { k.ok(b.ShowItems(false)) },
		"the bus hangs":             func(k *desk, b *desktoptest.Bus) { k.ok(b.Hang(true)) },
	} {
		t.Run(name, func(t *testing.T) {
			k, b := keeperDesk(t, name != "nobody shows pictures")
			if name == "nobody shows pictures" && len(b.Items()) != 0 {
				t.Errorf("%q have a picture near the clock", b.Items())
			}
			before(k, b)
			k.ok(k.w.Focus())
			k.ok(k.w.AskToClose())
			k.ended()
		})
	}
}

// The panic key ends all at once also where closing would not.
func TestE2EThePanicKeyEndsWhoStaysOn(t *testing.T) {
	k, _ := keeperDesk(t, true)
	k.ok(k.w.Focus())
	k.ok(k.w.Strike("ctrl+shift+x"))
	k.ended()
}
