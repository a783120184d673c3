// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"golang.org/x/time/rate"
)

// silent is a logger for libraries that insist on one.
var silent = slog.New(slog.DiscardHandler)

// gossipParams are GossipSub's for Tor, where a round trip takes up to a
// second: a small degree, because each edge is a circuit, and patience.
func gossipParams() pubsub.GossipSubParams {
	p := pubsub.DefaultGossipSubParams()
	p.D, p.Dlo, p.Dhi, p.Dscore, p.Dout = 6, 4, 10, 4, 2
	p.Dlazy, p.GossipFactor = 6, 0.25
	p.HeartbeatInterval = time.Second
	p.HistoryLength, p.HistoryGossip = 12, 6
	p.PruneBackoff = 2 * time.Minute
	p.UnsubscribeBackoff = 30 * time.Second
	p.IWantFollowupTime = 15 * time.Second
	p.MaxIHaveLength, p.MaxIHaveMessages = 500, 10
	p.PrunePeers, p.Connectors, p.MaxPendingConnections = 0, 1, 16
	p.ConnectionTimeout = 2 * time.Minute
	return p
}

// scoreParams make GossipSub drop members that send what is invalid or break
// the rules of the mesh. Keys cost nothing here, so a score is a circuit
// breaker for one connection and no judgement of anybody. Delivery deficits
// and IP addresses, which mean nothing over Tor, do not count.
func scoreParams() (*pubsub.PeerScoreParams, *pubsub.PeerScoreThresholds) {
	decay := pubsub.ScoreParameterDecay
	return &pubsub.PeerScoreParams{
			AppSpecificScore:          func(peer.ID) float64 { return 0 },
			DecayInterval:             pubsub.DefaultDecayInterval,
			DecayToZero:               pubsub.DefaultDecayToZero,
			RetainScore:               10 * time.Minute,
			BehaviourPenaltyWeight:    -10,
			BehaviourPenaltyThreshold: 6,
			BehaviourPenaltyDecay:     decay(10 * time.Minute),
			TopicScoreCap:             20,
			Topics:                    make(map[string]*pubsub.TopicScoreParams), // each when we enter it
		}, &pubsub.PeerScoreThresholds{
			GossipThreshold: -10, PublishThreshold: -50, GraylistThreshold: -80,
			AcceptPXThreshold: 1000, OpportunisticGraftThreshold: 1,
		}
}

// topicScore is what counts in each topic.
func topicScore() *pubsub.TopicScoreParams {
	return &pubsub.TopicScoreParams{
		TopicWeight:                    1,
		TimeInMeshWeight:               0.01,
		TimeInMeshQuantum:              time.Minute,
		TimeInMeshCap:                  60,
		FirstMessageDeliveriesWeight:   0.2,
		FirstMessageDeliveriesDecay:    pubsub.ScoreParameterDecay(10 * time.Minute),
		FirstMessageDeliveriesCap:      50,
		InvalidMessageDeliveriesWeight: -10,
		InvalidMessageDeliveriesDecay:  pubsub.ScoreParameterDecay(time.Hour),
	}
}

// names derives everything that tells one network from another: two networks
// with different names have no protocol in common.
func names(network string) (gossip, sampling, push protocol.ID, topic string) {
	h := sha256.New()
	h.Write([]byte("passerby/mesh/1"))
	// Length first, so that no two names can run into one.
	_ = binary.Write(h, binary.BigEndian, uint32(len(network)))
	io.WriteString(h, network)
	tag := fmt.Sprintf("%x", h.Sum(nil)[:8])
	id := func(what string) protocol.ID { return protocol.ID("/passerby/" + tag + "/" + what) }
	return id("mesh/1"), id("sample/2"), id("push/1"), "passerby/" + tag + "/lobby"
}

// meter bounds what each member may send.
type meter struct {
	mu    sync.Mutex
	peers map[peer.ID]*budget
}

type budget struct{ rpcs, messages *rate.Limiter }

var errTooFast = errors.New("mesh: a member sends too fast")

