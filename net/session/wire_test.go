// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/chacha20"

	"passerby/net/onion"
	"passerby/net/session"
)

// written is one write to a stream.
type written struct {
	at   time.Time
	data []byte
}

// tap records what is written to a stream, as whoever watches the line sees
// it, and when it was closed.
type tap struct {
	net.Conn
	opened time.Time

	mu     sync.Mutex
	writes []written
	closed time.Time
}

func (c *tap) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.writes = append(c.writes, written{time.Now(), bytes.Clone(p)})
	c.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *tap) Close() error {
	c.mu.Lock()
	if c.closed.IsZero() {
		c.closed = time.Now()
	}
	c.mu.Unlock()
	return c.Conn.Close()
}

func (c *tap) list() []written {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.writes)
}

func (c *tap) bytes() (all []byte) {
	for _, w := range c.list() {
		all = append(all, w.data...)
	}
	return all
}

// bent is a stream whose reader gets one byte changed.
type bent struct {
	net.Conn
	at int // offset of the byte in all that is read
}

func (c *bent) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.at >= 0 && c.at < n {
		p[c.at] ^= 1 << (c.at % 8)
	}
	c.at -= n
	return n, err
}

const (
	ofDialer   = 0
	ofAnswerer = 1
)

var sideNames = [...]string{"dialer", "answerer"}

// watched is a conversation whose line somebody watches.
type watched struct {
	sessions [2]*session.Session
	latency  time.Duration // one way

	mu      sync.Mutex
	streams [][2]*tap
	spare   int // streams that may be dialed now
}

// open adds a stream. It is called with mu held.
func (w *watched) open() [2]*tap {
	near, far := net.Pipe()
	if w.latency > 0 {
		r := newRelay()
		r.there.latency, r.back.latency = w.latency, w.latency
		r.start()
		near, far = r.near, r.far
	}
	taps := [2]*tap{{Conn: near, opened: time.Now()}, {Conn: far, opened: time.Now()}}
	w.streams = append(w.streams, taps)
	return taps
}

func (w *watched) redial(context.Context) (net.Conn, error) {
	w.mu.Lock()
	if w.spare == 0 {
		w.mu.Unlock()
		return nil, errors.New("no stream to be had")
	}
	w.spare--
	taps := w.open()
	w.mu.Unlock()
	w.sessions[ofAnswerer].Take(taps[ofAnswerer])
	return taps[ofDialer], nil
}

// cut breaks the stream in use and lets one more be dialed.
func (w *watched) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := w.streams[len(w.streams)-1]
	w.spare++
	last[ofDialer].Conn.Close()
}

// close ends the conversation.
func (w *watched) close() {
	for _, s := range w.sessions {
		s.Close()
	}
}

// watch begins a conversation. Its events are read and forgotten.
func watch(t *testing.T, latency time.Duration, dialer, answerer session.Params) *watched {
	t.Helper()
	w := &watched{latency: latency}
	dialer.Redial = w.redial
	w.mu.Lock()
	taps := w.open()
	w.mu.Unlock()
	d, a := meet(t.Context(), taps[ofDialer], taps[ofAnswerer], dialer, answerer)
	if d.err != nil || a.err != nil {
		t.Fatal(d.err, a.err)
	}
	w.sessions = [2]*session.Session{d.session, a.session}
	for _, s := range w.sessions {
		go func() {
			for range s.Events() {
			}
		}()
	}
	return w
}

// handshakeWrites are the writes of each side before cover begins.
const handshakeWrites = 2

// times returns when a side wrote on its first stream, from the last write of
// the handshake.
func (w *watched) times(who int) (list []time.Time) {
	for _, frame := range w.streams[0][who].list()[handshakeWrites-1:] {
		list = append(list, frame.at)
	}
	return list
}

func between(times []time.Time) (gaps []float64) {
	for i := range times[1:] {
		gaps = append(gaps, times[i+1].Sub(times[i]).Seconds())
	}
	return gaps
}

// behaviour is what a person does until stop is closed. It returns when the
// person pressed enter.
type behaviour func(s *session.Session, stop <-chan struct{}) []time.Time

