// SPDX-License-Identifier: GPL-3.0-or-later

// Package app is the program without a window: one [App] that holds one
// [State], takes commands, and tells whoever watches of every change.
//
// Data goes one way round. A person acts and a front end calls a command; the
// command reaches the lobby, the mesh or the conversation, and through them
// Tor; what happens comes back as a new State, which front ends draw. No
// front end keeps a truth of its own, so the window and the console cannot
// disagree about what is the case.
//
// Nothing that a person or a stranger wrote leaves memory here: it is in the
// State while the conversation lasts and dropped when it ends.
package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"passerby/app/guard"
	"passerby/app/keepers"
	"passerby/app/settings"
	"passerby/app/update"
	"passerby/net/invite"
	"passerby/net/lobby"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/rendezvous"
	"passerby/net/session"
)

// Version is the program's one version. It never appears on the wire.
const Version = "0.1.0"

// Errors of commands. Their texts are fit to show.
var (
	ErrNotTalking = errors.New("you are not in a conversation")
	ErrBusy       = errors.New("you are already looking for a stranger or talking to one")
	ErrIdle       = errors.New("there is nothing to leave")
	ErrClosed     = errors.New("the program is closing")
)

// Engine is a running Tor as the App needs it. Package main makes one of a
// tor.Tor, tests of an in-memory network.
type Engine interface {
	onion.Network
	// Status returns how tor is doing, at once and at each change, until ctx
	// ends. Whoever reads slowly may miss what has changed back.
	Status(ctx context.Context) <-chan EngineStatus
	// Close ends tor, which saves what it wants to find again.
	Close() error
	// Abandon ends tor with every circuit and onion service, and removes the
	// files of this run, within a fifth of a second, whatever it costs.
	Abandon()
}

// EngineStatus is how an Engine is doing.
type EngineStatus struct {
	Tor Tor
	Up  bool // connected: streams and services work
	// Failed is set when tor could not be started again and will not be.
	Failed *Problem
}

// Params is what an App is made of.
type Params struct {
	// Launch starts Tor. It is called once, in the background, and its error
	// is shown as the State's Problem.
	Launch func(ctx context.Context) (Engine, error)
	// Network is the network's name; networks of different names never meet.
	Network string
	// Cost is what beacons and calls must pay; zero is what the public network
	// asks for. All copies of a network must agree on it.
	Cost lobby.Cost
	// Cover sends frames in a conversation whether or not there is something
	// to say.
	Cover bool
	// Guard is how much the guard says at first.
	Guard settings.Guard
	// Profile is the folder in which keepers may be kept, and KeyStore returns
	// the system's key store, or nil and why there is none. Without either
	// nothing is kept. It is called in the background, when something is kept
	// for the first time, and again while it fails; see [keepers.Lazy].
	Profile  string
	KeyStore func() (keepers.KeyStore, error)
	// Remember and Stay are what the person agreed to before, see [Keeping].
	Remember, Stay bool
	// Updates is who publishes newer versions, and how they sign. They are asked
	// only when a person asks.
	Updates update.Source
}

// App is the program. Its methods are safe for concurrent use and do not wait
// for the network.
type App struct {
	params Params
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	parting   context.Context // bounds how long what was left goes on
	hurry     context.CancelFunc
	partings  sync.WaitGroup
	farewells sync.WaitGroup // of partings, until the stranger knows

	launched  chan struct{} // closed when Launch has returned, and after Panic when tor is gone
	stir      chan struct{} // something that observe looks at may have changed
	moved     chan struct{} // an invite may have changed
	consented chan struct{} // what may be kept has changed
	stays     atomic.Bool   // our member stays on under the same key for a week

	mu           sync.Mutex
	state        State
	watchers     map[*watcher]struct{}
	closed       bool
	abandoned    bool   // by Panic
	engine       Engine // once it is there
	up           bool   // tor is connected
	published    bool   // others can find our member address
	interests    []string
	lobby        *lobby.Lobby
	book         *invite.Book
	search       *search       // under way
	talk         *talk         // going on
	last         *talk         // the last that was begun
	conv         uint64        // conversations so far
	meeting      chan struct{} // while a meeting may become a conversation; closed then
	appointments []*appointment
	invited      uint64             // appointments so far
	retired      uint64             // how often Retire was called
	asking       context.CancelFunc // while a question for updates is under way
}

