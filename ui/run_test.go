// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app"
)

// queue is a dispatcher like Fyne's: it runs what it is given later, on one
// goroutine.
func queue(ctx context.Context) func(func()) {
	waiting := make(chan func(), 1000)
	go func() {
		for {
			select {
			case f := <-waiting:
				f()
			case <-ctx.Done():
				return
			}
		}
	}()
	return func(f func()) { waiting <- f }
}

func TestFollowDrawsTheNewestOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		states := make(chan app.State)
		var drawn []int
		go follow(ctx, states, frontEnd{
			render: func(s app.State, _ time.Time) { drawn = append(drawn, s.Mesh.Peers) },
			tick:   func(time.Time) {},
		}, queue(ctx))

		// when a burst of a thousand states comes
		for i := range 1000 {
			states <- app.State{Mesh: app.Mesh{Peers: i + 1}}
		}
		time.Sleep(2 * frameTime)
		synctest.Wait()

		// then the last is drawn, and next to nothing else
		if !slices.Equal(drawn, []int{1000}) {
			t.Errorf("drawn: %v", drawn)
		}
		cancel()
		synctest.Wait()
	})
}

func TestFollowWaitsForASlowWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		states := make(chan app.State)
		var drawn []int
		go follow(ctx, states, frontEnd{
			render: func(s app.State, _ time.Time) {
				time.Sleep(500 * time.Millisecond)
				drawn = append(drawn, s.Mesh.Peers)
			},
			tick: func(time.Time) {},
		}, queue(ctx))
		for i := range 100 {
			states <- app.State{Mesh: app.Mesh{Peers: i + 1}}
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if len(drawn) > 5 || drawn[len(drawn)-1] != 100 {
			t.Errorf("drawn: %v", drawn)
		}
		cancel()
		synctest.Wait()
	})
}

func TestFollowTicksAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		states := make(chan app.State)
		ticks, ended, last := 0, false, 0
		go func() {
			follow(ctx, states, frontEnd{
				render: func(s app.State, _ time.Time) { last = s.Mesh.Peers },
				tick:   func(time.Time) { ticks++ },
			}, queue(ctx))
			ended = true
		}()
		time.Sleep(3500 * time.Millisecond)
		synctest.Wait()
		if ticks != 3 {
			t.Errorf("%d ticks in 3.5 s", ticks)
		}
		// The end of the states comes after the last of them.
		states <- app.State{Mesh: app.Mesh{Peers: 7}}
		close(states)
		synctest.Wait()
		if !ended || last != 7 {
			t.Errorf("ended %v, last state %d", ended, last)
		}
	})
}

func TestScreenThere(t *testing.T) {
	env := func(values map[string]string) func(string) string {
		return func(name string) string { return values[name] }
	}
	for _, c := range []struct {
		goos string
		env  map[string]string
		want bool
	}{
		{"linux", nil, false},
		{"linux", map[string]string{"DISPLAY": ":0"}, true},
		{"freebsd", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true},
		{"windows", nil, true},
		{"darwin", nil, true},
	} {
		if got := screenThere(c.goos, env(c.env)); got != c.want {
			t.Errorf("%s with %v: %v", c.goos, c.env, got)
		}
	}
	for _, c := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{"DISPLAY": ":0"}, false},
		{map[string]string{"DISPLAY": ":0", "GTK_IM_MODULE": "fcitx"}, true},
		{map[string]string{"DISPLAY": ":0", "XMODIFIERS": "@im=ibus"}, true},
		{map[string]string{"XMODIFIERS": "@im=ibus"}, false},
		{map[string]string{"DISPLAY": ":0", "XMODIFIERS": "@im=ibus", "FYNE_PLATFORM": "wayland"}, false},
	} {
		if got := inputNeedsX11(env(c.env)); got != c.want {
			t.Errorf("%v: %v", c.env, got)
		}
	}
}

func TestWaylandThatIsTooOldIsNotUsed(t *testing.T) {
	both := map[string]string{"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
	for _, c := range []struct {
		env      map[string]string
		usable   bool
		there    bool
		platform string
	}{
		{both, true, true, ""},
		{both, false, true, "x11"},
		{map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true, true, ""},
		{map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, false, false, "x11"},
		{map[string]string{"DISPLAY": ":0", "FYNE_PLATFORM": "wayland"}, false, true, "x11"},
	} {
		env := environment(func(name string) string { return c.env[name] }, c.usable)
		if there, platform := screenThere("linux", env), env("FYNE_PLATFORM"); there != c.there || platform != c.platform {
			t.Errorf("%v, usable: %v: there is a screen: %v, platform %q", c.env, c.usable, there, platform)
		}
	}
	// The library that these tests are linked to is of our own system.
	if !waylandUsable() {
		t.Error("this system's Wayland is too old, or not looked at")
	}
}

func TestBusMissing(t *testing.T) {
	for _, c := range []struct {
		goos, address, there string
		want                 bool
	}{
		{"linux", "", "", true},
		{"linux", "autolaunch:", "", true},
		{"linux", "unix:path=/run/user/1000/bus", "", false},
		{"linux", "", "/run/user/1000/bus", false},
		{"linux", "", "/run/user/1000/dbus-session", false},
		{"linux", "", "/run/user/0/bus", true},
		{"windows", "", "", false},
		{"darwin", "", "", false},
	} {
		env := func(name string) string {
			if name == "DBUS_SESSION_BUS_ADDRESS" {
				return c.address
			}
			return ""
		}
		exists := func(path string) bool { return path == c.there }
		if got := busMissing(c.goos, env, 1000, exists); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
