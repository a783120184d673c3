// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
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
		one: &canvas.Image{}, other: &canvas.Image{},
	}
	r.apply()
	return r
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
	r.one.Resource, r.other.Resource = stroke(one, faint), stroke(other, faint)
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
