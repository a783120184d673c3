// SPDX-License-Identifier: GPL-3.0-or-later

// Package rendezvous finds the first peers, with no list of addresses, no
// seed node and nobody's server.
//
// # Slots
//
// Tor's directory authorities agree on a fresh random value every day
// (srv-spec). From it and the network's name everybody derives the same onion
// keys ([SlotKey]). Any member may publish the service of a slot, and a
// newcomer dials some: Tor's own hidden-service directories are the meeting
// place, and tomorrow's addresses cannot be known today. Whoever answers at a
// slot gives sixteen keys of mesh members and learns nothing about who asked.
//
// There are three levels, of 8, 64 and 256 slots. A small network uses level 0
// alone, where whoever comes finds the one host there is; a large one uses all,
// so that no host is asked by everybody and a captor has more to capture.
//
// # Who asks
//
// A newcomer asks all of level 0 and a few slots of the other levels at the
// same time, then more of those, until it has heard enough. Three answers that
// name some members in common, and are not the same, tell of one mesh. Answers
// that have nothing in common come from a large network, from meshes that
// formed apart, or from a liar; then it goes on to six, so that whoever answers
// first is not all that is heard. It connects to two members of each answer,
// however many members the others name.
//
// # Who hosts
//
// A copy that finds no slot answering takes one of level 0 after a few seconds,
// so that a network of one can be found by the second. In a network that
// works, each member looks at a random slot of the levels in use now and then
// and takes it when nobody answers there, unless three in four of the last that
// it looked at did. All slots are looked at equally often; the more members
// there are, the less each looks. A member hosts one slot at most. Its duty
// ends when it meets another behind its own slot (of two that publish the same
// slot, the last to upload is the one that is found), or after a while when it
// sees that others do the duty. A host that dials its own slot and meets
// another takes that other's members over into its mesh: so meshes that formed
// apart become one.
//
// # How large the network is
//
// Levels are chosen by the number of members, which nobody knows. Each member
// asks another for sixteen random members once in a minute, and slots give as
// many: two random samples of sixteen have 16·16/N members in common (capture
// and recapture). Every answer gives one value, by what it shares with all
// others; the median of them is a round, the median of five rounds counts, and
// in one round what is acted on at most doubles or halves. Keys cost nothing,
// so who lies can name members that nobody else names, and make the network
// look larger, or have many answers name the same, and make it look smaller.
// But one lie is one value: in networks of up to 3,000, while up to 30 % of the
// answers lie, nine in ten estimates stay within a factor of three of the truth
// (TestEstimateUnderLies has the figures), and two levels are a factor of 4.5
// apart. Without lies it is a fifth to a third too small in a real mesh, where
// neighbours know the same.
//
// It has an end: 24 answers of which no two name the same member make 6,272
// members. A network of 3,000 is taken for 2,000 or 3,000, one of 6,000 for half
// as many or all, and those of more than some 10,000 for 6,272
// (TestEstimateHasAnEnd). Slots need no more, as their last level is in use from
// 1,968 on. The tree of shards of package lobby could use more: it leaves 64
// members to each shard, as far as their number is known, and so ends at six
// levels. A network of a hundred thousand has 64 shards, with more members and
// more beacons in each than if it knew its size; package netsim measures what
// comes of that.
//
// What a wrong estimate does is bounded: level 0 is always in use and always
// asked, and a shard is split only where many beacons are heard in it, however
// large the network is taken to be.
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
// like. Slots alone must not decide whom we see. Other sources are brought in
// by [Rendezvous.Introduce], and [Status] tells which answered, how many
// answers differ, and whether all rests on slots alone.
//
// A slot is judged by those it names: when several of them cannot be reached,
// or take part in gossip and hand nothing on, and none of them does work, then
// its next answers are not used and its place counts as empty. That does not
// find a captor whose members work; nothing here can.
package rendezvous

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"passerby/net/mesh"
	"passerby/net/onion"
)

// Mesh is what this package needs of net/mesh.
type Mesh interface {
	Address() onion.Address           // our own member key
	Members(n int) []onion.Address    // random members that are alive
	Knows(onion.Address) bool         // whether we met a member lately
	Peers() int                       // members we are connected to
	Learn(addresses []onion.Address)  // members to dial as needed
	Bridge(addresses []onion.Address) // members of another mesh, to dial now
	Meet(addresses []onion.Address)   // members from a source worth more than slots, to dial now

	Answers() [][]onion.Address           // whom other members said they know, lately
	Standing(onion.Address) mesh.Standing // what a member has been to us
}

// Params is what a Rendezvous is made of. All fields but Changed are required.
type Params struct {
	Network onion.Network
	Mesh    Mesh
	Name    string // the network's name
	// Changed is called, if set, when Status may have changed.
	Changed func()
}

// Rendezvous looks for peers and lets itself be found. Its methods are safe
// for concurrent use.
type Rendezvous struct {
	params Params

	visits sync.WaitGroup // of newcomers, which may go on behind what began them

	mu         sync.Mutex
	period     period
	nonces     map[[RequestSize]byte]bool // of probes under way; true once one came in at our own slot
	visited    map[onion.Address]*visited // by slot
	answers    []answer                   // of the last slots that answered
	levels     [Levels][]bool             // what the last probes of each level came to
	introduced [sources][]onion.Address
	size       size
	top        int // the highest level that is used
	asked      bool
	current    *host
	previous   *host // the slot of the period before, while it counts
}

// New returns a Rendezvous that does nothing until Run.
func New(p Params) *Rendezvous {
	return &Rendezvous{params: p, nonces: make(map[[RequestSize]byte]bool), visited: make(map[onion.Address]*visited)}
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

func (r *Rendezvous) now(ctx context.Context) (period, error) {
	current, previous, elapsed, err := r.params.Network.SharedRandom(ctx)
	return period{current, previous, elapsed < overlap}, err
}

// Run looks for peers and hosts a slot when one is missing, until ctx ends.
func (r *Rendezvous) Run(ctx context.Context) {
	defer r.stepDown(true)
	defer r.visits.Wait()
	var last period // at the last look
	var next time.Time
	alone := aloneFirst
	for first := true; ; first = false {
		p, err := r.now(ctx)
		if ctx.Err() != nil {
			return
		}
		turned := first || p.current != last.current
		if err == nil && p != last {
			r.enter(p)
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
			rest := r.tend(ctx, p)
			alone, next = aloneFirst, time.Now().Add(rest)
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

// hosting returns our slot of this period, or nil.
func (r *Rendezvous) hosting() *host {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
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
		level := hosted.slot.level
		s := newSlot(p.current, r.params.Name, level, rand.IntN(SlotsAt(level)))
		if !r.visit(ctx, s) && ctx.Err() == nil {
			r.hostOne(ctx, s)
		}
	}
	if first || r.params.Mesh.Peers() == 0 {
		r.look(ctx, p, first)
	}
}

// hostOne takes a slot of the current period.
func (r *Rendezvous) hostOne(ctx context.Context, s slot) {
	h, err := r.newHost(ctx, s)
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
