// SPDX-License-Identifier: GPL-3.0-or-later

// Package rendezvous finds the first peers, with no list of addresses, no
// seed node and nobody's server.
//
// # Slots
//
// Tor's directory authorities agree on a fresh random value every day
// (srv-spec). From it and the network's name everybody derives the same eight
// onion keys ([SlotKey]). Any member may publish the service of a slot, and a
// newcomer dials all eight: Tor's own hidden-service directories are the
// meeting place, and tomorrow's addresses cannot be known today. Whoever
// answers at a slot gives sixteen keys of mesh members and learns nothing
// about who asked.
//
// # Who hosts
//
// A copy that finds no slot answering takes one itself after a few seconds,
// so that a network of one can be found by the second. In a network that
// works, each member looks at a random slot now and then and takes it when
// nobody answers there; a member hosts one slot at most. Of two that publish
// the same slot, the last to upload is the one that is found. A host that
// dials its own slot and meets another takes that other's members over into
// its mesh and steps down: so meshes that formed apart become one.
//
// # When the random value changes
//
// Copies learn of a new value hours apart. For the first eighth of a period
// (three hours of a day) the previous value counts too: hosts answer at both,
// newcomers ask at both.
//
// # What slots cannot do
//
// The keys are public, so anybody can take a slot and answer with what they
// like. Slots alone must not decide whom we see; the number of slots that
// answered is shown for that reason.
package rendezvous

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"passerby/net/onion"
)

const (
	probeTime = 45 * time.Second // one question to one slot, at most
	// emptyTime is how long a newcomer waits for any slot before it takes
	// the network for empty. Slots whose host has gone take longer to fail.
	emptyTime = 6 * time.Second
	// overlap is the share of a period in which the previous one counts too.
	overlap = 1.0 / 8

	aloneFirst = 10 * time.Second // between looks while nobody is there; tor renews once in ten seconds
	aloneLast  = time.Minute
	settled    = 2 * time.Minute // mean time between looks while the mesh is fine
	poll       = 5 * time.Second // between looks at the shared random value
)

// Mesh is what this package needs of net/mesh.
type Mesh interface {
	Address() onion.Address           // our own member key
	Members(n int) []onion.Address    // random members that are alive
	Knows(onion.Address) bool         // whether we met a member lately
	Peers() int                       // members we are connected to
	Learn(addresses []onion.Address)  // members to dial as needed
	Bridge(addresses []onion.Address) // members of another mesh, to dial now
}

// Params is what a Rendezvous is made of. All fields but Changed are required.
type Params struct {
	Network onion.Network
	Mesh    Mesh
	Name    string // the network's name
	// Changed is called, if set, when Status may have changed.
	Changed func()
}

// Status is what a Rendezvous has reached.
type Status struct {
	Answered int  // slots that answered when last asked, our own not counted
	Hosting  bool // we answer at a slot and others can find it
	Asked    bool // all slots have been asked at least once
}

// Rendezvous looks for peers and lets itself be found. Its methods are safe
// for concurrent use.
type Rendezvous struct {
	params Params

	mu       sync.Mutex
	nonces   map[[RequestSize]byte]bool // of probes under way; true once one came in at our own slot
	answered map[onion.Address]bool     // by slot
	asked    bool
	current  *host
	previous *host // the slot of the period before, while it counts
}

// New returns a Rendezvous that does nothing until Run.
func New(p Params) *Rendezvous {
	return &Rendezvous{params: p, nonces: make(map[[RequestSize]byte]bool), answered: make(map[onion.Address]bool)}
}

// Status returns what has been reached so far.
func (r *Rendezvous) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Asked: r.asked}
	for _, ok := range r.answered {
		if ok {
			s.Answered++
		}
	}
	for _, h := range []*host{r.current, r.previous} {
		if h != nil {
			select {
			case <-h.published:
				s.Hosting = true
			default:
			}
		}
	}
	return s
}

func (r *Rendezvous) changed() {
	if r.params.Changed != nil {
		r.params.Changed()
	}
}

// period is one look at Tor's shared random value.
type period struct {
	current, previous [32]byte
	both              bool // the previous value counts too
}

func (r *Rendezvous) period(ctx context.Context) (period, error) {
	current, previous, elapsed, err := r.params.Network.SharedRandom(ctx)
	return period{current, previous, elapsed < overlap}, err
}

