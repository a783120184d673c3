// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"passerby/net/lobby"
	"passerby/net/mesh"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
	"passerby/net/rendezvous"
	"passerby/net/stamp"
)

// name is the network's.
const name = "simulation"

// cheap is what beacons cost in the real model, where hundreds of members share
// one processor and time stands still while they work.
var cheap = lobby.Cost{Gate: 2, Memory: stamp.MinMemory, Effort: 1, Door: -16}

// reality is one run of the real model.
type reality struct {
	params Params
	tor    *oniontest.Net
	ctx    context.Context
	begin  time.Time
	tasks  sync.WaitGroup

	bytes, delivered atomic.Int64

	mu      sync.Mutex
	random  *rand.Rand
	copies  []*program
	sent    map[string]*sending
	matched []float64
}

// sending is what became of one beacon.
type sending struct {
	at   time.Time
	to   map[*program]bool // who heard its shard when it was published; true when it has come
	when []time.Duration
}

// program is one copy of the program, as package app puts it together.
type program struct {
	world      *reality
	node       *oniontest.Node
	lobby      *lobby.Lobby
	mesh       atomic.Pointer[mesh.Mesh]
	rendezvous *rendezvous.Rendezvous
	cancel     context.CancelFunc
	running    sync.WaitGroup
	ended      atomic.Bool
	seeking    atomic.Pointer[time.Time] // since when, where that counts
}

// Real runs the real model once. It must be called in a bubble of
// testing/synctest, or it takes as long as it says.
func Real(ctx context.Context, p Params) (Result, error) {
	w := &reality{
		params: p, tor: oniontest.New(), begin: time.Now(), sent: make(map[string]*sending),
		random: rand.New(rand.NewPCG(p.Seed, uint64(p.Members))),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.ctx = ctx
	w.tor.Publish = p.Tor.Publish
	w.tor.Circuit = func() time.Duration { return drawn(w, p.Tor.latency) }
	w.tor.Reach = func() (takes time.Duration, ok bool) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return p.Tor.connect(w.random)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range p.Members {
		m, err := w.start()
		if err != nil {
			return Result{}, err
		}
		w.tasks.Go(func() { w.live(m) })
		time.Sleep(200 * time.Millisecond)
	}
	time.Sleep(time.Until(w.begin.Add(p.WarmUp)))
	bytes, delivered := w.bytes.Load(), w.delivered.Load()
	time.Sleep(p.Measure)
	bytes, delivered = w.bytes.Load()-bytes, w.delivered.Load()-delivered
	r := w.result(bytes, delivered)
	runtime.GC()
	runtime.ReadMemStats(&after)
	r.State = float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse) / float64(p.Members)
	cancel()
	w.tasks.Wait()
	return r, nil
}

func drawn(w *reality, of func(*rand.Rand) time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return of(w.random)
}

// measuring tells whether what begins now counts.
func (w *reality) measuring() bool {
	since := time.Since(w.begin)
	return since >= w.params.WarmUp && since < w.params.WarmUp+w.params.Measure
}

// start starts a copy of the program.
func (w *reality) start() (*program, error) {
	m := &program{world: w, node: w.tor.Node()}
	ctx, cancel := context.WithCancel(w.ctx)
	m.cancel = cancel
	tap := &tap{m.node, &w.bytes}
	m.lobby = lobby.New(ctx, lobby.Params{
		Network: tap, Mesh: m, Name: name, Cost: cheap,
		Size: func() int {
			if m.rendezvous == nil {
				return 0
			}
			return m.rendezvous.Status().Size
		},
	})
	joined, err := mesh.New(ctx, mesh.Params{
		Network: tap, Key: onion.GenerateKey(), Name: name, PayloadSize: lobby.BeaconSize, Shard: lobby.ShardOf,
		Check: func(from onion.Address, p []byte) error {
			err := m.lobby.CheckFrom(from, p)
			switch {
			case errors.Is(err, lobby.ErrForged):
				return fmt.Errorf("%w: %w", mesh.ErrExpel, err)
			case err != nil && !errors.Is(err, lobby.ErrInvalid):
				return fmt.Errorf("%w: %w", mesh.ErrIgnore, err)
			}
			return err
		},
		Deliver: m.deliver, TakePush: m.lobby.TakePush,
	})
	if err != nil {
		cancel()
		m.lobby.Close()
		return nil, fmt.Errorf("netsim: %w", err)
	}
	m.mesh.Store(joined)
	m.rendezvous = rendezvous.New(rendezvous.Params{Network: tap, Mesh: joined, Name: name})
	m.running.Go(func() { m.rendezvous.Run(ctx) })
	w.mu.Lock()
	w.copies = append(w.copies, m)
	w.mu.Unlock()
	return m, nil
}

