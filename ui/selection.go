// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
	"github.com/rivo/uniseg"
)

// place is a position in a thread: a byte offset into a message's text.
type place struct{ message, offset int }

func (p place) before(q place) bool {
	return p.message < q.message || p.message == q.message && p.offset < q.offset
}

// selection is what is selected, between two places in either order.
type selection struct{ from, to place }

func (s selection) empty() bool { return s.from == s.to }

func (s selection) ordered() (from, to place) {
	if s.to.before(s.from) {
		return s.to, s.from
	}
	return s.from, s.to
}

// selected returns which part of a line of a message is selected.
func selected(message int, s span, length int, from, to place) (a, b int, ok bool) {
	if from == to || message < from.message || message > to.message {
		return 0, 0, false
	}
	a, b = s.from, s.next
	if message == from.message {
		a = max(a, from.offset)
	}
	if message == to.message {
		b = min(b, to.offset)
	} else if s.next == length {
		b = length + 1 // on to the next message
	}
	return a, b, a < b
}

// at returns the place nearest to a point.
func (t *thread) at(point fyne.Position) place {
	if len(t.items) == 0 {
		return place{}
	}
	y := point.Y - t.top()
	index := len(t.items) - 1
	for i := range t.items {
		if y < t.items[i].y+t.items[i].h {
			index = i
			break
		}
	}
	it := &t.items[index]
	n := int((y - it.y - bubblePadY) / (sizeBody * leadingProse))
	if y < it.y+bubblePadY {
		n = 0
	}
	return place{t.from + index, it.offset(n, point.X-it.x-bubblePadX)}
}

// offset returns the place in the text nearest to x on a line.
func (it *item) offset(line int, x float32) int {
	s := it.spans[min(max(line, 0), len(it.spans)-1)]
	text, measure := it.text[s.from:s.to], regular.measure(sizeBody)
	offset, last := 0, float32(0)
	for _, cut := range clusters(text) {
		w := measure(text[:cut])
		if x < (last+w)/2 {
			break
		}
		offset, last = cut, w
	}
	return s.from + offset
}

// over returns the index of the message whose row point is in, or -1.
func (t *thread) over(point fyne.Position) int {
	y := point.Y - t.top()
	for i := range t.items {
		if it := &t.items[i]; y >= it.y && y < it.y+it.h {
			return t.from + i
		}
	}
	return -1
}

// selectedText returns what is selected, one message a paragraph.
func (t *thread) selectedText() string {
	from, to := t.selection.ordered()
	var parts []string
	for m := max(from.message, t.from); m <= to.message && m-t.from < len(t.items); m++ {
		text := t.items[m-t.from].text
		a, b := 0, len(text)
		if m == from.message {
			a = min(from.offset, b)
		}
		if m == to.message {
			b = min(to.offset, b)
		}
		parts = append(parts, text[a:b])
	}
	return strings.Join(parts, "\n")
}

// copied puts the selection, or else the chosen message, on the clipboard.
func (t *thread) copied() {
	switch {
	case !t.selection.empty():
		fyne.CurrentApp().Clipboard().SetContent(t.selectedText())
	case t.current >= t.from && t.current-t.from < len(t.items):
		fyne.CurrentApp().Clipboard().SetContent(t.items[t.current-t.from].text)
	}
}

func (t *thread) selectAll() {
	if n := len(t.items); n > 0 {
		t.selection = selection{place{t.from, 0}, place{t.from + n - 1, len(t.items[n-1].text)}}
		t.draw()
	}
}

// MouseDown begins a selection.
func (t *thread) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	t.anchor = t.at(e.Position)
	t.selection, t.current = selection{}, -1
	t.pressed = true
	t.keys.focus(t)
	t.pressed = false
	if t.pen != nil && len(t.items) > 0 {
		t.current = t.anchor.message
		t.pen.take(t.anchor.offset)
	}
	t.draw()
}

// MouseUp ends nothing: the selection stays.
func (t *thread) MouseUp(*desktop.MouseEvent) {}

// Dragged moves the end of the selection.
func (t *thread) Dragged(e *fyne.DragEvent) {
	t.selection = selection{t.anchor, t.at(e.Position)}
	t.draw()
}

// DragEnd leaves the selection as it is.
func (t *thread) DragEnd() {}

// DoubleTapped selects a word.
func (t *thread) DoubleTapped(e *fyne.PointEvent) {
	p := t.at(e.Position)
	if p.message-t.from >= len(t.items) {
		return
	}
	at, state := 0, -1
	for rest := t.items[p.message-t.from].text; rest != ""; {
		var word string
		word, rest, state = uniseg.FirstWordInString(rest, state)
		if p.offset <= at+len(word) {
			t.selection = selection{place{p.message, at}, place{p.message, at + len(word)}}
			break
		}
		at += len(word)
	}
	t.draw()
}

// TappedSecondary offers to copy.
func (t *thread) TappedSecondary(e *fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(t)
	if c == nil || len(t.items) == 0 {
		return
	}
	if t.selection.empty() {
		t.current = t.over(e.Position)
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("",
		fyne.NewMenuItem("Copy", t.copied),
		fyne.NewMenuItem("Select all", t.selectAll),
	), c, e.AbsolutePosition)
}

// MouseIn, MouseMoved and MouseOut show the time of the message below the mouse.
func (t *thread) MouseIn(e *desktop.MouseEvent)    { t.hovered(t.over(e.Position)) }
func (t *thread) MouseMoved(e *desktop.MouseEvent) { t.hovered(t.over(e.Position)) }
func (t *thread) MouseOut()                        { t.hovered(-1) }

func (t *thread) hovered(index int) {
	if t.hover != index {
		t.hover = index
		t.draw()
	}
}

// Cursor is the one for text.
func (t *thread) Cursor() desktop.Cursor { return desktop.TextCursor }

// FocusGained and FocusLost draw the ring around the chosen message. Where the
// keyboard comes by Tab and none is chosen, that is the last one in view, so
// that it can be seen where the keyboard is; the mouse chooses by itself.
func (t *thread) FocusGained() {
	t.focused = true
	if t.pen == nil && !t.pressed && t.current < 0 && t.selection.empty() {
		t.current = t.lastInView()
	}
	t.draw()
}

func (t *thread) FocusLost() { t.focused = false; t.draw() }

// TypedRune hands typing on to the composer, where there is no pen.
func (t *thread) TypedRune(r rune) {
	if !t.keys.taken("") && !t.penRune(r) {
		t.keys.rune(r)
	}
}

// TypedKey moves the choice.
func (t *thread) TypedKey(e *fyne.KeyEvent) {
	if t.keys.taken(e.Name) || t.penKey(e) {
		return
	}
	switch e.Name {
	case fyne.KeyUp:
		t.choose(-1)
	case fyne.KeyDown:
		t.choose(1)
	default:
		t.keys.key(e)
	}
}

// TypedShortcut copies and selects.
func (t *thread) TypedShortcut(s fyne.Shortcut) {
	if t.penShortcut(s) {
		return
	}
	switch s.(type) {
	case *fyne.ShortcutCopy:
		t.copied()
	case *fyne.ShortcutSelectAll:
		t.selectAll()
	default:
		t.keys.shortcut(s)
	}
}
