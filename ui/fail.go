// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"passerby/app"
)

// newFailure fills win with the reason for which nothing else can be shown.
func newFailure(win fyne.Window, p app.Problem) {
	k := &keys{
		key: func(e *fyne.KeyEvent) {
			if e.Name == fyne.KeyEscape {
				win.Close()
			}
		},
		rune:     func(rune) {},
		shortcut: func(fyne.Shortcut) {},
	}
	close := newButton(k, "Close", primary, win.Close)
	advice := newColumn(unit,
		newProse("What you can do", sizeBody, semibold, colorText),
		newBody(p.Advice),
	)
	content := newColumn(3*unit,
		newCentred(newMark(8*unit)),
		newTitle("Passerby cannot start").centred(),
		newProse(p.What, sizeBody, regular, colorText).centred(),
		newCard(advice),
		close,
	)
	content.Objects[3].(*fyne.Container).Hidden = p.Advice == ""
	back := newPanel(theme.ColorNameBackground, 0)
	back.min = fyne.NewSize(minWidth, minHeight)
	win.SetPadded(false)
	win.SetContent(&fyne.Container{Layout: stacked{}, Objects: []fyne.CanvasObject{back, newPage(measureRead, content)}})
	win.Resize(fyne.NewSize(minWidth, minHeight))
	win.Canvas().SetOnTypedKey(k.key)
	win.Canvas().Focus(close)
}
