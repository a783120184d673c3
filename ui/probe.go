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
	c.Container = &fyne.Container{Layout: edged{}, Objects: []fyne.CanvasObject{
		newPanel(colorDawn, probeEdge/2),
		newColumn(unit/2,
			&fyne.Container{Layout: line{gap: 1.5 * unit, top: true}, Objects: []fyne.CanvasObject{c.why, c.hide}},
			row(c.answers[0], c.answers[1]),
		),
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

// focused tells whether one of the card's buttons has the keyboard.
func (c *probeCard) focused() bool {
	return c.answers[0].focused || c.answers[1].focused || c.hide.focused
}

// edged lays out a bar and, beside it, what it belongs to.
type edged struct{}

func (edged) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.NewPos(0, unit/4))
	o[0].Resize(fyne.NewSize(probeEdge, size.Height-unit/2))
	o[1].Move(fyne.NewPos(probeEdge+unit, 0))
	o[1].Resize(fyne.NewSize(size.Width-probeEdge-unit, size.Height))
}

func (edged) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightFor(o[1], width-probeEdge-unit)
}

func (edged) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

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