// New returns an App that begins at once to connect. Close ends it.
func New(p Params) *App {
	a := &App{
		params: p, launched: make(chan struct{}), stir: make(chan struct{}, 1), moved: make(chan struct{}, 1), consented: make(chan struct{}, 1),
		watchers: make(map[*watcher]struct{}),
	}
	a.state.Cover, a.state.Guard = p.Cover, p.Guard
	a.state.Keeping.Remember, a.state.Keeping.Stay = p.Remember, p.Stay
	a.state.Update.Can = p.Updates.Can()
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.parting, a.hurry = context.WithCancel(context.Background())
	a.tasks.Go(a.run)
	return a
}

// State returns what is true now.
func (a *App) State() State {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state
}

// Close leaves whatever goes on, removes every onion service, ends Tor and
// waits until all of it is over, a few seconds at most.
func (a *App) Close() error {
	a.mu.Lock()
	a.closed = true
	if a.search != nil {
		a.search.cancel()
	}
	a.depart(YouLeft)
	a.mu.Unlock()
	// The strangers should not have to wait for us, be they left now or a moment
	// ago. Cover need not go on after that: whoever watches the line sees tor end
	// in any case.
	told := make(chan struct{})
	go func() {
		a.farewells.Wait()
		close(told)
	}()
	timer := time.NewTimer(partTime)
	select {
	case <-told:
	case <-timer.C:
	}
	timer.Stop()
	a.hurry()
	a.partings.Wait()
	a.cancel()
	a.tasks.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forgetInvites()
	for w := range a.watchers {
		w.close()
	}
	return nil
}

// Panic forgets the conversation and ends the network part of the program at
// once, within a fifth of a second: onion services and circuits are gone when
// it returns. Nothing is said to a stranger, who sees the line break. The App
// can do nothing more; the caller ends the process.
func (a *App) Panic() {
	a.mu.Lock()
	a.closed, a.abandoned = true, true
	a.talk, a.search = nil, nil
	a.forgetInvites()
	a.update(func(s *State) { *s = State{} })
	engine := a.engine
	a.mu.Unlock()
	a.cancel()
	if engine != nil {
		engine.Abandon()
		return
	}
	// Launch gives up and removes what it has made, if only it is let.
	timer := time.NewTimer(abandonTime)
	defer timer.Stop()
	select {
	case <-a.launched:
	case <-timer.C:
	}
}

// abandonTime is how long Panic waits for a tor that is being started.
const abandonTime = 150 * time.Millisecond

// update makes a new State. It is called with mu held.
func (a *App) update(change func(*State)) {
	change(&a.state)
	for w := range a.watchers {
		w.put(a.state)
	}
}

// spawn runs f as a task that Close waits for. It is called with mu held.
func (a *App) spawn(f func()) {
	a.tasks.Go(f)
}

// partTime is how long Close lets conversations say farewell.
const partTime = 5 * time.Second

// farewell is how long tor goes on after everything is closed.
const farewell = 300 * time.Millisecond

// run is the life of the App: Tor, then the lobby, the mesh and the
// rendezvous, until Close.
func (a *App) run() {
	engine, err := a.params.Launch(a.ctx)
	if err != nil {
		close(a.launched)
		a.fail(err)
		return
	}
	a.mu.Lock()
	a.engine = engine
	abandoned := a.abandoned
	a.mu.Unlock()
	if abandoned {
		engine.Abandon()
	}
	close(a.launched)
	if abandoned {
		return
	}
	defer func() {
		// tor halts at once and drops what it has not sent: the others would
		// wait for us until their keep-alive tells them.
		time.Sleep(farewell)
		engine.Close()
	}()
	var below sync.WaitGroup
	defer below.Wait()

	j := new(joined)
	l := lobby.New(a.ctx, lobby.Params{Network: engine, Mesh: j, Name: a.params.Network, Size: j.size, Cost: a.params.Cost})
	defer l.Close()
	book := invite.New(invite.Params{
		Network: engine, Name: a.params.Network, Members: j.Members, Changed: func() { signal(a.moved) },
		Met: func(m invite.Meeting) { a.met(engine, j, m) },
	})
	defer book.Close()
	a.mu.Lock()
	a.lobby, a.book = l, book
	a.mu.Unlock()
	below.Go(a.followInvites)

	restarted := make(chan struct{}, 1)
	below.Go(func() { a.followTor(engine, j, restarted) })

	k := a.openKeeping()
	for a.ctx.Err() == nil {
		if err := a.takePart(engine, k, l, j, restarted); err != nil {
			a.fail(err)
			<-a.ctx.Done()
		}
	}
}

