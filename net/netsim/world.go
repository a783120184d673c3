// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"math/rand/v2"
	"time"

	"passerby/net/rendezvous"
)

// role is what a member does that the others would not.
type role uint8

const (
	honest   role = iota
	spy           // keeps to the rules and takes notes
	sink          // takes pushed beacons and does nothing with them
	sybil         // names only its own kind, and hands nothing on
	replayer      // sends old beacons to whoever has not seen them
)

// topic is what all members of one shard have in common.
type topic struct {
	members []int32
	load    meter
	recent  []*beacon // lately, the oldest first
}

// world is one run of the abstract model.
type world struct {
	queue
	params Params
	random *rand.Rand

	members []member
	alive   []int32
	topics  []topic

	floods   uint32
	searches uint64
	arrivals []arrival // of the flood that is being worked out
	when     []time.Duration
	tallies  tallies
	kind     []int32 // the members who are no honest ones
	depth    int     // to which the tree goes, by the network's size

	matched func(s, with *search)           // of each side of a pair
	said    func(b *beacon, to, from int32) // what a spy notes: who first handed it a beacon
}

func newWorld(p Params) *world {
	w := &world{
		params: p, random: rand.New(rand.NewPCG(p.Seed, uint64(p.Members))),
		members: make([]member, p.Members), topics: make([]topic, 2<<maxLevel),
		when: make([]time.Duration, p.Members),
	}
	if !p.OneShard {
		w.depth = depthFor(estimated(p.Members))
	}
	return w
}

// depthFor is how deep the tree may go in a network of a size.
func depthFor(size float64) int {
	if size < 2*minCompany {
		return 0
	}
	return min(int(math.Log2(size/minCompany)), maxLevel)
}

// believed is how deep the tree may go as far as a member knows the network's
// size: it begins with what level 0 of the slots is for, and believes in twice
// as much every two minutes at most.
func (w *world) believed(m *member) int {
	rounds := int((w.now - m.born) / roundEvery)
	return min(depthFor(membersPerSlot*float64(rendezvous.Slots)*math.Pow(maxStep, float64(rounds))), w.depth)
}

// deepen notes how deep a member may go: as the size allows, or as half of those
// are whom it is connected to.
func (w *world) deepen(m *member) {
	m.deepest = w.believed(m)
	if m.deepest == w.depth {
		return
	}
	var others [maxLevel + 1]int
	n := 0
	for i := range m.links {
		other := &w.members[m.links[i].peer]
		deepest := 0
		for j := range other.follows {
			deepest = max(deepest, other.follows[j].shard.depth())
		}
		others[deepest]++
		n++
	}
	deeper := 0
	for l := maxLevel; l > m.deepest; l-- {
		if deeper += others[l]; 2*deeper >= n && n > 0 {
			m.deepest = l
		}
	}
}

// estimated is for how large members take a network: a quarter too small, as
// neighbours know the same, and never larger than what 24 answers of 16 names
// can tell that have nothing in common. See package rendezvous, and its tests.
func estimated(members int) float64 {
	most := (samples+1)*((maxAnswers-1)*samples+1) - 1
	return min(0.75*float64(members), float64(most))
}

// populate fills the network with members who have been there for a while, on
// the level at which the load would have put them.
func (w *world) populate() {
	level := 0
	if p := w.params; p.SeekEvery > 0 {
		rate := float64(p.Members) / p.SeekEvery.Seconds()
		level = min(max(int(math.Ceil(math.Log2(rate/splitRate))), 0), w.depth)
	}
	for i := range w.members {
		m := &w.members[i]
		m.place = int32(i)
		w.appear(m, level)
		m.surveyed, m.born, m.deepest = -time.Second, -time.Hour, w.depth
		if m.role = honest; w.params.Role != nil {
			m.role = w.params.Role(w.random, i)
		}
		if m.role != honest {
			w.kind = append(w.kind, m.place)
		}
	}
	for i := range w.members {
		m := &w.members[i]
		for range 3 * degree {
			if len(m.links) >= degree && m.outbound() >= outDegree {
				break
			}
			w.join(m, &w.members[w.random.IntN(len(w.members))])
		}
		for s := m.home.node(level); s > 1; s /= 2 {
			w.meet(m, s^1, level, 1)
		}
		w.meet(m, m.home.node(level), level, shardDegree)
		for range maxMet / 2 {
			m.met = remember(m.met, w.members[w.random.IntN(len(w.members))].address, maxMet)
		}
		m.needy = true
	}
	for i := range w.members {
		w.live(&w.members[i])
	}
	w.after(0, w.sweep)
}

