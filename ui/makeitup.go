// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// makeItUp is the editor in which a conversation is made up, so that a picture
// of one proves nothing: anybody can make any. It holds a [talkingScreen] over
// a program that only pretends, and puts a tray of controls beneath it. Hidden
// the tray leaves the very screen that a real conversation is shown on; there
// is no other code that could draw it differently, and nothing marks it.
//
// All of it is in memory, and forgotten with the screen.
type makeItUp struct {
	w       *window
	talk    uint64 // the conversation that it began with, 0 for none
	heard   int    // from the stranger, when it began
	tale    *tale
	picture *talkingScreen
	pen     *pen
	tray    *tray
	root    *fyne.Container
	shown   bool // the tray is hidden
	chosen  int  // the message chosen when it was
	changed bool // something was made up
}

// newMakeItUp begins with a conversation as it is, or with nothing for nil.
func newMakeItUp(w *window, c *app.Conversation, at time.Time) *makeItUp {
	m := &makeItUp{w: w}
	if c == nil {
		m.tale = retell(app.Conversation{ID: 1, Since: at}, w.state.Guard, at)
		m.tale.add(-1, false)
	} else {
		m.talk, m.heard = c.ID, c.Heard
		m.tale = retell(*c, w.state.Guard, at)
	}
	m.tale.capture = w.capture.state
	k := *w.keys
	k.take = m.take
	pretended := &window{program: puppet{m}, win: w.win, keys: &k, made: m, capture: w.capture, later: w.later}
	m.picture = newTalking(pretended, m.tale.talk)
	pretended.screen = m.picture
	if t, ok := w.screen.(*talkingScreen); ok && c != nil {
		m.picture.thread.hidden = t.thread.hidden
	}
	m.pen = &pen{chosen: m.refreshTray, write: m.write, do: m.do1}
	m.picture.thread.pen = m.pen
	m.tray = newTray(m)
	m.root = &fyne.Container{Layout: bench{}, Objects: []fyne.CanvasObject{m.picture.object(), m.tray.Container}}
	m.draw(len(m.tale.talk.Messages) - 1)
	m.toEndOfText()
	return m
}

func (m *makeItUp) object() fyne.CanvasObject { return m.root }

func (m *makeItUp) first() fyne.Focusable { return m.picture.thread }

// show takes note of what happens in the conversation meanwhile. With its end
// what was made of it is forgotten too.
func (m *makeItUp) show(s app.State, _ time.Time) {
	c := s.Conversation
	talking := s.Phase == app.Talking && c != nil
	switch {
	case m.talk != 0 && (!talking || c.ID != m.talk):
		m.w.lift(m)
	case m.talk != 0:
		m.tray.tell(c.Heard-m.heard, false)
	default:
		m.tray.tell(0, talking)
	}
}

// draw shows the tale as it is now, with the message at index i chosen, or
// none for -1.
func (m *makeItUp) draw(i int) {
	s, at := m.tale.state(m.shown)
	p := m.picture
	p.name.set(m.tale.name)
	p.w.capture.state = m.tale.capture
	p.thread.rewrite(s.Conversation.Messages, i)
	p.show(s, at)
	m.refreshTray()
}

func (m *makeItUp) refreshTray() { m.tray.show(m.tale, m.picture.thread.current) }

// alter draws again what has just become different.
func (m *makeItUp) alter(i int) {
	m.changed = true
	m.draw(i)
}

func (m *makeItUp) write(i int, text string) {
	m.tale.rewrite(i, text)
	m.alter(i)
}

// send takes what is written in the composer for a message of ours.
func (m *makeItUp) send(text string) {
	i := m.tale.add(len(m.tale.talk.Messages)-1, false)
	m.tale.give(i, true)
	m.tale.rewrite(i, text)
	m.alter(i)
}

// meter is the meter of what is made up, if it is shown.
func (m *makeItUp) meter() (guard.Meter, bool) {
	s, _ := m.tale.state(m.shown)
	return s.Conversation.Meter, s.Guard == settings.Full
}

func (m *makeItUp) notAboutMe(fact int) {
	m.tale.deny(fact)
	m.alter(m.picture.thread.current)
}

func (m *makeItUp) toEndOfText() {
	if i := m.picture.thread.current; m.tale.has(i) {
		m.pen.caret = len(app.Plain(m.tale.talk.Messages[i].Text))
	}
}

// do1 does something with the message that is chosen.
func (m *makeItUp) do1(c penCommand) {
	th := m.picture.thread
	i := th.current
	if !m.tale.has(i) && c != penAbove && c != penBelow && c != penHeader {
		return
	}
	switch c {
	case penTheirs, penMine:
		m.tale.give(i, c == penMine)
		m.alter(i)
	case penDelivery:
		if one := m.tale.talk.Messages[i]; one.Mine {
			m.tale.deliver(i, next(one.Delivery))
			m.alter(i)
		}
	case penAbove, penBelow:
		m.alter(m.tale.add(i, c == penAbove))
		m.pen.caret = 0
		m.w.keys.focus(th)
	case penRemove:
		m.alter(m.tale.remove(i))
		m.toEndOfText()
		th.draw()
	case penTime:
		m.w.keys.focus(m.tray.time)
	case penHeader:
		m.tray.header.Hidden = !m.tray.header.Hidden
		m.reflow()
		if m.tray.header.Visible() {
			m.w.keys.focus(m.tray.name)
		} else {
			m.w.keys.focus(th)
		}
	}
}

