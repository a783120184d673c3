// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerby/net/onion"
	"passerby/net/session"
	"passerby/net/stamp"
)

// ErrSeeking is returned by Find while another Find goes on.
var ErrSeeking = errors.New("lobby: already looking for a stranger")

// Mesh is what the lobby needs of the mesh. Its methods are called
// concurrently.
type Mesh interface {
	// Members returns up to n random members of the mesh, never ourselves.
	Members(n int) []onion.Address
	// Push hands payload to one member, with a fresh key over fresh circuits.
	// It returns nil when the member took it.
	Push(ctx context.Context, to onion.Address, payload []byte) error
	// Publish gossips payload on the topic.
	Publish(ctx context.Context, payload []byte) error
}

// Params is what a Lobby is made of.
type Params struct {
	Network onion.Network
	Mesh    Mesh
	// Name is the network's name. Lobbies of different names never meet.
	Name string
	// Size, which may be nil, returns about how many members the network has,
	// 0 where that is not known. The network is split into shards only as far
	// as it is large, and only where Mesh has [Shards].
	Size func() int
	// Cost is what beacons and calls must pay; NetworkCost where zero. All
	// members must agree on it.
	Cost Cost
}

// Lobby is one copy's part in the lobby: it checks, keeps and hands on beacons
// for everybody, and finds a stranger for its person. Its methods are safe for
// concurrent use.
type Lobby struct {
	params   Params
	clock    clock
	tree     *tree
	pool     *pool
	vouched  *vouched
	senders  *senders
	checks   *rate.Limiter // of work of beacons from the mesh
	verifier *stamp.Verifier
	minter   *minter
	trials   *trials
	relay    *relay
	spares   chan *chat
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	search  *search // the one that goes on, or nil
	seeking bool    // from the beginning of Find to its end
	blocked []onion.Address
	blocks  []time.Time // of those of the last minutes
	renewed time.Time   // when tor was last asked to forget descriptors
}

// New returns a lobby at work. It prepares a first chat onion at once and
// calls Mesh only once something is pushed or sought. It ends with ctx or
// Close.
func New(ctx context.Context, p Params) *Lobby {
	if p.Cost == (Cost{}) {
		p.Cost = NetworkCost
	}
	l := &Lobby{
		params: p, tree: newTree(p.Mesh, p.Size), pool: newPool(maxPool), vouched: newVouched(), senders: newSenders(),
		checks:   rate.NewLimiter(verifyRate, verifyBurst),
		verifier: stamp.NewVerifier(p.Cost.Memory), minter: newMinter(),
		trials: newTrials(), relay: newRelay(), spares: make(chan *chat),
	}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.running.Go(func() { l.clock.run(l.ctx, p.Network, l.tick) })
	l.running.Go(func() { l.keepSpare(l.ctx) })
	l.running.Go(func() { l.tree.run(l.ctx) })
	return l
}

// Close ends the lobby, a search and the onion of a Match included, and waits
// until it has ended.
func (l *Lobby) Close() error {
	l.mu.Lock()
	l.cancel()
	l.mu.Unlock()
	l.running.Wait()
	return nil
}

// run runs f on a goroutine that Close waits for. It fails once the lobby has
// ended.
func (l *Lobby) run(f func()) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.ctx.Err(); err != nil {
		return err
	}
	l.running.Go(f)
	return nil
}

// Deliver takes a message of the topic, our own beacon like any other. What
// Check would refuse is dropped.
func (l *Lobby) Deliver(payload []byte) {
	if b, err := l.check(payload, l.afford); err == nil {
		l.deliver(b)
	}
}

func (l *Lobby) deliver(b Beacon) {
	now := time.Now()
	if l.pool.add(b, now) {
		l.tree.count(b.Shard, now)
	}
	if s := l.current(); s != nil {
		s.delivered(b)
	}
}

// tick is called now and then to drop what is out of date.
func (l *Lobby) tick() {
	epoch := l.clock.epoch()
	l.pool.expire(epoch)
	l.trials.expire(epoch)
	if s := l.current(); s != nil {
		s.count()
	}
}

func (l *Lobby) current() *search {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.search
}

// Block keeps whoever has a chat address from becoming our partner under it
// again, for the life of the lobby. The last 1,024 are remembered.
func (l *Lobby) Block(a onion.Address) {
	a = unsigned(a)
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Contains(l.blocked, a) {
		return
	}
	if l.blocks = append(l.blocks, time.Now()); len(l.blocks) > session.MaxPuzzle { // more make no difference
		l.blocks = slices.Delete(l.blocks, 0, 1)
	}
	if len(l.blocked) >= maxBlocked {
		l.blocked = slices.Delete(l.blocked, 0, 1)
	}
	l.blocked = append(l.blocked, a)
}

// recentBlocks counts the strangers who were blocked in the last minutes.
func (l *Lobby) recentBlocks() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.blocks = slices.DeleteFunc(l.blocks, func(at time.Time) bool { return time.Since(at) >= blockTime })
	return len(l.blocks)
}

// unsigned returns what an address has in common with the one that differs in
// sign alone, which has the same owner: a session does not tell the two apart.
func unsigned(a onion.Address) onion.Address {
	a[len(a)-1] &= 0x7f
	return a
}

func (l *Lobby) isBlocked(a onion.Address) bool {
	a = unsigned(a)
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.blocked, a)
}

// mayRenew tells whether tor may be asked again to forget descriptors.
func (l *Lobby) mayRenew() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.renewed.IsZero() && time.Since(l.renewed) < renewEvery {
		return false
	}
	l.renewed = time.Now()
	return true
}

// between returns a random time from low up to high.
func between(low, high time.Duration) time.Duration {
	return low + rand.N(high-low)
}

// sleep waits for d, and tells whether ctx still goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
