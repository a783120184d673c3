// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/lobby"
)

func times(results []*found) (median, p95, most time.Duration) {
	var all []time.Duration
	for _, f := range results {
		all = append(all, f.took)
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*95/100], all[len(all)-1]
}

func TestTwoSeekersMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		results := find(t.Context(), members)
		checkPairs(t, results)
		talk(t, results)
		leave(results)
		median, _, most := times(results)
		t.Logf("matched after %v, %v", median, most)
	})
}

func TestManyPairAgainAndAgain(t *testing.T) {
	for _, n := range []int{6, lobby.Crowd} {
		synctest.Test(t, func(t *testing.T) {
			p := newPlace(t)
			defer p.close()
			members := p.joinAll(n)
			for round := range 2 {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				before := p.tor.Dials()
				results := find(ctx, members)
				cancel()
				checkPairs(t, results)
				talk(t, results)
				leave(results)
				median, p95, most := times(results)
				t.Logf("%d seekers, round %d: matched after %v (median), %v (p95), %v (last), %.1f dials each",
					n, round+1, median, p95, most, float64(p.tor.Dials()-before)/float64(n))
			}
		})
	}
}

func TestNobodyOfManyWaitsLongerForTheirAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given many seekers, again and again
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(lobby.FairCrowd)
		var all []*found
		for range lobby.FairTimes {
			results := find(t.Context(), members)
			checkPairs(t, results)
			leave(results)
			all = append(all, results...)
		}
		// then those with low addresses, who give way in a tangle, and those
		// with high ones are matched after the same time
		slices.SortFunc(all, func(a, b *found) int { return bytes.Compare(a.own[:], b.own[:]) })
		var halves [2]time.Duration
		for i, f := range all {
			halves[i*2/len(all)] += f.took / time.Duration(len(all)/2)
		}
		t.Logf("matched after %v with low addresses, %v with high ones", halves[0], halves[1])
		if low, high := halves[0].Seconds(), halves[1].Seconds(); low > 1.3*high || high > 1.3*low {
			t.Errorf("matched after %v with low addresses, %v with high ones", halves[0], halves[1])
		}
	})
}

func TestTheOddOneOfManyWaitsForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given an odd number of seekers
		p := newPlace(t)
		defer p.close()
		done := make(chan *found)
		for _, m := range p.joinAll(lobby.Crowd/2 + 1) {
			go func() { done <- m.find(t.Context()) }()
		}
		var pairs []*found
		for range lobby.Crowd / 2 {
			pairs = append(pairs, <-done)
		}
		checkPairs(t, pairs)
		// when all but one have a partner, that one seeks on
		select {
		case f := <-done:
			t.Fatalf("the last one found %v, %v", f.match, f.err)
		case <-time.After(10 * time.Minute):
		}
		// until another comes
		begin := time.Now()
		go func(m *member) { done <- m.find(t.Context()) }(p.join())
		last := []*found{<-done, <-done}
		checkPairs(t, last)
		t.Logf("the last one was found %v after another came", time.Since(begin))
		leave(append(pairs, last...))
	})
}

func TestInterestsComeFirstAndThenAnybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker who knows of three strangers, and of a fourth, the
		// oldest, who shares an interest; none of them answers
		p := newPlace(t)
		defer p.close()
		m := p.join()
		var mu sync.Mutex
		dialed := make(map[string]time.Time)
		meet := func(name string, interests ...string) {
			s := p.stranger(interests...)
			m.Deliver(s.beacon)
			go s.accept(func(conn net.Conn) {
				mu.Lock()
				if dialed[name].IsZero() {
					dialed[name] = time.Now()
				}
				mu.Unlock()
				conn.Close()
			})
			context.AfterFunc(t.Context(), func() { s.listener.Close() })
		}
		meet("shares", "chess", "tea")
		for _, name := range []string{"a", "b", "c"} {
			meet(name)
		}
		// when
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		m.find(ctx, "Chess")
		// then
		mu.Lock()
		defer mu.Unlock()
		for _, name := range []string{"a", "b", "c"} {
			switch at, ok := dialed[name]; {
			case !ok:
				t.Errorf("%s was never dialed", name)
			case at.Before(dialed["shares"]):
				t.Errorf("%s was dialed before who shares an interest", name)
			}
		}
	})
}

func TestBothAreToldWhatTheyShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given two seekers for each of ten interests
		p := newPlace(t)
		defer p.close()
		words := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
		results := make([]*found, 2*len(words))
		var all sync.WaitGroup
		for i, m := range p.joinAll(len(results)) {
			all.Go(func() { results[i] = m.find(t.Context(), words[i/2]) })
		}
		all.Wait()
		// then all pair
		checkPairs(t, results)
		// and what both look for is told in both
		var shared int
		for _, f := range results {
			shared += len(f.match.Interests)
		}
		t.Logf("%d of %d share an interest", shared, len(results))
		if shared%2 != 0 {
			t.Error("one of two thinks that they share an interest")
		}
		// and nearly all who can have somebody who shares
		if shared < len(results)*8/10 {
			t.Errorf("only %d of %d share an interest", shared, len(results))
		}
		median, p95, _ := times(results)
		t.Logf("matched after %v (median), %v (p95)", median, p95)
		leave(results)
	})
}

