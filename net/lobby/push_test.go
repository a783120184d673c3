// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/lobby"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// recorder is a mesh with one other member that takes everything, and tells
// nobody.
type recorder struct {
	mu        sync.Mutex
	alone     bool // and there is nobody to publish to
	pushed    [][]byte
	published map[string]time.Time
}

func (r *recorder) Members(int) []onion.Address {
	return []onion.Address{onion.GenerateKey().Address()}
}

func (r *recorder) Push(_ context.Context, _ onion.Address, payload []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pushed = append(r.pushed, payload)
	return nil
}

func (r *recorder) Publish(_ context.Context, payload []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.alone {
		return errors.New("alone")
	}
	if _, ok := r.published[string(payload)]; ok {
		return errors.New("published twice")
	}
	r.published[string(payload)] = time.Now()
	return nil
}

// at returns when a beacon was published, and how many were.
func (r *recorder) at(payload []byte) (when time.Time, count int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.published[string(payload)], len(r.published)
}

func newRecorder() (*recorder, *lobby.Lobby) {
	r := &recorder{published: make(map[string]time.Time)}
	return r, lobby.New(context.Background(), lobby.Params{Network: oniontest.New().Node(), Mesh: r, Name: network, Cost: cost})
}

func now() uint32 { return lobby.EpochOf(time.Now()) }

func TestAPushedBeaconIsPublishedOnceInTwoToFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, l := newRecorder()
		defer l.Close()
		begin := time.Now()
		var pushed [][]byte
		for range 40 {
			p := beacon(t, now(), cost).Encode()
			pushed = append(pushed, p)
			// when a beacon is pushed, the second time counts for nothing
			if err := l.TakePush(p); err != nil {
				t.Fatal(err)
			}
			if err := l.TakePush(p); !errors.Is(err, lobby.ErrSeen) {
				t.Fatalf("got %v", err)
			}
			// and until it is published we do not know it ourselves
			if err := l.Check(p); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(10 * time.Second)
		// then each is published in its time
		var least, most time.Duration = time.Hour, 0
		for _, p := range pushed {
			at, _ := r.at(p)
			if at.IsZero() {
				t.Fatal("never published")
			}
			least, most = min(least, at.Sub(begin)), max(most, at.Sub(begin))
			if err := l.TakePush(p); !errors.Is(err, lobby.ErrSeen) {
				t.Fatalf("got %v", err)
			}
			if err := l.Check(p); !errors.Is(err, lobby.ErrSeen) {
				t.Fatalf("got %v", err)
			}
		}
		if least < lobby.MinMix || most > lobby.MaxMix || most-least < time.Second {
			t.Fatalf("published after %v to %v", least, most)
		}
	})
}

func TestAPushThatComesBeforeTheMeshIsPublishedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a member whom nobody is connected to yet
		r, l := newRecorder()
		defer l.Close()
		r.alone = true
		p := beacon(t, now(), cost).Encode()
		if err := l.TakePush(p); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		// when somebody is
		r.mu.Lock()
		r.alone = false
		r.mu.Unlock()
		time.Sleep(5 * time.Second)
		// then what it took is published after all
		if _, n := r.at(p); n != 1 {
			t.Fatalf("published %d times", n)
		}
	})
}

func TestWhatTheMeshBroughtMeanwhileIsNotPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, l := newRecorder()
		defer l.Close()
		p := beacon(t, now(), cost).Encode()
		if err := l.TakePush(p); err != nil {
			t.Fatal(err)
		}
		l.Deliver(p)
		time.Sleep(10 * time.Second)
		if _, n := r.at(p); n != 0 {
			t.Fatal("published what all have")
		}
	})
}

func TestPushesAreBoundedAndChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, l := newRecorder()
		defer l.Close()
		unpaid := beacon(t, now(), dear).Encode()
		for unpaid[248] = 0; l.Check(unpaid) == nil; unpaid[248]++ {
		}
		for name, tc := range map[string]struct {
			in   []byte
			want error
		}{
			"old":       {beacon(t, now()-2, cost).Encode(), lobby.ErrStale},
			"too early": {beacon(t, now()+2, cost).Encode(), lobby.ErrStale},
			"short":     {make([]byte, 255), lobby.ErrInvalid},
			"unpaid":    {unpaid, lobby.ErrInvalid},
		} {
			if err := l.TakePush(tc.in); !errors.Is(err, tc.want) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		// however many push at once, few are taken
		var taken int
		for range 2 * lobby.MaxPending {
			if err := l.TakePush(beacon(t, now(), cost).Encode()); err == nil {
				taken++
			} else if !errors.Is(err, lobby.ErrBusy) {
				t.Fatal(err)
			}
		}
		if taken != lobby.PushBurst {
			t.Errorf("%d taken", taken)
		}
		time.Sleep(10 * time.Second)
		if _, n := r.at(nil); n != taken {
			t.Errorf("%d taken, %d published", taken, n)
		}
	})
}

func TestTheOwnerTreatsItsOwnBeaconLikeAnyOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker that has pushed its beacon, and no echo
		r, l := newRecorder()
		defer l.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		var over sync.WaitGroup
		defer over.Wait()
		over.Go(func() { l.Find(ctx, nil, nil) })
		time.Sleep(15 * time.Second)
		r.mu.Lock()
		own := bytes.Clone(r.pushed[0])
		r.mu.Unlock()
		// when it comes by the mesh, it is looked at and handed on
		if err := l.Check(own); err != nil {
			t.Fatalf("does not hand its own beacon on: %v", err)
		}
		// and when a spy hands it to the seeker's own mesh address
		if err := l.TakePush(own); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		time.Sleep(10 * time.Second)
		// then the same happens as with any other
		if at, _ := r.at(own); at.Sub(begin) < lobby.MinMix || at.Sub(begin) > lobby.MaxMix {
			t.Fatalf("published after %v", at.Sub(begin))
		}
	})
}

func TestWithoutAnEchoOthersAreAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker among members most of whom swallow what is pushed
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(8)
		for _, m := range members[1:7] {
			m.deaf = true
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		begin := time.Now()
		var echoed time.Duration
		var most int
		members[0].Find(ctx, nil, func(now lobby.Progress) {
			if now.Echoed && echoed == 0 {
				echoed = time.Since(begin)
			}
			most = max(most, now.Pushed)
		})
		// then every one of the seven is asked within three rounds
		if echoed == 0 || echoed > 150*time.Second || most < 1 {
			t.Fatalf("echo after %v, pushed to %d", echoed, most)
		}
		t.Logf("echo after %v, pushed to %d", echoed, most)
	})
}

func TestTheFirstOtherMemberIsAskedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker who is alone
		p := newPlace(t)
		defer p.close()
		m := p.join()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		var pushed time.Time
		var over sync.WaitGroup
		over.Go(func() {
			m.Find(ctx, nil, func(now lobby.Progress) {
				if now.Pushed > 0 && pushed.IsZero() {
					pushed = time.Now()
				}
			})
		})
		time.Sleep(5 * time.Minute)
		// when another comes
		p.join()
		begin := time.Now()
		over.Wait()
		// then it has our beacon in a moment: a look each second, and the push
		if took := pushed.Sub(begin); took < 0 || took > 4*time.Second {
			t.Fatalf("pushed after %v", took)
		}
	})
}

func TestALongSearchHasABeaconInEachEpoch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// given a seeker, and another member who does not seek
		p := newPlace(t)
		defer p.close()
		members := p.joinAll(2)
		done := make(chan *found)
		go func() { done <- members[0].find(t.Context()) }()
		first := now()
		time.Sleep(45 * time.Minute)
		epochs := make(map[uint32]int)
		members[1].mu.Lock()
		for _, payload := range members[1].published {
			epochs[binary.BigEndian.Uint32(payload[1:])]++
		}
		members[1].mu.Unlock()
		for e := first; e <= now()-1; e++ {
			if epochs[e] != 1 {
				t.Errorf("%d beacons in epoch %d", epochs[e], e)
			}
		}
		// when that one seeks too
		go func() { done <- members[1].find(t.Context()) }()
		// then they meet
		results := []*found{<-done, <-done}
		checkPairs(t, results)
		leave(results)
	})
}
