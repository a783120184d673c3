// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/app/guard"
)

// probeCard stands beneath a message of the stranger's that asks for something:
// what such a question is usually for, and two answers that give nothing away.
type probeCard struct {
	*fyne.Container
	why     *prose
	answers [2]*button
	hide    *button
	said    [2]string
}

// newProbeCard returns a card of which an answer is taken with take, and which
// is put away with hide.
func newProbeCard(k *keys, take func(string), hide func()) *probeCard {
	c := &probeCard{why: newNote()}
	for i := range c.answers {
		c.answers[i] = newButton(k, "", chip, func() { take(c.said[i]) })
		c.answers[i].height = probeChip
	}
	c.hide = newButton(k, "Hide this", fact, hide)
	c.hide.height = c.why.lineHeight()
	c.Container = &fyne.Container{Layout: arrangement(probeLayout), Objects: []fyne.CanvasObject{
		newPanel(colorDawn, probeEdge/2), c.why, c.answers[0], c.answers[1], c.hide,
	}}
	return c
}

const (
	probeChip float32 = 3.5 * unit
	probeEdge float32 = 3
)

// set shows what is to be said of a question.
func (c *probeCard) set(f guard.Finding) {
	c.why.set(f.Why)
	c.said = answersTo(f)
	for i, s := range c.said {
		c.answers[i].set("“"+s+"”", false)
	}
}

// probeLayout sets a bar, and beside it what a question is for, the answers
// beneath, and what puts it all away: behind the answers where there is room,
// and else behind the words.
func probeLayout(o []fyne.CanvasObject, width float32, place placer) float32 {
	const (
		left = probeEdge + unit
		gap  = 0.75 * unit
	)
	edge, why, first, second, hide := o[0], o[1], o[2], o[3], o[4]
	a, b, c := first.MinSize(), second.MinSize(), hide.MinSize()
	room := width - left
	words := room
	beside := a.Width+unit+b.Width+1.5*unit+c.Width <= room
	if !beside {
		words -= c.Width + 1.5*unit
		place(hide, width-c.Width, 0, c.Width, c.Height)
	}
	y := heightFor(why, words)
	place(why, left, 0, words, y)
	y += gap
	place(first, left, y, a.Width, a.Height)
	x := left + a.Width + unit
	if x+b.Width > width {
		x, y = left, y+a.Height+gap
	}
	place(second, x, y, b.Width, b.Height)
	if beside {
		place(hide, x+b.Width+1.5*unit, y+(b.Height-c.Height)/2, c.Width, c.Height)
	}
	y += b.Height
	place(edge, 0, unit/4, probeEdge, y-unit/4)
	return y
}

// take puts an answer into the draft, behind what is written there, as far as
// there is room. Sending it is for the person to do.
func (c *composer) take(answer string) {
	d := c.draft
	if d.Text != "" && !strings.HasSuffix(d.Text, " ") && !strings.HasSuffix(d.Text, "\n") {
		answer = " " + answer
	}
	if utf8.RuneCountInString(d.Text)+utf8.RuneCountInString(answer) <= app.MaxMessage {
		d.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown}) // to the end
		d.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: written(answer)})
	}
	d.keys.focus(d)
}
