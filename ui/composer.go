// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
	"passerby/app/guard"
)

const (
	maxRows  = 6   // that the composer grows to
	nearFull = 200 // characters left when the limit begins to show
)

// pause is how long nothing is written before the guard looks at the draft.
const pause = 250 * time.Millisecond

// composer is where a message is written: Enter sends, Shift+Enter breaks the
// line, and it grows with the text to maxRows. Beneath it the guard says what
// one is about to give away. A message with a secret is only sent where Enter
// or the button is held for a while.
type composer struct {
	*fyne.Container
	writing
	draft  *draft
	button *button
	foot   *gently
	line   *counselLine
	below  *fyne.Container // the hint and the count
	hint   *prose
	count  *prose
	hold   *hold

	advice app.Advice       // of the draft, as it was at the last pause
	spoken []guard.Category // that the line has named while this draft is written
	typed  int              // counts changes
	seen   int              // the change that the guard has seen last
	told   bool             // something else than a hint stands beneath
}

// writing is what a composer needs of the conversation.
type writing struct {
	send    func(string) error
	advise  func(string) app.Advice
	silence func(guard.Category)
	later   func(time.Duration, func())
	grown   func() // the height changed
	weighed func() // the advice changed
}

func newComposer(k *keys, w writing) *composer {
	c := &composer{
		writing: w,
		hint:    newSmall(hintSend),
		count:   newWord("", sizeSmall, regular, colorQuiet),
		foot:    &gently{later: w.later, grown: w.grown, least: chipHeight + counselGap, part: 1},
	}
	c.draft = newDraft(k, c.submit)
	c.draft.OnChanged = c.changed
	c.draft.letGo = func() { c.letGo(c.draft) }
	c.button = newButton(k, "Send", sending, func() {
		if c.button.keyDown() {
			c.submit(c.button)
		} else {
			c.submit(nil)
		}
	})
	c.button.hold = &holding{down: c.press, up: func() { c.letGo(c.button) }}
	c.button.height = c.draft.MinSize().Height
	c.hold = &hold{later: w.later, fill: c.button.fill}
	c.line = newCounselLine(k, c.saySofter, c.meant)
	c.below = newLine(unit, c.hint, c.count)
	c.Container = newColumn(unit/2,
		&fyne.Container{Layout: line{gap: unit, flex: 0, bottom: true}, Objects: []fyne.CanvasObject{c.draft, c.button}},
		&fyne.Container{Layout: c.foot, Objects: []fyne.CanvasObject{newColumn(unit/2, c.line.Container, c.below)}},
	)
	return c
}

// message is what would be sent.
func (c *composer) message() string { return strings.TrimSpace(app.Plain(c.draft.Text)) }

// submit sends what is written, or begins to, where it holds a secret and by
// is what is pressed until it is let go. What could not be sent stays.
func (c *composer) submit(by any) {
	text := c.message()
	switch {
	case text == "" || c.hold.under():
	case !c.advise(text).Hold:
		c.deliver(text)
	case by == nil:
		c.look()
		c.showHold()
	default:
		c.button.guard(true)
		c.hold.begin(by, func() { c.deliver(text) })
	}
}

// press begins to send a secret by the mouse.
func (c *composer) press() {
	if text := c.message(); text != "" && c.advise(text).Hold {
		c.submit(c.button)
	}
}

// letGo ends the pressing of the draft's Enter, or of the button.
func (c *composer) letGo(by any) {
	if c.hold.end(by) {
		c.look()
		c.showHold()
		if by == any(c.button) && !c.button.focused {
			c.draft.keys.focus(c.draft)
		}
	}
}

// showHold has the eye fall on what is to be done.
func (c *composer) showHold() {
	c.say(hintHold)
	c.hint.paint(colorText)
}

func (c *composer) deliver(text string) {
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
	c.draft.forget()
	c.changed("")
}

// forget is clear where the conversation is over: the guard has said nothing.
func (c *composer) forget() {
	c.spoken = nil
	c.clear()
}

