// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
)

const (
	maxRows  = 6   // that the composer grows to
	nearFull = 200 // characters left when the limit begins to show
)

// composer is where a message is written: Enter sends, Shift+Enter breaks the
// line, and it grows with the text to maxRows.
type composer struct {
	*fyne.Container
	draft *draft
	hint  *prose
	count *prose
	send  func(string) error
	grown func() // the height changed
}

func newComposer(k *keys, send func(string) error, grown func()) *composer {
	c := &composer{
		hint:  newSmall(hintSend),
		count: newWord("", sizeSmall, regular, colorQuiet),
		send:  send,
		grown: grown,
	}
	c.draft = newDraft(k, c.submit)
	c.draft.OnChanged = c.changed
	button := newButton(k, "Send", sending, c.submit)
	button.height = c.draft.MinSize().Height
	c.Container = newColumn(unit/2,
		&fyne.Container{Layout: line{gap: unit, flex: 0, bottom: true}, Objects: []fyne.CanvasObject{c.draft, button}},
		newLine(unit, c.hint, c.count),
	)
	return c
}

// submit sends what is written. What could not be sent stays.
func (c *composer) submit() {
	text := strings.TrimSpace(app.Plain(c.draft.Text))
	if text == "" {
		return
	}
	if err := c.send(text); err != nil {
		c.say(fmt.Sprintf("This was not sent: %v", err))
		return
	}
	c.clear()
	c.draft.keys.focus(c.draft)
}

// clear forgets the draft and, with it, what Fyne keeps to undo.
func (c *composer) clear() {
	c.draft.SetText("")
	c.changed("")
}

// say shows a line beneath the draft until the text changes.
func (c *composer) say(text string) {
	if c.hint.set(text) {
		c.grown()
	}
}

func (c *composer) changed(text string) {
	c.hint.set(hintSend)
	left := app.MaxMessage - utf8.RuneCountInString(text)
	switch {
	case left > nearFull:
		c.count.set("")
	case left == 0:
		c.count.set("This is as long as a message can be.")
	default:
		c.count.set(fmt.Sprintf("%d characters left", left))
	}
	c.draft.fitRows()
	c.grown()
}

// draft is the text being written.
type draft struct {
	widget.Entry
	keys    *keys
	submit  func()
	shift   bool
	measure *widget.RichText // wraps as the entry does, to count rows
	rows    int
}

func newDraft(k *keys, submit func()) *draft {
	d := &draft{keys: k, submit: submit, measure: widget.NewRichTextWithText(""), rows: 1}
	d.measure.Wrapping = fyne.TextWrapWord
	d.ExtendBaseWidget(d)
	d.MultiLine = true
	d.Wrapping = fyne.TextWrapWord
	d.PlaceHolder = "Write something"
	d.SetMinRowsVisible(1)
	return d
}

// AcceptsTab lets Tab move on instead of writing a tab.
func (d *draft) AcceptsTab() bool { return false }

func (d *draft) Resize(size fyne.Size) {
	d.Entry.Resize(size)
	d.fitRows()
}

// fitRows makes the draft as tall as its text, up to maxRows.
func (d *draft) fitRows() {
	d.measure.Segments[0].(*widget.TextSegment).Text = d.Text
	d.measure.Resize(fyne.NewSize(d.Size().Width, 0))
	d.measure.Refresh()
	pad := 2 * theme.InnerPadding()
	row := fyne.MeasureText("M", theme.TextSize(), fyne.TextStyle{}).Height
	rows := int(math.Round(float64((d.measure.MinSize().Height - pad) / row)))
	if rows = min(max(rows, 1), maxRows); rows != d.rows {
		d.rows = rows
		d.SetMinRowsVisible(rows)
	}
}

func (d *draft) KeyDown(e *fyne.KeyEvent) {
	if e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight {
		d.shift = true
	}
	d.Entry.KeyDown(e)
}

func (d *draft) KeyUp(e *fyne.KeyEvent) {
	if e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight {
		d.shift = false
	}
	d.Entry.KeyUp(e)
}

// FocusLost also lets go of Shift, whose release goes to somebody else.
func (d *draft) FocusLost() {
	d.shift = false
	d.Entry.FocusLost()
}

// TypedKey turns Fyne's keys around, where Enter breaks the line and
// Shift+Enter submits.
func (d *draft) TypedKey(e *fyne.KeyEvent) {
	if d.keys.taken(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if d.shift {
			d.TypedRune('\n')
		} else {
			d.submit()
		}
	case fyne.KeyEscape, fyne.KeyF1, pictureKey:
		d.keys.key(e)
	default:
		d.Entry.TypedKey(e)
	}
}

func (d *draft) TypedRune(r rune) {
	if d.keys.taken("") {
		return
	}
	if utf8.RuneCountInString(d.Text) < app.MaxMessage || d.SelectedText() != "" {
		d.Entry.TypedRune(r)
	}
}

func (d *draft) TypedShortcut(s fyne.Shortcut) {
	if commandFor(s) != noCommand {
		d.keys.shortcut(s)
		return
	}
	left := app.MaxMessage - utf8.RuneCountInString(d.Text) + utf8.RuneCountInString(d.SelectedText())
	d.Entry.TypedShortcut(guarded(s, left))
}
