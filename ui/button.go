// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

// rank is how much a button asks for attention.
type rank int

const (
	primary rank = iota // the one action of a screen
	quiet               // any other action
	calm                // any other action, in the place of a primary one
	danger              // loses something
	chip                // a small rounded button
	pill                // says that there is more below
	sending             // primary, as tall as a line of text beside it
	fact                // a quiet line that can be asked about
)

// button is a labelled control.
type button struct {
	control
	label   string
	rank    rank
	height  float32 // 0 for that of its rank
	waiting bool    // shown, focusable, but does nothing yet
	pressed func()
	hold    *holding // for one that can be held down
	guarded bool     // it must be held
	filled  float32  // how long it was, from 0 to 1
}

func newButton(k *keys, label string, r rank, pressed func()) *button {
	b := &button{label: label, rank: r, pressed: pressed}
	b.be(b, k, b.press)
	return b
}

// set changes the label and whether the button waits.
func (b *button) set(label string, waiting bool) {
	if b.label != label || b.waiting != waiting {
		b.label, b.waiting = label, waiting
		b.Refresh()
	}
}

func (b *button) press() {
	if !b.waiting {
		b.pressed()
	}
}

func (b *button) AccessibilityLabel() string { return b.label }

// FocusLost lets go of what was held.
func (b *button) FocusLost() {
	b.letGo()
	b.control.FocusLost()
}

// MouseOut also lets go: whoever is not on the button any more does not hold it.
func (b *button) MouseOut() {
	b.letGo()
	b.control.MouseOut()
}

// Cursor is a hand where a press does something.
func (b *button) Cursor() desktop.Cursor {
	if b.waiting {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

func (b *button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b:    b,
		ring: &canvas.Rectangle{StrokeWidth: 2},
		back: &canvas.Rectangle{},
		fill: &canvas.Rectangle{},
		tint: &canvas.Rectangle{},
		text: &canvas.Text{Alignment: fyne.TextAlignCenter},
	}
	r.apply()
	return laidOut(r, b.Size())
}

type buttonRenderer struct {
	b                      *button
	ring, back, fill, tint *canvas.Rectangle
	text                   *canvas.Text
}

// look is how a rank is drawn.
type look struct {
	fill, stroke, text fyne.ThemeColorName
	face               face
	size, pad, height  float32
	radius             float32
}

func (b *button) look() look {
	switch {
	case b.rank == primary && b.waiting:
		return look{colorRaised, colorLine, colorQuiet, semibold, sizeBody, 3 * unit, 6 * unit, radiusControl}
	case b.rank == primary:
		return look{colorDawn, "", colorOnDawn, semibold, sizeBody, 3 * unit, 6 * unit, radiusControl}
	case b.rank == calm:
		return look{colorRaised, colorLine, colorText, semibold, sizeBody, 3 * unit, 6 * unit, radiusControl}
	case b.rank == sending && b.guarded:
		return look{colorHeld, "", colorOnDawn, semibold, sizeBody, 2.5 * unit, 5 * unit, radiusControl}
	case b.rank == sending:
		return look{colorDawn, "", colorOnDawn, semibold, sizeBody, 2.5 * unit, 5 * unit, radiusControl}
	case b.rank == danger:
		return look{"", colorRose, colorRose, semibold, sizeNote, 2 * unit, 4.5 * unit, radiusControl}
	case b.rank == pill:
		return look{colorRaised, colorSea, colorText, semibold, sizeNote, 2 * unit, 4 * unit, 2 * unit}
	case b.rank == fact && b.hovered:
		return look{"", "", colorText, regular, sizeSmall, 0, 3 * unit, radiusControl}
	case b.rank == fact:
		return look{"", "", colorQuiet, regular, sizeSmall, 0, 3 * unit, radiusControl}
	case b.rank == chip:
		return look{colorRaised, colorEdge, colorText, regular, sizeNote, 1.5 * unit, 4 * unit, 2 * unit}
	}
	return look{colorRaised, "", colorText, semibold, sizeNote, 2 * unit, 4.5 * unit, radiusControl}
}

func (r *buttonRenderer) apply() {
	l := r.b.look()
	l.face.set(r.text, r.b.label, l.size, l.text)
	fill := func(rect *canvas.Rectangle, fill, stroke fyne.ThemeColorName) {
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth = nil, nil, 0
		if fill != "" {
			rect.FillColor = theme.Color(fill)
		}
		if stroke != "" {
			rect.StrokeColor, rect.StrokeWidth = theme.Color(stroke), 1
		}
	}
	fill(r.back, l.fill, l.stroke)
	fill(r.fill, colorDawn, "")
	fill(r.tint, theme.ColorNameHover, "")
	r.ring.StrokeColor = theme.Color(colorText)
	r.ring.CornerRadius, r.back.CornerRadius, r.tint.CornerRadius = l.radius+3, l.radius, l.radius
	r.fill.CornerRadius = l.radius
	r.fill.Hidden = r.b.filled == 0
	r.ring.Hidden = !r.b.focused
	r.tint.Hidden = !r.b.hovered || r.b.waiting || r.b.rank == fact
}

// Layout draws the focus ring outside the button, with a gap, so that it
// shows on any colour.
func (r *buttonRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.layFill(size)
	r.tint.Resize(size)
	r.text.Resize(size)
	r.text.Move(fyne.NewPos(0, r.text.TextSize*sink))
	r.ring.Move(fyne.NewPos(-4, -4))
	r.ring.Resize(size.AddWidthHeight(8, 8))
}

// layFill has the button fill from the left, in its own round form.
func (r *buttonRenderer) layFill(size fyne.Size) {
	least := 2 * r.fill.CornerRadius
	r.fill.Resize(fyne.NewSize(least+(size.Width-least)*r.b.filled, size.Height))
}

func (r *buttonRenderer) MinSize() fyne.Size {
	l := r.b.look()
	if r.b.height > 0 {
		l.height = r.b.height
	}
	return fyne.NewSize(l.face.measure(l.size)(r.b.label)+2*l.pad, l.height)
}

func (r *buttonRenderer) Refresh() {
	r.apply()
	r.layFill(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.back, r.fill, r.tint, r.text}
}

func (r *buttonRenderer) Destroy() {}
