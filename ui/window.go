// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"os"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"passerby/app"
	"passerby/app/settings"
)

// screen draws one phase of the program.
type screen interface {
	object() fyne.CanvasObject
	first() fyne.Focusable          // what has the keyboard when the screen appears
	show(s app.State, at time.Time) // draws a state
	complain(p *app.Problem)        // says why what was asked for did not happen
	do(command)                     // a shortcut
	typed(rune)                     // typing that nothing else took
	escape()                        // Esc
	leave()                         // the screen goes, and forgets
}

// paged is a screen that is one page: keys turn it, where nothing else takes
// them, and what has the keyboard is brought into view.
type paged interface{ sheet() *page }

// pressable is a screen that has a use for keys that nothing else takes.
type pressable interface{ pressed(fyne.KeyName) bool }

// window shows one screen at a time. All of it runs on Fyne's goroutine.
type window struct {
	program Program
	kept    *settings.Store // what a person has chosen
	win     fyne.Window
	keys    *keys
	root    *fyne.Container

	screen    screen
	over      []*layer // screens that lie over it, the topmost last
	fresh     bool     // the screen came beneath others and never had the keyboard
	phase     app.Phase
	failed    bool     // the screen says that the program cannot go on
	talk      uint64   // the conversation on the screen
	interests []string // as last named
	away      bool     // another window is in front
	state     app.State
	drawn     time.Time // when a screen last went, until its drawing is forgotten; else zero
	made      *makeItUp // whose picture is shown on it, where it is no real window; else nil
	met       bool      // a conversation has begun in this run

	shield  *shielded
	capture capture  // what is known of pictures of the window
	covered bool     // the curtain is drawn
	curtain *curtain // over the screen of the phase
	later   func(time.Duration, func())

	gone            bool // the panic key was pressed
	haste           haste
	forgetClipboard func() // takes our entry off the clipboard, on any goroutine; nil where there is none
	exit            func() // ends the process
	quit            func() // ends the program as a person does
	nook            nook   // what is known of the desktop's place near the clock
	lookNearClock   func() // finds out, where it is not known
}

func newWindow(win fyne.Window, p Program) *window {
	w := &window{program: p, kept: settings.InMemory(), win: win, root: &fyne.Container{Layout: stacked{}}}
	w.haste, w.exit, w.quit = greatest, func() { os.Exit(0) }, win.Close
	w.lookNearClock = func() {}
	w.shield, w.curtain = shield(win), newCurtain()
	w.win, w.capture, w.shield.told = w.shield, w.shield.now, w.learn
	w.later = func(_ time.Duration, f func()) { f() }
	w.keys = &keys{
		key: func(e *fyne.KeyEvent) {
			switch {
			case w.screen == nil:
			case e.Name == fyne.KeyEscape:
				w.top().escape()
			case e.Name == fyne.KeyF1:
				w.help()
			case e.Name == pictureKey:
				w.printScreen()
			default:
				if s, ok := w.top().(pressable); ok && s.pressed(e.Name) {
					return
				}
				if s, ok := w.top().(paged); ok {
					s.sheet().turn(e.Name)
				}
			}
		},
		rune: func(r rune) {
			if w.screen != nil {
				w.top().typed(r)
			}
		},
		shortcut: func(s fyne.Shortcut) {
			w.do(commandFor(s))
		},
	}
	w.keys.show = func(o fyne.CanvasObject) {
		if s, ok := w.top().(paged); ok {
			s.sheet().reveal(o)
		}
	}
	c := win.Canvas()
	w.keys.focus = func(o fyne.Focusable) {
		if o == nil {
			c.Unfocus()
		} else {
			c.Focus(o)
		}
	}
	c.SetOnTypedKey(w.keys.key)
	c.SetOnTypedRune(w.keys.rune)
	for _, s := range append(shortcuts(), pictureKeys()...) {
		c.AddShortcut(s, w.keys.shortcut)
	}
	back := newPanel(theme.ColorNameBackground, 0)
	back.min = fyne.NewSize(minWidth, minHeight)
	w.root.Objects = []fyne.CanvasObject{back}
	win.SetPadded(false)
	win.SetContent(w.root)
	return w
}

