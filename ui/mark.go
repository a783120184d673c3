// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"image/color"
	"math"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/assets"
)

// mark draws the program's mark: two strokes that pass each other. While it
// walks they slide along each other and back, slowly. Nothing is drawn anew
// for it: two pictures move.
type mark struct {
	widget.BaseWidget
	side      float32
	one       *canvas.Image
	other     *canvas.Image
	shift     float32 // how far the strokes are from where they stand still
	animation *fyne.Animation
}

// stride is the time in which the strokes pass each other once and return.
const stride = 8 * time.Second

func newMark(side float32) *mark {
	m := &mark{side: side, one: &canvas.Image{}, other: &canvas.Image{}}
	m.ExtendBaseWidget(m)
	return m
}

// walk starts the movement, unless the person asked for less of it.
func (m *mark) walk() {
	if m.animation != nil || !mayMove() {
		return
	}
	m.animation = &fyne.Animation{
		Duration:    stride,
		RepeatCount: fyne.AnimationRepeatForever,
		Curve:       fyne.AnimationLinear,
		Tick:        m.tick,
	}
	m.animation.Start()
}

// stand stops the movement where it is.
func (m *mark) stand() {
	if m.animation != nil {
		m.animation.Stop()
		m.animation = nil
	}
}

// tick moves the strokes in half pixels, so that far fewer frames are painted
// than Fyne ticks.
func (m *mark) tick(at float32) {
	shift := float32(math.Sin(2*math.Pi*float64(at))) * m.side / 9
	shift = float32(math.Round(float64(shift)*2)) / 2
	if shift != m.shift {
		m.shift = shift
		m.place()
	}
}

func (m *mark) place() {
	// Where they are side by side they make room for each other.
	room := max(m.shift, -m.shift/4) * 0.6
	m.one.Move(fyne.NewPos(-room, -m.shift))
	m.other.Move(fyne.NewPos(room, m.shift))
}

func (m *mark) CreateRenderer() fyne.WidgetRenderer {
	r := &markRenderer{m}
	r.apply()
	return r
}

// stroke returns one stroke as a picture. Fyne's SVG painter does not scale
// the width of lines, so the stroke is given as the outline of its ink. Fyne
// caches pictures by name, so the name holds what it looks like.
func stroke(c assets.Curve, colour color.Color) fyne.Resource {
	n := color.NRGBAModel.Convert(colour).(color.NRGBA)
	hex := fmt.Sprintf("%02x%02x%02x", n.R, n.G, n.B)
	return fyne.NewStaticResource(fmt.Sprintf("stroke-%s%02x-%v.svg", hex, n.A, c[0]), fmt.Appendf(nil,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d"><path fill="#%s" fill-opacity="%.3f" d="%s"/></svg>`,
		assets.MarkSize, assets.MarkSize, hex, float64(n.A)/255, outline(c, assets.StrokeWidth)))
}

// outline returns the path around a curve drawn with a round pen.
func outline(c assets.Curve, width float64) string {
	const parts = 32
	var path strings.Builder
	to := func(x, y, angle float64) {
		op := "L"
		if path.Len() == 0 {
			op = "M"
		}
		fmt.Fprintf(&path, "%s%.2f %.2f", op, x+math.Cos(angle)*width/2, y+math.Sin(angle)*width/2)
	}
	// Along one side, around the end, back along the other, around the start.
	for i := range parts + 1 {
		x, y, angle := along(c, float64(i)/parts)
		to(x, y, angle-math.Pi/2)
	}
	for i := range parts {
		x, y, angle := along(c, 1)
		to(x, y, angle-math.Pi/2+math.Pi*float64(i)/parts)
	}
	for i := range parts + 1 {
		x, y, angle := along(c, 1-float64(i)/parts)
		to(x, y, angle+math.Pi/2)
	}
	for i := range parts {
		x, y, angle := along(c, 0)
		to(x, y, angle+math.Pi/2+math.Pi*float64(i)/parts)
	}
	return path.String() + "Z"
}

// along returns the point of a curve at t, from 0 to 1, and its direction.
func along(c assets.Curve, t float64) (x, y, angle float64) {
	u := 1 - t
	at := func(axis int) (p, d float64) {
		p = u*u*u*c[0][axis] + 3*u*u*t*c[1][axis] + 3*u*t*t*c[2][axis] + t*t*t*c[3][axis]
		d = u*u*(c[1][axis]-c[0][axis]) + 2*u*t*(c[2][axis]-c[1][axis]) + t*t*(c[3][axis]-c[2][axis])
		return p, d
	}
	x, dx := at(0)
	y, dy := at(1)
	return x, y, math.Atan2(dy, dx)
}

type markRenderer struct{ m *mark }

func (r *markRenderer) apply() {
	one, other, err := assets.Strokes()
	if err != nil {
		fyne.LogError("The mark cannot be drawn", err)
		return
	}
	r.m.one.Resource = stroke(one, theme.Color(colorDawn))
	r.m.other.Resource = stroke(other, theme.Color(colorSea))
}

func (r *markRenderer) Layout(size fyne.Size) {
	r.m.one.Resize(size)
	r.m.other.Resize(size)
	r.m.place()
}

func (r *markRenderer) Refresh() {
	r.apply()
	r.m.one.Refresh()
	r.m.other.Refresh()
}

func (r *markRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.m.side) }

func (r *markRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.m.other, r.m.one}
}

func (r *markRenderer) Destroy() { r.m.stand() }
