// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// control is what everything that can be pressed has in common. It takes focus
// from Tab and from a click, is pressed by Enter, Space or the mouse, and hands
// every other key on.
type control struct {
	widget.BaseWidget
	self fyne.Widget
	keys *keys
	act  func() // what a press does

	focused, hovered bool
}

// be makes a widget that holds the control what it is.
func (c *control) be(self fyne.Widget, k *keys, act func()) {
	c.self, c.keys, c.act = self, k, act
	c.ExtendBaseWidget(self)
}

func (c *control) Tapped(*fyne.PointEvent) { c.act() }

func (c *control) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !c.keys.taken(e.Name) {
			c.act()
		}
	default:
		c.keys.key(e)
	}
}

func (c *control) TypedRune(r rune) {
	if r != ' ' {
		c.keys.rune(r)
	}
}

func (c *control) TypedShortcut(s fyne.Shortcut) { c.keys.shortcut(s) }

// FocusGained and FocusLost draw the ring, where it can be seen.
func (c *control) FocusGained() {
	c.focused = true
	c.Refresh()
	c.keys.gained(c.self)
}

func (c *control) FocusLost()                             { c.focused = false; c.Refresh() }
func (c *control) MouseIn(*desktop.MouseEvent)            { c.hovered = true; c.Refresh() }
func (c *control) MouseOut()                              { c.hovered = false; c.Refresh() }
func (c *control) MouseMoved(*desktop.MouseEvent)         {}
func (c *control) Cursor() desktop.Cursor                 { return desktop.PointerCursor }
func (c *control) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
