// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"

	"passerby/app"
)

// overlay is what the screens have in common that lie over whatever goes on and
// are one page. A button, Esc and the key for leaving close them; the other
// shortcuts are for what lies beneath, which is not looked at.
type overlay struct {
	w     *window
	self  screen
	page  *page
	close *button
}

// be makes a screen that holds the overlay what it is.
func (o *overlay) be(self screen, w *window) {
	o.self, o.w = self, w
	o.close = newButton(w.keys, "Close", quiet, o.lift)
}

func (o *overlay) lift() { o.w.lift(o.self) }

func (o *overlay) object() fyne.CanvasObject { return o.page }
func (o *overlay) sheet() *page              { return o.page }
func (o *overlay) first() fyne.Focusable     { return o.close }

func (o *overlay) do(c command) {
	if c == cmdLeave {
		o.lift()
	}
}

func (o *overlay) escape()               { o.lift() }
func (o *overlay) complain(*app.Problem) {}
func (o *overlay) leave()                {}
func (o *overlay) typed(rune)            {}
