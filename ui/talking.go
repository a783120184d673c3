// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"runtime"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
	"passerby/app/settings"
)

// measureTalk is the width of a conversation.
const measureTalk = 100 * unit

// talkingScreen is one conversation. It is made anew for each, so that nothing
// of the last one is left in it.
type talkingScreen struct {
	w        *window
	id       uint64
	root     *fyne.Container
	name     *prose
	about    *prose
	recorded *button // who can record this
	meter    *meterLine
	facts    *facts // lays out the two
	more     *button
	problem  *notice
	broken   *notice // the line is being built anew
	question *question
	thread   *thread
	pill     *button
	composer *composer
	state    app.State
	silent   bool // nothing was said yet, so nothing is lost by leaving
}

func newTalking(w *window, c app.Conversation) *talkingScreen {
	t := &talkingScreen{w: w, id: c.ID, name: newProse(strangerName, sizeHeading, bold, colorText), about: newNote(), problem: newNotice(), broken: newNotice(), silent: true}
	k := w.keys
	t.question = newQuestion(k)
	t.thread = newThread(k, "", t.answer, t.unread)
	t.pill = newButton(k, "", pill, func() { t.thread.toEnd() })
	t.pill.Hide()
	t.composer = newComposer(k, writing{
		send:    t.send,
		advise:  func(draft string) app.Advice { return t.state.Advise(draft) },
		silence: w.program.Silence,
		later:   func(d time.Duration, f func()) { w.later(d, f) },
		grown:   t.reflow,
		weighed: t.weigh,
	})
	t.more = newButton(k, "More", quiet, t.menu)
	t.recorded = newButton(k, "", fact, w.record)
	t.meter = newMeterLine(k, w.meter)
	t.facts = &facts{t.recorded, t.meter, w.capture.state}

	header := newColumn(unit/2, newHeading(t.name, t.about,
		newButton(k, "Next", quiet, t.askNext),
		newButton(k, "Leave", danger, t.askLeave),
		t.more,
	), &fyne.Container{Layout: t.facts, Objects: []fyne.CanvasObject{t.recorded, t.meter}})
	t.root = &fyne.Container{Layout: &talk{t}, Objects: []fyne.CanvasObject{
		newPanel(colorSurface, 0),
		newBand(measureTalk, newInset(0, 1.5*unit, header)),
		newRule(),
		newBand(measureTalk, newInset(0, unit, newColumn(unit, t.problem.Container, t.broken.Container, t.question.Container))),
		t.thread.scroll,
		newBand(measureTalk, newInset(0, unit, t.composer.Container)),
		t.pill,
	}}
	return t
}

func (t *talkingScreen) object() fyne.CanvasObject { return t.root }

func (t *talkingScreen) first() fyne.Focusable { return t.composer.draft }

func (t *talkingScreen) show(s app.State, at time.Time) {
	if s.Conversation == nil {
		return
	}
	c := *s.Conversation
	old := t.state
	t.state = s
	if told := old.Conversation; told == nil || old.Guard != s.Guard ||
		len(told.Messages) != len(c.Messages) || len(told.Quiet) != len(c.Quiet) {
		t.composer.review()
	}
	changed := t.about.set(about(c, at))
	changed = t.problem.set(trouble(s)) || changed
	changed = t.broken.set(reconnecting(c)) || changed
	if full := s.Guard == settings.Full; t.meter.Hidden == full {
		t.meter.Hidden = !full
		changed = true
	}
	t.thread.open(opening(s))
	t.thread.heed(beside{s.Guard == settings.Full, c.Since, c.Reminders})
	changed = t.weighs() || changed
	if t.facts.capture != t.w.capture.state {
		t.facts.capture = t.w.capture.state
		changed = true
	}
	t.silent = c.Said+c.Heard == 0
	if changed {
		t.reflow()
	}
	t.thread.update(c.Messages)
}

func (t *talkingScreen) reflow() {
	if t.root != nil {
		t.root.Layout.Layout(t.root.Objects, t.root.Size())
		for _, i := range []int{1, 3, 5} {
			relayout(t.root.Objects[i])
		}
	}
}

func (t *talkingScreen) send(text string) error {
	_, err := t.w.program.Send(text)
	return err
}

// answer puts a ready answer into the draft, or goes on writing for "".
func (t *talkingScreen) answer(text string) {
	if text != "" {
		t.composer.take(text)
		return
	}
	t.w.keys.focus(t.composer.draft)
}

// weigh shows what the draft would do to the meter. Without a draft it waits for
// the next state, or second: what was just sent is counted by then.
func (t *talkingScreen) weigh() {
	if t.composer.draft.Text != "" && t.weighs() {
		t.reflow()
	}
}

// weighs fits the meter to what was told and to the draft, and tells whether it
// says something else now.
func (t *talkingScreen) weighs() bool {
	c := t.state.Conversation
	return c != nil && t.meter.say(c.Meter.Crowd(), t.composer.advice.Crowd)
}

func (t *talkingScreen) unread(n int) {
	t.pill.Hidden = n == 0
	t.pill.set(fmt.Sprintf("%d new", n), false)
	t.reflow()
}

func (t *talkingScreen) menu() {
	canvas := fyne.CurrentApp().Driver().CanvasForObject(t.more)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t.more)
	menu := widget.NewPopUpMenu(fyne.NewMenu("",
		fyne.NewMenuItem("Make it up", t.w.makeItUp),
		t.againItem(),
		fyne.NewMenuItem("Settings", t.w.settings),
		fyne.NewMenuItem("Help", t.w.help),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Block this stranger", t.askBlock),
		fyne.NewMenuItem("Close everything at once: "+panicName(runtime.GOOS), t.w.vanish),
	), canvas)
	menu.ShowAtPosition(at.AddXY(t.more.Size().Width-menu.MinSize().Width, t.more.Size().Height+unit/2))
}

