// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Fyne asks an object for its smallest size before it tells it its width, so
// wrapped text cannot say how tall it will be. Ours is asked the other way
// round: the page hands down a width, and each object answers with a height.

// flowing is an object or a layout whose height follows from its width.
type flowing interface {
	heightFor(width float32) float32
}

// flowingLayout is a layout whose height follows from its width.
type flowingLayout interface {
	fyne.Layout
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

func heightFor(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case flowing:
		return o.heightFor(width)
	case *fyne.Container:
		if l, ok := o.Layout.(flowingLayout); ok {
			return l.heightFor(o.Objects, width)
		}
	}
	return o.MinSize().Height
}

// placer puts an object at a place, or only takes note of it.
type placer func(o fyne.CanvasObject, x, y, w, h float32)

// arrangement is a layout that is one function: it places objects within a
// width, and returns how high all of them are.
type arrangement func(objects []fyne.CanvasObject, width float32, place placer) float32

func (a arrangement) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	a(objects, size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	})
}

func (a arrangement) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return a(objects, width, func(fyne.CanvasObject, float32, float32, float32, float32) {})
}

func (arrangement) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// column stacks objects over the whole width, gap apart.
type column struct{ gap float32 }

func newColumn(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: column{gap}, Objects: objects}
}

func (c column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.each(objects, size.Width, func(o fyne.CanvasObject, y, h float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
	})
}

func (c column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return c.each(objects, width, func(fyne.CanvasObject, float32, float32) {})
}

func (c column) each(objects []fyne.CanvasObject, width float32, place func(o fyne.CanvasObject, y, h float32)) float32 {
	y, first := float32(0), true
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if !first {
			y += c.gap
		}
		first = false
		h := heightFor(o, width)
		place(o, y, h)
		y += h
	}
	return y
}

// MinSize is narrow on purpose: a column takes the width it is given.
func (c column) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// inset keeps its only object away from its edges.
type inset struct{ x, y float32 }

func newInset(x, y float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: inset{x, y}, Objects: []fyne.CanvasObject{o}}
}

func (i inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(i.x, i.y))
	objects[0].Resize(fyne.NewSize(size.Width-2*i.x, size.Height-2*i.y))
}

func (i inset) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightFor(objects[0], width-2*i.x) + 2*i.y
}

func (i inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*i.x, 2*i.y)
}

// line sets objects side by side, gap apart and centred on their heights. The
// object at index flex takes the width that the others leave.
type line struct {
	gap  float32
	flex int
	// Objects of different heights are centred, or aligned to one edge.
	top, bottom bool
}

// newLine sets objects side by side; the first takes the width that is left.
func newLine(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: line{gap: gap}, Objects: objects}
}

func (l line) widthLeft(objects []fyne.CanvasObject, width float32) float32 {
	for i, o := range objects {
		if i == l.flex || !o.Visible() {
			continue
		}
		width -= o.MinSize().Width + l.gap
	}
	return max(width, 0)
}

func (l line) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, x := l.widthLeft(objects, size.Width), float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w := o.MinSize().Width
		if i == l.flex {
			w = left
		}
		h := heightFor(o, w)
		y := (size.Height - h) / 2
		switch {
		case l.top:
			y = 0
		case l.bottom:
			y = size.Height - h
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		x += w + l.gap
	}
}

func (l line) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	left, h := l.widthLeft(objects, width), float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w := o.MinSize().Width
		if i == l.flex {
			w = left
		}
		h = max(h, heightFor(o, w))
	}
	return h
}

func (l line) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		size.Height = max(size.Height, m.Height)
		if i != l.flex {
			size.Width += m.Width + l.gap
		}
	}
	return size
}

// wrapped sets objects side by side and goes on in the next row where the
// width ends, as words do.
// The last object takes what is left of its row.
type wrapped struct{ gap float32 }

func (w wrapped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w.rows(objects, size.Width, func(row []fyne.CanvasObject, y, height float32) {
		x := float32(0)
		for _, o := range row {
			m := o.MinSize()
			if o == objects[len(objects)-1] {
				m.Width = size.Width - x
			}
			o.Move(fyne.NewPos(x, y+(height-m.Height)/2))
			o.Resize(m)
			x += m.Width + w.gap
		}
	})
}

func (w wrapped) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return w.rows(objects, width, func([]fyne.CanvasObject, float32, float32) {})
}

func (w wrapped) rows(objects []fyne.CanvasObject, width float32, place func(row []fyne.CanvasObject, y, height float32)) float32 {
	var row []fyne.CanvasObject
	var y, rowWidth, rowHeight float32
	end := func() {
		if len(row) == 0 {
			return
		}
		if y > 0 {
			y += w.gap
		}
		place(row, y, rowHeight)
		y += rowHeight
		row, rowWidth, rowHeight = nil, 0, 0
	}
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if len(row) > 0 && rowWidth+w.gap+m.Width > width {
			end()
		}
		if len(row) > 0 {
			rowWidth += w.gap
		}
		row = append(row, o)
		rowWidth += m.Width
		rowHeight = max(rowHeight, m.Height)
	}
	end()
	return y
}

func (w wrapped) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// centred gives its only object its smallest size, in the middle.
type centred struct{}

func newCentred(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: centred{}, Objects: []fyne.CanvasObject{o}}
}

func (centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	m := objects[0].MinSize()
	objects[0].Resize(m)
	objects[0].Move(fyne.NewPos((size.Width-m.Width)/2, (size.Height-m.Height)/2))
}