// every sends a message at times that are apart by what pause returns.
func every(pause func() time.Duration, text func() string) behaviour {
	return func(s *session.Session, stop <-chan struct{}) (pressed []time.Time) {
		for {
			select {
			case <-time.After(pause()):
			case <-stop:
				return pressed
			}
			if _, err := s.Send(text()); err == nil {
				pressed = append(pressed, time.Now())
			}
		}
	}
}

func lognormal(median, sigma float64) float64 { return median * math.Exp(sigma*rand.NormFloat64()) }

var behaviours = map[string]behaviour{
	"silent": func(_ *session.Session, stop <-chan struct{}) []time.Time { <-stop; return nil },
	// Somebody who types: some seconds for each message, often another at once.
	"typing": every(func() time.Duration {
		if rand.IntN(3) == 0 {
			return time.Duration(lognormal(1.5, 0.5) * float64(time.Second))
		}
		return time.Duration(lognormal(9, 0.8) * float64(time.Second))
	}, func() string { return strings.Repeat("x", 1+min(600, int(lognormal(40, 1)))) }),
	// Somebody who pastes 4,000 characters of four bytes: 36 frames.
	"pasting": every(func() time.Duration {
		return time.Duration(lognormal(30, 0.3) * float64(time.Second))
	}, func() string { return strings.Repeat("🧭", session.MaxText) }),
}

// recorded is what somebody who watches the line has seen, and when the people
// pressed enter, which nobody sees.
type recorded struct {
	times   [2][]time.Time
	pressed [2][]time.Time
}

// record lets two people behave until n frames are out on each side.
func record(t *testing.T, b behaviour, cover bool, n int) (r recorded) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, 0, side(), side())
		defer w.close()
		stop := make(chan struct{})
		var work sync.WaitGroup
		for who, s := range w.sessions {
			s.SetCover(cover)
			work.Go(func() { r.pressed[who] = b(s, stop) })
		}
		enough := func() bool {
			return len(w.streams[0][ofDialer].list()) > n+2 && len(w.streams[0][ofAnswerer].list()) > n+2
		}
		for !enough() {
			time.Sleep(time.Duration(n) * session.Pace / 10)
		}
		close(stop)
		work.Wait()
		for who := range w.sessions {
			for i, frame := range w.streams[0][who].list() {
				if i >= handshakeWrites && len(frame.data) != session.FrameSize {
					t.Fatalf("%s: write %d has %d bytes", sideNames[who], i, len(frame.data))
				}
			}
			r.times[who] = w.times(who)
		}
	})
	return r
}

// reactions returns, for the gaps of a side in which something happens, the
// time from the first such event to the end of the gap, and the time between
// that event and the one before.
func reactions(sent, events []time.Time) (waits, before []float64) {
	j := 0
	for i := range sent[1:] {
		for j < len(events) && events[j].Before(sent[i]) {
			j++
		}
		if j < len(events) && j > 0 && events[j].Before(sent[i+1]) {
			waits = append(waits, sent[i+1].Sub(events[j]).Seconds())
			before = append(before, events[j].Sub(events[j-1]).Seconds())
		}
	}
	return waits, before
}

func TestGapsTellNothing(t *testing.T) {
	mean := session.Pace.Seconds()
	exponential := exponentialCDF(mean)
	samples := make(map[string][]float64)
	for _, name := range slices.Sorted(maps.Keys(behaviours)) {
		// given a conversation in which both sides do the same
		r := record(t, behaviours[name], true, gapCount)
		for who := range sideNames {
			what := name + ", " + sideNames[who]
			gaps := between(r.times[who])
			samples[what] = gaps
			// then gaps are exponential and independent of each other
			judge(t, ksOne(gaps, exponential), "%d gaps, %s: exponential", len(gaps), what)
			u := uniform(gaps, mean)
			judge(t, correlation(u[1:], u[:len(u)-1]), "%s: each gap and the next", what)
			// and of what the other side sends,
			waits, before := reactions(r.times[who], r.times[1-who])
			judge(t, ksOne(waits, exponential), "%s: from a frame that comes to the next that goes (%d)", what, len(waits))
			judge(t, correlation(uniform(waits, mean), uniform(before, mean)), "%s: gaps that come, and the wait after", what)
			// and of what the person does
			if pressed := r.pressed[who]; len(pressed) > 0 {
				waits, _ := reactions(r.times[who], pressed)
				judge(t, ksOne(waits, exponential), "%s: from enter to the next frame (%d)", what, len(waits))
			}
		}
	}
	names := slices.Sorted(maps.Keys(samples))
	for i, a := range names {
		for _, b := range names[:i] {
			judge(t, ksTwo(samples[a], samples[b]), "%s, and %s: the same", a, b)
		}
	}
}

