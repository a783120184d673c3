// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/assets"
)

// backdrop is what a page stands before: the sky with the last light at its
// foot, and the mark, very large and hardly there.
type backdrop struct{ widget.BaseWidget }

func newBackdrop() *backdrop {
	b := &backdrop{}
	b.ExtendBaseWidget(b)
	return b
}

func (b *backdrop) CreateRenderer() fyne.WidgetRenderer {
	r := &backdropRenderer{
		b: b, sky: &canvas.Rectangle{}, light: &canvas.LinearGradient{},
		one:   &canvas.Image{ScaleMode: canvas.ImageScaleFastest},
		other: &canvas.Image{ScaleMode: canvas.ImageScaleFastest},
	}
	r.apply()
	return laidOut(r, b.Size())
}

type backdropRenderer struct {
	b          *backdrop
	sky        *canvas.Rectangle
	light      *canvas.LinearGradient
	one, other *canvas.Image
}

func (r *backdropRenderer) apply() {
	r.sky.FillColor = theme.Color(theme.ColorNameBackground)
	r.light.StartColor, r.light.EndColor = r.sky.FillColor, theme.Color(colorGlow)
	one, other, err := assets.Strokes()
	if err != nil {
		fyne.LogError("The mark cannot be drawn", err)
		return
	}
	faint := theme.Color(colorFaint)
	r.one.Image, r.other.Image = shadow(one, faint), shadow(other, faint)
}

// shadow paints a stroke small, to be shown large: its edges are soft then,
// and it takes a hundredth of the memory of a picture as large as the window.
func shadow(c assets.Curve, colour color.Color) image.Image {
	const (
		side  = 160
		scale = float64(side) / assets.MarkSize
		parts = 48
	)
	var points [parts + 1][2]float64
	for i := range points {
		points[i][0], points[i][1], _ = along(c, float64(i)/parts)
	}
	ink := color.NRGBAModel.Convert(colour).(color.NRGBA)
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			nearest := math.Inf(1)
			for _, p := range points {
				nearest = min(nearest, math.Hypot(p[0]-(float64(x)+0.5)/scale, p[1]-(float64(y)+0.5)/scale))
			}
			cover := min(max((assets.StrokeWidth/2.0-nearest)*scale+0.5, 0), 1)
			dot := ink
			dot.A = uint8(math.Round(float64(ink.A) * cover))
			picture.SetNRGBA(x, y, dot)
		}
	}
	return picture
}

func (r *backdropRenderer) Layout(size fyne.Size) {
	r.sky.Resize(size)
	const height = 0.45
	r.light.Move(fyne.NewPos(0, size.Height*(1-height)))
	r.light.Resize(fyne.NewSize(size.Width, size.Height*height))
	side := max(size.Width, size.Height) * 0.9
	at := fyne.NewPos(size.Width/2-side*0.5, size.Height-side*0.62)
	for _, image := range []*canvas.Image{r.one, r.other} {
		image.Resize(fyne.NewSquareSize(side))
		image.Move(at)
	}
	r.one.Move(at.AddXY(-side*0.22, side*0.06))
	r.other.Move(at.AddXY(side*0.22, -side*0.06))
}

func (r *backdropRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *backdropRenderer) Refresh() {
	r.apply()
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *backdropRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.sky, r.light, r.one, r.other}
}

func (r *backdropRenderer) Destroy() {}