// takePart is the life of one member of ours: as long as the App's, but for
// who stays on no longer than that of its key.
func (a *App) takePart(engine Engine, k *keeping, l *lobby.Lobby, j *joined, restarted <-chan struct{}) error {
	key, network, until := k.member(a.ctx, engine)
	m, err := a.join(network, key, l)
	if err != nil {
		return err
	}
	var below sync.WaitGroup
	defer below.Wait()
	defer m.Close()
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	r := rendezvous.New(rendezvous.Params{Network: engine, Mesh: m, Name: a.params.Network, Changed: a.stirred})
	j.set(m, r)
	below.Go(func() { r.Run(ctx) })
	below.Go(func() {
		defer cancel()
		a.keep(ctx, k, until, m, j)
	})
	below.Go(func() { a.followPublication(ctx, engine, m.Address(), restarted) })
	a.observe(ctx, m, r)
	return nil
}

// fail shows what stopped us for good, unless that was Close.
func (a *App) fail(err error) {
	if a.ctx.Err() != nil {
		return
	}
	p := ProblemOf(err)
	p.Fatal = true
	a.mu.Lock()
	defer a.mu.Unlock()
	a.update(func(s *State) { s.Problem = &p })
}

// join makes our mesh member. The lobby judges and takes what comes.
func (a *App) join(n onion.Network, key onion.Key, l *lobby.Lobby) (*mesh.Mesh, error) {
	return mesh.New(a.ctx, mesh.Params{
		Network: n, Key: key, Name: a.params.Network,
		PayloadSize: lobby.BeaconSize, Shard: lobby.ShardOf,
		Check: func(from onion.Address, payload []byte) error {
			err := l.CheckFrom(from, payload)
			switch {
			case errors.Is(err, lobby.ErrForged):
				return fmt.Errorf("%w: %w", mesh.ErrExpel, err)
			case err != nil && !errors.Is(err, lobby.ErrInvalid):
				return fmt.Errorf("%w: %w", mesh.ErrIgnore, err)
			}
			return err
		},
		Deliver: l.Deliver, TakePush: l.TakePush, Stays: a.stays.Load, Changed: a.stirred,
	})
}

// followTor shows how tor is doing and hurries the mesh when tor is back.
func (a *App) followTor(engine Engine, j *joined, restarted chan<- struct{}) {
	var last EngineStatus
	for status := range engine.Status(a.ctx) {
		if status == last {
			continue
		}
		a.mu.Lock()
		a.up = status.Up
		if status.Tor.Restarts != last.Tor.Restarts {
			a.published = false
		}
		a.update(func(s *State) {
			s.Tor = status.Tor
			if status.Failed != last.Failed {
				s.Problem = status.Failed
			}
			s.Published = a.published
			s.Ready = s.Ready && status.Up && a.published
		})
		a.mu.Unlock()
		if status.Tor.Restarts != last.Tor.Restarts {
			select {
			case restarted <- struct{}{}:
			default:
			}
		}
		if m := j.get(); m != nil && status.Up && !last.Up {
			m.Hurry()
		}
		last = status
		a.stirred()
	}
}