// againItem keeps this stranger to meet again, after a word about what that
// means, or lets go of them.
func (t *talkingScreen) againItem() *fyne.MenuItem {
	c := t.w.state.Conversation
	if c == nil || !c.Again {
		return fyne.NewMenuItem(inviteAgain, func() {
			t.ask(inviteAgain+"?", againMeans, "Keep them", func() error { _, err := t.w.program.Again(); return err })
		})
	}
	return fyne.NewMenuItem(inviteNotAgain, func() {
		t.w.try(func() error {
			id, err := t.w.program.Again() // which it is
			if err != nil {
				return err
			}
			return t.w.program.CancelInvite(id)
		})
	})
}

// The three ways out ask once, in the window and not in a dialogue, unless
// nothing was said.

func (t *talkingScreen) askLeave() {
	t.ask("Leave this conversation?", "What was said is forgotten, and you cannot come back.", "Leave", t.w.program.Leave)
}

func (t *talkingScreen) askNext() {
	t.ask("Walk on to another stranger?", "What was said is forgotten, and you cannot come back.", "Next", t.w.program.Next)
}

func (t *talkingScreen) askBlock() {
	t.ask("Block this stranger?", blockMeans, "Block", t.w.program.Block)
}

func (t *talkingScreen) ask(what, meaning, action string, act func() error) {
	if t.silent && (action == "Leave" || action == "Next") || t.question.asks(action) {
		t.answered()
		t.w.try(act)
		return
	}
	t.question.ask(what, meaning, action, func() { t.answered(); t.w.try(act) }, t.answered)
	t.reflow()
	t.w.keys.focus(t.question.stay)
}

// answered puts the question away.
func (t *talkingScreen) answered() {
	t.question.Hide()
	t.reflow()
	t.w.keys.focus(t.composer.draft)
}

func (t *talkingScreen) complain(p *app.Problem) {
	if p != nil {
		t.composer.say(p.String())
	}
}

func (t *talkingScreen) do(c command) {
	switch c {
	case cmdNext:
		t.askNext()
	case cmdLeave:
		t.askLeave()
	case cmdOlder:
		t.thread.choose(-1)
	case cmdNewer:
		t.thread.choose(1)
	}
}

func (t *talkingScreen) escape() {
	switch {
	case t.question.Visible():
		t.answered()
	case t.thread.focused:
		t.thread.letGo()
		t.w.keys.focus(t.composer.draft)
	default:
		t.askLeave()
	}
}

// leave forgets the draft, with all that could be undone in it, and the text
// on the screen.
func (t *talkingScreen) leave() {
	t.composer.forget()
	t.state = app.State{}
	t.thread.update(nil)
}

func (t *talkingScreen) typed(r rune) {
	t.w.keys.focus(t.composer.draft)
	t.composer.draft.TypedRune(r)
}

// talk lays out a conversation: header, rule, what is asked, the messages with
// the pill over them, and the composer.
type talk struct{ t *talkingScreen }

func (l *talk) Layout(o []fyne.CanvasObject, size fyne.Size) {
	if size.IsZero() {
		return
	}
	back, header, rule, asked, thread, composer, pill := o[0], o[1], o[2], o[3], o[4], o[5], o[6]
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	head := heightFor(header, size.Width)
	place(back, 0, 0, size.Width, head)
	place(header, 0, 0, size.Width, head)
	place(rule, 0, head, size.Width, 1)
	y := head + 1
	if l.t.problem.Visible() || l.t.broken.Visible() || l.t.question.Visible() {
		h := heightFor(asked, size.Width)
		place(asked, 0, y, size.Width, h)
		y += h
	} else {
		place(asked, 0, y, size.Width, 0)
	}
	foot := heightFor(composer, size.Width)
	place(composer, 0, size.Height-foot, size.Width, foot)

	x, w := band{measureTalk}.across(size.Width)
	// The scroll bar stands in the margin.
	l.t.thread.resize(func() {
		place(thread, x-ringRoom, y, w+ringRoom+scrollRoom, max(0, size.Height-foot-y))
	})
	p := pill.MinSize()
	place(pill, (size.Width-p.Width)/2, size.Height-foot-p.Height-unit, p.Width, p.Height)
}

func (l *talk) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, 320) }

// question asks once before something is lost.
type question struct {
	*fyne.Container
	what, meaning *prose
	act, stay     *button
	action        string
}

func newQuestion(k *keys) *question {
	q := &question{
		what:    newProse("", sizeBody, semibold, colorText),
		meaning: newNote(),
	}
	q.act = newButton(k, "", danger, func() {})
	q.stay = newButton(k, "Stay", quiet, func() {})
	back := newPanel(colorSurface, radiusCard)
	back.stroke = colorEdge
	q.Container = &fyne.Container{Layout: stacked{}, Objects: []fyne.CanvasObject{back,
		newInset(2*unit, 1.5*unit, newLine(1.5*unit, newColumn(0, q.what, q.meaning), q.stay, q.act)),
	}}
	q.Hide()
	return q
}

func (q *question) asks(action string) bool { return q.Visible() && q.action == action }

func (q *question) ask(what, meaning, action string, act, stay func()) {
	q.what.set(what)
	q.meaning.set(meaning)
	q.action = action
	q.act.set(action, false)
	q.act.pressed, q.stay.pressed = act, stay
	q.Show()
}