// TestGapsWithoutCoverTell shows that the tests above can fail.
func TestGapsWithoutCoverTell(t *testing.T) {
	exponential := exponentialCDF(session.Pace.Seconds())
	samples := make(map[string][]float64)
	for name, b := range behaviours {
		r := record(t, b, false, gapCount/5)
		samples[name] = between(r.times[ofDialer])
		if p := ksOne(samples[name], exponential); p >= alpha {
			t.Errorf("%s: p = %.2g, gaps look exponential without cover", name, p)
		}
		if pressed := r.pressed[ofDialer]; len(pressed) > 0 {
			waits, _ := reactions(r.times[ofDialer], pressed)
			if p := ksOne(waits, exponential); len(waits) > 100 && p >= alpha {
				t.Errorf("%s: p = %.2g, enter does not show without cover", name, p)
			}
		}
	}
	for _, pair := range [][2]string{{"silent", "typing"}, {"silent", "pasting"}, {"typing", "pasting"}} {
		if p := ksTwo(samples[pair[0]], samples[pair[1]]); p >= alpha {
			t.Errorf("p = %.2g, %s looks like %s without cover", p, pair[0], pair[1])
		}
	}
}

func TestResumptionIsPacedToo(t *testing.T) {
	const frames = 5 // of each side on each stream, and that many gaps
	waits := make(map[string][]float64)
	synctest.Test(t, func(t *testing.T) {
		// given a conversation that goes on over many streams, with something to
		// say all the time
		w := watch(t, 0, side(), side())
		defer w.close()
		for range resumeCount {
			for _, s := range w.sessions {
				s.Send("and")
			}
			w.cut()
			for ready := false; !ready; {
				time.Sleep(session.Pace)
				w.mu.Lock()
				last, spare := w.streams[len(w.streams)-1], w.spare
				w.mu.Unlock()
				ready = spare == 0 && len(last[ofDialer].list()) > frames && len(last[ofAnswerer].list()) > frames
			}
		}
		// then each frame on each stream comes after an exponential time
		for _, taps := range w.streams[1:] {
			d, a := taps[ofDialer].list(), taps[ofAnswerer].list()
			add := func(what string, from, to time.Time) {
				waits[what] = append(waits[what], to.Sub(from).Seconds())
			}
			add("0, stream to request", taps[ofDialer].opened, d[0].at)
			add("1, request to agreement", d[0].at, a[0].at)
			add("2, agreement to the dialer's first frame", a[0].at, d[1].at)
			add("3, the dialer's first frame to the answerer's", d[1].at, a[1].at)
			for who, writes := range [2][]written{d, a} {
				for i := 1; i < frames; i++ {
					add(fmt.Sprintf("%d, gap of the %s", 3+i, sideNames[who]), writes[i].at, writes[i+1].at)
				}
				for _, frame := range writes {
					if len(frame.data) != session.FrameSize {
						t.Fatalf("a write of %d bytes", len(frame.data))
					}
				}
			}
		}
	})
	for _, what := range slices.Sorted(maps.Keys(waits)) {
		judge(t, ksOne(waits[what], exponentialCDF(session.Pace.Seconds())), "%s (%d)", what, len(waits[what]))
	}
}

