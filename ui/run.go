// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
	"passerby/assets"
	"passerby/ui/clipboard"
)

// Program is what the window needs of the program behind it. Its methods are
// called on the window's goroutine, so they return without waiting for the
// network.
type Program interface {
	// State returns what is true now.
	State() app.State
	// Watch returns every state in order, starting with the present one. The
	// channel is closed when ctx ends or the program closes.
	Watch(ctx context.Context) <-chan app.State
	// Find starts to look for a stranger, from Home or After.
	Find(interests []string) error
	// Send sends a message of at most app.MaxMessage characters.
	Send(text string) (id uint64, err error)
	// Leave stops a search, ends a conversation, or goes from After to Home.
	Leave() error
	// Next leaves this stranger and looks for another with the same interests.
	Next() error
	// Block leaves, and never meets this stranger again while this copy runs.
	Block() error
	// SetCover turns the cover traffic of conversations on or off.
	SetCover(on bool)
	// SetGuard turns the guard down, off, or up again.
	SetGuard(level settings.Guard)
	// Silence has the guard say no more about a category in this conversation.
	Silence(category guard.Category)
	// NotAboutMe takes a fact out of the meter of the conversation.
	NotAboutMe(fact int)
	// Invite makes a link for somebody else to follow; the State has it.
	Invite(kind app.InviteKind) (id uint64, err error)
	// Follow looks for whoever made a link.
	Follow(link string) (id uint64, err error)
	// Again keeps what it takes to meet this stranger again, if they do too.
	Again() (id uint64, err error)
	// Meet looks for somebody whom Again has kept.
	Meet(id uint64) error
	// CancelInvite ends an invite and takes it off the list.
	CancelInvite(id uint64) error
	// SetRemember agrees, or no longer agrees, that members of the network are
	// remembered for the next run.
	SetRemember(on bool)
	// SetStay agrees, or no longer agrees, to stay on for others.
	SetStay(on bool)
	// AskForUpdates asks once, through Tor, whether there is a newer version; the
	// State has the answer.
	AskForUpdates() error
	// Retire ends all that the person has begun, while the program goes on for
	// others.
	Retire()
	// Panic forgets everything and ends the network part of the program at
	// once. The caller ends the process.
	Panic()
}

// Identity of the program towards the desktop, as in FyneApp.toml.
const (
	appID    = "chat.passerby.passerby"
	appName  = "Passerby" // also the title of the window, whatever it shows
	appBuild = 1
)

const (
	frameTime   = 30 * time.Millisecond // states are drawn at most this often
	startWidth  = 960
	startHeight = 800
)

// ErrNoScreen means that there is nothing to open a window on.
var ErrNoScreen = errors.New("there is no screen to open a window on: " +
	"start Passerby from a desktop, or use “passerby console”")

// Options are what the window needs besides the program.
type Options struct {
	// Settings keeps what a person chooses in the window. Nil keeps nothing.
	Settings *settings.Store
	// NoCards leaves the cards of the first run for another one.
	NoCards bool
}

// Run opens the window and returns when it is closed, when ctx ends, or when
// the program closes the channel of its states. Where the person stays on for
// others, and the desktop has a place for it, closing the window does not end
// it: see doorway. It must be called on the main goroutine, once.
func Run(ctx context.Context, p Program, o Options) error {
	env := environment(os.Getenv, waylandUsable())
	if !screenThere(runtime.GOOS, env) {
		return ErrNoScreen
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := newApp(env)
	// Once Fyne has stopped, fyne.Do would run on its caller's goroutine.
	var stopped atomic.Bool
	do := func(f func()) {
		fyne.Do(func() {
			if !stopped.Load() {
				f()
			}
		})
	}
	d := &doorway{
		app: a, program: p, options: o, do: do, there: trayThere, quit: a.Quit, newest: p.State(),
		board: func(win fyne.Window) *clipboard.Board { return openClipboard(win, a.App.Clipboard(), do) },
	}
	d.build(func(open, quit func()) error { return buildTray(a.App, open, quit) })
	w := d.open()
	if !o.NoCards {
		w.arrive()
	}
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		follow(ctx, p.Watch(ctx), frontEnd{d.render, d.tick}, do)
		do(a.Quit)
	}()
	a.Lifecycle().SetOnEnteredForeground(func() { d.front(true) })
	a.Lifecycle().SetOnExitedForeground(func() { d.front(false) })
	a.Lifecycle().SetOnStopped(func() { stopped.Store(true) })
	a.Lifecycle().SetOnStarted(d.started)
	w.win.ShowAndRun()

	stopped.Store(true)
	d.end()
	cancel()
	<-followed
	return nil
}

// frontEnd is what follow reaches: both run where do runs them.
type frontEnd struct {
	render func(app.State, time.Time)
	tick   func(time.Time)
}

// follow hands the newest state to the window, at most one each frameTime and
// never a second before the first is drawn, and tells it of every second. It
// is the only place from which other goroutines reach the window. It returns
// when ctx ends or states is closed.
func follow(ctx context.Context, states <-chan app.State, to frontEnd, do func(func())) {
	var (
		newest  app.State
		pending bool        // newest is not handed over yet
		drawing atomic.Bool // the last one that was is not drawn yet
		frame   = time.NewTimer(time.Hour)
		clock   = time.NewTicker(time.Second)
	)
	defer frame.Stop()
	defer clock.Stop()
	draw := func() {
		pending = false
		drawing.Store(true)
		s := newest
		do(func() {
			drawing.Store(false)
			to.render(s, time.Now())
		})
	}
	for {
		select {
		case s, ok := <-states:
			if !ok {
				if pending {
					draw()
				}
				return
			}
			newest = s
			if !pending {
				pending = true
				frame.Reset(frameTime)
			}
		case <-frame.C:
			if drawing.Load() {
				frame.Reset(frameTime)
			} else if pending {
				draw()
			}
		case <-clock.C:
			do(func() { to.tick(time.Now()) })
		case <-ctx.Done():
			return
		}
	}
}

// newApp makes Fyne's side of the program. Its data is set here and not read
// from a FyneApp.toml that happens to lie in the folder of the program.
func newApp(env func(string) string) calmApp {
	icon := fyne.NewStaticResource("icon.png", assets.Icon)
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: appID, Name: appName, Version: app.Version, Build: appBuild,
		Icon:       icon,
		Release:    true,
		Migrations: map[string]bool{"fyneDo": true},
	})
	if platform := env("FYNE_PLATFORM"); platform != "" {
		os.Setenv("FYNE_PLATFORM", platform)
	} else if inputNeedsX11(env) {
		os.Setenv("FYNE_PLATFORM", "x11")
	}
	if busMissing(runtime.GOOS, os.Getenv, os.Getuid(), fileExists) {
		os.Setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
	}
	a := calmApp{fyneapp.NewWithID(appID)}
	fyne.SetCurrentApp(a)
	refuse()
	a.SetIcon(icon)
	a.Settings().SetTheme(dusk{})
	return a
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
