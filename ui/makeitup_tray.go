// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
)

// tray holds the controls of the editor: none of them is in the picture.
type tray struct {
	*fyne.Container
	m    *makeItUp
	news *prose

	side, delivery, remove *button
	time                   *slot
	timeOf                 *fyne.Container

	header         *fyne.Container
	name, minutes  *slot
	interests, met *slot
	line, capture  *button
	guard          *button
	blocked        *prose // says that no picture can be taken
	question       *question
}

func newTray(m *makeItUp) *tray {
	k := *m.w.keys
	k.shortcut = func(s fyne.Shortcut) {
		if c := penCommandFor(s); c != noPenCommand {
			m.do1(c)
			return
		}
		m.w.keys.shortcut(s)
	}
	t := &tray{m: m, news: newProse("", sizeSmall, semibold, colorText), question: newQuestion(&k)}
	t.news.Hide()
	does := func(label string, c penCommand) *button {
		return newButton(&k, label, chip, func() { m.do1(c) })
	}
	t.side = newButton(&k, "", chip, func() {
		c := penTheirs
		if !m.tale.talk.Messages[m.picture.thread.current].Mine {
			c = penMine
		}
		m.do1(c)
	})
	t.delivery = does("", penDelivery)
	t.remove = does("Remove", penRemove)
	t.time = newSlot(&k, 5, 9*unit, func(typed string) bool {
		i := m.picture.thread.current
		if !m.tale.has(i) || !m.tale.set(i, typed) {
			return false
		}
		m.alter(i)
		return true
	})
	t.timeOf = labelled("at", t.time)

	again := func(took bool) bool {
		if took {
			m.alter(m.picture.thread.current)
		}
		return took
	}
	t.name = newSlot(&k, maxName, 20*unit, func(typed string) bool { m.tale.call(typed); return again(true) })
	t.minutes = newSlot(&k, 3, 8*unit, func(typed string) bool { return again(m.tale.lasts(typed)) })
	t.interests = newSlot(&k, app.MaxInterests*(app.MaxInterest+2), 26*unit, func(typed string) bool { m.tale.likes(typed); return again(true) })
	t.met = newSlot(&k, 5, 9*unit, func(typed string) bool { return again(m.tale.meet(typed)) })
	t.line = newButton(&k, "", chip, func() {
		m.tale.talk.Reconnecting = !m.tale.talk.Reconnecting
		again(true)
	})
	t.capture = newButton(&k, "", chip, func() {
		m.tale.capture = nextCapture(m.tale.capture)
		again(true)
	})
	t.guard = newButton(&k, "", chip, func() {
		m.tale.heedMore()
		again(true)
	})
	t.blocked = newSmall("The system keeps this window out of screenshots. To take one, turn that off in the settings.")
	t.header = row(labelled("heading", t.name), labelled("minutes together", t.minutes),
		labelled("both like", t.interests), labelled("met at", t.met), t.line, t.capture, t.guard)
	t.header.Hide()

	edge := newPanel(colorDawn, 0)
	edge.min = fyne.NewSize(0, 2)
	t.Container = &fyne.Container{Layout: stacked{}, Objects: []fyne.CanvasObject{
		newPanel(colorSurface, 0),
		newColumn(0, edge, newBand(measureTalk, newInset(0, 1.5*unit, newColumn(unit,
			newLine(unit,
				newColumn(0,
					newProse("Making it up", sizeNote, semibold, colorText),
					newSmall("Write in any message. Nobody sees this and nothing is kept. Shown, any key brings you back here."),
					t.blocked, t.news,
				),
				newButton(&k, "Show it", sending, m.pose),
				newButton(&k, "Close", quiet, m.close),
			),
			row(t.side, t.delivery, t.timeOf, does("Add above", penAbove), does("Add below", penBelow), t.remove, does("Header", penHeader)),
			t.header,
			t.question.Container,
		)))),
	}}
	return t
}

// row sets controls side by side, and beneath where there is no room.
func row(o ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: wrapped{unit}, Objects: append(o, newSpace())}
}

func labelled(label string, s *slot) *fyne.Container {
	return &fyne.Container{Layout: line{gap: unit / 2, flex: -1}, Objects: []fyne.CanvasObject{
		newWord(label, sizeSmall, regular, colorQuiet), s,
	}}
}