// farewells records the ends of n conversations in which the same side leaves.
// It returns what somebody who watches the line of one side could compare.
func farewells(t *testing.T, leaver, n int, latency time.Duration) map[string][]float64 {
	features := make(map[string][]float64)
	add := func(what string, x time.Duration) { features[what] = append(features[what], x.Seconds()) }
	synctest.Test(t, func(t *testing.T) {
		for range n {
			w := watch(t, latency, side(), side())
			for _, s := range w.sessions {
				s.Send("something")
			}
			time.Sleep(time.Duration((8 + rand.Float64()) * float64(time.Second)))
			if err := w.sessions[leaver].Leave(t.Context()); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Minute)
			w.close()
			taps := w.streams[0]
			closed := taps[ofDialer].closed
			if taps[ofAnswerer].closed.Before(closed.Add(latency)) {
				t.Error("the answering side closed")
			}
			for at, place := range sideNames {
				end := closed
				if at == ofAnswerer {
					end = end.Add(latency)
				}
				var last [2][]time.Time // the last frames that pass here
				for who, tap := range taps {
					for i, frame := range tap.list() {
						if i >= handshakeWrites && len(frame.data) != session.FrameSize {
							t.Errorf("a write of %d bytes", len(frame.data))
						}
						if who != at {
							frame.at = frame.at.Add(latency)
						}
						if !frame.at.After(end) {
							last[who] = append(last[who], frame.at)
						}
					}
					slices.Reverse(last[who])
					what := fmt.Sprintf("at the %s, %s's ", place, sideNames[who])
					add(what+"last frame to close", end.Sub(last[who][0]))
					for i := range 8 {
						add(fmt.Sprintf("%sgap %d from the end", what, i), last[who][i].Sub(last[who][i+1]))
					}
				}
				for i := range 8 { // the answers of the one to the other
					for who, name := range sideNames {
						j := slices.IndexFunc(last[1-who], func(at time.Time) bool { return at.Before(last[who][i]) })
						add(fmt.Sprintf("at the %s, frame %d of the %s from the end, since the other's", place, i, name),
							last[who][i].Sub(last[1-who][j]))
					}
				}
			}
		}
	})
	return features
}

func TestTheEndDoesNotTellWhoLeft(t *testing.T) {
	for _, latency := range []time.Duration{0, 400 * time.Millisecond} {
		t.Run(latency.String(), func(t *testing.T) {
			// given many conversations that the dialer leaves, and as many that the
			// answerer leaves
			dialer := farewells(t, ofDialer, endCount, latency)
			answerer := farewells(t, ofAnswerer, endCount, latency)
			for _, what := range slices.Sorted(maps.Keys(dialer)) {
				// then they end alike
				judge(t, ksTwo(dialer[what], answerer[what]), "%s (%d and %d), by who left",
					what, len(dialer[what]), len(answerer[what]))
				// and gaps are what they always are, to the last of those in which
				// there was more to come
				if strings.HasSuffix(what, "7 from the end") {
					both := slices.Concat(dialer[what], answerer[what])
					judge(t, ksOne(both, exponentialCDF(session.Pace.Seconds())), "%s: exponential", what)
				}
			}
			// What the test finds: a close that comes so much later.
			what := "at the dialer, dialer's last frame to close"
			for shift := 0.01; ; shift += 0.01 {
				shifted := slices.Clone(answerer[what])
				for i := range shifted {
					shifted[i] += shift
				}
				if ksTwo(dialer[what], shifted) < alpha {
					t.Logf("a close that is %.0f ms later by who left would be found", 1000*shift)
					break
				}
			}
		})
	}
}

func TestEveryWriteIsWholeFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a conversation that has everything in it, and a refusal
		w := watch(t, 0, side(), side())
		for _, text := range []string{"x", strings.Repeat("y", 449), strings.Repeat("🧭", session.MaxText)} {
			for _, s := range w.sessions {
				send(t, s, text)
			}
			time.Sleep(time.Minute)
			w.cut()
			time.Sleep(time.Minute)
		}
		time.Sleep(session.RenewTime)
		w.sessions[ofAnswerer].Leave(t.Context())
		w.close()
		near, far := net.Pipe()
		busy := &tap{Conn: far}
		p := side()
		go func() {
			r, err := session.Receive(t.Context(), busy, p)
			if err == nil {
				r.Refuse()
			}
		}()
		session.Propose(t.Context(), near, side(), p.Key.Address())
		// then nothing but whole frames was written, one at a time but for
		// messages 1 and 2 of the handshake
		if len(w.streams) != 4 {
			t.Errorf("%d streams", len(w.streams))
		}
		for n, taps := range w.streams {
			for who, tap := range taps {
				for i, frame := range tap.list() {
					want := session.FrameSize
					if n == 0 && i == 0 {
						want *= 3
					}
					if len(frame.data) != want {
						t.Errorf("stream %d, %s: write %d has %d bytes", n, sideNames[who], i, len(frame.data))
					}
				}
			}
		}
		// and a refusal is as long as an answer
		if list := busy.list(); len(list) != 1 || len(list[0].data) != len(w.streams[0][ofAnswerer].list()[0].data) {
			t.Error("a refusal can be told from an answer by its size")
		}
	})
}

// unmask removes the mask of a message (see the package documentation).
func unmask(answerer onion.Address, wire []byte, head int) []byte {
	key := sha256.Sum256(append([]byte("Passerby mask 1"), answerer[:]...))
	stream, err := chacha20.NewUnauthenticatedCipher(key[:], wire[:chacha20.NonceSizeX])
	if err != nil {
		panic(err)
	}
	message := bytes.Clone(wire[chacha20.NonceSizeX:])
	stream.XORKeyStream(message[:head], message[:head])
	return message
}

// TestEveryByteLooksRandom records the same conversation of the same strangers
// again and again.
func TestEveryByteLooksRandom(t *testing.T) {
	dialer, answerer := side(session.Tag{1}), side(session.Tag{2})
	address := answerer.Key.Address()
	seen := make(map[string][][]byte) // by what it is
	synctest.Test(t, func(t *testing.T) {
		for range sameCount {
			w := watch(t, 0, dialer, answerer)
			for _, s := range w.sessions {
				s.Send(strings.Repeat("a", 1000))
			}
			time.Sleep(4 * time.Second)
			w.cut()
			for ready := false; !ready; {
				time.Sleep(time.Second)
				w.mu.Lock()
				last, spare := w.streams[len(w.streams)-1], w.spare
				w.mu.Unlock()
				ready = spare == 0 && len(last[ofDialer].list()) >= 7 && len(last[ofAnswerer].list()) >= 7
			}
			w.close()
			for n, what := range []string{"handshake", "resumption"} {
				for who, tap := range w.streams[n] {
					for i, frame := range tap.list()[:min(7, len(tap.list()))] {
						key := fmt.Sprintf("%s, %s, write %d", what, sideNames[who], i)
						seen[key] = append(seen[key], frame.data)
					}
				}
			}
		}
	})
	// then all of it is uniform, in every place and as a whole
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		if len(seen[what]) < sameCount/2 {
			continue // too late for most of the streams that were cut
		}
		p := randomness(seen[what])
		judge(t, min(1, 4*slices.Min(p[:])), "%s (%d): all bits %.2g, all bytes %.2g, each bit %.2g, each half byte %.2g",
			what, len(seen[what]), p[0], p[1], p[2], p[3])
		// and no two have more in common than chance gives them
		first := seen[what][0]
		var differences [][]byte
		for _, other := range seen[what][1:] {
			d := make([]byte, len(first))
			for i := range d {
				d[i] = first[i] ^ other[i]
			}
			differences = append(differences, d)
		}
		p = randomness(differences)
		judge(t, p[0], "%s: bits that differ from the first", what)
	}
	// and it would not be without the mask
	for what, head := range map[string]int{
		"handshake, dialer, write 0": 96, "handshake, answerer, write 0": 32,
		"resumption, dialer, write 0": 32, "resumption, answerer, write 0": 32,
	} {
		var bare, keys [][]byte
		for _, wire := range seen[what] {
			message := unmask(address, wire, head)
			bare = append(bare, message)
			keys = append(keys, message[head-32:head])
		}
		if p := randomness(bare); slices.Min(p[:]) >= alpha {
			t.Errorf("%s: the test does not find what the mask hides", what)
		}
		if p := randomness(keys); p[2] >= alpha {
			t.Errorf("%s: the test does not find the top bit of a public key: %.2g", what, p)
		}
	}
}

