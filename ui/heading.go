// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"

	"passerby/ui/screenguard"
)

func newHeading(name, about *prose, buttons ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: arrangement(heading), Objects: append([]fyne.CanvasObject{name, about}, buttons...)}
}

// heading lays out who one talks to, what there is to say of it, and buttons.
// What there is to say stands beneath the name where it fits there on one line,
// and else beneath the buttons too, over the whole width.
func heading(o []fyne.CanvasObject, width float32, place placer) float32 {
	name, about, buttons := o[0].(*prose), o[1].(*prose), o[2:]
	var row, taken float32
	for _, b := range buttons {
		m := b.MinSize()
		row, taken = max(row, m.Height), taken+unit+m.Width
	}
	left := max(0, width-taken)
	named := heightFor(name, left)
	beside := about.face.measure(about.size)(about.text) <= left
	words := named
	if beside {
		words += heightFor(about, left)
	}
	row = max(row, words)
	y := (row - words) / 2
	place(name, 0, y, left, named)
	height := row
	if beside {
		place(about, 0, y+named, left, words-named)
	} else {
		h := heightFor(about, width)
		place(about, 0, row, width, h)
		height += h
	}
	x := left
	for _, b := range buttons {
		m := b.MinSize()
		place(b, x+unit, (row-m.Height)/2, m.Width, m.Height)
		x += unit + m.Width
	}
	return height
}

// facts lays out what can be asked about, on one line: who can record this, in
// fewer words where there is no room for all of them, and the meter.
type facts struct {
	recorded *button
	meter    *meterLine
	capture  screenguard.State
}

const factsGap = 3 * unit

// fit chooses words for a width and returns how far apart the two stand.
func (l *facts) fit(width float32) (gap float32) {
	var taken float32
	if l.meter.Visible() {
		gap, taken = factsGap, l.meter.MinSize().Width
	}
	long := recordLine(l.capture)
	if regular.measure(sizeSmall)(long)+gap+taken <= width {
		l.recorded.set(long, false)
		return gap
	}
	l.recorded.set(recordShort(l.capture), false)
	return min(gap, max(0, width-taken-l.recorded.MinSize().Width))
}

func (l *facts) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := l.fit(size.Width)
	m := l.recorded.MinSize()
	l.recorded.Resize(fyne.NewSize(m.Width, size.Height))
	l.meter.Move(fyne.NewPos(m.Width+gap, 0))
	l.meter.Resize(fyne.NewSize(l.meter.MinSize().Width, size.Height))
}

func (l *facts) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.recorded.MinSize().Height)
}