func TestSeekersOfDifferentShardsMeetOnTheWayUp(t *testing.T) {
	for _, level := range []int{1, 4, 11} {
		synctest.Test(t, func(t *testing.T) {
			// given a network that was split so far that each seeker has a
			// shard of its own
			p := newPlace(t)
			p.size = 64 << level
			defer p.close()
			all := p.joinAll(120)
			time.Sleep(time.Minute) // their survey is over
			for _, m := range all {
				m.Descend(level)
			}
			members := all[:12] // the others take what is pushed, and seek nobody
			time.Sleep(10 * time.Second)
			words := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
			results := make([]*found, len(members))
			var seeking sync.WaitGroup
			for i, m := range members {
				seeking.Go(func() { results[i] = m.find(t.Context(), words[i]) })
			}
			seeking.Wait()
			// then all find somebody
			checkPairs(t, results)
			talk(t, results)
			median, p95, most := times(results)
			t.Logf("from level %d: matched after %v (median), %v (p95), %v (last)", level, median, p95, most)
			leave(results)
		})
	}
}

func TestWhoeverSharesNothingIsWaitedForBriefly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given seekers of whom no two share an interest, and some with none
		p := newPlace(t)
		defer p.close()
		results := make([]*found, 20)
		var all sync.WaitGroup
		for i, m := range p.joinAll(len(results)) {
			interests := []string{string(rune('a' + i)), string(rune('A'+i)) + "!", "x" + string(rune('a'+i))}[:i%4%3]
			all.Go(func() { results[i] = m.find(t.Context(), interests...) })
		}
		all.Wait()
		// then all pair, not much later than without
		checkPairs(t, results)
		median, p95, most := times(results)
		t.Logf("matched after %v (median), %v (p95), %v (last)", median, p95, most)
		if p95 > 30*time.Second {
			t.Errorf("matched only after %v (p95)", p95)
		}
		leave(results)
	})
}

func TestWhoSharesMoreComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given seekers who all share a language, and in pairs an interest
		p := newPlace(t)
		defer p.close()
		results := make([]*found, 24)
		var all sync.WaitGroup
		for i, m := range p.joinAll(len(results)) {
			all.Go(func() { results[i] = m.find(t.Context(), "English", string(rune('a'+i/2))) })
		}
		all.Wait()
		checkPairs(t, results)
		// then nearly all have the one who shares both
		var both int
		for _, f := range results {
			if len(f.match.Interests) == 2 {
				both++
			}
		}
		t.Logf("%d of %d share both", both, len(results))
		if both < len(results)*7/10 {
			t.Errorf("only %d of %d share both", both, len(results))
		}
		leave(results)
	})
}

func TestASearchThatIsGivenUpLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		m := p.join()
		// given a search that goes on
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan *found)
		go func() { done <- m.find(ctx) }()
		first := m.seeker(t.Context())
		if _, err := m.Find(t.Context(), nil, nil); !errors.Is(err, lobby.ErrSeeking) {
			t.Fatalf("a second search at once: %v", err)
		}
		// when it is given up
		cancel()
		if f := <-done; !errors.Is(f.err, context.Canceled) {
			t.Fatalf("got %v", f.err)
		}
		synctest.Wait()
		// then nobody answers at its address
		if _, err := p.tor.Node().Dial(t.Context(), first.String(), ""); err == nil {
			t.Fatal("the chat onion is still there")
		}
		// and the next search has another
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		go func() { done <- m.find(ctx) }()
		if second := m.seeker(t.Context()); second == first {
			t.Fatal("a chat key was used twice")
		}
		<-done
	})
}

func TestClosingAMatchRemovesTheOnion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		results := find(t.Context(), p.joinAll(2))
		checkPairs(t, results)
		// while they talk, others are hung up on
		s := p.stranger()
		defer s.listener.Close()
		if _, _, err := s.propose(t.Context(), results[0].own); err == nil {
			t.Fatal("a second stranger was let in")
		}
		leave(results)
		synctest.Wait()
		for _, f := range results {
			if _, err := s.node.Dial(t.Context(), f.own.String(), ""); err == nil {
				t.Fatal("the chat onion outlives the conversation")
			}
		}
	})
}

func TestClosingTheLobbyEndsASearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		m := p.join()
		done := make(chan *found)
		go func() { done <- m.find(t.Context()) }()
		m.seeker(t.Context())
		p.close()
		if f := <-done; !errors.Is(f.err, context.Canceled) {
			t.Fatalf("got %v", f.err)
		}
		if _, err := m.Find(t.Context(), nil, nil); err == nil {
			t.Fatal("a lobby that has ended finds somebody")
		}
		if err := m.TakePush(p.stranger().beacon); err == nil {
			t.Fatal("a lobby that has ended takes a push")
		}
	})
}

func TestProgressTellsEachStepOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(5)
		var steps []lobby.Progress
		var over bool
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		members[0].Find(ctx, nil, func(now lobby.Progress) {
			if over {
				t.Error("told after the end")
			}
			steps = append(steps, now)
		})
		over = true
		time.Sleep(time.Minute)
		if len(steps) == 0 {
			t.Fatal("told nothing")
		}
		for i := range steps[1:] {
			if a, b := steps[i], steps[i+1]; a == b || a.Published && !b.Published || a.Echoed && !b.Echoed {
				t.Errorf("%+v, then %+v", a, b)
			}
		}
		last := steps[len(steps)-1]
		if want := (lobby.Progress{Published: true, Stamped: true, Pushed: 3, Echoed: true}); last != want {
			t.Errorf("in the end %+v, want %+v", last, want)
		}
	})
}

func TestASearchOutlivesTor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		done := make(chan *found)
		go func() { done <- members[0].find(t.Context()) }()
		members[0].seeker(t.Context())
		// when its tor dies and comes back
		members[0].node.Kill()
		go func() { done <- members[1].find(t.Context()) }()
		time.Sleep(30 * time.Second)
		members[0].node.Restart()
		// then it is found all the same
		results := []*found{<-done, <-done}
		checkPairs(t, results)
		median, _, _ := times(results)
		t.Logf("matched after %v, 30 s of which without tor", median)
		leave(results)
	})
}
