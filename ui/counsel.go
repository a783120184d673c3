// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"
)

// counselLine is the guard's line beneath a draft: what is given away, why it
// matters, and what can be done with one press.
type counselLine struct {
	*fyne.Container
	view         counselView
	edge         *panel
	name, why    *prose
	quick, meant *button
}

const chipHeight = 3.5 * unit

func newCounselLine(k *keys, quick, meant func()) *counselLine {
	l := &counselLine{
		edge:  newPanel(colorDawn, 1.5),
		name:  newWord("", sizeNote, semibold, colorText),
		why:   newNote(),
		quick: newButton(k, "", chip, quick),
		meant: newButton(k, "", chip, meant),
	}
	l.quick.height, l.meant.height = chipHeight, chipHeight
	l.Container = &fyne.Container{Layout: arrangement(counselLayout), Objects: []fyne.CanvasObject{
		l.edge, l.name, l.why, l.quick, l.meant,
	}}
	l.Hide()
	return l
}

// set shows what is to be said.
func (l *counselLine) set(v counselView) {
	l.view = v
	l.name.face, l.name.colour = semibold, colorText
	if v.plain {
		l.name.face, l.name.colour = regular, colorQuiet
	}
	l.name.set(v.name)
	l.why.set(v.why)
	l.quick.set(v.quick, false)
	l.meant.set(v.meant, false)
	l.edge.Hidden, l.why.Hidden = v.plain, v.why == ""
	l.quick.Hidden, l.meant.Hidden = v.quick == "", v.meant == ""
	l.Hidden = v == counselView{}
}

const (
	counselEdge = 3
	counselGap  = unit / 2  // above, so that no button touches Send
	counselRoom = 36 * unit // that words need beside buttons
)

// counselLayout sets the guard's line beneath a gap.
func counselLayout(o []fyne.CanvasObject, width float32, place placer) float32 {
	return counselGap + counselRow(o, width, func(o fyne.CanvasObject, x, y, w, h float32) { place(o, x, y+counselGap, w, h) })
}

// counselRow sets the words and, where there is room, the buttons beside them:
// else the buttons behind the name, or in a row of their own.
func counselRow(o []fyne.CanvasObject, width float32, place placer) (height float32) {
	edge, name, why, buttons := o[0], o[1], o[2], o[3:]
	left := float32(0)
	if edge.Visible() {
		left = counselEdge + unit
	}
	var chips float32
	for _, b := range buttons {
		if b.Visible() {
			chips += b.MinSize().Width + unit
		}
	}
	// words places name and why and returns their height, at least that of a
	// button where they stand on one line.
	named := name.MinSize()
	row := max(named.Height, chipHeight)
	stack := func(w float32) float32 {
		place(name, left, 0, w, named.Height)
		h := named.Height
		if why.Visible() {
			below := heightFor(why, w)
			place(why, left, h, w, below)
			h += below
		}
		return h
	}
	var chipsY float32
	chipsX := width - chips + unit
	switch text := width - left - chips; {
	case !why.Visible() && named.Width <= text:
		place(name, left, (row-named.Height)/2, text, named.Height)
		height = row
	case text >= counselRoom && text-named.Width-unit > 0 && heightFor(why, text-named.Width-unit) <= named.Height+0.5:
		y := (row - named.Height) / 2
		place(name, left, y, named.Width, named.Height)
		place(why, left+named.Width+unit, y, text-named.Width-unit, named.Height)
		height = row
	case text >= counselRoom:
		height = max(stack(text), row)
		chipsY = (height - chipHeight) / 2
	case why.Visible() && named.Width <= text:
		place(name, left, (row-named.Height)/2, text, named.Height)
		below := heightFor(why, width-left)
		place(why, left, row, width-left, below)
		height = row + below
	default:
		height = stack(width-left) + unit/2
		chipsX, chipsY = left, height
		height += chipHeight
	}
	place(edge, 0, unit/2, counselEdge, height-unit)
	for _, b := range buttons {
		if b.Visible() {
			w := b.MinSize().Width
			place(b, chipsX, chipsY, w, chipHeight)
			chipsX += w + unit
		}
	}
	return height
}

// gently is the layout of one object whose height changes little by little,
// so that what stands above it does not jump. It is never lower than least.
// What does not fit meanwhile hangs out below.
type gently struct {
	later func(time.Duration, func())
	grown func() // the height is another one now
	least float32

	from  float32 // the height that it had
	part  float32 // of the way from there to the present one, from 0 to 1
	turn  int
	shown float32 // the height it was last laid out with
}

const (
	gentleTime  = 180 * time.Millisecond
	gentleSteps = 9
)

// change goes from the present height to whatever it is after do.
func (g *gently) change(do func()) {
	g.from = g.shown
	do()
	g.turn++
	if g.from == 0 || !mayMove() {
		g.part = 1
		g.grown()
		return
	}
	turn, n := g.turn, 0
	var step func()
	step = func() {
		if g.turn != turn {
			return
		}
		rest := 1 - float32(n)/gentleSteps
		g.part = 1 - rest*rest*rest
		g.grown()
		if n++; n <= gentleSteps {
			g.later(gentleTime/gentleSteps, step)
		}
	}
	step()
}

func (g *gently) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	to := max(heightFor(objects[0], width), g.least)
	return g.from + (to-g.from)*g.part
}

func (g *gently) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.shown = size.Height
	objects[0].Resize(fyne.NewSize(size.Width, heightFor(objects[0], size.Width)))
}

func (g *gently) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
