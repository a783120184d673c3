// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/app/guard"
)

// Fyne's text field cannot underline. So lines of our own lie within what it
// scrolls, beneath its text. Where a letter stands is asked of the field
// itself: it tells the place of its cursor, for any row and column.

// marked is a part of the draft's text, in characters.
type marked struct{ from, to int }

// marksOf returns where findings are in a text.
func marksOf(text string, found []guard.Finding) (marks []marked) {
	at, runes := 0, 0
	count := func(to int) int {
		if to < at {
			at, runes = 0, 0
		}
		runes += utf8.RuneCountInString(text[at:to])
		at = to
		return runes
	}
	for _, f := range found {
		marks = append(marks, marked{count(f.Start), count(f.End)})
	}
	return marks
}

// moved returns the marks after the text has changed. What was written into
// is marked no more, until somebody looks at it again.
func moved(marks []marked, before, after []rune) []marked {
	if len(marks) == 0 {
		return nil
	}
	most := min(len(before), len(after))
	head := 0
	for head < most && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < most-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	var kept []marked
	by := len(after) - len(before)
	for _, m := range marks {
		switch {
		case m.to <= head:
			kept = append(kept, m)
		case m.from >= len(before)-tail:
			kept = append(kept, marked{m.from + by, m.to + by})
		}
	}
	return kept
}

// underlines draws the lines of a draft.
type underlines struct {
	widget.BaseWidget
	draft  *draft
	shapes pool
}

func newUnderlines(d *draft) *underlines {
	u := &underlines{draft: d}
	u.ExtendBaseWidget(u)
	return u
}

const (
	underlineGap   = 3 // from the foot of the letters
	underlineWidth = 2
)

// draw draws the lines of the rows that are seen.
func (u *underlines) draw() {
	u.shapes.reset()
	d := u.draft
	if len(d.marks) > 0 && d.scroll != nil {
		u.drawRows(d)
	}
	canvas.Refresh(u)
}

func (u *underlines) drawRows(d *draft) {
	text := []rune(d.Text)
	size, baseline := fyne.CurrentApp().Driver().RenderedTextSize("M", theme.TextSize(), fyne.TextStyle{}, nil)
	first := max(0, int((d.scroll.Offset.Y-theme.InnerPadding())/size.Height))
	rows := int(d.scroll.Size().Height/size.Height) + 2
	for row := first; row < first+rows; row++ {
		from, to, ok := d.row(row, text)
		if !ok {
			return
		}
		for _, m := range d.marks {
			a, b := max(m.from, from), min(m.to, to)
			if a >= b {
				continue
			}
			start, end := d.placeOf(row, a-from), d.placeOf(row, b-from)
			line := u.shapes.rect(colorDawn, "", 0, underlineWidth/2)
			line.Move(start.AddXY(0, baseline+underlineGap))
			line.Resize(fyne.NewSize(end.X-start.X, underlineWidth))
		}
	}
}

func (u *underlines) CreateRenderer() fyne.WidgetRenderer {
	return &underlinesRenderer{u}
}

type underlinesRenderer struct{ u *underlines }

func (r *underlinesRenderer) Layout(fyne.Size)             { r.u.draw() }
func (r *underlinesRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *underlinesRenderer) Refresh()                     { r.u.draw() }
func (r *underlinesRenderer) Objects() []fyne.CanvasObject { return r.u.shapes.used() }
func (r *underlinesRenderer) Destroy()                     {}

// CreateRenderer puts the underlines beneath the text, in what is scrolled.
func (d *draft) CreateRenderer() fyne.WidgetRenderer {
	r := d.Entry.CreateRenderer()
	for _, o := range r.Objects() {
		if s, ok := o.(*container.Scroll); ok {
			d.scroll = s
			s.Content = &fyne.Container{Layout: stacked{}, Objects: []fyne.CanvasObject{s.Content, d.lines}}
			s.OnScrolled = func(fyne.Position) { d.lines.draw() }
		}
	}
	return laidOut(r, d.Size())
}

// mark underlines parts of the text.
func (d *draft) mark(marks []marked) {
	if len(marks)+len(d.marks) > 0 {
		d.marks, d.before = marks, []rune(d.Text)
		d.lines.draw()
	}
}

// asCursor asks the field about a place as though the cursor stood there.
func (d *draft) asCursor(row, column int, ask func()) {
	r, c := d.CursorRow, d.CursorColumn
	d.CursorRow, d.CursorColumn = row, column
	ask()
	d.CursorRow, d.CursorColumn = r, c
}

// placeOf returns the upper left corner of a character, in what is scrolled.
func (d *draft) placeOf(row, column int) (at fyne.Position) {
	d.asCursor(row, column, func() { at = d.CursorPosition() })
	// The cursor stands between two characters.
	return at.AddXY(theme.InputBorderSize()/2, 0)
}

// startOf returns how many characters of the text are before a row, and for
// rows that are not there 0.
func (d *draft) startOf(row int) (start int) {
	d.asCursor(row, 0, func() { start = d.CursorTextOffset() })
	return start
}

// row returns which characters of the text a row shows, and whether there is
// such a row.
func (d *draft) row(row int, text []rune) (from, to int, ok bool) {
	from, to = d.startOf(row), d.startOf(row+1)
	if row > 0 && from == 0 || from > len(text) {
		return 0, 0, false
	}
	if to == 0 || to > len(text) {
		to = len(text)
	} else if to > from && unicode.IsSpace(text[to-1]) {
		to-- // the wrapping, or the end of the line
	}
	return from, to, true
}

// rowOf returns the row and the column of an offset into the text.
func (d *draft) rowOf(offset int) (row, column int) {
	for {
		next := d.startOf(row + 1)
		if next == 0 || next > offset {
			return row, offset - d.startOf(row)
		}
		row++
	}
}
