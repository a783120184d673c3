// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// toggle is a switch that says in a word how it stands. It shows what it is
// told: pressing it asks for the other position and changes nothing by itself.
type toggle struct {
	control
	of string // what is on or off, for those who cannot see it
	on bool
}

// The measures of the drawn switch.
const (
	trackWidth  = 5.5 * unit
	trackHeight = 3 * unit
	knobSide    = 2 * unit
)

func newToggle(k *keys, of string, asked func(on bool)) *toggle {
	t := &toggle{of: of}
	t.be(t, k, func() { asked(!t.on) })
	return t
}

// set shows a position.
func (t *toggle) set(on bool) {
	if t.on != on {
		t.on = on
		t.Refresh()
	}
}

func (t *toggle) word() string {
	if t.on {
		return "On"
	}
	return "Off"
}

func (t *toggle) AccessibilityLabel() string { return t.of + ": " + t.word() }

func (t *toggle) CreateRenderer() fyne.WidgetRenderer {
	r := &toggleRenderer{
		t:     t,
		ring:  &canvas.Rectangle{StrokeWidth: 2, CornerRadius: trackHeight/2 + 4},
		track: &canvas.Rectangle{StrokeWidth: 2, CornerRadius: trackHeight / 2},
		tint:  &canvas.Rectangle{CornerRadius: trackHeight / 2},
		knob:  &canvas.Circle{},
		text:  &canvas.Text{Alignment: fyne.TextAlignTrailing},
	}
	r.apply()
	return laidOut(r, t.Size())
}

type toggleRenderer struct {
	t                 *toggle
	ring, track, tint *canvas.Rectangle
	knob              *canvas.Circle
	text              *canvas.Text
}

func (r *toggleRenderer) apply() {
	semibold.set(r.text, r.t.word(), sizeBody, colorText)
	r.ring.StrokeColor, r.ring.Hidden = theme.Color(colorText), !r.t.focused
	r.tint.FillColor, r.tint.Hidden = theme.Color(theme.ColorNameHover), !r.t.hovered
	if r.t.on {
		r.track.FillColor, r.track.StrokeColor = theme.Color(colorSea), theme.Color(colorSea)
		r.knob.FillColor = theme.Color(colorSurface)
		return
	}
	r.track.FillColor, r.track.StrokeColor = theme.Color(colorSurface), theme.Color(colorEdge)
	r.knob.FillColor = theme.Color(colorEdge)
}

func (r *toggleRenderer) Layout(size fyne.Size) {
	at := fyne.NewPos(size.Width-trackWidth, (size.Height-trackHeight)/2)
	r.text.Move(fyne.NewPos(0, sizeBody*sink))
	r.text.Resize(fyne.NewSize(size.Width-trackWidth-unit, size.Height))
	r.track.Move(at)
	r.track.Resize(fyne.NewSize(trackWidth, trackHeight))
	r.tint.Move(at)
	r.tint.Resize(r.track.Size())
	r.ring.Move(at.SubtractXY(4, 4))
	r.ring.Resize(r.track.Size().AddWidthHeight(8, 8))
	const gap = (trackHeight - knobSide) / 2
	x := float32(gap)
	if r.t.on {
		x = trackWidth - knobSide - gap
	}
	r.knob.Move(at.AddXY(x, gap))
	r.knob.Resize(fyne.NewSquareSize(knobSide))
}

// MinSize has room for the longer word, so that nothing moves when it changes.
func (r *toggleRenderer) MinSize() fyne.Size {
	return fyne.NewSize(semibold.measure(sizeBody)("Off")+unit+trackWidth, 4.5*unit)
}

func (r *toggleRenderer) Refresh() {
	r.apply()
	r.Layout(r.t.Size())
	canvas.Refresh(r.t)
}

func (r *toggleRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.track, r.tint, r.knob, r.text}
}

func (r *toggleRenderer) Destroy() {}
