// SPDX-License-Identifier: GPL-3.0-or-later

// Barefyne is the floor for a Fyne window: one label in a window as large as
// Passerby's, and nothing else.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("chat.passerby.Barefyne")
	w := a.NewWindow("Bare Fyne")
	w.SetContent(widget.NewLabel("A window with one label."))
	w.Resize(fyne.NewSize(960, 800)) // as ui.Run does
	w.ShowAndRun()
}
