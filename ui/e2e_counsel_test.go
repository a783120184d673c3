// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// By keyboard alone: softer words are taken and taken back, what was meant is
// said no more of, and a card number is sent by holding Enter, and by nothing
// shorter.
func TestE2ECounsel(t *testing.T) {
	const card = "it is 4111 1111 1111 1111"
	for _, c := range []struct {
		look string
		size image.Point
	}{{"dark", image.Pt(480, 700)}, {"light", image.Pt(1200, 800)}} {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "picture", c.look, c.size)
			// shows keeps what the window shows when the guard has read the draft.
			shows := func(name string) {
				t.Helper()
				time.Sleep(600 * time.Millisecond)
				k.picture(name)
			}
			draft := func() string {
				t.Helper()
				k.ok(k.d.SetClipboard("nothing was copied"))
				k.key("ctrl+a", "ctrl+c")
				return k.copied()
			}
			k.picture("1-nothing")

			// softer words: past Send to the button
			k.ok(k.w.Type("im 19 and bored"))
			shows("2-age")
			k.key("Tab", "Tab", "Return")
			shows("3-softer")
			if got := draft(); got != "im about 20 and bored" {
				t.Errorf("the softer words made it %q", got)
			}
			k.key("ctrl+z")
			if got := draft(); got != "im 19 and bored" {
				t.Errorf("undone it is %q", got)
			}

			// meant
			k.key("BackSpace")
			k.ok(k.w.Type("write to me@example.org"))
			shows("4-mail")
			k.key("Tab", "Tab", "Return")
			shows("5-meant")
			k.key("ctrl+a", "BackSpace")

			// a secret, pressed for a moment
			k.ok(k.w.Type(card))
			shows("6-card")
			k.key("Return")
			shows("7-short")
			if got := draft(); got != card {
				t.Errorf("after a short press the draft is %q", got)
			}

			// and held
			k.key("End")
			k.ok(k.w.Focus())
			k.ok(k.w.Down("Return"))
			time.Sleep(600 * time.Millisecond)
			keep(k, "8-holding")
			time.Sleep(1200 * time.Millisecond)
			keep(k, "9-held")
			k.ok(k.d.Up("Return"))
			if got := draft(); got != "" {
				t.Errorf("held, the draft is %q", got)
			}
		})
	}
}

// keep keeps what the window shows, standing still or not.
func keep(k *desk, name string) {
	k.t.Helper()
	picture, err := k.w.Picture()
	k.ok(err)
	f, err := os.Create(filepath.Join(k.keep, name+".png"))
	k.ok(err)
	k.ok(png.Encode(f, picture))
	k.ok(f.Close())
}