// pose hides all that is not part of the picture.
func (m *makeItUp) pose() {
	th := m.picture.thread
	m.shown, m.chosen, th.pen = true, th.current, nil
	m.tray.answered()
	m.tray.Hide()
	m.reflow()
	m.draw(-1)
	m.w.keys.focus(m.picture.composer.draft)
}

// back brings the controls back.
func (m *makeItUp) back() {
	if !m.shown {
		return
	}
	m.shown, m.picture.thread.pen = false, m.pen
	m.picture.question.Hide()
	m.tray.Show()
	m.reflow()
	m.draw(m.chosen)
	m.w.keys.focus(m.picture.thread)
}

// take has any key bring the controls back that means something by itself, and
// none that belongs to the way a system takes a picture.
func (m *makeItUp) take(name fyne.KeyName) bool {
	if !m.shown {
		return false
	}
	switch name {
	case "", fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyF1,
		fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyPageDown:
		m.back()
	}
	return true
}

func (m *makeItUp) reflow() {
	m.root.Layout.Layout(m.root.Objects, m.root.Size())
	relayout(m.tray.Container)
	m.picture.reflow()
}

func (m *makeItUp) do(c command) {
	switch {
	case m.shown:
		m.back()
	case c == cmdFind:
		m.pose()
	case c == cmdLeave:
		m.close()
	case c == cmdInterests:
		m.tray.header.Hidden = true
		m.do1(penHeader)
	case c == cmdOlder || c == cmdNewer:
		m.picture.do(c)
	}
}

func (m *makeItUp) typed(r rune) {
	switch {
	case m.take(""):
	case m.picture.thread.written() == nil:
		m.do1(penBelow)
		fallthrough
	default:
		m.w.keys.focus(m.picture.thread)
		m.picture.thread.TypedRune(r)
	}
}

func (m *makeItUp) escape() {
	switch {
	case m.shown:
		m.back()
	case m.picture.question.Visible():
		m.picture.question.Hide()
		m.picture.reflow()
		m.w.keys.focus(m.picture.thread)
	case m.tray.question.Visible():
		m.tray.answered()
		m.w.keys.focus(m.picture.thread)
	case m.tray.header.Visible():
		m.do1(penHeader)
	default:
		m.close()
	}
}

// close asks once, where there is something to lose.
func (m *makeItUp) close() {
	if !m.changed || m.tray.question.Visible() {
		m.w.lift(m)
		return
	}
	m.tray.ask()
}

func (m *makeItUp) complain(*app.Problem) {}

func (m *makeItUp) leave() {
	m.tale = retell(app.Conversation{}, settings.Off, time.Time{})
	m.picture.thread.pen = nil
	m.picture.leave()
	m.picture.about.set("")
	m.tray.forget()
}

// bench lays out a picture and a tray beneath it.
type bench struct{}

func (bench) Layout(o []fyne.CanvasObject, size fyne.Size) {
	picture, tray := o[0], o[1]
	var foot float32
	if tray.Visible() {
		foot = min(heightFor(tray, size.Width), size.Height)
	}
	picture.Resize(fyne.NewSize(size.Width, size.Height-foot))
	tray.Move(fyne.NewPos(0, size.Height-foot))
	tray.Resize(fyne.NewSize(size.Width, foot))
}

func (bench) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// puppet is the program behind a conversation that is made up. What is sent is
// made up too; whatever else is asked for brings the controls back.
type puppet struct{ m *makeItUp }

func (p puppet) State() app.State                       { return app.State{} }
func (p puppet) Watch(context.Context) <-chan app.State { return nil }
func (p puppet) Find([]string) error                    { return nil }
func (p puppet) Send(text string) (uint64, error)       { p.m.send(text); return 1, nil }
func (p puppet) Leave() error                           { p.m.back(); return nil }
func (p puppet) Next() error                            { p.m.back(); return nil }
func (p puppet) Block() error                           { p.m.back(); return nil }
func (p puppet) SetCover(bool)                          {}
func (p puppet) SetGuard(settings.Guard)                {}
func (p puppet) Silence(c guard.Category)               { p.m.tale.silence(c) }
func (p puppet) NotAboutMe(fact int)                    { p.m.notAboutMe(fact) }
func (p puppet) Invite(app.InviteKind) (uint64, error)  { return 0, nil }
func (p puppet) Follow(string) (uint64, error)          { return 0, nil }
func (p puppet) Again() (uint64, error)                 { p.m.back(); return 0, nil }
func (p puppet) Meet(uint64) error                      { return nil }
func (p puppet) CancelInvite(uint64) error              { return nil }
func (p puppet) SetRemember(bool)                       {}
func (p puppet) SetStay(bool)                           {}
func (p puppet) AskForUpdates() error                   { return nil }
func (p puppet) Retire()                                {}
func (p puppet) Panic()                                 {}