func TestTamperingWithAnyByteOfTheHandshake(t *testing.T) {
	const (
		fromDialer   = 4 * session.FrameSize // messages 1 and 3
		fromAnswerer = 4 * session.FrameSize // message 2 and the first frame
	)
	dialer, answerer := side(), side()
	try := func(t *testing.T, toDialer, toAnswerer int) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			near, far := net.Pipe()
			d, a := meet(ctx, &bent{near, toDialer}, &bent{far, toAnswerer}, dialer, answerer)
			if d.err == nil && a.err == nil {
				t.Errorf("byte %d to the dialer, %d to the answerer: both are content", toDialer, toAnswerer)
			}
			for _, s := range []*session.Session{d.session, a.session} {
				if s != nil {
					_, end := drain(s)
					if end.Reason != session.Lost {
						t.Errorf("a half-open conversation ended as %q", end.Reason)
					}
				}
			}
		})
	}
	for i := range fromDialer {
		try(t, -1, i)
	}
	for i := range fromAnswerer {
		try(t, i, -1)
	}
}

func TestOtherNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer, answerer := side(), side()
		answerer.Network = "another"
		near, far := net.Pipe()
		d, a := meet(t.Context(), near, far, dialer, answerer)
		if d.err == nil || !errors.Is(a.err, session.ErrProtocol) {
			t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
		}
	})
}

func TestSomebodyElseAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a dialer who wants another than the one it reaches
		near, far := net.Pipe()
		answered := make(chan result)
		go func() { answered <- answer(t.Context(), far, side()) }()
		d := dial(t.Context(), near, side(), side().Key.Address())
		if a := <-answered; d.err == nil || a.err == nil {
			t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
		}
	})
}

func TestTalkingToOneself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := side()
		near, far := net.Pipe()
		d, a := meet(t.Context(), near, far, p, p)
		if d.err == nil || !errors.Is(a.err, session.ErrProtocol) {
			t.Fatalf("dialer: %v, answerer: %v", d.err, a.err)
		}
	})
}

func TestReplayIsWorthNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given all that a dialer wrote in a conversation
		answerer := side()
		near, far := net.Pipe()
		d := &tap{Conn: near}
		dr, ar := meet(t.Context(), d, far, side(), answerer)
		if dr.err != nil || ar.err != nil {
			t.Fatal(dr.err, ar.err)
		}
		send(t, dr.session, "once")
		expect(t, ar.session, session.Received{ID: 1, Text: "once"})
		closeBoth(dr.session, ar.session)
		// when somebody says it all again
		near, far = net.Pipe()
		go near.Write(d.bytes())
		go io.Copy(io.Discard, near)
		defer near.Close()
		a := answer(t.Context(), far, answerer)
		// then nobody is proven to be there
		if !errors.Is(a.err, session.ErrProtocol) {
			t.Fatalf("got %v", a.err)
		}
	})
}

func TestAddressesThatAreNone(t *testing.T) {
	for name, address := range map[string]onion.Address{
		"zero":           {},
		"identity":       {1},
		"not on a curve": {2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				defer near.Close()
				answerer := side()
				// A mask is taken off as it is put on; the nonce is zero.
				wire := make([]byte, 3*session.FrameSize)
				copy(wire[chacha20.NonceSizeX:], address[:])
				copy(wire[chacha20.NonceSizeX:], unmask(answerer.Key.Address(), wire, len(address)))
				go near.Write(wire)
				_, err := session.Receive(t.Context(), far, answerer)
				if !errors.Is(err, session.ErrProtocol) || !errors.Is(err, onion.ErrBadAddress) {
					t.Fatalf("got %v", err)
				}
			})
		})
	}
}
