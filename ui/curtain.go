// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// clickTime is how long the curtain stays when one comes back: the click that
// brought one back is for the window, and not for a button that could not be
// seen.
const clickTime = 150 * time.Millisecond

// curtain covers what lies beneath it with the mark, and takes what the mouse
// does there.
type curtain struct {
	widget.BaseWidget
	body *fyne.Container
}

// newCurtain returns a curtain that is open.
func newCurtain() *curtain {
	c := &curtain{body: newColumn(2*unit,
		newCentred(newMark(10*unit)),
		newProse("Covered while you are elsewhere.", sizeBody, regular, colorQuiet).centred(),
	)}
	c.ExtendBaseWidget(c)
	c.Hide()
	return c
}

func (c *curtain) Tapped(*fyne.PointEvent)          {}
func (c *curtain) TappedSecondary(*fyne.PointEvent) {}
func (c *curtain) Scrolled(*fyne.ScrollEvent)       {}
func (c *curtain) Dragged(*fyne.DragEvent)          {}
func (c *curtain) DragEnd()                         {}
func (c *curtain) MouseDown(*desktop.MouseEvent)    {}
func (c *curtain) MouseUp(*desktop.MouseEvent)      {}
func (c *curtain) MouseIn(*desktop.MouseEvent)      {}
func (c *curtain) MouseMoved(*desktop.MouseEvent)   {}
func (c *curtain) MouseOut()                        {}

func (c *curtain) CreateRenderer() fyne.WidgetRenderer {
	return laidOut(&curtainRenderer{c, newPanel(theme.ColorNameBackground, 0), newBackdrop()}, c.Size())
}

type curtainRenderer struct {
	c    *curtain
	back *panel
	sky  *backdrop
}

func (r *curtainRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.sky.Resize(size)
	x, w := band{measureRead}.across(size.Width)
	h := heightFor(r.c.body, w)
	r.c.body.Move(fyne.NewPos(x, (size.Height-h)/2))
	r.c.body.Resize(fyne.NewSize(w, h))
}

func (r *curtainRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *curtainRenderer) Refresh() {
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *curtainRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.sky, r.c.body}
}

func (r *curtainRenderer) Destroy() {}

// veil draws the curtain, or opens it, as the person wishes and as the window
// is in front of others or not.
func (w *window) veil() {
	cover := func() bool { return w.away && w.kept.Choices().Curtain }
	if cover() {
		w.draw(true)
		return
	}
	w.later(clickTime, func() {
		if !cover() {
			w.draw(false)
		}
	})
}

// draw draws the curtain over everything, or opens it. Each screen that may be
// on top has one. Menus, which have none, are closed.
func (w *window) draw(covered bool) {
	if w.gone || w.covered == covered {
		return
	}
	w.covered = covered
	if covered {
		w.closeMenus()
	}
	setVisible(w.curtain, covered)
	for _, l := range w.over {
		setVisible(l.curtain, covered)
	}
	if !covered && w.screen != nil && w.win.Canvas().Focused() == nil {
		w.keys.focus(w.top().first())
	}
}
