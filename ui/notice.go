// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"

	"passerby/app"
)

// notice says calmly what is wrong and what to do about it.
type notice struct {
	*fyne.Container
	what, advice *prose
}

func newNotice() *notice {
	n := &notice{
		what:   newProse("", sizeBody, semibold, colorText),
		advice: newNote(),
	}
	back := newPanel(colorRaised, radiusCard)
	edge := newPanel(colorDawn, 2)
	n.Container = &fyne.Container{Layout: callout{}, Objects: []fyne.CanvasObject{
		back, edge, newColumn(unit/2, n.what, n.advice),
	}}
	n.Hide()
	return n
}

// set shows a problem, or nothing for nil, and tells whether that is a change.
func (n *notice) set(p *app.Problem) bool {
	if p == nil {
		if n.Hidden {
			return false
		}
		n.Hide()
		return true
	}
	changed := n.what.set(p.What)
	changed = n.advice.set(p.Advice) || changed
	n.advice.Hidden = p.Advice == ""
	if n.Hidden {
		n.Show()
		changed = true
	}
	return changed
}

// callout lays out a back, an edge along its left side, and words.
type callout struct{}

func (callout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[1].Move(fyne.NewPos(1.5*unit, 2*unit))
	objects[1].Resize(fyne.NewSize(unit/2, size.Height-4*unit))
	objects[2].Move(fyne.NewPos(3*unit, 1.5*unit))
	objects[2].Resize(fyne.NewSize(size.Width-5*unit, size.Height-3*unit))
}

func (callout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightFor(objects[2], width-5*unit) + 3*unit
}

func (callout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