// followPublication waits until others can find our member address, and again
// each time that tor is started again, until all ends.
func (a *App) followPublication(all context.Context, n onion.Network, self onion.Address, restarted <-chan struct{}) {
	defer func() {
		if a.ctx.Err() == nil { // another member follows, which nobody can find yet
			a.mu.Lock()
			defer a.mu.Unlock()
			a.published = false
			a.update(func(s *State) { s.Published, s.Ready = false, false })
		}
	}()
	for {
		ctx, cancel := context.WithCancel(all)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if n.Published(ctx, self.String()) == nil {
				a.mu.Lock()
				a.published = true
				a.update(func(s *State) { s.Published = true })
				a.mu.Unlock()
				a.stirred()
			}
		}()
		select {
		case <-restarted:
		case <-all.Done():
		}
		cancel()
		<-done
		if all.Err() != nil {
			return
		}
	}
}

func (a *App) stirred() { signal(a.stir) }

// signal leaves a token where there is none.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// observe keeps the State true about the mesh until ctx ends.
func (a *App) observe(ctx context.Context, m *mesh.Mesh, r *rendezvous.Rendezvous) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.stir:
		case <-ticker.C:
		}
		found := r.Status()
		now := Mesh{Peers: m.Peers(), Sources: sourcesOf(found), SlotsAlone: found.SlotsAlone}
		a.mu.Lock()
		ready := a.up && a.published && (now.Peers > 0 || found.Hosting)
		if now != a.state.Mesh || ready != a.state.Ready {
			a.update(func(s *State) { s.Mesh, s.Ready = now, ready })
		}
		a.mu.Unlock()
	}
}

// sourcesOf tells which ways of finding others answered.
func sourcesOf(found rendezvous.Status) Sources {
	s := Sources{Slots: found.Answered}
	for _, source := range []rendezvous.Source{rendezvous.Invite, rendezvous.Friend} {
		if found.Sources[source] {
			s.Invites++
		}
	}
	if found.Sources[rendezvous.Keeper] {
		s.Remembered = 1
	}
	return s
}

// ProblemOf puts an error into words for a person: what is the case, then,
// behind the last semicolon where there is one, what to do about it.
func ProblemOf(err error) Problem {
	what, advice := err.Error(), ""
	if i := strings.LastIndex(what, "; "); i >= 0 {
		what, advice = what[:i], what[i+2:]
	}
	return Problem{What: sentence(what), Advice: sentence(advice)}
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	if !strings.ContainsRune(".!?", r[len(r)-1]) {
		r = append(r, '.')
	}
	return string(r)
}

// search is one search for a stranger.
type search struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when the lobby is free again
	rests  bool          // was stopped for somebody whom an invite brought
}

// Find starts to look for a stranger, with up to four interests that are
// preferred, not required. Errors wrap ErrBusy, or lobby.ErrInterests about
// interests that do not fit.
func (a *App) Find(interests []string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state.Phase == Seeking || a.state.Phase == Talking {
		return ErrBusy
	}
	return a.find(interests)
}

// find is called with mu held.
func (a *App) find(interests []string) error {
	if a.closed {
		return ErrClosed
	}
	if _, err := lobby.Normalise(interests); err != nil {
		return err
	}
	interests = append([]string(nil), interests...)
	ctx, cancel := context.WithCancel(a.ctx)
	previous, last, meeting := a.search, a.last, a.meeting
	s := &search{cancel: cancel, done: make(chan struct{})}
	a.search, a.interests = s, interests
	a.update(func(st *State) {
		st.Phase, st.Conversation = Seeking, nil
		if st.Problem == &tooMuch || st.Problem == &outOfOrder {
			st.Problem = nil
		}
		st.Search = &Search{Since: time.Now(), Interests: interests}
	})
	a.spawn(guard.Prepare) // nobody is found before it is there
	a.spawn(func() {
		defer close(s.done)
		defer cancel()
		if previous != nil {
			<-previous.done // the lobby runs one search at a time
		}
		if meeting != nil { // it may be a conversation in a moment
			select {
			case <-meeting:
			case <-ctx.Done():
				return
			}
		}
		if last != nil {
			// What a search sends would tell who watches the line that it was
			// this side that ended the conversation which still seems to go on.
			select {
			case <-last.over:
			case <-ctx.Done():
				return
			}
		}
		a.seek(ctx, s, interests)
	})
	return nil
}

