// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
)

// Errors of a [Book]'s methods, fit to show.
var (
	ErrTooMany = errors.New("too many invites are open; end one of them first")
	ErrUnknown = errors.New("there is no such invite")
)

// Params is what a Book is made of. Changed may be nil, all else is required.
type Params struct {
	Network onion.Network
	Name    string // the network's name
	// Members returns up to n random members of the mesh that are alive, to be
	// told to whoever is met. Our own key should not be among them: a guest may
	// know who we are, and would know what our key in the mesh does.
	Members func(n int) []onion.Address
	// Met is called with each meeting, whose stream belongs to the callee from
	// then on. It must not wait.
	Met func(Meeting)
	// Changed is called when Status may have changed. It must not wait.
	Changed func()
}

// Meeting is a stream to somebody who had the same invite.
//
// To begin a conversation, the side for which Dialer is true calls
// session.Propose on Conn with Key and Peer, the other one session.Receive with
// Key, which must turn out to talk to Peer. The answering side publishes Key's
// onion meanwhile, so that the dialer can come back when the stream breaks.
type Meeting struct {
	ID      uint64 // of the invite in its Book
	Conn    net.Conn
	Dialer  bool            // we dialed
	Key     onion.Key       // our chat key, made for this meeting
	Peer    onion.Address   // the other side's, as it said over the handshake
	Members []onion.Address // of the mesh, up to [MaxMembers], for rendezvous.Introduce
	// Again is our note to meet the same person again. The other side has the
	// matching one. See [Book.Follow].
	Again Link
}

// Phase is how far an invite has come.
type Phase int

// The phases.
const (
	// Preparing: our onion service is not published yet.
	Preparing Phase = iota
	// Waiting: for the other side, which may be offline.
	Waiting
	// Met: the stream was handed to Params.Met.
	Met
	// Over: see Status.Err.
	Over
)

// Status is one invite.
type Status struct {
	ID    uint64
	Link  Link
	Mine  bool // we made the link, for others
	Phase Phase
	// Err is why an invite is over: ErrExpired, ErrUsed, or nil where it ended
	// well. Before that, it is what went wrong last, such as ErrBusy, or nil.
	Err error
}

// entry is one invite.
type entry struct {
	Status
	now    func() time.Time // by the consensus, as far as we know
	cancel context.CancelFunc
	again  chan struct{} // holds a token when Retry was called
	done   chan struct{} // closed by Done
	met    bool          // a stream was handed over
	// guests are those whom we met by a link of ours, of a one-time link the
	// last alone. returns are the meetings that were not their first.
	guests  map[token]struct{}
	returns *rate.Limiter
}

// Book holds the invites that a person has made or accepted, and keeps the
// appointments. It keeps nothing on disk. Its methods are safe for concurrent
// use.
type Book struct {
	params Params
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	mu      sync.Mutex
	next    uint64
	entries map[uint64]*entry
	spent   map[[32]byte]struct{} // keys of links that were used
}

// New returns an empty Book. Close ends it.
func New(p Params) *Book {
	b := &Book{params: p, entries: make(map[uint64]*entry), spent: make(map[[32]byte]struct{})}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// Close withdraws every invite, forgets all keys and waits until it is done.
// Streams that were handed over stay.
func (b *Book) Close() error {
	b.cancel()
	b.tasks.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.entries)
	clear(b.spent)
	return nil
}

func (b *Book) changed() {
	if b.params.Changed != nil {
		b.params.Changed()
	}
}

// Status returns all invites, the oldest first.
func (b *Book) Status() []Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]Status, 0, len(b.entries))
	for _, e := range b.entries {
		all = append(all, e.Status)
	}
	slices.SortFunc(all, func(x, y Status) int { return cmp.Compare(x.ID, y.ID) })
	return all
}

// Invite makes a link of kind Once or Many and waits for guests from now on.
// It returns the invite's ID; Status has the link. ctx bounds the wait for
// Tor's clock.
func (b *Book) Invite(ctx context.Context, kind Kind) (uint64, error) {
	if kind != Once && kind != Many {
		return 0, fmt.Errorf("invite: %w", ErrUnknown)
	}
	now, err := b.params.Network.Now(ctx)
	if err != nil {
		return 0, fmt.Errorf("invite: ask the time: %w", err)
	}
	key := onion.GenerateKey()
	l := newLink(kind, b.params.Name, key.Address(), now)
	b.mu.Lock()
	id, err := b.add(l, true, now, func(ctx context.Context, e *entry) error { return b.host(ctx, e, key) })
	b.mu.Unlock()
	b.changed()
	return id, err
}

// Again makes a pair of a secret that two people in a conversation share and
// nobody else knows, as an exporter of their session gives it: first on exactly
// one of the sides, say the one that dialed. Both look for each other from now
// on, wherever they are, as soon as both have called it.
func (b *Book) Again(ctx context.Context, exported [32]byte, first bool) (uint64, error) {
	now, err := b.params.Network.Now(ctx)
	if err != nil {
		return 0, fmt.Errorf("invite: ask the time: %w", err)
	}
	return b.follow(againLink(b.params.Name, exported, first, now), now)
}

// againLink returns the note of one side.
func againLink(network string, shared [32]byte, first bool, now time.Time) Link {
	l := newLink(Again, network, shared, now)
	if !first {
		l = l.Other()
	}
	return l
}

// Follow accepts a link of somebody else, or a note to meet again. It returns
// the errors of [Parse], ErrUsed, ErrOwn or ErrTooMany; for a link that is
// being followed already, the same ID.
func (b *Book) Follow(ctx context.Context, text string) (uint64, error) {
	now, err := b.params.Network.Now(ctx)
	if err != nil {
		return 0, fmt.Errorf("invite: ask the time: %w", err)
	}
	l, err := Parse(text, b.params.Name, now)
	if err != nil {
		return 0, err
	}
	return b.follow(l, now)
}
