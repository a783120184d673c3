// SPDX-License-Identifier: GPL-3.0-or-later

package app

import (
	"context"
	"errors"
	"image"
	"slices"
	"time"

	"passerby/net/invite"
)

// Errors of commands about invites, beside those of package invite. Their texts
// are fit to show.
var (
	ErrOffline    = errors.New("the connection to Tor is not there yet; wait until it is")
	ErrInviteKind = errors.New("an invite is for one guest (once) or for many (many)")
)

// askTime bounds how long a command about invites waits for Tor's clock, which
// a tor that is connected has at hand.
const askTime = 2 * time.Second

// maxKept is how many people one can mean to meet again, who are not looked
// for yet: as many as there are conversations in a day of which that is true,
// and no more, because each is a secret in memory.
const maxKept = 16

// InviteKind is what an invite is for. The words are part of the console's
// contract.
type InviteKind string

// The kinds.
const (
	Once  InviteKind = "once"  // lets in one guest
	Many  InviteKind = "many"  // lets in whoever has the link
	Again InviteKind = "again" // for two who have talked
)

// InvitePhase is how far an invite has come. The words are part of the
// console's contract.
type InvitePhase string

// The phases.
const (
	InviteKept      InvitePhase = "kept"      // of kind Again: nobody is looked for yet, see App.Meet
	InvitePreparing InvitePhase = "preparing" // others cannot reach us by it yet
	InviteWaiting   InvitePhase = "waiting"   // for the other, who may be offline
	InviteMet       InvitePhase = "met"       // the other is there, and a conversation begins
	InviteOver      InvitePhase = "over"      // used up, or ended by what Problem says
)

// Invite is one way to meet somebody in particular.
type Invite struct {
	ID   uint64 // counts those of this run, from 1
	Kind InviteKind
	// Link is what to hand to somebody else where Mine, what was followed where
	// not, and of kind Again a note to oneself that nobody else must get. It is
	// "" while Phase is InviteKept.
	Link  string
	Mine  bool      // made here, for others
	Until time.Time // by Tor's clock; zero while Phase is InviteKept
	Phase InvitePhase
	// Problem is why it is over, or what went wrong last, in words for a person,
	// or "".
	Problem string
	link    invite.Link
}

// QR returns the link as a picture with one pixel a module, its margin
// included. It fails while there is no link.
func (i Invite) QR() (*image.Paletted, error) {
	if i.Link == "" {
		return nil, invite.ErrNotLink
	}
	return i.link.QR()
}

// appointment is one invite of the State.
type appointment struct {
	id       uint64
	book     uint64   // its ID in the book, 0 while it is kept
	exported [32]byte // while it is kept
	first    bool
	setbacks int    // meetings of which no conversation came
	setback  string // why none came of the last, in words for a person
}

// ask returns the book, and a context for one question about the time.
func (a *App) ask() (*invite.Book, context.Context, context.CancelFunc, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.closed:
		return nil, nil, nil, ErrClosed
	case a.book == nil || !a.up:
		return nil, nil, nil, ErrOffline
	}
	ctx, cancel := context.WithTimeout(a.ctx, askTime)
	return a.book, ctx, cancel, nil
}

// offline puts the end of ask's time into words.
func offline(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return ErrOffline
	}
	return err
}

// Invite makes a link of kind Once or Many, for somebody else to follow; the
// State has it. It returns the invite's ID. Errors are ErrInviteKind,
// ErrOffline, ErrClosed and invite.ErrTooMany.
func (a *App) Invite(kind InviteKind) (id uint64, err error) {
	kinds := map[InviteKind]invite.Kind{Once: invite.Once, Many: invite.Many}
	if kinds[kind] == 0 {
		return 0, ErrInviteKind
	}
	book, ctx, cancel, err := a.ask()
	if err != nil {
		return 0, err
	}
	defer cancel()
	made, err := book.Invite(ctx, kinds[kind])
	if err != nil {
		return 0, offline(err)
	}
	return a.appoint(made), nil
}

// Follow looks for whoever made a link, and begins a conversation when they are
// there. Errors are ErrOffline, ErrClosed and those of package invite, which
// say what is wrong with the link.
func (a *App) Follow(link string) (id uint64, err error) {
	book, ctx, cancel, err := a.ask()
	if err != nil {
		return 0, err
	}
	defer cancel()
	made, err := book.Follow(ctx, link)
	if err != nil {
		return 0, offline(err)
	}
	return a.appoint(made), nil
}

// appoint shows what the book has under this ID.
func (a *App) appoint(made uint64) uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.appointments {
		if p.book == made {
			return p.id
		}
	}
	a.invited++
	a.appointments = append(a.appointments, &appointment{id: a.invited, book: made})
	a.showInvites()
	return a.invited
}

// Again keeps what it takes to meet this stranger again, if they press it too.
// Nothing is sent: both sides have the same secret from their handshake.
// Nobody is looked for before Meet; where the conversation is lost, both are
// looked for at once. It is gone with the program. Errors are ErrNotTalking and
// invite.ErrTooMany.
func (a *App) Again() (id uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.talk == nil {
		return 0, ErrNotTalking
	}
	if a.talk.again != 0 {
		return a.talk.again, nil
	}
	secret := a.talk.session.Exported()
	if secret == [32]byte{} { // it has just ended
		return 0, ErrNotTalking
	}
	kept := 0
	for _, p := range a.appointments {
		if p.book == 0 {
			kept++
		}
	}
	if kept >= maxKept {
		return 0, invite.ErrTooMany
	}
	a.invited++
	a.appointments = append(a.appointments, &appointment{id: a.invited, exported: secret, first: a.talk.session.Dialed()})
	a.talk.again = a.invited
	a.update(func(s *State) {
		next := *s.Conversation
		next.Again = true
		s.Conversation = &next
	})
	a.showInvites()
	return a.invited, nil
}

