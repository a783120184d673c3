// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// keys is where a focused object hands on what it does not use itself, so that
// a shortcut works and typing lands in the composer wherever the focus is.
type keys struct {
	key      func(*fyne.KeyEvent)
	rune     func(rune)
	shortcut func(fyne.Shortcut)
	focus    func(fyne.Focusable) // gives the keyboard to an object, or to none for nil
	// show brings what has the keyboard into view. It is nil for most tests.
	show func(fyne.CanvasObject)
	// take tells whether a key, or a rune for "", has been used before what has
	// the keyboard sees it. It is nil for most.
	take func(fyne.KeyName) bool
}

func (k *keys) taken(name fyne.KeyName) bool { return k.take != nil && k.take(name) }

// gained tells that an object has got the keyboard.
func (k *keys) gained(o fyne.CanvasObject) {
	if k.show != nil {
		k.show(o)
	}
}

// command is what a shortcut asks for.
type command int

const (
	noCommand command = iota
	cmdFind
	cmdNext
	cmdLeave
	cmdInterests
	cmdOlder
	cmdNewer
	cmdSettings
	cmdPanic
	cmdPicture
)

// commandFor reads a shortcut. On macOS the Command key stands in for Control.
func commandFor(s fyne.Shortcut) command {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok {
		return noCommand
	}
	if c.KeyName == pictureKey {
		return cmdPicture
	}
	switch c.Modifier {
	case fyne.KeyModifierShortcutDefault:
		switch c.KeyName {
		case fyne.KeyReturn, fyne.KeyEnter:
			return cmdFind
		case fyne.KeyN:
			return cmdNext
		case fyne.KeyL:
			return cmdLeave
		case fyne.KeyK:
			return cmdInterests
		case fyne.KeyComma:
			return cmdSettings
		}
	case fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift:
		if c.KeyName == fyne.KeyX {
			return cmdPanic
		}
	case fyne.KeyModifierAlt:
		switch c.KeyName {
		case fyne.KeyUp:
			return cmdOlder
		case fyne.KeyDown:
			return cmdNewer
		}
	}
	return noCommand
}

// pictureKey is the key by which most systems take a picture of the screen, or
// with a modifier of a part of it.
const pictureKey = desktop.KeyPrintScreen

// pictureKeys are the ways to press it that are shortcuts to Fyne.
func pictureKeys() (all []fyne.Shortcut) {
	for _, modifier := range []fyne.KeyModifier{fyne.KeyModifierControl, fyne.KeyModifierAlt, fyne.KeyModifierSuper} {
		all = append(all, &desktop.CustomShortcut{KeyName: pictureKey, Modifier: modifier})
	}
	return all
}

// panicKey is the panic key.
var panicKey = &desktop.CustomShortcut{KeyName: fyne.KeyX, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}

// panicName is how the panic key is written on a system.
func panicName(goos string) string {
	if goos == "darwin" {
		return "Cmd+Shift+X"
	}
	return "Ctrl+Shift+X"
}

// shortcuts are all that a canvas must listen to.
func shortcuts() []fyne.Shortcut {
	var all []fyne.Shortcut
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeyN, fyne.KeyL, fyne.KeyK, fyne.KeyComma} {
		all = append(all, &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault})
	}
	all = append(all, panicKey)
	for _, key := range []fyne.KeyName{fyne.KeyUp, fyne.KeyDown} {
		all = append(all, &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt})
	}
	return all
}
