// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"fmt"
	"image"
	"testing"
)

// By keyboard alone: a question of the stranger's is explained, an answer to it
// is taken and taken back, and all of that is in what is made up too.
func TestE2EAQuestion(t *testing.T) {
	for _, c := range []struct {
		look string
		size image.Point
	}{{"dark", image.Pt(480, 700)}, {"light", image.Pt(1200, 800)}} {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "asked", c.look, c.size)
			asked := k.picture("1-asked")

			// from the draft backwards, past the messages and what puts it away, to the
			// first answer
			k.key("shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab")
			k.picture("2-answer")
			k.key("Return")
			k.picture("3-taken")
			k.ok(k.d.SetClipboard("nothing was copied"))
			k.key("ctrl+a", "ctrl+c")
			if got := k.copied(); got != "Somewhere under the same moon." {
				t.Errorf("the draft is %q", got)
			}
			k.key("ctrl+z")
			if where := differ(asked, k.picture("4-undone")); !where.Empty() {
				t.Errorf("undone, the picture differs in %v", where)
			}
			k.sameMadeUp(asked)
		})
	}
}

// The meter opens what it counts, Esc closes it, and what is made up has it too.
func TestE2ETheMeter(t *testing.T) {
	for _, c := range []struct {
		look string
		size image.Point
	}{{"light", image.Pt(480, 700)}, {"dark", image.Pt(1200, 800)}} {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "told", c.look, c.size)
			told := k.picture("1-told")

			// past Send, Next, Leave, More and who can record this
			k.key("Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
			meter := k.picture("2-meter")
			k.key("Return")
			panel := k.picture("3-panel")
			if differ(meter, panel).Empty() {
				t.Fatal("the meter opens nothing")
			}
			k.key("Tab", "Return")
			if differ(panel, k.picture("4-taken-back")).Empty() {
				t.Error("nothing is taken back")
			}
			k.key("Escape")
			after := k.picture("5-after")
			where := differ(meter, after)
			if where.Empty() || where.Max.Y > told.Rect.Max.Y/5 {
				t.Errorf("closed, the picture differs in %v", where)
			}
			k.ok(k.w.Type("x"))
			k.key("BackSpace")
			k.sameMadeUp(k.picture("6-draft"))
		})
	}
}

// sameMadeUp opens the editor from the menu and fails where it shows something
// else than the conversation.
func (k *desk) sameMadeUp(real *image.NRGBA) {
	k.t.Helper()
	k.key("Tab", "Tab", "Tab", "Tab", "Return")
	k.key("Down", "Return")
	if differ(real, k.picture("8-editor")).Empty() {
		k.t.Error("the editor does not open")
	}
	k.key("ctrl+Return")
	if where := differ(real, k.picture("9-made-up")); !where.Empty() {
		k.t.Errorf("made up, the picture differs in %v", where)
	}
}