// meet connects a member to some of a shard or below it, when populating.
func (w *world) meet(m *member, s shard, level, n int) {
	shift := level - s.depth()
	for range 4 * n {
		if n <= 0 {
			return
		}
		all := w.topics[s<<shift|shard(w.random.IntN(1<<shift))].members
		if len(all) == 0 {
			continue
		}
		if w.join(m, &w.members[all[w.random.IntN(len(all))]]) {
			n--
		}
	}
}

// appear makes a new copy of the program at a place.
func (w *world) appear(m *member, level int) {
	life := m.life + 1
	*m = member{address: address{m.place, life}, alive: true, role: m.role, home: way(w.random.Uint32()), level: level, born: w.now, index: int32(len(w.alive))}
	w.alive = append(w.alive, m.place)
	w.follow(m, m.home.node(level))
	m.needy = true
}

// live begins what a member does over and over again, until it leaves.
func (w *world) live(m *member) {
	life := m.life
	again := func(every func() time.Duration, do func()) {
		var step func()
		step = func() {
			if m.alive && m.life == life {
				do()
				w.after(every(), step)
			}
		}
		w.after(time.Duration(w.random.Float64()*float64(every())), step)
	}
	if w.depth > 0 {
		again(func() time.Duration { return treeEvery }, func() { w.decide(m) })
	}
	again(func() time.Duration {
		if len(m.links) < degree {
			return hungry
		}
		return resample
	}, func() { w.ask(m, root, func([]address, []address) {}) })
	if w.params.SeekEvery > 0 {
		w.after(exponential(w.random, w.params.SeekEvery), func() { w.seekAgain(m, life) })
	}
	if w.params.HalfLife > 0 && m.role != sybil { // an attacker stays
		mean := time.Duration(float64(w.params.HalfLife) / math.Ln2)
		w.after(exponential(w.random, mean), func() {
			if m.alive && m.life == life {
				w.leave(m)
			}
		})
	}
}

func (w *world) seekAgain(m *member, life uint32) {
	if !m.alive || m.life != life {
		return
	}
	if m.search == nil && m.role == honest && len(m.links) > 0 {
		w.seek(m)
	}
	w.after(exponential(w.random, w.params.SeekEvery), func() { w.seekAgain(m, life) })
}

// leave ends a member, as a crash does; another comes in its place soon.
func (w *world) leave(m *member) {
	if m.search != nil {
		m.search.end(false)
	}
	for len(m.links) > 0 {
		w.part(m, &w.members[m.links[0].peer])
	}
	for len(m.follows) > 0 {
		w.unfollow(m, m.follows[0].shard)
	}
	m.alive = false
	last := w.alive[len(w.alive)-1]
	w.alive[m.index] = last
	w.members[last].index = m.index
	w.alive = w.alive[:len(w.alive)-1]
	w.after(exponential(w.random, 10*time.Second), func() { w.arrive(m) })
}

// someone returns a random living member, or nil.
func (w *world) someone() *member {
	if len(w.alive) == 0 {
		return nil
	}
	return &w.members[w.alive[w.random.IntN(len(w.alive))]]
}

func (w *world) at(a address) *member {
	if m := &w.members[a.place]; m.alive && m.life == a.life {
		return m
	}
	return nil
}

// follow and unfollow change what a member hears.
func (w *world) follow(m *member, s shard) {
	if m.hears(s) {
		return
	}
	t := &w.topics[s]
	m.follows = append(m.follows, followed{s, int32(len(t.members)), w.now})
	t.members = append(t.members, m.place)
	m.needy = true
	w.announce(m)
}

func (w *world) unfollow(m *member, s shard) {
	for i, f := range m.follows {
		if f.shard != s {
			continue
		}
		t := &w.topics[s]
		last := t.members[len(t.members)-1]
		t.members[f.place] = last
		for j := range w.members[last].follows {
			if w.members[last].follows[j].shard == s {
				w.members[last].follows[j].place = f.place
			}
		}
		t.members = t.members[:len(t.members)-1]
		m.follows = append(m.follows[:i], m.follows[i+1:]...)
		m.needy = true
		w.announce(m)
		return
	}
}

// announce counts what it costs to tell one's neighbours of a change.
func (w *world) announce(m *member) { w.tallies.rpc(w, len(m.links), subscribeBytes) }
