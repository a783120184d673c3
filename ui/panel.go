// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// panel is a filled rectangle that keeps to the theme.
type panel struct {
	widget.BaseWidget
	fill, stroke fyne.ThemeColorName // "" is none
	radius       float32
	min          fyne.Size
}

func newPanel(fill fyne.ThemeColorName, radius float32) *panel {
	p := &panel{fill: fill, radius: radius}
	p.ExtendBaseWidget(p)
	return p
}

func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{p: p, rect: &canvas.Rectangle{}}
	r.apply()
	return laidOut(r, p.Size())
}

type panelRenderer struct {
	p    *panel
	rect *canvas.Rectangle
}

func (r *panelRenderer) apply() {
	r.rect.CornerRadius = r.p.radius
	r.rect.FillColor, r.rect.StrokeColor, r.rect.StrokeWidth = nil, nil, 0
	if r.p.fill != "" {
		r.rect.FillColor = theme.Color(r.p.fill)
	}
	if r.p.stroke != "" {
		r.rect.StrokeColor, r.rect.StrokeWidth = theme.Color(r.p.stroke), 1
	}
}

func (r *panelRenderer) Refresh() {
	r.apply()
	r.rect.Refresh()
}

func (r *panelRenderer) Layout(size fyne.Size)        { r.rect.Resize(size) }
func (r *panelRenderer) MinSize() fyne.Size           { return r.p.min }
func (r *panelRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *panelRenderer) Destroy()                     {}

// stacked lays all objects over each other; the last one says how tall.
type stacked struct{}

func (stacked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

func (stacked) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightFor(objects[len(objects)-1], width)
}

func (stacked) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

// newCard sets content on a surface.
func newCard(content fyne.CanvasObject) *fyne.Container {
	back := newPanel(colorSurface, radiusCard)
	back.stroke = colorLine
	return &fyne.Container{Layout: stacked{}, Objects: []fyne.CanvasObject{
		back, newInset(2.5*unit, 2*unit, content),
	}}
}

// newRule is a hairline.
func newRule() *panel {
	p := newPanel(colorLine, 0)
	p.min = fyne.NewSize(0, 1)
	return p
}

// newSpace is nothing, where a layout has a place to fill.
func newSpace() *panel { return newPanel("", 0) }
