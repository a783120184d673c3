// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"slices"
	"time"

	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"google.golang.org/protobuf/proto"

	"passerby/net/lobby"
	"passerby/net/rendezvous"
)

// What messages have in bytes when they are handed to Tor, whose cells are not
// counted: each in one yamux frame and one Noise message.
const (
	frameBytes  = 12 + 2 + 16                                // yamux's header, Noise's length and tag
	openBytes   = 96                                         // a stream opened and closed, and the protocol's name both ways
	noiseBytes  = (2 + 32) + (2 + 96 + 104) + (2 + 64 + 104) // the three messages of XX, with libp2p's payload in two
	keepBytes   = 2 * frameBytes                             // a ping and its answer
	sampleBytes = openBytes + 4*frameBytes + 2 + 1 + samples*32
	slotBytes   = rendezvous.RequestSize + rendezvous.AnswerSize
	cellBytes   = 488 // a frame of a conversation
	callBytes   = 8 * cellBytes
)

var (
	topicName      = "passerby/0123456789abcdef/lobby/4095"
	messageBytes   = rpcBytes(&pb.RPC{Publish: []*pb.Message{{Data: make([]byte, lobby.BeaconSize), Topic: &topicName}}})
	advertBytes    = rpcBytes(&pb.RPC{Control: &pb.ControlMessage{Ihave: []*pb.ControlIHave{{TopicID: &topicName}}}})
	nameBytes      = 32 + 2
	subscribeBytes = rpcBytes(&pb.RPC{Subscriptions: []*pb.RPC_SubOpts{{Topicid: &topicName}}})
)

func rpcBytes(rpc *pb.RPC) int { return proto.Size(rpc) + 2 + frameBytes }

// tallies is what is counted while measuring.
type tallies struct {
	since     time.Duration
	messages  float64 // sent, by all members
	bytes     float64
	delivered uint64 // beacons, each once for each member
	copies    uint64 // beacons sent
	beacons   uint64
	audience  []int     // of each beacon
	reach     []float64 // seconds to 99 % of its audience, +Inf where it did not get there
	covered   []float64 // shares of audiences that were reached
	matched   []float64 // seconds
	left      int       // searches that ended because their member left
	pushed    []float64 // seconds from the search's beginning to the beacon's being published
	dials     int
	welcomed  []float64 // seconds until a newcomer has four connections
	hunts     int
	captors   []float64 // of each newcomer after a while, the share of its neighbours that are an attacker's
}

func (t *tallies) rpc(w *world, n, bytes int) {
	if w.now >= t.since {
		t.messages += float64(n)
		t.bytes += float64(n * bytes)
	}
}

// reaches notes when a beacon came to how many, in the place of what was noted
// when it was published before.
func (t *tallies) reaches(b *beacon, times []time.Duration) {
	if b.entry < 0 {
		b.entry = len(t.reach)
		t.beacons++
		t.reach, t.covered, t.audience = append(t.reach, 0), append(t.covered, 0), append(t.audience, 0)
	}
	audience := len(times) + len(b.missed)
	t.audience[b.entry], t.covered[b.entry] = audience, float64(len(times))/float64(max(audience, 1))
	at := math.Inf(1)
	if need := int(math.Ceil(0.99 * float64(audience))); len(times) >= need && need > 0 {
		slices.Sort(times)
		at = times[need-1].Seconds()
	}
	t.reach[b.entry] = at
}

// quantile returns the value below which a share q of all is; NaN for none.
func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(all))
	return s[min(int(q*float64(len(s))), len(s)-1)]
}