// The smallest window that everything fits into.
const (
	minWidth  = 440
	minHeight = 560
)

// do carries out a shortcut: two of them everywhere, the others as the screen
// that is looked at understands them.
func (w *window) do(c command) {
	switch {
	case c == cmdPanic:
		w.vanish()
	case c == noCommand || w.screen == nil:
	case c == cmdSettings:
		w.settings()
	case c == cmdPicture:
		w.printScreen()
	default:
		w.top().do(c)
	}
}

// arrive shows the cards of the first run, if this is one in which anything can
// be done.
func (w *window) arrive() {
	if !w.failed && !w.kept.Choices().CardsSeen {
		w.lay(newArriving(w, true))
	}
}

// cards shows the cards again.
func (w *window) cards() { w.lay(newArriving(w, false)) }

// settings shows the settings over whatever goes on, or puts them away.
func (w *window) settings() {
	if s, ok := w.top().(*settingsScreen); ok {
		w.lift(s)
		return
	}
	w.lay(newSettings(w))
}

// render draws a state, on the screen that it belongs to.
func (w *window) render(s app.State, at time.Time) {
	if w.gone {
		return
	}
	w.state = s
	if fresh := w.screenFor(s); fresh != nil {
		if w.screen != nil {
			w.leave(w.screen, at)
		}
		w.screen, w.phase = fresh, s.Phase
		w.root.Objects = append(w.root.Objects[:1:1], fresh.object(), w.curtain)
		w.root.Layout.Layout(w.root.Objects, w.root.Size())
		w.screen.show(s, at)
		w.root.Refresh()
		if w.fresh = len(w.over) > 0; !w.fresh {
			w.closeMenus()
			w.begin(fresh)
		}
	} else {
		w.screen.show(s, at)
	}
	for _, l := range slices.Clone(w.over) {
		l.screen.show(s, at)
	}
}

// layer is a screen that lies over another, on ground of its own.
type layer struct {
	screen
	cover   *fyne.Container
	curtain *curtain
}

// lay shows a screen over what is shown now, which stays as it is, until lift
// takes it away. It is told of every state, as the screen of a phase is. On a
// picture of what is made up the controls come back instead.
func (w *window) lay(s screen) {
	if w.made != nil {
		w.made.back()
		return
	}
	veil := newCurtain()
	setVisible(veil, w.covered)
	l := &layer{s, &fyne.Container{Layout: stacked{}, Objects: []fyne.CanvasObject{
		newPanel(theme.ColorNameBackground, 0), s.object(), veil,
	}}, veil}
	w.closeMenus()
	w.over = append(w.over, l)
	w.win.Canvas().Overlays().Add(l.cover)
	s.show(w.state, time.Now())
	w.begin(s)
}

// begin gives a screen the keyboard. A page is read from its top, also where
// what has the keyboard is farther down.
func (w *window) begin(s screen) {
	w.keys.focus(s.first())
	if p, ok := s.(paged); ok {
		p.sheet().scrollTo(0)
	}
}

// closeMenus closes what is open over the screen that is looked at and belongs
// to it: where that goes, or is covered, its menus would do something unseen.
func (w *window) closeMenus() {
	over := w.win.Canvas().Overlays()
	for top := over.Top(); top != nil; top = over.Top() {
		if n := len(w.over); n > 0 && top == fyne.CanvasObject(w.over[n-1].cover) {
			return
		}
		over.Remove(top)
	}
}