// Run looks for peers and hosts a slot when one is missing, until ctx ends.
func (r *Rendezvous) Run(ctx context.Context) {
	defer r.stepDown(true)
	var last period // at the last look
	var next time.Time
	alone := aloneFirst
	for first := true; ; first = false {
		p, err := r.period(ctx)
		if ctx.Err() != nil {
			return
		}
		turned := first || p.current != last.current
		if err == nil && p != last {
			r.forget(p)
			last = p
		}
		switch now := time.Now(); {
		case err != nil: // tor will be back; its trouble is shown elsewhere
		case turned:
			r.turn(ctx, p, first)
			alone, next = aloneFirst, now.Add(aloneFirst)
		case !p.both && r.previousHost() != nil:
			r.stepDown(false)
		case now.After(next) && r.params.Mesh.Peers() == 0:
			r.look(ctx, p, false)
			if alone < aloneLast {
				alone = alone * 3 / 2
			}
			next = time.Now().Add(alone/2 + rand.N(alone))
		case now.After(next):
			r.tend(ctx, p)
			alone, next = aloneFirst, time.Now().Add(settled/2+rand.N(settled))
		}
		wait := poll
		if until := time.Until(next); until > 0 && until < wait {
			wait = until
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

func (r *Rendezvous) previousHost() *host {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.previous
}

// turn begins a period: the slot that we hosted becomes the previous one, and
// who hosted goes on hosting.
func (r *Rendezvous) turn(ctx context.Context, p period, first bool) {
	r.mu.Lock()
	hosted := r.current
	old := r.previous
	r.previous, r.current = r.current, nil
	r.mu.Unlock()
	if old != nil {
		old.close()
	}
	if hosted != nil && sleep(ctx, rand.N(2*time.Second)) {
		r.probeAndHost(ctx, p, rand.IntN(Slots))
	}
	if first || r.params.Mesh.Peers() == 0 {
		r.look(ctx, p, first)
	}
}

// probeAndHost takes a slot unless somebody answers there.
func (r *Rendezvous) probeAndHost(ctx context.Context, p period, slot int) {
	if !r.visit(ctx, SlotKey(p.current, r.params.Name, 0, slot)) && ctx.Err() == nil {
		r.hostOne(ctx, p, slot)
	}
}

// slots returns the keys of all slots that count.
func (r *Rendezvous) slots(p period) []onion.Key {
	var keys []onion.Key
	for i := range Slots {
		keys = append(keys, SlotKey(p.current, r.params.Name, 0, i))
		if p.both {
			keys = append(keys, SlotKey(p.previous, r.params.Name, 0, i))
		}
	}
	return keys
}

// forget drops the answers of slots that do not count any more.
func (r *Rendezvous) forget(p period) {
	counts := make(map[onion.Address]bool)
	for _, key := range r.slots(p) {
		counts[key.Address()] = true
	}
	r.mu.Lock()
	maps.DeleteFunc(r.answered, func(a onion.Address, _ bool) bool { return !counts[a] })
	r.mu.Unlock()
	r.changed()
}

// look asks all slots. When nobody answers, it takes one.
func (r *Rendezvous) look(ctx context.Context, p period, first bool) {
	if !first && r.params.Network.Renew(ctx) != nil {
		return
	}
	keys := r.slots(p)
	results := make(chan bool, len(keys))
	var visits sync.WaitGroup
	defer visits.Wait()
	for _, key := range keys {
		visits.Go(func() { results <- r.visit(ctx, key) })
	}
	empty, patience := true, time.After(emptyTime)
	for waiting := len(keys); waiting > 0 && empty; waiting-- {
		select {
		case answered := <-results:
			empty = !answered
		case <-patience:
			waiting = 0
		case <-ctx.Done():
			return
		}
	}
	r.mu.Lock()
	r.asked = true
	hosting := r.current != nil
	r.mu.Unlock()
	r.changed()
	if empty && !hosting && sleep(ctx, rand.N(2*time.Second)) {
		r.hostOne(ctx, p, rand.IntN(Slots))
	}
}

// tend looks at one random slot, and at our own, while the mesh is fine.
func (r *Rendezvous) tend(ctx context.Context, p period) {
	if r.params.Network.Renew(ctx) != nil {
		return
	}
	slot := rand.IntN(Slots)
	key := SlotKey(p.current, r.params.Name, 0, slot)
	r.mu.Lock()
	own := r.current
	r.mu.Unlock()
	if own != nil {
		r.visit(ctx, own.key)
		if own.key.Address() == key.Address() {
			return
		}
	}
	if own == nil {
		r.probeAndHost(ctx, p, slot)
	} else {
		r.visit(ctx, key)
	}
}

// visit asks one slot and makes use of the answer. It tells whether somebody
// else answered.
func (r *Rendezvous) visit(ctx context.Context, key onion.Key) bool {
	members, mine, err := r.probe(ctx, key)
	other := err == nil && !mine
	r.mu.Lock()
	r.answered[key.Address()] = other
	r.mu.Unlock()
	r.changed()
	if !other {
		return false
	}
	r.mu.Lock()
	rival := r.current != nil && r.current.key.Address() == key.Address()
	r.mu.Unlock()
	foreign := true
	for _, a := range members {
		foreign = foreign && !r.params.Mesh.Knows(a)
	}
	if foreign {
		r.params.Mesh.Bridge(members)
	} else {
		r.params.Mesh.Learn(members)
	}
	if rival {
		r.dropCurrent()
	}
	return true
}

// hostOne takes a slot of the current period.
func (r *Rendezvous) hostOne(ctx context.Context, p period, slot int) {
	h, err := r.newHost(ctx, SlotKey(p.current, r.params.Name, 0, slot))
	if err != nil {
		return // tor is away; the next look tries again
	}
	r.mu.Lock()
	old := r.current
	r.current = h
	r.mu.Unlock()
	if old != nil {
		old.close()
	}
}

func (r *Rendezvous) dropCurrent() {
	r.mu.Lock()
	h := r.current
	r.current = nil
	r.mu.Unlock()
	if h != nil {
		h.close()
		r.changed()
	}
}

// stepDown ends our duty for the previous period, and with all for this one.
func (r *Rendezvous) stepDown(all bool) {
	r.mu.Lock()
	h := r.previous
	r.previous = nil
	r.mu.Unlock()
	if h != nil {
		h.close()
	}
	if all {
		r.dropCurrent()
	}
}

// sleep waits for d and tells whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
