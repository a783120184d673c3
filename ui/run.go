// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"passerby/app"
	"passerby/assets"
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
}

// Identity of the program towards the desktop, as in FyneApp.toml.
const (
	ID      = "chat.passerby.Passerby"
	Name    = "Passerby"
	Version = "0.1.0"
	Build   = 1
)

const (
	frameTime   = 30 * time.Millisecond // states are drawn at most this often
	startWidth  = 960
	startHeight = 760
)

// Run opens the window and returns when it is closed, or when ctx ends. It
// must be called on the main goroutine, once.
func Run(ctx context.Context, p Program) error {
	a := newApp()
	win := a.NewWindow(Name)
	w := newWindow(win, p)
	win.Resize(fyne.NewSize(startWidth, startHeight))
	w.render(p.State(), time.Now())

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		follow(ctx, p.Watch(ctx), w, fyne.Do)
		fyne.Do(win.Close)
	}()
	// After Quit, fyne.Do runs on the caller's goroutine, so whoever calls it
	// ends first.
	win.SetCloseIntercept(func() {
		cancel()
		<-stopped
		win.Close()
	})
	a.Lifecycle().SetOnEnteredForeground(func() { w.front(true) })
	a.Lifecycle().SetOnExitedForeground(func() { w.front(false) })
	win.ShowAndRun()
	return nil
}

// follow hands the newest state to the window, at most one each frameTime, and
// lets it know of every second. It is the only place from which the window is
// reached.
func follow(ctx context.Context, states <-chan app.State, w *window, do func(func())) {
	var (
		newest  app.State
		pending bool
		busy    atomic.Bool
		frame   = time.NewTimer(0)
		clock   = time.NewTicker(time.Second)
	)
	defer frame.Stop()
	defer clock.Stop()
	<-frame.C
	draw := func() {
		// A window that is slower than the states gets the newest one later.
		if !busy.CompareAndSwap(false, true) {
			frame.Reset(frameTime)
			return
		}
		pending = false
		s := newest
		do(func() {
			busy.Store(false)
			w.render(s, time.Now())
		})
	}
	for {
		select {
		case s, ok := <-states:
			if !ok {
				if pending && ctx.Err() == nil {
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
			draw()
		case <-clock.C:
			do(func() { w.tick(time.Now()) })
		case <-ctx.Done():
			return
		}
	}
}

// Fail shows why the program cannot start, and returns when the window is
// closed. Like Run it must be called on the main goroutine, once.
func Fail(problem app.Problem) error {
	a := newApp()
	win := a.NewWindow(Name)
	newFailure(win, problem)
	win.ShowAndRun()
	return errors.New(problem.String())
}

// newApp makes Fyne's side of the program. Its data is set here and not read
// from a FyneApp.toml that happens to lie in the folder of the program.
func newApp() fyne.App {
	icon := fyne.NewStaticResource("icon.png", assets.Icon)
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: ID, Name: Name, Version: Version, Build: Build,
		Icon:       icon,
		Release:    true,
		Migrations: map[string]bool{"fyneDo": true},
	})
	a := fyneapp.NewWithID(ID)
	refuse()
	a.SetIcon(icon)
	a.Settings().SetTheme(dusk{})
	return a
}
