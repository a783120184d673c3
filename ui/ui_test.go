// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"context"
	"fmt"
	"image/color"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// fake is a Program that records what is asked of it.
type fake struct {
	state app.State
	asked []string
	found []string
	sent  []string
	err   error
}

func (f *fake) State() app.State                       { return f.state }
func (f *fake) Watch(context.Context) <-chan app.State { return nil }
func (f *fake) Find(words []string) error              { f.found = words; return f.ask("find") }
func (f *fake) Leave() error                           { return f.ask("leave") }
func (f *fake) Next() error                            { return f.ask("next") }
func (f *fake) Block() error                           { return f.ask("block") }
func (f *fake) SetCover(on bool)                       { f.ask(fmt.Sprint("cover ", on)) }
func (f *fake) SetGuard(level settings.Guard)          { f.ask(fmt.Sprint("guard ", int(level))) }
func (f *fake) Silence(c guard.Category)               { f.ask("silence " + string(c)) }
func (f *fake) NotAboutMe(fact int)                    { f.ask(fmt.Sprint("not about me ", fact)) }
func (f *fake) Invite(kind app.InviteKind) (uint64, error) {
	return 1, f.ask("invite " + string(kind))
}
func (f *fake) Follow(link string) (uint64, error) { return 2, f.ask("follow " + link) }
func (f *fake) Again() (uint64, error)             { return 3, f.ask("again") }
func (f *fake) Meet(id uint64) error               { return f.ask(fmt.Sprint("meet ", id)) }
func (f *fake) CancelInvite(id uint64) error       { return f.ask(fmt.Sprint("cancel ", id)) }
func (f *fake) SetRemember(on bool)                { f.ask(fmt.Sprint("remember ", on)) }
func (f *fake) SetStay(on bool)                    { f.ask(fmt.Sprint("stay ", on)) }
func (f *fake) AskForUpdates() error               { return f.ask("updates") }
func (f *fake) Retire()                            { f.ask("retire") }
func (f *fake) Panic()                             { f.ask("panic") }
func (f *fake) Send(text string) (id uint64, err error) {
	f.sent = append(f.sent, text)
	return 1, f.ask("send")
}
func (f *fake) ask(what string) error { f.asked = append(f.asked, what); return f.err }

// at is when tests happen.
var at = time.Date(2030, 3, 4, 21, 17, 0, 0, time.Local)

// only is the theme in one variant.
type only struct {
	dusk
	variant fyne.ThemeVariant
}

func (o only) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return o.dusk.Color(name, o.variant)
}

// oneApp is the app of most tests. Fyne reads all fonts anew for each app, and
// keeps what it has read: with one for each test that was gigabytes.
var oneApp = sync.OnceValue(func() fyne.App {
	a := test.NewApp()
	a.Settings().SetTheme(dusk{})
	return a
})

// useApp makes oneApp the present one, if a test before had another.
func useApp(t testing.TB) {
	t.Helper()
	if a := oneApp(); fyne.CurrentApp() != a {
		fyne.SetCurrentApp(a)
	}
}

// open shows a state in a window of a size.
func open(t testing.TB, s app.State, size fyne.Size) (*window, *fake) {
	t.Helper()
	useApp(t)
	f := &fake{state: s}
	win := test.NewTempWindow(t, canvas.NewRectangle(color.Black))
	w := newWindow(win, f)
	win.Resize(size)
	w.render(s, at)
	return w, f
}

var (
	narrow = fyne.NewSize(480, 700)
	wide   = fyne.NewSize(1200, 800)
)

// ready is a State on Home in which a stranger can be found.
func ready() app.State {
	return app.State{Ready: true, Tor: app.Tor{Progress: 100}, Mesh: app.Mesh{Peers: 3, Sources: app.Sources{Slots: 1}}}
}

func seekingState() app.State {
	s := ready()
	s.Phase = app.Seeking
	s.Search = &app.Search{Since: at.Add(-time.Minute), Interests: []string{"tea"}}
	return s
}

func talkingState(messages ...app.Message) app.State {
	s := ready()
	s.Phase = app.Talking
	c := &app.Conversation{ID: 1, Since: at.Add(-12 * time.Minute), Interests: []string{"tea"}, Messages: messages}
	for _, m := range messages {
		if m.Mine {
			c.Said++
		} else {
			c.Heard++
		}
	}
	s.Conversation = c
	return s
}

// reconnectingState is a conversation whose line is broken.
func reconnectingState() app.State {
	s := talkingState(theirs("hello"), mine("one", app.Delivered), mine("two", app.Waiting), mine("three", app.Waiting))
	s.Conversation.Reconnecting = true
	return s
}

func afterState() app.State {
	s := ready()
	s.Phase = app.After
	s.Conversation = &app.Conversation{
		ID: 1, Since: at.Add(-12 * time.Minute), Until: at, Ended: app.TheyLeft, Said: 3, Heard: 1, Undelivered: []uint64{3},
	}
	return s
}

// mine and theirs are messages.
func mine(text string, d app.Delivery) app.Message {
	return app.Message{Mine: true, Text: text, At: at, Delivery: d}
}

func theirs(text string) app.Message { return app.Message{Text: text, At: at} }

// texts returns all texts drawn below o, and walks every object there with
// its place in the window.
func walk(o fyne.CanvasObject, origin fyne.Position, visit func(o fyne.CanvasObject, at fyne.Position)) {
	if !o.Visible() {
		return
	}
	place := origin.Add(o.Position())
	visit(o, place)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, place, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, place, visit)
		}
	}
}

// words returns what can be read below o.
func words(o fyne.CanvasObject) []string {
	var all []string
	walk(o, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" {
			all = append(all, text.Text)
		}
	})
	return all
}

func press(o fyne.Focusable, name fyne.KeyName) { o.TypedKey(&fyne.KeyEvent{Name: name}) }