func (a *App) seek(ctx context.Context, s *search, interests []string) {
	a.mu.Lock()
	l := a.lobby
	a.mu.Unlock()
	for l == nil { // tor has not answered yet
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return
		}
		a.mu.Lock()
		l = a.lobby
		a.mu.Unlock()
	}
	match, err := l.Find(ctx, interests, func(p lobby.Progress) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.search != s || a.state.Search == nil {
			return
		}
		a.update(func(st *State) {
			next := *st.Search
			next.Published, next.Stamped, next.Pushed = p.Published, p.Stamped, p.Pushed
			next.Echoed, next.Beacons, next.Dialing = p.Echoed, p.Beacons, p.Dialing
			st.Search = &next
		})
	})
	if err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		if ctx.Err() == nil && a.search == s {
			p := ProblemOf(err)
			a.update(func(st *State) { st.Phase, st.Search, st.Problem = Home, nil, &p })
		}
		return
	}
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		match.Session.Leave(a.parting)
		match.Close()
		return
	}
	defer a.mu.Unlock()
	t := &talk{session: match.Session, shared: match.Interests, close: func() { match.Close() }, over: make(chan struct{})}
	a.open(t)
	if ctx.Err() != nil || a.search != s { // found in the moment in which nobody wanted one any more
		a.part(t)
		return
	}
	a.begin(t)
}

// open takes care of a session until nothing of it is left. It is called with
// mu held, and never after Close.
func (a *App) open(t *talk) {
	t.session.SetCover(a.state.Cover)
	a.last = t
	a.spawn(func() { a.converse(t) })
}

// begin makes a session the conversation that goes on. It is called with mu
// held.
func (a *App) begin(t *talk) {
	a.conv++
	t.id = a.conv
	a.talk = t
	a.update(func(st *State) {
		st.Phase, st.Search = Talking, nil
		if st.Problem == &tooMuch || st.Problem == &outOfOrder {
			st.Problem = nil
		}
		now := time.Now()
		st.Conversation = &Conversation{ID: t.id, Since: now, Interests: t.shared, Invite: t.invite, Reminders: firstReminder(now)}
	})
}

// What one stranger may say in one conversation, in messages and in bytes:
// more than a person types in a day. All of it is held in memory.
const (
	maxHeard      = 5000
	maxHeardBytes = 8 << 20
)

var tooMuch = Problem{
	What:   "The stranger sent more than Passerby takes from one person, so it left.",
	Advice: "You can look for another.",
}

var outOfOrder = Problem{
	What:   "The stranger's program did not keep to the rules of a conversation, so Passerby ended it.",
	Advice: "You can look for another.",
}

// talk is one conversation.
type talk struct {
	session *session.Session
	close   func()        // ends it at once and removes its onion service
	shared  []string      // interests
	invite  uint64        // by which we met, or 0
	again   uint64        // the invite that Again has kept, or 0
	over    chan struct{} // closed when nothing of it is left
	id      uint64
	heard   int // bytes of the stranger's text
}

// converse turns what happens in a conversation into States.
func (a *App) converse(t *talk) {
	defer func() {
		t.session.Leave(a.parting) // which, once it was left, goes on for a moment
		t.close()
		close(t.over)
	}()
	for event := range t.session.Events() {
		var probes []guard.Finding
		if e, ok := event.(session.Received); ok {
			e.Text = Plain(e.Text)
			event = e
			if a.State().Guard == settings.Full {
				probes = probesIn(e.Text)
			}
		}
		a.mu.Lock()
		if a.talk == t {
			a.happened(event, probes)
		}
		a.mu.Unlock()
	}
}

