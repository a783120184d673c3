// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// status is how far a step is.
type status int

const (
	later status = iota
	now
	done
	point // not a step: a sentence among others
)

// step is one line of what the program is doing.
type step struct {
	text   string
	note   string // in small type beneath, or ""
	status status
}

// stepList shows steps under each other and fills in as they are done.
type stepList struct {
	*fyne.Container
	rows []stepRow
}

type stepRow struct {
	dot        *dot
	text, note *prose
}

func newStepList() *stepList {
	return &stepList{Container: newColumn(unit)}
}

// set shows steps and tells whether the list's height may have changed.
func (l *stepList) set(steps []step) bool {
	changed := len(steps) != len(l.rows)
	for len(l.rows) < len(steps) {
		row := stepRow{newDot(later), newProse("", sizeBody, regular, colorQuiet), newSmall("")}
		row.note.Hide()
		l.rows = append(l.rows, row)
		l.Add(&fyne.Container{Layout: line{gap: 1.5 * unit, flex: 1, top: true}, Objects: []fyne.CanvasObject{
			row.dot, newColumn(0, row.text, row.note),
		}})
	}
	if len(l.rows) > len(steps) {
		l.rows, l.Objects = l.rows[:len(steps)], l.Objects[:len(steps)]
	}
	for i, s := range steps {
		row := l.rows[i]
		changed = row.text.set(s.text) || changed
		changed = row.note.set(s.note) || changed
		if row.note.Visible() != (s.note != "") {
			row.note.Hidden = s.note == ""
			changed = true
		}
		row.dot.set(s.status)
		if s.status == later {
			row.text.paint(colorQuiet)
		} else {
			row.text.paint(colorText)
		}
	}
	return changed
}

// dot is the sign before a step: an empty ring, a ring with its middle filled,
// or a tick.
type dot struct {
	widget.BaseWidget
	status       status
	ring, middle *canvas.Circle
	short, long  *canvas.Line
}

func newDot(s status) *dot {
	d := &dot{
		status: s,
		ring:   &canvas.Circle{StrokeWidth: 2}, middle: &canvas.Circle{},
		short: &canvas.Line{StrokeWidth: 2}, long: &canvas.Line{StrokeWidth: 2},
	}
	d.ExtendBaseWidget(d)
	return d
}

func (d *dot) set(s status) {
	if d.status != s {
		d.status = s
		d.Refresh()
	}
}

func (d *dot) CreateRenderer() fyne.WidgetRenderer {
	r := &dotRenderer{d}
	r.apply()
	return r
}

type dotRenderer struct{ d *dot }

func (r *dotRenderer) apply() {
	d := r.d
	d.ring.Hidden, d.middle.Hidden = d.status == point, d.status != now && d.status != point
	d.short.Hidden, d.long.Hidden = d.status != done, d.status != done
	d.ring.FillColor = color.Transparent
	switch d.status {
	case later:
		d.ring.StrokeColor = theme.Color(colorEdge)
	case now:
		d.ring.StrokeColor = theme.Color(colorDawn)
		d.middle.FillColor = theme.Color(colorDawn)
	case point:
		d.middle.FillColor = theme.Color(colorQuiet)
	case done:
		d.ring.StrokeColor, d.ring.FillColor = theme.Color(colorSea), theme.Color(colorSea)
		d.short.StrokeColor, d.long.StrokeColor = theme.Color(colorSurface), theme.Color(colorSurface)
	}
}

func (r *dotRenderer) Layout(size fyne.Size) {
	const side = 18
	x, y := (size.Width-side)/2, (size.Height-side)/2
	at := func(dx, dy float32) fyne.Position { return fyne.NewPos(x+dx, y+dy) }
	r.d.ring.Move(at(0, 0))
	r.d.ring.Resize(fyne.NewSquareSize(side))
	r.d.middle.Move(at(5, 5))
	r.d.middle.Resize(fyne.NewSquareSize(side - 10))
	r.d.short.Position1, r.d.short.Position2 = at(5, 9.5), at(8, 12.5)
	r.d.long.Position1, r.d.long.Position2 = at(8, 12.5), at(13.5, 6)
}

func (r *dotRenderer) Refresh() {
	r.apply()
	canvas.Refresh(r.d)
}

func (r *dotRenderer) MinSize() fyne.Size { return fyne.NewSize(18, sizeBody*leadingProse) }

func (r *dotRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.d.ring, r.d.middle, r.d.short, r.d.long}
}

func (r *dotRenderer) Destroy() {}

// bar is a thin line that fills from the left.
type bar struct {
	widget.BaseWidget
	part        float32 // 0 to 1
	track, fill *canvas.Rectangle
}

func newBar() *bar {
	b := &bar{track: &canvas.Rectangle{CornerRadius: 2}, fill: &canvas.Rectangle{CornerRadius: 2}}
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) set(part float32) {
	if b.part != part {
		b.part = part
		b.Refresh()
	}
}

func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	r := &barRenderer{b}
	r.apply()
	return r
}

type barRenderer struct{ b *bar }

func (r *barRenderer) apply() {
	r.b.track.FillColor, r.b.fill.FillColor = theme.Color(colorLine), theme.Color(colorDawn)
}

func (r *barRenderer) Layout(size fyne.Size) {
	r.b.track.Resize(size)
	r.b.fill.Resize(fyne.NewSize(size.Width*r.b.part, size.Height))
}

func (r *barRenderer) Refresh() {
	r.apply()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(0, unit/2) }

func (r *barRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.track, r.b.fill}
}

func (r *barRenderer) Destroy() {}
