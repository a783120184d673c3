// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/lobby"
	"passerby/net/onion"
	"passerby/net/session"
)

func TestWhoOffersAndNeverConfirmsCostsFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker whom a stranger made an offer that was accepted
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		done := make(chan *found)
		go func() { done <- members[0].find(t.Context()) }()
		s := p.stranger()
		defer s.listener.Close()
		_, conn, err := s.propose(t.Context(), members[0].seeker(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		// when the stranger says nothing more
		begin := time.Now()
		if _, err := io.ReadAll(conn); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
		// then it is hung up on in time
		if took := time.Since(begin); took > lobby.ReserveTime+time.Second {
			t.Fatalf("kept for %v", took)
		}
		// and the seeker finds somebody else
		go func() { done <- members[1].find(t.Context()) }()
		results := []*found{<-done, <-done}
		checkPairs(t, results)
		leave(results)
	})
}

func TestHogsOneAfterTheOtherDoNotKeepASeekerForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two seekers, and strangers who offer all the time to both and
		// never confirm
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		done := make(chan *found)
		for _, m := range members {
			go func() { done <- m.find(t.Context()) }()
		}
		ctx, cancel := context.WithCancel(t.Context())
		var hogs sync.WaitGroup
		for _, m := range members {
			for range 4 {
				s := p.stranger()
				hogs.Go(func() {
					defer s.listener.Close()
					for ctx.Err() == nil {
						if a, ok := m.Seeker(); ok {
							if _, conn, err := s.propose(ctx, a); err == nil {
								io.ReadAll(conn)
							}
						}
						time.Sleep(100 * time.Millisecond)
					}
				})
			}
		}
		var results []*found
		for range members {
			select {
			case f := <-done:
				results = append(results, f)
			case <-time.After(10 * time.Minute):
				t.Fatal("kept for ten minutes")
			}
		}
		cancel()
		hogs.Wait()
		checkPairs(t, results)
		median, _, _ := times(results)
		t.Logf("matched after %v", median)
		leave(results)
	})
}

// mute lets the first write through and swallows the others.
type mute struct {
	net.Conn
	writes atomic.Int32
}

func (m *mute) Write(p []byte) (int, error) {
	if m.writes.Add(1) > 1 {
		return len(p), nil
	}
	return m.Conn.Write(p)
}

func TestWhoAcceptsAndNeverAnswersCostsLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who accepts every offer and is silent after the
		// confirm
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		s := p.stranger()
		defer s.listener.Close()
		var confirmed atomic.Int32
		var accepting sync.WaitGroup
		accepting.Go(func() {
			s.accept(func(conn net.Conn) {
				if session.Admit(t.Context(), conn, network, s.key.Address(), 0) != nil {
					return
				}
				r, err := session.Receive(t.Context(), &mute{Conn: conn}, s.params())
				if err != nil {
					return
				}
				if silent, err := r.Accept(t.Context()); err == nil {
					confirmed.Add(1)
					for range silent.Events() { // until they hang up
					}
				}
			})
		})
		for _, m := range members {
			m.Deliver(s.beacon)
		}
		// when two seek
		results := find(t.Context(), members)
		// then they find each other, and were not taken in for long
		checkPairs(t, results)
		median, _, _ := times(results)
		if confirmed.Load() == 0 || median > 40*time.Second {
			t.Errorf("confirmed to the stranger %d times, matched after %v", confirmed.Load(), median)
		}
		t.Logf("confirmed to the stranger %d times, matched after %v", confirmed.Load(), median)
		leave(results)
		s.listener.Close()
		accepting.Wait()
	})
}

// flood has strangers come to an address all the time, so many a second, each
// of whom does what act does, until ctx ends. It returns a function that counts
// those whose stream is open.
func (p *place) flood(ctx context.Context, to string, each time.Duration, act func(net.Conn)) (open func() int, wait func()) {
	var now atomic.Int32
	var streams sync.WaitGroup
	node := p.tor.Node()
	streams.Go(func() {
		for ctx.Err() == nil {
			streams.Go(func() {
				conn, err := node.Dial(ctx, to, "")
				if err != nil {
					return
				}
				now.Add(1)
				act(conn)
				now.Add(-1)
				conn.Close()
			})
			time.Sleep(each)
		}
	})
	return func() int { return int(now.Load()) }, streams.Wait
}