// say shows a line beneath the draft until the text changes.
func (c *composer) say(text string) {
	c.told = true
	if c.hint.set(text) || c.below.Hidden {
		c.arrange()
		c.grown()
	}
}

func (c *composer) changed(text string) {
	c.hold.stop()
	c.told = false
	left := app.MaxMessage - utf8.RuneCountInString(text)
	switch {
	case left > nearFull:
		c.count.set("")
	case left == 0:
		c.count.set("This is as long as a message can be.")
	default:
		c.count.set(fmt.Sprintf("%d characters left", left))
	}
	c.typed++
	c.draft.shiftMarks(text)
	if text == "" {
		for _, category := range c.spoken {
			c.silence(category)
		}
		c.spoken = nil
		c.advised(app.Advice{})
	} else {
		c.soon()
	}
	c.arrange()
	c.draft.fitRows()
	c.grown()
}

// soon has the guard look at the draft when nothing was written for a while.
func (c *composer) soon() {
	typed := c.typed
	c.later(pause, func() {
		if typed == c.typed && c.seen != typed {
			c.look()
		}
	})
}

// review has the guard look again: something else than the draft has changed.
func (c *composer) review() {
	if c.seen == c.typed {
		c.look()
	}
}

// look has the guard look at the draft. While something is held nothing moves.
func (c *composer) look() {
	text := c.draft.Text
	if text == "" || c.hold.under() {
		return
	}
	c.seen = c.typed
	if runes := []rune(text); len(runes) > app.MaxMessage {
		text = string(runes[:app.MaxMessage])
	}
	c.advised(c.advise(text))
}

// advised shows what the guard has to say.
func (c *composer) advised(a app.Advice) {
	c.advice = a
	c.weighed()
	c.draft.mark(marksOf(c.draft.Text, a.Marked))
	c.button.guard(a.Hold)
	c.speak()
}

// speak sets the guard's line, and remembers of what it spoke.
func (c *composer) speak() {
	view, of := counsel(c.advice, c.fits)
	if of != nil && !slices.Contains(c.spoken, of.Category) {
		c.spoken = append(c.spoken, of.Category)
	}
	if view == c.line.view {
		c.arrange()
		return
	}
	c.foot.change(func() {
		c.line.set(view)
		c.arrange()
	})
}

// arrange shows of the small line what there is room for: beside the guard's
// line it stands only where it says more than how to send.
func (c *composer) arrange() {
	if !c.told {
		c.hint.paint(colorQuiet)
		if c.advice.Hold {
			c.hint.set(hintHold)
		} else {
			c.hint.set(hintSend)
		}
	}
	c.below.Hidden = c.line.Visible() && !c.told && !c.advice.Hold && c.count.text == ""
}

// fits tells whether there is room for a finding's softer words.
func (c *composer) fits(f guard.Finding) bool {
	text := c.draft.Text
	more := utf8.RuneCountInString(f.Softer) - utf8.RuneCountInString(text[f.Start:f.End])
	return utf8.RuneCountInString(text)+more <= app.MaxMessage
}

// saySofter puts the softer words in the place of those that were found.
func (c *composer) saySofter() {
	view := c.line.view
	if c.seen != c.typed {
		c.look()
	}
	if now, f := counsel(c.advice, c.fits); f != nil && now == view {
		m := marksOf(c.draft.Text, []guard.Finding{*f})[0]
		c.draft.replace(m.from, m.to, f.Softer)
		c.look()
	}
	c.draft.keys.focus(c.draft)
}

// meant silences what the line speaks of.
func (c *composer) meant() {
	if f := c.advice.Warn; f != nil {
		c.silence(f.Category)
		c.advice.Warn = nil
		c.speak()
	}
	c.draft.keys.focus(c.draft)
}

