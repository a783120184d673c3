// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"context"
	"errors"

	"passerby/app/update"
)

// UpdatePhase is how far a question for a newer version has come.
type UpdatePhase string

// The phases, of which there is none until a person asks. The words are part of
// the console's contract.
const (
	UpdateAsking UpdatePhase = "asking"
	UpdateNewest UpdatePhase = "newest" // nothing newer was shown
	UpdateNewer  UpdatePhase = "newer"  // there is a newer version
	UpdateFailed UpdatePhase = "failed"
)

// UpdateFile is one file of a published version.
type UpdateFile = update.File

// Update is what came of the last question for a newer version in this run. It
// is never kept.
type Update struct {
	// Can tells that this copy knows whom to ask.
	Can   bool
	Phase UpdatePhase
	// Version and Files are what was published, where Phase is UpdateNewer.
	Version string
	Files   []UpdateFile
	// Problem is why it failed, where Phase is UpdateFailed.
	Problem *Problem
}

// Sums returns the files as lines that sha256sum checks.
func (u Update) Sums() string { return update.Sums(u.Files) }

// Errors of AskForUpdates. Their texts are fit to show.
var (
	errNotConnected  = errors.New("there is no connection to Tor yet, and nothing is asked past it; ask again when there is one")
	errAlreadyAsking = errors.New("the question is under way; its answer can take a few minutes")
)

// AskForUpdates asks, through Tor and this once, whether there is a newer
// version. It returns at once; the State has the answer. Nothing is sent but
// the connection itself, and nothing is installed; see package update.
func (a *App) AskForUpdates() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.closed:
		return ErrClosed
	case !a.state.Update.Can:
		return update.ErrCannotAsk
	case a.asking != nil:
		return errAlreadyAsking
	case !a.up:
		return errNotConnected
	}
	ctx, cancel := context.WithCancel(a.ctx)
	a.asking = cancel
	a.update(func(s *State) { s.Update = Update{Can: true, Phase: UpdateAsking} })
	engine := a.engine
	a.spawn(func() {
		defer cancel()
		answer := a.askPublisher(ctx, engine)
		a.mu.Lock()
		defer a.mu.Unlock()
		if ctx.Err() != nil { // nobody waits for it any more
			return
		}
		a.asking = nil
		a.update(func(s *State) { s.Update = answer })
	})
	return nil
}

// askPublisher returns what comes of a question.
func (a *App) askPublisher(ctx context.Context, through update.Dialer) Update {
	u := Update{Can: true}
	have, err := update.ParseVersion(Version)
	var l update.List
	if err == nil {
		l, err = a.params.Updates.Ask(ctx, through, have)
	}
	switch {
	case err != nil:
		p := ProblemOf(err)
		u.Phase, u.Problem = UpdateFailed, &p
	case have.Before(l.Version):
		u.Phase, u.Version, u.Files = UpdateNewer, l.Version.String(), l.Files
	default:
		u.Phase = UpdateNewest
	}
	return u
}

// forgetUpdate ends a question, and forgets the answer to one. It is called
// with mu held.
func (a *App) forgetUpdate() {
	if a.asking != nil {
		a.asking()
		a.asking = nil
	}
	a.update(func(s *State) { s.Update = Update{Can: s.Update.Can} })
}