// live lets a copy seek now and then until it leaves, and another come then.
func (w *reality) live(m *program) {
	for {
		life := time.Duration(math.MaxInt64)
		if w.params.HalfLife > 0 {
			mean := time.Duration(float64(w.params.HalfLife) / math.Ln2)
			life = drawn(w, func(r *rand.Rand) time.Duration { return exponential(r, mean) })
		}
		ctx, leave := context.WithTimeout(w.ctx, life)
		m.seekAll(ctx)
		<-ctx.Done()
		leave()
		m.stop()
		if !pause(w.ctx, drawn(w, func(r *rand.Rand) time.Duration { return exponential(r, 10*time.Second) })) {
			return
		}
		var err error
		if m, err = w.start(); err != nil {
			return // the run is over
		}
	}
}

// stop ends a copy as a crash does.
func (m *program) stop() {
	m.ended.Store(true)
	w := m.world
	w.mu.Lock()
	w.copies = slices.DeleteFunc(w.copies, func(o *program) bool { return o == m })
	w.mu.Unlock()
	m.node.Kill()
	m.cancel()
	m.running.Wait()
	m.mesh.Load().Close()
	m.lobby.Close()
}

// seekAll has a copy seek, and leave whom it finds, until ctx ends.
func (m *program) seekAll(ctx context.Context) {
	w := m.world
	if w.params.SeekEvery <= 0 {
		return
	}
	for pause(ctx, drawn(w, func(r *rand.Rand) time.Duration { return exponential(r, w.params.SeekEvery) })) {
		var interests []string
		w.mu.Lock()
		if w.random.Float64() < w.params.Interested {
			interests = []string{fmt.Sprintf("interest %d", 1+int(float64(w.params.Interests)*w.random.Float64()*w.random.Float64()))}
		}
		w.mu.Unlock()
		if m.mesh.Load().Peers() == 0 {
			continue
		}
		counts, began := w.measuring(), time.Now()
		if counts {
			m.seeking.Store(&began)
		}
		match, err := m.lobby.Find(ctx, interests, nil)
		took := time.Since(began).Seconds()
		m.seeking.Store(nil)
		if err != nil {
			return // it leaves, or the run is over
		}
		match.Session.Leave(ctx)
		match.Close()
		for range match.Session.Events() { // up to the last one, which frees it
		}
		if counts {
			w.mu.Lock()
			w.matched = append(w.matched, took)
			w.mu.Unlock()
		}
	}
}

// pause waits for d, and tells whether ctx still goes on.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Members implements lobby.Mesh, and so do the next ones.
func (m *program) Members(n int) []onion.Address {
	if joined := m.mesh.Load(); joined != nil {
		return joined.Members(n)
	}
	return nil
}

// Push implements lobby.Mesh.
func (m *program) Push(ctx context.Context, to onion.Address, payload []byte) error {
	return m.mesh.Load().Push(ctx, to, payload)
}

// Follow implements lobby.Shards.
func (m *program) Follow(shards []uint16) {
	if joined := m.mesh.Load(); joined != nil {
		joined.Follow(shards)
	}
}

// Depth implements lobby.Shards.
func (m *program) Depth() int {
	if joined := m.mesh.Load(); joined != nil {
		return joined.Depth()
	}
	return 0
}

