// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"fmt"
	"image"
	"testing"
	"time"

	"passerby/ui"
	"passerby/ui/internal/desktoptest"
)

// looks are in which these tests look at windows, two of which have room
// beside each other.
var looks = []struct {
	look string
	size image.Point
}{{"dark", image.Pt(440, 700)}, {"light", image.Pt(600, 780)}}

// Print Screen, pressed while a message is written, shows what a screenshot
// does, and Escape leads back. The header leads to the same.
func TestE2EPrintScreen(t *testing.T) {
	for _, c := range looks {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "picture", c.look, c.size)
			k.ok(k.w.Type("Draft"))
			talking := k.picture("1-talking")
			for i, key := range []string{"Print", "alt+Print", "ctrl+Print"} {
				k.key(key)
				panel := k.picture(fmt.Sprintf("2-%s", key))
				if differ(talking, panel).Empty() {
					t.Fatalf("%s shows nothing", key)
				}
				if i == 0 {
					k.key("End")
					k.picture("3-end")
					k.key("Home", key)
					if where := differ(panel, k.picture("4-again")); !where.Empty() {
						t.Errorf("pressed again it changes %v", where)
					}
				}
				k.key("Escape")
				if where := differ(talking, k.picture("5-back")); !where.Empty() {
					t.Errorf("after %s the conversation differs in %v", key, where)
				}
			}
			k.key("Tab", "Tab", "Tab", "Tab", "Tab")
			header := k.picture("6-header")
			k.key("Return")
			if differ(header, k.picture("7-record")).Empty() {
				t.Error("the header leads nowhere")
			}
			k.key("Escape", "ctrl+comma", "End")
			k.picture("8-settings")
		})
	}
}

// A window with the curtain, and another program's window. While the other one
// is in front, nothing of what is said can be seen, whatever lies over it; then
// it is as it was. The click that brings it back presses nothing, and the panic
// key works again.
func TestE2ECurtain(t *testing.T) {
	for _, c := range looks {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "home", c.look, c.size)
			other := k.w
			beside := image.Rectangle{image.Pt(50, 20).Add(image.Pt(c.size.X, 0)), image.Pt(50, 20).Add(image.Pt(2*c.size.X, c.size.Y))}
			k.w = k.open(beside, "-curtain", "alone")
			away := func(name string) *image.NRGBA {
				t.Helper()
				k.ok(other.Focus())
				time.Sleep(2 * pause)
				return k.picture(name)
			}
			back := func(name string) *image.NRGBA {
				t.Helper()
				k.ok(k.w.Focus())
				time.Sleep(2 * pause)
				return k.picture(name)
			}

			// given the curtain over a window in which nothing is said
			curtain := away("1-curtain")
			k.w.Kill()
			k.w = k.open(beside, "-curtain", "picture")
			talking := k.picture("2-talking")
			if differ(curtain, talking).Empty() {
				t.Fatal("the curtain is drawn over the window in front")
			}

			// then over a conversation, and what lies over that, it is the same
			for _, over := range []struct {
				name string
				keys []string
			}{
				{"conversation", nil},
				{"menu", []string{"Tab", "Tab", "Tab", "Tab", "Return"}},
				{"help", []string{"F1"}},
				{"settings", []string{"ctrl+comma"}},
			} {
				if over.keys != nil {
					k.key(over.keys...)
				}
				before := k.picture("3-" + over.name)
				if where := differ(curtain, away("4-away-from-"+over.name)); !where.Empty() {
					t.Errorf("over the %s the curtain differs in %v", over.name, where)
				}
				after := back("5-back-at-" + over.name)
				if over.name == "menu" {
					k.key("shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab") // the menu is closed
				} else if where := differ(before, after); !where.Empty() {
					t.Errorf("the %s differs in %v", over.name, where)
				}
				if over.keys != nil {
					if over.name != "menu" {
						k.key("Escape")
					}
					if where := differ(talking, k.picture("6-then")); !where.Empty() {
						t.Errorf("after the %s the conversation differs in %v", over.name, where)
					}
				}
			}

			// when something is written, and a click on Send brings it back
			k.ok(k.w.Type("Draft"))
			draft := k.picture("7-draft")
			colour := ui.Dawn.Dark
			if c.look == "light" {
				colour = ui.Dawn.Light
			}
			send, found := desktoptest.Block(draft, colour, image.Pt(50, 30))
			if !found {
				t.Fatal("there is no Send")
			}
			if where := differ(curtain, away("8-away-from-draft")); !where.Empty() {
				t.Errorf("over the draft the curtain differs in %v", where)
			}
			k.ok(k.w.ClickBehind(desktoptest.Centre(send)))
			time.Sleep(2 * pause)
			// then nothing is sent by it
			if where := differ(draft, k.picture("9-clicked")); !where.Empty() {
				t.Errorf("the click that brings the window back changes %v", where)
			}

			// when the panic key is pressed on return
			away("10-away")
			k.key("ctrl+shift+x")
			// then it ends
			select {
			case <-k.w.Done():
			case <-time.After(soon):
				t.Error("the panic key does nothing")
			}
		})
	}
}
