// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/lobby"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// strict is a lobby at a cost that nobody pays by chance.
func strict(t *testing.T) *lobby.Lobby {
	r := &recorder{published: make(map[string]time.Time)}
	l := lobby.New(t.Context(), lobby.Params{Network: oniontest.New().Node(), Mesh: r, Name: network, Cost: dear})
	t.Cleanup(func() { l.Close() })
	return l
}

// forged is a beacon like a good one, through the gate, without work.
func forged(t *testing.T, good []byte) []byte {
	p := bytes.Clone(good)
	p[72] ^= 1
	return regate(t, network, p)
}

func TestWhoRelaysForgedWorkIsNotHeardAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := strict(t)
		liar, honest := onion.GenerateKey().Address(), onion.GenerateKey().Address()
		good := beacon(t, now(), dear).Encode()
		// given a member that relays what no honest member would
		if err := l.CheckFrom(liar, forged(t, good)); !errors.Is(err, lobby.ErrForged) {
			t.Fatalf("got %v", err)
		}
		// then not even what is good is taken from it, and it is to blame
		if err := l.CheckFrom(liar, good); !errors.Is(err, lobby.ErrForged) || !errors.Is(err, lobby.ErrInvalid) {
			t.Fatalf("got %v", err)
		}
		// and from others it is
		if err := l.CheckFrom(honest, good); err != nil {
			t.Fatal(err)
		}
		// until its time is over
		time.Sleep(11 * time.Minute)
		if err := l.CheckFrom(liar, beacon(t, now(), dear).Encode()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatCostsNothingToRefuseIsNoReasonToBeNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := strict(t)
		from := onion.GenerateKey().Address()
		good := beacon(t, now(), dear).Encode()
		ungated := append([]byte(nil), good...)
		ungated[255] ^= 1
		for _, p := range [][]byte{nil, ungated, beacon(t, now()+5, dear).Encode()} {
			if err := l.CheckFrom(from, p); err == nil || errors.Is(err, lobby.ErrForged) {
				t.Fatalf("got %v", err)
			}
		}
		if err := l.CheckFrom(from, good); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOneMemberCannotUseUpWhatAllMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l := newRecorder()
		defer l.Close()
		greedy, other := onion.GenerateKey().Address(), onion.GenerateKey().Address()
		// given a member that relays more than a member may
		var taken int
		for range lobby.SenderBurst + 50 {
			switch err := l.CheckFrom(greedy, beacon(t, now(), cost).Encode()); {
			case err == nil:
				taken++
			case !errors.Is(err, lobby.ErrBusy):
				t.Fatal(err)
			}
		}
		// then the rest is left, and nobody is to blame
		if taken != lobby.SenderBurst {
			t.Errorf("%d taken", taken)
		}
		// and another is heard
		if err := l.CheckFrom(other, beacon(t, now(), cost).Encode()); err != nil {
			t.Fatal(err)
		}
		// and in time the first one too
		time.Sleep(time.Second)
		if err := l.CheckFrom(greedy, beacon(t, now(), cost).Encode()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAllMembersTogetherAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l := newRecorder()
		defer l.Close()
		var taken int
		for range lobby.VerifyBurst + 50 {
			if l.CheckFrom(onion.GenerateKey().Address(), beacon(t, now(), cost).Encode()) == nil {
				taken++
			}
		}
		if taken != lobby.VerifyBurst {
			t.Errorf("%d looked at", taken)
		}
	})
}

func TestAFloodIsAskedForMoreAndHonestBeaconsStillPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l := newRecorder()
		defer l.Close()
		at := func(effort int) []byte {
			c := cost
			c.Effort += effort
			return beacon(t, now(), c).Encode()
		}
		flood := func() []byte { return at(0) }
		if err := l.Check(flood()); err != nil {
			t.Fatal(err)
		}
		// given a hundred beacons a second at the least effort, for some minutes,
		// by way of many members
		var cheap, busy, taken int
		p := flood()
		for range 3 * 60 * 4 {
			time.Sleep(250 * time.Millisecond)
			for range 25 {
				switch err := l.CheckFrom(onion.GenerateKey().Address(), p); {
				case err == nil:
					taken++
					l.Deliver(p)
					p = flood()
				case errors.Is(err, lobby.ErrCheap): // and not remembered: it is as good as another
					cheap++
				case errors.Is(err, lobby.ErrBusy):
					busy++
				default:
					t.Fatal(err)
				}
			}
		}
		t.Logf("%d taken, %d too cheap, %d not looked at", taken, cheap, busy)
		// then nearly all are refused without a look at their work
		if cheap < (taken+busy)*4 {
			t.Errorf("%d taken, %d too cheap, %d not looked at", taken, cheap, busy)
		}
		// and what an honest member mints that has seen the same passes
		if effort := l.Effort(); effort <= cost.Effort+1 {
			t.Errorf("mints at %d", effort)
		} else if err := l.Check(at(effort - cost.Effort)); err != nil {
			t.Fatal(err)
		}
		// and in time it is as it was before
		time.Sleep(11 * time.Minute)
		if err := l.Check(flood()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatWasCheckedIsNotCheckedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l := newRecorder()
		defer l.Close()
		// given a beacon that was checked, and nothing more that may be
		first := beacon(t, now(), cost)
		if err := l.Check(first.Encode()); err != nil {
			t.Fatal(err)
		}
		for l.Check(beacon(t, now(), cost).Encode()) == nil {
		}
		// then it is delivered all the same
		l.Deliver(first.Encode())
		if err := l.Check(first.Encode()); !errors.Is(err, lobby.ErrSeen) {
			t.Fatalf("got %v", err)
		}
	})
}