// draft is the text being written.
type draft struct {
	widget.Entry
	keys    *keys
	submit  func(held any) // held is what is pressed until it is let go, or nil
	letGo   func()
	shift   bool
	enter   bool             // has just gone down
	measure *widget.RichText // wraps as the entry does, to count rows
	rows    int

	scroll   *container.Scroll // that Fyne draws the text in
	lines    *underlines
	marks    []marked // that are underlined
	before   []rune   // the text that they belong to
	replaced swap
}

func newDraft(k *keys, submit func(any)) *draft {
	d := &draft{keys: k, submit: submit, measure: widget.NewRichTextWithText(""), rows: 1}
	d.measure.Wrapping = fyne.TextWrapWord
	d.lines = newUnderlines(d)
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
	switch e.Name {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		d.shift = true
	case fyne.KeyReturn, fyne.KeyEnter:
		d.enter = true
	}
	d.Entry.KeyDown(e)
}

func (d *draft) KeyUp(e *fyne.KeyEvent) {
	switch e.Name {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		d.shift = false
	case fyne.KeyReturn, fyne.KeyEnter:
		d.enter = false
		d.letGo()
	}
	d.Entry.KeyUp(e)
}

// FocusLost also lets go of Shift and Enter, whose release goes to somebody
// else.
func (d *draft) FocusLost() {
	d.shift, d.enter = false, false
	d.letGo()
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
		switch {
		case d.shift:
			d.TypedRune('\n')
		case d.enter:
			// Held down, the key comes again and again.
			d.enter = false
			d.submit(d)
		default:
			d.submit(nil)
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
	if d.undone(s) {
		return
	}
	left := app.MaxMessage - utf8.RuneCountInString(d.Text) + utf8.RuneCountInString(d.SelectedText())
	d.Entry.TypedShortcut(guarded(s, left))
}

// shiftMarks keeps the marks at their words after the text has changed.
func (d *draft) shiftMarks(text string) {
	if len(d.marks) == 0 {
		return
	}
	after := []rune(text)
	marks := moved(d.marks, d.before, after)
	d.before = after
	d.mark(marks)
}

// swap is a replacement that was made in one step.
type swap struct{ from, to string }

// replace puts s in the place of some characters. The cursor stays in the words
// where it was, and the replacement can be undone.
func (d *draft) replace(from, to int, s string) {
	cursor := d.CursorTextOffset()
	length := utf8.RuneCountInString(s)
	switch {
	case cursor >= to:
		cursor += length - (to - from)
	case cursor > from:
		cursor = from + length
	}
	was := d.Text
	d.choose(from, to)
	d.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: written(s)})
	d.replaced = swap{was, d.Text}
	d.CursorRow, d.CursorColumn = d.rowOf(cursor)
	d.Refresh()
}

// choose selects characters, by the keys that one would press.
func (d *draft) choose(from, to int) {
	shift := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
	d.Entry.KeyUp(shift)
	d.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown}) // ends a selection
	d.CursorRow, d.CursorColumn = d.rowOf(from)
	d.Entry.KeyDown(shift)
	d.CursorRow, d.CursorColumn = d.rowOf(to - 1)
	d.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	d.Entry.KeyUp(shift)
}

// undone undoes or does again a replacement as one step: to Fyne it is two,
// a deletion and an insertion.
func (d *draft) undone(s fyne.Shortcut) bool {
	switch s.(type) {
	case *fyne.ShortcutUndo:
		if d.replaced != (swap{}) && d.Text == d.replaced.to {
			d.Undo()
			d.Undo()
			return true
		}
	case *fyne.ShortcutRedo:
		if d.replaced != (swap{}) && d.Text == d.replaced.from {
			d.Redo()
			d.Redo()
			return true
		}
	}
	return false
}

// forget forgets what was written and replaced.
func (d *draft) forget() {
	d.mark(nil)
	d.before, d.replaced = nil, swap{}
}

// written is a clipboard that holds a text of ours.
type written string

// Content is the text.
func (w written) Content() string { return string(w) }

// SetContent does nothing.
func (written) SetContent(string) {}