// happened is called with mu held, with the text of a message that was received
// made plain, and with what it asks for.
func (a *App) happened(event session.Event, probes []guard.Finding) {
	c := a.state.Conversation
	switch e := event.(type) {
	case session.Received:
		if strings.TrimSpace(e.Text) == "" {
			return // nothing that could be seen
		}
		if a.talk.heard += len(e.Text); c.Heard >= maxHeard || a.talk.heard > maxHeardBytes {
			a.depart(Lost)
			a.update(func(s *State) { s.Problem = &tooMuch })
			return
		}
		a.update(func(s *State) {
			s.Conversation = c.with(Message{ID: e.ID, Text: e.Text, At: time.Now(), Delivery: Delivered, Probes: probes}, s.Guard)
		})
	case session.Sent:
		a.update(func(s *State) { s.Conversation = c.reached(e.ID, Sent) })
	case session.Delivered:
		a.update(func(s *State) { s.Conversation = c.reached(e.ID, Delivered) })
	case session.Interrupted:
		a.update(func(s *State) { s.Conversation = c.reconnecting(true) })
	case session.Resumed:
		a.update(func(s *State) { s.Conversation = c.reconnecting(false) })
	case session.Ended:
		reason := Lost
		if e.Reason == session.TheyLeft {
			reason = TheyLeft
		}
		a.end(reason)
		switch {
		case e.Reason == session.Flooded:
			a.update(func(s *State) { s.Problem = &tooMuch })
		case errors.Is(e.Err, session.ErrProtocol):
			a.update(func(s *State) { s.Problem = &outOfOrder })
		}
	}
}

// end forgets the conversation that goes on, if one does, and shows why it
// ended. Its session is returned and still has to be left. It is called with
// mu held.
func (a *App) end(reason Reason) *talk {
	t := a.talk
	if t == nil {
		return nil
	}
	a.talk = nil
	if a.state.Conversation.Reconnecting {
		a.last = nil // nothing seems to go on that a search could tell of
	}
	a.keepOrDrop(t, reason)
	a.update(func(s *State) {
		c := *s.Conversation
		c.Undelivered = nil
		for _, m := range c.Messages {
			if m.Mine && m.Delivery != Delivered {
				c.Undelivered = append(c.Undelivered, m.ID)
			}
		}
		c.Ended, c.Until, c.Messages, c.Reconnecting = reason, time.Now(), nil, false
		c.Meter, c.Quiet, c.Reminders = guard.Meter{}, nil, nil
		s.Phase, s.Conversation = After, &c
	})
	return t
}

// depart ends the conversation and leaves the stranger in the background. It
// is called with mu held.
func (a *App) depart(reason Reason) {
	if t := a.end(reason); t != nil {
		a.part(t)
	}
}

// part leaves a stranger in the background; converse then closes the match. It
// is called with mu held, and never after Close.
func (a *App) part(t *talk) {
	a.farewells.Go(func() { <-t.session.Parted() })
	a.partings.Go(func() { t.session.Leave(a.parting) })
}

// Send sends a message of up to MaxMessage characters and returns its number.
func (a *App) Send(text string) (id uint64, err error) {
	if strings.TrimSpace(text) == "" {
		return 0, session.ErrEmpty
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.talk == nil {
		return 0, ErrNotTalking
	}
	// Under mu, so that the message is in the State before the news that it
	// was sent.
	id, err = a.talk.session.Send(text)
	if err != nil {
		return 0, err
	}
	a.update(func(s *State) {
		s.Conversation = s.Conversation.with(Message{ID: id, Mine: true, Text: text, At: time.Now()}, s.Guard)
	})
	return id, nil
}

// SetCover turns the cover traffic of conversations on or off, from now on and
// while this copy runs. See [State.Cover].
func (a *App) SetCover(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.update(func(s *State) { s.Cover = on })
	if a.talk != nil {
		a.talk.session.SetCover(on)
	}
}

// Leave stops a search, ends a conversation, or goes from After to Home.
func (a *App) Leave() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch a.state.Phase {
	case Seeking:
		a.search.cancel()
		a.update(func(s *State) { s.Phase, s.Search = Home, nil })
	case Talking:
		a.depart(YouLeft)
	case After:
		a.update(func(s *State) { s.Phase, s.Conversation = Home, nil })
	default:
		return ErrIdle
	}
	return nil
}

// Next leaves this stranger, if there still is one, and looks for another with
// the same interests.
func (a *App) Next() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch a.state.Phase {
	case Talking:
		a.depart(YouLeft)
	case After:
	default:
		return ErrNotTalking
	}
	return a.find(a.interests)
}

// Block leaves this stranger, who cannot be met again under the same address
// while this copy runs. The stranger sees that we left, not that they are
// blocked.
func (a *App) Block() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.talk == nil {
		return ErrNotTalking
	}
	a.lobby.Block(a.talk.session.Peer())
	a.depart(Blocked)
	return nil
}
