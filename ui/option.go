// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// option is one of several positions of a switch, with a sentence about it. It
// shows what it is told: pressing it asks for this position and changes nothing
// by itself.
type option struct {
	control
	name   string
	chosen bool
	words  *fyne.Container
}

// The measures of an option.
const (
	optionRing = 2.5 * unit
	optionPad  = unit
)

func newOption(k *keys, name, note string, pressed func()) *option {
	o := &option{name: name, words: newColumn(0,
		newProse(name, sizeBody, regular, colorText), newProse(note, sizeNote, regular, colorQuiet),
	)}
	o.be(o, k, pressed)
	return o
}

// set shows whether this is the position.
func (o *option) set(chosen bool) {
	if o.chosen != chosen {
		o.chosen = chosen
		o.Refresh()
	}
}

// AccessibilityLabel says also whether this is the position.
func (o *option) AccessibilityLabel() string {
	if o.chosen {
		return o.name + ": chosen"
	}
	return o.name
}

func (o *option) heightFor(width float32) float32 {
	return heightFor(o.words, width-optionRing-3*optionPad) + 2*optionPad
}

func (o *option) CreateRenderer() fyne.WidgetRenderer {
	r := &optionRenderer{
		o:      o,
		ring:   &canvas.Rectangle{StrokeWidth: 2, CornerRadius: radiusControl + 3},
		back:   &canvas.Rectangle{CornerRadius: radiusControl},
		circle: &canvas.Circle{StrokeWidth: 2},
		middle: &canvas.Circle{},
	}
	r.apply()
	return laidOut(r, o.Size())
}

type optionRenderer struct {
	o              *option
	ring, back     *canvas.Rectangle
	circle, middle *canvas.Circle
}

func (r *optionRenderer) apply() {
	r.ring.StrokeColor, r.ring.Hidden = theme.Color(colorText), !r.o.focused
	r.back.FillColor, r.back.Hidden = theme.Color(theme.ColorNameHover), !r.o.hovered
	r.circle.StrokeColor = theme.Color(colorEdge)
	if r.o.chosen {
		r.circle.StrokeColor = theme.Color(colorSea)
	}
	r.middle.FillColor, r.middle.Hidden = theme.Color(colorSea), !r.o.chosen
}

func (r *optionRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.ring.Move(fyne.NewPos(-2, -2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
	r.circle.Move(fyne.NewPos(optionPad, optionPad+2))
	r.circle.Resize(fyne.NewSquareSize(optionRing))
	const gap = 5
	r.middle.Move(r.circle.Position().AddXY(gap, gap))
	r.middle.Resize(fyne.NewSquareSize(optionRing - 2*gap))
	r.o.words.Move(fyne.NewPos(optionRing+2*optionPad, optionPad))
	r.o.words.Resize(fyne.NewSize(size.Width-optionRing-3*optionPad, size.Height-2*optionPad))
}

func (r *optionRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *optionRenderer) Refresh() {
	r.apply()
	canvas.Refresh(r.o)
}

func (r *optionRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.back, r.circle, r.middle, r.o.words}
}

func (r *optionRenderer) Destroy() {}