func TestStrangersWhoSolveNothingKeepNobodyOut(t *testing.T) {
	for name, act := range map[string]func(net.Conn){
		"silent": func(conn net.Conn) { io.ReadAll(conn) },
		"who knock": func(conn net.Conn) {
			conn.Write(make([]byte, session.FrameSize))
			io.ReadAll(conn)
		},
		"who guess": func(conn net.Conn) {
			conn.Write(make([]byte, 2*session.FrameSize))
			io.ReadAll(conn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPlace(t)
				defer p.close()
				m := p.join(func(c *lobby.Cost) { c.Door = 4 })
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan *found)
				go func() { done <- m.find(ctx) }()
				to := m.seeker(t.Context())
				// given forty strangers a second who come to the door
				open, wait := p.flood(ctx, to.String(), 25*time.Millisecond, act)
				time.Sleep(10 * time.Second)
				// then few are kept
				if n := open(); n > lobby.MaxOutside+10 {
					t.Errorf("%d streams are open", n)
				}
				// and of those who solve what they are set most are heard: nine of
				// ten, and fewer than six of ten in one run of ten thousand
				s := p.stranger()
				defer s.listener.Close()
				var heard int
				const calls = 20
				for range calls {
					if proposal, _, err := s.propose(t.Context(), to); err == nil {
						heard++
						proposal.Close()
					}
					time.Sleep(250 * time.Millisecond)
				}
				if heard < calls*3/5 {
					t.Errorf("%d of %d are heard", heard, calls)
				}
				t.Logf("%d of %d are heard, %d streams are open", heard, calls, open())
				cancel()
				<-done
				wait()
			})
		})
	}
}

func TestThePuzzleGrowsWithThoseWhoWaitAndWithBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		m := p.join(func(c *lobby.Cost) { c.Door = 1 })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan *found)
		go func() { done <- m.find(ctx) }()
		to := m.seeker(t.Context())
		if got := m.Puzzle(); got != 1 {
			t.Fatalf("%d bits where nobody waits", got)
		}
		// given one who has an offer accepted, and two who wait behind it
		var waiting sync.WaitGroup
		for _, s := range []*stranger{p.stranger(), p.stranger(), p.stranger()} {
			waiting.Go(func() {
				s.propose(ctx, to)
				s.listener.Close()
			})
		}
		time.Sleep(4 * time.Second)
		if got := m.Puzzle(); got != 4 {
			t.Errorf("%d bits where three wait", got)
		}
		// and two strangers who were blocked, one of them twice
		first := onion.GenerateKey().Address()
		for _, a := range []onion.Address{first, first, onion.GenerateKey().Address()} {
			m.Block(a)
		}
		time.Sleep(time.Minute)
		if got := m.Puzzle(); got != 5 {
			t.Errorf("%d bits after two blocks", got)
		}
		// then the blocks count for ten minutes
		time.Sleep(10 * time.Minute)
		if got := m.Puzzle(); got != 1 {
			t.Errorf("%d bits after ten minutes", got)
		}
		cancel()
		<-done
		waiting.Wait()
	})
}

func TestTarpitsDoNotKeepSeekersApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given three hundred beacons of strangers who take calls and say
		// nothing
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		var tarpits []*stranger
		var all sync.WaitGroup
		for range 300 {
			s := p.stranger()
			tarpits = append(tarpits, s)
			all.Go(func() {
				s.accept(func(conn net.Conn) { all.Go(func() { io.ReadAll(conn); conn.Close() }) })
			})
		}
		for _, s := range tarpits {
			for _, m := range members {
				m.Deliver(s.beacon)
			}
		}
		// when two seek
		results := find(t.Context(), members)
		// then they find each other
		checkPairs(t, results)
		median, _, _ := times(results)
		t.Logf("matched after %v", median)
		if median > 30*time.Second {
			t.Errorf("matched only after %v", median)
		}
		leave(results)
		for _, s := range tarpits {
			s.listener.Close()
		}
		all.Wait()
	})
}

func TestABlockedStrangerIsNoPartner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a stranger who is blocked, and whose beacon is known
		p := newPlace(t)
		defer p.close()
		m := p.join()
		s := p.stranger()
		var calls atomic.Int32
		var accepting sync.WaitGroup
		accepting.Go(func() { s.accept(func(conn net.Conn) { calls.Add(1); conn.Close() }) })
		m.Block(s.key.Address())
		m.Deliver(s.beacon)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		done := make(chan *found)
		go func() { done <- m.find(ctx) }()
		// when it asks
		_, _, err := s.propose(ctx, m.seeker(ctx))
		// then it hears what everybody hears who comes too late
		if !errors.Is(err, session.ErrBusy) {
			t.Errorf("got %v", err)
		}
		// and is not called
		if f := <-done; !errors.Is(f.err, context.DeadlineExceeded) || calls.Load() != 0 {
			t.Errorf("called %d times, ended with %v", calls.Load(), f.err)
		}
		s.listener.Close()
		accepting.Wait()
	})
}

func TestNobodyIsTheirOwnPartner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(4) // who relay, and do not seek
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		if f := members[0].find(ctx); !errors.Is(f.err, context.DeadlineExceeded) {
			t.Fatalf("found %v, %v", f.match, f.err)
		}
		if n := p.tor.Dials(); n != 0 {
			t.Fatalf("dialed %d times", n)
		}
	})
}