// Meet looks for somebody whom Again has kept, until they look for us too, for
// two days at most. Errors are ErrOffline, ErrClosed, invite.ErrUnknown and
// invite.ErrTooMany.
func (a *App) Meet(id uint64) error {
	book, ctx, cancel, err := a.ask()
	if err != nil {
		return err
	}
	defer cancel()
	a.mu.Lock()
	p := a.appointed(id)
	if p == nil {
		a.mu.Unlock()
		return invite.ErrUnknown
	}
	if p.book != 0 { // looked for already
		a.mu.Unlock()
		return nil
	}
	secret, first := p.exported, p.first
	a.mu.Unlock()
	made, err := book.Again(ctx, secret, first)
	if err != nil {
		return offline(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.appointed(id) != p { // cancelled in the meantime
		return book.Cancel(made)
	}
	p.book, p.exported = made, [32]byte{}
	a.showInvites()
	return nil
}

// CancelInvite ends an invite and takes it off the list. A conversation that
// came of it goes on. It returns invite.ErrUnknown where there is none.
func (a *App) CancelInvite(id uint64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.appointed(id)
	if p == nil {
		return invite.ErrUnknown
	}
	if p.book != 0 {
		_ = a.book.Cancel(p.book) // it may have forgotten it
	}
	a.forgetInvite(p)
	a.showInvites()
	return nil
}

// appointed returns an appointment, or nil. It is called with mu held.
func (a *App) appointed(id uint64) *appointment {
	for _, p := range a.appointments {
		if p.id == id {
			return p
		}
	}
	return nil
}

// forgetInvite takes an appointment off the list. It is called with mu held.
func (a *App) forgetInvite(p *appointment) {
	p.exported = [32]byte{}
	a.appointments = slices.DeleteFunc(a.appointments, func(other *appointment) bool { return other == p })
	if a.talk != nil && a.talk.again == p.id {
		a.talk.again = 0
		a.update(func(s *State) {
			next := *s.Conversation
			next.Again = false
			s.Conversation = &next
		})
	}
}

// forgetInvites drops all secrets of invites that this package holds. It is
// called with mu held, once nothing is shown any more.
func (a *App) forgetInvites() {
	for _, p := range a.appointments {
		p.exported = [32]byte{}
	}
	a.appointments = nil
}

// followInvites keeps the State true about invites.
func (a *App) followInvites() {
	for {
		select {
		case <-a.moved:
		case <-a.ctx.Done():
			return
		}
		a.mu.Lock()
		a.showInvites()
		a.mu.Unlock()
	}
}

// showInvites makes the State's list. It is called with mu held.
func (a *App) showInvites() {
	if a.closed {
		return
	}
	status := make(map[uint64]invite.Status)
	if a.book != nil {
		for _, s := range a.book.Status() {
			status[s.ID] = s
		}
	}
	var list []Invite
	for _, p := range slices.Clone(a.appointments) {
		s, listed := status[p.book]
		switch {
		case p.book == 0:
			list = append(list, Invite{ID: p.id, Kind: Again, Phase: InviteKept})
		case listed:
			i := inviteOf(p.id, s)
			if i.Phase == InviteMet && p.setback != "" { // and waits for the next try
				i.Phase = InviteWaiting
			}
			if i.Phase == InviteWaiting && i.Problem == "" {
				i.Problem = p.setback
			}
			list = append(list, i)
		default: // so old that the book has forgotten it
			a.forgetInvite(p)
		}
	}
	if !slices.Equal(list, a.state.Invites) {
		a.update(func(s *State) { s.Invites = list })
	}
}

// inviteOf puts what the book says into the State's words.
func inviteOf(id uint64, s invite.Status) Invite {
	i := Invite{
		ID: id, Link: s.Link.String(), Mine: s.Mine, Until: s.Link.Until(), link: s.Link,
		Kind:  map[invite.Kind]InviteKind{invite.Once: Once, invite.Many: Many, invite.Again: Again}[s.Link.Kind()],
		Phase: map[invite.Phase]InvitePhase{invite.Preparing: InvitePreparing, invite.Waiting: InviteWaiting, invite.Met: InviteMet, invite.Over: InviteOver}[s.Phase],
	}
	if s.Err != nil && !errors.Is(s.Err, context.Canceled) {
		i.Problem = ProblemOf(s.Err).String()
	}
	return i
}

// keepOrDrop decides, at the end of a conversation, about what Again has kept:
// whoever was lost is looked for at once, whoever was blocked never again. It is
// called with mu held.
func (a *App) keepOrDrop(t *talk, reason Reason) {
	p := a.appointed(t.again)
	if p == nil || a.closed {
		return
	}
	switch reason {
	case Lost:
		a.spawn(func() { _ = a.Meet(p.id) }) // where it fails it stays kept
	case Blocked:
		if p.book != 0 {
			_ = a.book.Cancel(p.book)
		}
		a.forgetInvite(p)
		a.showInvites()
	}
}