func (centred) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// band centres its only object over a measure of at most max, with a margin.
type band struct{ max float32 }

func newBand(most float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: band{most}, Objects: []fyne.CanvasObject{o}}
}

// margin is the space at the window's sides.
func margin(width float32) float32 {
	if width < 720 {
		return 2 * unit
	}
	return 3 * unit
}

func (b band) across(width float32) (x, w float32) {
	w = min(width-2*margin(width), b.max)
	return (width - w) / 2, w
}

func (b band) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x, w := b.across(size.Width)
	objects[0].Move(fyne.NewPos(x, 0))
	objects[0].Resize(fyne.NewSize(w, size.Height))
}

func (b band) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	_, w := b.across(width)
	return heightFor(objects[0], w)
}

func (b band) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

// page is a whole screen: one column of at most max width, in the middle where
// there is room, and scrolled where there is not.
type page struct {
	widget.BaseWidget
	body   *fyne.Container
	inner  *fyne.Container
	back   *backdrop
	scroll *container.Scroll
	frame  *frame
}

func newPage(body *fyne.Container) *page {
	p := &page{body: body, back: newBackdrop(), frame: &frame{max: measureRead}}
	p.inner = &fyne.Container{Layout: p.frame, Objects: []fyne.CanvasObject{body}}
	p.scroll = container.NewVScroll(p.inner)
	p.ExtendBaseWidget(p)
	return p
}

func (p *page) CreateRenderer() fyne.WidgetRenderer {
	return &pageRenderer{p}
}

// reflow lays the page out again after a change of what is in it.
func (p *page) reflow() {
	if p.Size().IsZero() {
		return
	}
	p.frame.fit(p.body, p.Size())
	p.inner.Resize(fyne.NewSize(p.Size().Width, p.frame.height))
	p.frame.Layout(p.inner.Objects, p.inner.Size())
	relayout(p.body)
	p.scroll.Refresh()
}

// scrollTo brings what is y down the page to its top, as far as there is page.
func (p *page) scrollTo(y float32) {
	p.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(y, p.frame.height-p.scroll.Size().Height))))
	p.scroll.Refresh()
}

// turn scrolls as a key asks for.
func (p *page) turn(key fyne.KeyName) {
	const step = 5 * unit
	at, view := p.scroll.Offset.Y, p.scroll.Size().Height
	switch key {
	case fyne.KeyUp:
		p.scrollTo(at - step)
	case fyne.KeyDown:
		p.scrollTo(at + step)
	case fyne.KeyPageUp:
		p.scrollTo(at - view + step)
	case fyne.KeyPageDown:
		p.scrollTo(at + view - step)
	case fyne.KeyHome:
		p.scrollTo(0)
	case fyne.KeyEnd:
		p.scrollTo(p.frame.height)
	}
}

// reveal scrolls as little as brings o into view, if it is on the page.
func (p *page) reveal(o fyne.CanvasObject) {
	if !holds(p.inner, o) {
		return
	}
	y, height, at := p.place(o), o.Size().Height, p.scroll.Offset.Y
	switch view := p.scroll.Size().Height; {
	case y-unit < at:
		p.scrollTo(y - 2*unit)
	case y+height+unit > at+view:
		p.scrollTo(y + height + 2*unit - view)
	}
}

// place is how far down the page an object is.
func (p *page) place(o fyne.CanvasObject) float32 {
	driver := fyne.CurrentApp().Driver()
	return driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(p.inner).Y
}

// holds tells whether o is somewhere in c.
func holds(c *fyne.Container, o fyne.CanvasObject) bool {
	return slices.ContainsFunc(c.Objects, func(child fyne.CanvasObject) bool {
		inner, ok := child.(*fyne.Container)
		return child == o || ok && holds(inner, o)
	})
}

// laidOut lays out what draws an object that has a size already. Fyne throws
// away what has drawn nothing for a minute, as all that is hidden has, and has
// it made anew when it is shown again, but tells it no size.
func laidOut(r fyne.WidgetRenderer, size fyne.Size) fyne.WidgetRenderer {
	if !size.IsZero() {
		r.Layout(size)
	}
	return r
}

// relayout runs the layouts below o again, also where sizes did not change.
func relayout(o fyne.CanvasObject) {
	c, ok := o.(*fyne.Container)
	if !ok {
		return
	}
	if c.Layout != nil {
		c.Layout.Layout(c.Objects, c.Size())
	}
	for _, child := range c.Objects {
		relayout(child)
	}
}

type pageRenderer struct{ p *page }

func (r *pageRenderer) Layout(size fyne.Size) {
	r.p.frame.fit(r.p.body, size)
	r.p.back.Resize(size)
	r.p.scroll.Resize(size)
	r.p.reflow()
}

func (r *pageRenderer) MinSize() fyne.Size { return fyne.NewSize(320, 320) }
func (r *pageRenderer) Refresh()           { r.p.reflow() }
func (r *pageRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.p.back, r.p.scroll}
}
func (r *pageRenderer) Destroy() {}

// frame lays out what a page scrolls.
type frame struct{ max, height, body float32 }

func (f *frame) fit(body fyne.CanvasObject, size fyne.Size) {
	_, w := band{f.max}.across(size.Width)
	f.body = heightFor(body, w)
	f.height = max(f.body+2*3*unit, size.Height)
}

func (f *frame) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x, w := band{f.max}.across(size.Width)
	objects[0].Move(fyne.NewPos(x, (size.Height-f.body)/2))
	objects[0].Resize(fyne.NewSize(w, f.body))
}

func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, f.height) }