// inspect is GossipSub's first look at every RPC.
func (m *meter) inspect(p peer.ID, rpc *pubsub.RPC) error {
	if len(rpc.ProtoReflect().GetUnknown()) > 0 {
		return errUnknownFields
	}
	m.mu.Lock()
	b := m.peers[p]
	if b == nil {
		b = &budget{rate.NewLimiter(rpcRate, rpcBurst), rate.NewLimiter(messageRate, messageBurst)}
		m.peers[p] = b
	}
	m.mu.Unlock()
	if !b.rpcs.Allow() || !b.messages.AllowN(time.Now(), len(rpc.GetPublish())) {
		return errTooFast
	}
	return nil
}

func (m *meter) forget(p peer.ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.peers, p)
}

// keep forgets all but those: what a member sent last may be looked at when it
// has left and was forgotten.
func (m *meter) keep(is func(peer.ID) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for p := range m.peers {
		if !is(p) {
			delete(m.peers, p)
		}
	}
}

var errUnknownFields = errors.New("mesh: a message with fields that do not exist")

// newGossip starts GossipSub on h. inspect is asked about all that comes, and
// check judges every message by its topic and what is in it.
func newGossip(ctx context.Context, h *torHost, gossip protocol.ID, filter pubsub.SubscriptionFilter, inspect func(peer.ID, *pubsub.RPC) error, check func(p peer.ID, topic string, data []byte) error) (*pubsub.PubSub, error) {
	params, thresholds := scoreParams()
	validator := func(_ context.Context, p peer.ID, msg *pubsub.Message) pubsub.ValidationResult {
		return judge(msg.Message, func(data []byte) error { return check(p, msg.GetTopic(), data) })
	}
	ps, err := pubsub.NewGossipSub(ctx, h,
		// Nothing says who wrote a message: no signature, author or number.
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithNoAuthor(),
		pubsub.WithMessageIdFn(messageID),
		// One private protocol, without peer exchange, without floodsub
		// and without announcing what has not been checked.
		pubsub.WithGossipSubProtocols([]protocol.ID{gossip}, func(f pubsub.GossipSubFeature, id protocol.ID) bool {
			return f == pubsub.GossipSubFeatureMesh && id == gossip
		}),
		pubsub.WithGossipSubParams(gossipParams()),
		pubsub.WithPeerScore(params, thresholds),
		pubsub.WithSubscriptionFilter(filter),
		pubsub.WithDefaultValidator(validator, pubsub.WithValidatorInline(true)),
		pubsub.WithAppSpecificRpcInspector(inspect),
		pubsub.WithMaxMessageSize(maxMessage),
		pubsub.WithMaxControlMessageSize(maxControl),
		pubsub.WithPeerOutboundQueueSize(outQueue),
		pubsub.WithSeenMessagesTTL(seenFor),
		pubsub.WithValidateWorkers(1), // validation is inline; the number of cores must not show
		pubsub.WithLogger(silent),
		pubsub.WithRPCLogger(silent),
	)
	if err != nil {
		return nil, fmt.Errorf("mesh: gossip: %w", err)
	}
	return ps, nil
}

// judge decides what becomes of a message.
func judge(msg *pb.Message, check func([]byte) error) pubsub.ValidationResult {
	// Unknown fields would survive forwarding and mark the copies that went
	// one way: the message's name covers the data alone.
	if len(msg.ProtoReflect().GetUnknown()) > 0 {
		return pubsub.ValidationReject
	}
	switch err := check(msg.GetData()); {
	case err == nil:
		return pubsub.ValidationAccept
	case errors.Is(err, ErrIgnore):
		return pubsub.ValidationIgnore
	default:
		return pubsub.ValidationReject
	}
}

// messageID covers every byte that anybody looks at.
func messageID(m *pb.Message) string {
	h := sha256.New()
	io.WriteString(h, m.GetTopic())
	h.Write([]byte{0})
	h.Write(m.GetData())
	return string(h.Sum(nil))
}