// lift takes away a screen that lies over another, with all that lies over it,
// and they forget. What was covered has the keyboard as before, or as it had at
// first where nothing of it had.
func (w *window) lift(s screen) {
	i := slices.IndexFunc(w.over, func(l *layer) bool { return l.screen == s })
	if i < 0 {
		return
	}
	gone := w.over[i:]
	w.over = w.over[:i:i]
	w.win.Canvas().Overlays().Remove(gone[0].cover)
	for _, l := range gone {
		w.leave(l.screen, time.Now())
	}
	if w.fresh && len(w.over) == 0 || w.win.Canvas().Focused() == nil {
		w.fresh = w.fresh && len(w.over) > 0
		w.keys.focus(w.top().first())
	}
}

// makeItUp opens the editor of made-up conversations, with a copy of the one
// that takes place, if one does, or goes back to it.
func (w *window) makeItUp() {
	for i, l := range w.over {
		if _, ok := l.screen.(*makeItUp); ok {
			if i+1 < len(w.over) {
				w.lift(w.over[i+1].screen)
			}
			return
		}
	}
	var c *app.Conversation
	if w.state.Phase == app.Talking {
		c = w.state.Conversation
	}
	w.lay(newMakeItUp(w, c, time.Now()))
}

// help shows the help page over whatever goes on, or puts it away.
func (w *window) help() {
	if h, ok := w.top().(*helpScreen); ok {
		w.lift(h)
		return
	}
	w.lay(newHelp(w))
}

// helpOn opens the help page at a section.
func (w *window) helpOn(heading string) {
	h := newHelp(w)
	w.lay(h)
	h.goToSection(heading)
}

// top is the screen that is looked at.
func (w *window) top() screen {
	if n := len(w.over); n > 0 {
		return w.over[n-1].screen
	}
	return w.screen
}

// screenFor returns a new screen where the present one does not fit the state.
func (w *window) screenFor(s app.State) screen {
	var talk uint64
	if s.Phase == app.Talking && s.Conversation != nil {
		talk = s.Conversation.ID
	}
	failed := s.Phase == app.Home && s.Problem != nil && s.Problem.Fatal
	if w.screen != nil && w.phase == s.Phase && w.talk == talk && w.failed == failed {
		return nil
	}
	w.talk, w.failed = talk, failed
	switch {
	case failed:
		return newFailed(w)
	case s.Phase == app.Seeking:
		return newSeeking(w)
	case talk != 0:
		w.met = true
		return newTalking(w, *s.Conversation)
	case s.Phase == app.After:
		return newAfter(w)
	}
	return newHome(w)
}

// leave has a screen forget what it shows, and so, a while later, what Fyne
// keeps of it.
func (w *window) leave(s screen, at time.Time) {
	s.leave()
	w.drawn = at
}

// drawnLife is longer than Fyne keeps the pictures of words that it no longer
// draws, with the words, which is a minute. It throws them away only when it
// draws something, and a window in which nothing happens is not drawn.
const drawnLife = 75 * time.Second

// tick draws the state again as time passes.
func (w *window) tick(at time.Time) {
	if !w.drawn.IsZero() && at.Sub(w.drawn) >= drawnLife {
		w.drawn = time.Time{}
		w.root.Refresh()
	}
	if w.screen != nil && (w.phase == app.Seeking || w.phase == app.Talking) {
		w.screen.show(w.state, at)
	}
}

// front tells the window whether it is in front of others.
func (w *window) front(is bool) {
	w.away = !is
	if is {
		w.shield.ask()
	}
	w.veil()
	if s, ok := w.screen.(*seekingScreen); ok {
		s.move()
	}
	if s, ok := w.top().(*arriving); ok {
		s.move()
	}
}

func (w *window) find(words []string) {
	w.interests = words
	w.try(func() error { return w.program.Find(words) })
}

// try runs a command and says so where it fails.
func (w *window) try(act func() error) {
	if err := act(); err != nil {
		w.screen.complain(&app.Problem{What: capital(err.Error())})
		return
	}
	w.screen.complain(nil)
}
