// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// penCommand is what can be done with a message that is made up.
type penCommand int

const (
	noPenCommand penCommand = iota
	penTheirs
	penMine
	penAbove
	penBelow
	penRemove
	penDelivery
	penTime
	penHeader
)

// penKeys are pressed with Alt while a message is written.
var penKeys = map[fyne.KeyName]penCommand{
	fyne.KeyLeft:      penTheirs,
	fyne.KeyRight:     penMine,
	fyne.KeyPageUp:    penAbove,
	fyne.KeyPageDown:  penBelow,
	fyne.KeyBackspace: penRemove,
	fyne.KeyD:         penDelivery,
	fyne.KeyT:         penTime,
	fyne.KeyH:         penHeader,
}

func penCommandFor(s fyne.Shortcut) penCommand {
	if c, ok := s.(*desktop.CustomShortcut); ok && c.Modifier == fyne.KeyModifierAlt {
		return penKeys[c.KeyName]
	}
	return noPenCommand
}
