// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"testing"
	"testing/synctest"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"

	"passerby/net/onion"
)

func TestStandingComesFromWork(t *testing.T) {
	topic := "t"
	message := func(i int) *pb.Message { return &pb.Message{Topic: &topic, Data: []byte{byte(i), byte(i >> 8)}} }
	have := func(name string) *pubsub.RPC {
		return &pubsub.RPC{RPC: pb.RPC{Control: &pb.ControlMessage{Ihave: []*pb.ControlIHave{{MessageIDs: []string{name}}}}}}
	}
	for name, tc := range map[string]struct {
		payloads int
		wait     time.Duration
		sent     *pubsub.RPC
		from     peer.ID
		in       bool
		want     Standing
	}{
		"says nothing":                   {muteProof, muteAfter + 1, nil, "b", true, Mute},
		"says nothing, but is new":       {muteProof, muteAfter - 1, nil, "b", true, Untried},
		"says nothing, nor do others":    {muteProof - 1, muteAfter + 1, nil, "b", true, Untried},
		"says nothing, in another topic": {muteProof, muteAfter + 1, nil, "b", false, Untried},
		"is first":                       {muteProof, muteAfter + 1, nil, "a", true, Working},
		"sends what we have":             {muteProof, muteAfter + 1, &pubsub.RPC{RPC: pb.RPC{Publish: []*pb.Message{message(0)}}}, "b", true, Working},
		"names what we have":             {muteProof, muteAfter + 1, have(messageID(message(3))), "b", true, Working},
		"names what nobody has":          {muteProof, muteAfter + 1, have("x"), "b", true, Mute},
		"sends what nobody has":          {muteProof, muteAfter + 1, &pubsub.RPC{RPC: pb.RPC{Publish: []*pb.Message{message(9999)}}}, "b", true, Mute},
		"names what is long past":        {recentNames + 1, muteAfter + 1, have(messageID(message(0))), "b", true, Mute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLedger(func(peer.ID, string) bool { return tc.in })
				l.met("a")
				met := time.Now()
				for i := range tc.payloads {
					for range 3 { // as in a burst, of which one counts
						l.delivered(&pubsub.Message{Message: message(i), ReceivedFrom: tc.from})
					}
					time.Sleep(missEvery)
				}
				if tc.sent != nil {
					l.sent("a", tc.sent)
				}
				time.Sleep(tc.wait - time.Since(met))
				if got := l.standing("a"); got != tc.want {
					t.Errorf("got %v", got)
				}
				if l.standing("nobody") != Untried || l.forget("a") != tc.want || l.standing("a") != Untried {
					t.Error("what is unknown or forgotten has a standing")
				}
			})
		})
	}
}

func TestStandingOfThoseWhoAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newView(onion.Address{})
		name := func(i int) onion.Address { return onion.Address{1, byte(i >> 8), byte(i)} }
		// given one that never answers
		v.learn([]onion.Address{name(0)})
		for i := range maxFailures {
			want := Untried
			if i >= provenDials {
				want = Unreachable
			}
			if got := v.standing(name(0)); got != want {
				t.Errorf("after %d dials: %v", i, got)
			}
			v.failed(name(0))
		}
		if got := v.standing(name(0)); got != Unreachable {
			t.Errorf("forgotten, it is %v", got)
		}
		// when it does answer, then it is not unreachable
		v.met(name(0), true)
		if got := v.standing(name(0)); got != Untried {
			t.Errorf("met, it is %v", got)
		}
		// and when there are many more, or time goes by, then it is forgotten
		v.note(name(0), Mute)
		for i := range maxPast - 1 {
			time.Sleep(time.Nanosecond)
			v.note(name(i+1), Working)
		}
		if v.standing(name(0)) != Mute {
			t.Error("forgotten too soon")
		}
		v.note(name(maxPast), Mute)
		if v.standing(name(0)) != Untried || len(v.past) != maxPast {
			t.Errorf("%d remembered", len(v.past))
		}
		time.Sleep(pastFor)
		if v.standing(name(maxPast)) != Untried {
			t.Error("remembered for ever")
		}
	})
}