// show fits the controls to what is made up, and to the message chosen.
func (t *tray) show(tale *tale, i int) {
	one := tale.has(i)
	mine := one && tale.talk.Messages[i].Mine
	for _, o := range []fyne.CanvasObject{t.side, t.timeOf, t.remove} {
		setVisible(o, one)
	}
	setVisible(t.delivery, mine)
	if one {
		m := tale.talk.Messages[i]
		t.side.set("Make it "+map[bool]string{true: "theirs", false: "yours"}[mine], false)
		t.delivery.set(capital(deliveryWords(m.Delivery)), false)
		t.time.put(m.At.Local().Format("15:04"))
	}
	t.name.put(tale.name)
	t.minutes.put(fmt.Sprint(int(tale.after / time.Minute)))
	t.interests.put(strings.Join(tale.talk.Interests, ", "))
	t.met.put(tale.talk.Since.Local().Format("15:04"))
	t.capture.set("Screenshots: "+captureWord(tale.capture), false)
	t.guard.set("Guard: "+guardWord(tale.guard), false)
	setVisible(t.blocked, t.m.w.capture.state.Covers())
	t.line.set("Line: "+map[bool]string{true: "reconnecting", false: "fine"}[tale.talk.Reconnecting], false)
	t.reflow()
}

func setVisible(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

// tell says what happened outside.
func (t *tray) tell(fresh int, stranger bool) {
	text := ""
	switch {
	case fresh > 0:
		text = count(fresh, "new message waits", "new messages wait") + " in the conversation."
	case stranger:
		text = "A stranger is here. Close this to talk."
	}
	if t.news.set(text) {
		setVisible(t.news, text != "")
		t.reflow()
	}
}

func (t *tray) reflow() {
	if t.m.root != nil {
		t.m.reflow()
	}
}

func (t *tray) ask() {
	t.question.ask("Forget what you made up?", "It is kept nowhere else.", "Forget it",
		func() { t.m.w.lift(t.m) },
		func() { t.answered(); t.m.w.keys.focus(t.m.picture.thread) })
	t.reflow()
	t.m.w.keys.focus(t.question.stay)
}

func (t *tray) answered() {
	t.question.Hide()
	t.reflow()
}

// forget leaves no word in the fields, nor what could be undone in them.
func (t *tray) forget() {
	for _, s := range []*slot{t.time, t.name, t.minutes, t.interests, t.met} {
		s.take = func(string) bool { return true }
		s.SetText("")
	}
}

// slot is a short field that is heeded while one types in it.
type slot struct {
	widget.Entry
	keys    *keys
	limit   int // characters
	width   float32
	take    func(string) bool // tells whether what is typed makes sense
	focused bool
	putting bool
}

func newSlot(k *keys, limit int, width float32, take func(string) bool) *slot {
	s := &slot{keys: k, limit: limit, width: width, take: take}
	s.ExtendBaseWidget(s)
	s.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	s.OnChanged = func(typed string) {
		if !s.putting {
			s.take(typed)
		}
	}
	return s
}

// put shows what is true, unless it is being typed.
func (s *slot) put(text string) {
	if !s.focused && s.Text != text {
		s.putting = true
		s.SetText(text)
		s.putting = false
	}
}

func (s *slot) MinSize() fyne.Size { return fyne.NewSize(s.width, s.Entry.MinSize().Height) }

func (s *slot) FocusGained() { s.focused = true; s.Entry.FocusGained() }
func (s *slot) FocusLost()   { s.focused = false; s.Entry.FocusLost() }

func (s *slot) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape || e.Name == fyne.KeyF1 || e.Name == pictureKey {
		s.keys.key(e)
		return
	}
	s.Entry.TypedKey(e)
}

func (s *slot) TypedRune(r rune) {
	if utf8.RuneCountInString(s.Text) < s.limit || s.SelectedText() != "" {
		s.Entry.TypedRune(r)
	}
}

func (s *slot) TypedShortcut(c fyne.Shortcut) {
	if commandFor(c) != noCommand || penCommandFor(c) != noPenCommand {
		s.keys.shortcut(c)
		return
	}
	s.Entry.TypedShortcut(guarded(c, s.limit-utf8.RuneCountInString(s.Text)+utf8.RuneCountInString(s.SelectedText())))
}
