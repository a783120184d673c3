// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"passerby/app"
)

// pen writes in the messages of a thread, in the bubbles themselves and with
// the thread's own shapes. It belongs to a conversation that is made up: one
// that takes place has none.
type pen struct {
	caret int  // in the chosen message: a byte offset into its plain text
	shift bool // is held down

	chosen func()                       // another message may be chosen
	write  func(index int, text string) // a message says something else now
	do     func(penCommand)             // something is to be done with the chosen message
}

// take begins to write in the message that is chosen now.
func (p *pen) take(caret int) {
	p.caret = caret
	p.chosen()
}

// written is the message in which the pen is, or nil.
func (t *thread) written() *item {
	i := t.current - t.from
	if t.pen == nil || i < 0 || i >= len(t.items) {
		return nil
	}
	return &t.items[i]
}

func (t *thread) penRune(r rune) bool {
	if t.written() == nil {
		return false
	}
	t.put(string(r))
	return true
}

// put writes s for what is selected in the chosen message, or at the caret,
// as far as a message can hold it.
func (t *thread) put(s string) {
	it := t.written()
	a, b := t.penRange()
	room := app.MaxMessage - utf8.RuneCountInString(it.text[:a]) - utf8.RuneCountInString(it.text[b:])
	if runes := []rune(s); len(runes) > room {
		s = string(runes[:max(room, 0)])
	}
	t.replace(a, b, s)
}

// penRange is what is selected of the chosen message, or the caret.
func (t *thread) penRange() (a, b int) {
	from, to := t.selection.ordered()
	if !t.selection.empty() && from.message == t.current && to.message == t.current {
		return from.offset, to.offset
	}
	return t.pen.caret, t.pen.caret
}

func (t *thread) replace(a, b int, s string) {
	it := t.written()
	text := app.Plain(it.text[:a] + s + it.text[b:])
	// What is made plain may be shorter than what was typed.
	caret := min(len(app.Plain(it.text[:a]+s)), len(text))
	for caret > 0 && caret < len(text) && !utf8.RuneStart(text[caret]) {
		caret--
	}
	t.pen.caret = caret
	t.pen.write(t.current, text)
}

func (t *thread) penKey(e *fyne.KeyEvent) bool {
	it := t.written()
	if it == nil {
		return false
	}
	a, b := t.penRange()
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if t.pen.shift {
			t.put("\n")
		} else {
			t.pen.do(penBelow)
		}
	case fyne.KeyBackspace:
		switch {
		case it.text == "":
			t.pen.do(penRemove)
		case a == b:
			t.replace(before(it.text, a), b, "")
		default:
			t.replace(a, b, "")
		}
	case fyne.KeyDelete:
		if a == b {
			b = behind(it.text, b)
		}
		t.replace(a, b, "")
	case fyne.KeyLeft:
		t.moveCaret(before(it.text, t.pen.caret))
	case fyne.KeyRight:
		t.moveCaret(behind(it.text, t.pen.caret))
	case fyne.KeyHome:
		t.moveCaret(it.spans[it.line(t.pen.caret)].from)
	case fyne.KeyEnd:
		t.moveCaret(it.spans[it.line(t.pen.caret)].to)
	case fyne.KeyUp:
		t.climb(-1)
	case fyne.KeyDown:
		t.climb(1)
	default:
		return false
	}
	return true
}

func (t *thread) moveCaret(to int) {
	t.pen.caret, t.selection = to, selection{}
	t.draw()
}

// climb moves the caret by a line, and on to the next message.
func (t *thread) climb(by int) {
	it := t.written()
	n := it.line(t.pen.caret)
	if n+by < 0 || n+by >= len(it.spans) {
		t.choose(by)
		return
	}
	t.moveCaret(it.offset(n+by, it.across(t.pen.caret)))
}

// line returns the index of the line that an offset into the text is on.
func (it *item) line(offset int) int {
	n := 0
	for i, s := range it.spans {
		if s.from <= offset {
			n = i
		}
	}
	return n
}

// across returns how far into its line an offset is.
func (it *item) across(offset int) float32 {
	s := it.spans[it.line(offset)]
	return regular.measure(sizeBody)(it.text[s.from:min(max(offset, s.from), len(it.text))])
}

func before(text string, offset int) int {
	last := 0
	for _, cut := range clusters(text) {
		if cut >= offset {
			break
		}
		last = cut
	}
	return last
}

func behind(text string, offset int) int {
	for _, cut := range clusters(text) {
		if cut > offset {
			return cut
		}
	}
	return len(text)
}

func (t *thread) penShortcut(s fyne.Shortcut) bool {
	it := t.written()
	if it == nil {
		return false
	}
	if c := penCommandFor(s); c != noPenCommand {
		t.pen.do(c)
		return true
	}
	switch s := s.(type) {
	case *fyne.ShortcutPaste:
		t.put(shortClipboard{s.Clipboard, app.MaxMessage}.Content())
	case *fyne.ShortcutCut:
		if a, b := t.penRange(); a != b {
			t.copied()
			t.replace(a, b, "")
		}
	case *fyne.ShortcutSelectAll:
		t.selection = selection{place{t.current, 0}, place{t.current, len(it.text)}}
		t.draw()
	default:
		return false
	}
	return true
}

// drawCaret shows where the pen writes.
func (t *thread) drawCaret(it *item, top float32) {
	offset := min(t.pen.caret, len(it.text))
	const (
		height = sizeBody * leadingProse
		width  = 2
	)
	caret := t.shapes.rect(colorText, "", 0, 1)
	caret.Move(fyne.NewPos(
		it.x+bubblePadX+min(it.across(offset), it.w-2*bubblePadX)-width/2,
		top+it.y+bubblePadY+float32(it.line(offset))*height+2,
	))
	caret.Resize(fyne.NewSize(width, height-4))
}

// KeyDown and KeyUp keep track of Shift, which makes of Enter a new line.
func (t *thread) KeyDown(e *fyne.KeyEvent) { t.hold(e, true) }
func (t *thread) KeyUp(e *fyne.KeyEvent)   { t.hold(e, false) }

func (t *thread) hold(e *fyne.KeyEvent, down bool) {
	if t.pen != nil && (e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight) {
		t.pen.shift = down
	}
}