// Publish implements lobby.Mesh. It notes when a beacon was first published and
// who should hear it: who hears its shard and has a neighbour.
func (m *program) Publish(ctx context.Context, payload []byte) error {
	w := m.world
	w.note(payload)
	return m.mesh.Load().Publish(ctx, payload)
}

func (w *reality) note(payload []byte) {
	w.mu.Lock()
	copies := slices.Clone(w.copies)
	known := w.sent[string(payload)] != nil
	w.mu.Unlock()
	if known || !w.measuring() {
		return
	}
	s := &sending{at: time.Now(), to: make(map[*program]bool)}
	shard := lobby.ShardOf(payload)
	for _, o := range copies {
		if joined := o.mesh.Load(); slices.Contains(joined.Following(), shard) && joined.Peers() > 0 {
			s.to[o] = false
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sent[string(payload)] == nil {
		w.sent[string(payload)] = s
	}
}

func (m *program) deliver(payload []byte) {
	w := m.world
	w.delivered.Add(1)
	w.mu.Lock()
	if s := w.sent[string(payload)]; s != nil {
		if came, counts := s.to[m]; counts && !came {
			s.to[m] = true
			s.when = append(s.when, time.Since(s.at))
		}
	}
	w.mu.Unlock()
	m.lobby.Deliver(payload)
}

// result is what was measured. What nobody can count from outside is NaN.
func (w *reality) result(bytes, delivered int64) Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.params
	for _, m := range w.copies { // who seeks in vain is not to be left out
		if since := m.seeking.Load(); since != nil && time.Since(*since) > time.Minute {
			w.matched = append(w.matched, math.Inf(1))
		}
	}
	r := Result{
		Bytes:       float64(bytes) / float64(p.Members) / p.Measure.Hours(),
		Verified:    float64(delivered) / float64(p.Members) / p.Measure.Seconds(),
		MatchMedian: quantile(w.matched, 0.5), MatchP95: quantile(w.matched, 0.95),
		Messages: math.NaN(), Copies: math.NaN(), VerifiedP99: math.NaN(), Pushed: math.NaN(), Welcome: math.NaN(),
		Searches: len(w.matched), Beacons: len(w.sent),
	}
	var reach []float64
	reached := 0
	for _, s := range w.sent {
		audience := 0
		for o, came := range s.to {
			if came || !o.ended.Load() { // who left meanwhile is not to be reached
				audience++
			}
		}
		if audience == 0 || time.Since(s.at) < 20*time.Second {
			continue
		}
		at := math.Inf(1)
		if need := int(math.Ceil(0.99 * float64(audience))); len(s.when) >= need {
			at = s.when[need-1].Seconds()
			reached++
		}
		reach = append(reach, at)
		r.Covered += float64(len(s.when)) / float64(audience)
		r.Audience += float64(audience)
	}
	n := float64(len(reach))
	r.Covered, r.Audience, r.Reached = r.Covered/n, r.Audience/n, float64(reached)/n
	r.Reach99, r.Reach99P95 = quantile(reach, 0.5), quantile(reach, 0.95)
	for _, m := range w.copies {
		r.Links += float64(m.mesh.Load().Peers()) / float64(len(w.copies))
	}
	return r
}

// tap counts what is handed to Tor.
type tap struct {
	*oniontest.Node
	bytes *atomic.Int64
}

// Dial implements onion.Network.
func (t *tap) Dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	c, err := t.Node.Dial(ctx, host, isolation)
	if err != nil {
		return nil, err
	}
	return &counted{c, t.bytes}, nil
}

// Listen implements onion.Network.
func (t *tap) Listen(ctx context.Context, key ed25519.PrivateKey, maxStreams int) (net.Listener, error) {
	l, err := t.Node.Listen(ctx, key, maxStreams)
	if err != nil {
		return nil, err
	}
	return &tapped{l, t.bytes}, nil
}

type tapped struct {
	net.Listener
	bytes *atomic.Int64
}

func (l *tapped) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &counted{c, l.bytes}, nil
}

type counted struct {
	net.Conn
	bytes *atomic.Int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.bytes.Add(int64(n))
	return n, err
}
