// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
	"google.golang.org/protobuf/encoding/protowire"

	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

// unknown is a protobuf field that no message of ours has.
var unknown = protowire.AppendVarint(protowire.AppendTag(nil, 99, protowire.VarintType), 1)

func TestJudge(t *testing.T) {
	marked := &pb.Message{Data: []byte("good")}
	marked.ProtoReflect().SetUnknown(unknown)
	for name, tc := range map[string]struct {
		msg  *pb.Message
		err  error
		want pubsub.ValidationResult
	}{
		"good":                  {&pb.Message{}, nil, pubsub.ValidationAccept},
		"nobody's fault":        {&pb.Message{}, fmt.Errorf("%w: old", ErrIgnore), pubsub.ValidationIgnore},
		"somebody's fault":      {&pb.Message{}, errors.New("bad"), pubsub.ValidationReject},
		"marked by a forwarder": {marked, nil, pubsub.ValidationReject},
	} {
		if got := judge(tc.msg, func([]byte) error { return tc.err }); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestInspectBoundsWhatAMemberSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{peers: make(map[peer.ID]*budget)}
		marked := &pubsub.RPC{}
		marked.ProtoReflect().SetUnknown(unknown)
		if err := m.inspect("a", marked); !errors.Is(err, errUnknownFields) {
			t.Errorf("unknown fields: %v", err)
		}
		flood := &pubsub.RPC{RPC: pb.RPC{Publish: make([]*pb.Message, messageBurst/2)}}
		for i, want := range []error{nil, nil, errTooFast} {
			if err := m.inspect("a", flood); !errors.Is(err, want) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if err := m.inspect("b", flood); err != nil {
			t.Errorf("another member pays for it: %v", err)
		}
		time.Sleep(time.Minute)
		if err := m.inspect("a", flood); err != nil {
			t.Errorf("after a minute: %v", err)
		}
	})
}

func TestWhoSentAndLeftIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := lone(t, oniontest.New())
		// when the last message of a member is looked at behind its leave
		m.meter.forget("gone")
		if err := m.meter.inspect("gone", &pubsub.RPC{}); err != nil {
			t.Fatal(err)
		}
		// then nothing of it stays
		time.Sleep(10 * housekeep)
		m.meter.mu.Lock()
		defer m.meter.mu.Unlock()
		if n := len(m.meter.peers); n != 0 {
			t.Errorf("%d remembered", n)
		}
	})
}

// lone returns a mesh of one on n.
func lone(t *testing.T, n *oniontest.Net) *Mesh {
	t.Helper()
	m, err := New(t.Context(), Params{
		Network: n.Node(), Key: onion.GenerateKey(), Name: "test", PayloadSize: 1,
		Check: func(onion.Address, []byte) error { return nil }, Deliver: func([]byte) {}, TakePush: func([]byte) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func TestMessagesNameNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := lone(t, n), lone(t, n)
		sub, err := b.channels[Root].topic.Subscribe()
		if err != nil {
			t.Fatal(err)
		}
		defer sub.Cancel()
		time.Sleep(10 * time.Second)
		a.Learn([]onion.Address{b.Address()})
		time.Sleep(time.Minute)
		if err := a.Publish(t.Context(), []byte{7}); err != nil {
			t.Fatal(err)
		}
		msg, err := sub.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if msg.From != nil || msg.Seqno != nil || msg.Signature != nil || msg.Key != nil || len(msg.Data) != 1 {
			t.Errorf("got %v", msg.Message)
		}
	})
}

func TestHostileAddressesAreNeitherResolvedNorDialed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		m := lone(t, n)
		time.Sleep(10 * time.Second)
		other := onion.GenerateKey().Address()
		id, err := other.Peer()
		if err != nil {
			t.Fatal(err)
		}
		// given addresses of another kind in the peerstore, however they came
		before := n.Dials()
		for _, s := range []string{
			"/dnsaddr/example.org", "/dns4/example.org/tcp/1", "/ip4/127.0.0.1/tcp/1", "/ip6/::1/udp/1/quic-v1",
			"/ip4/127.0.0.1/tcp/1/p2p/" + id.String() + "/p2p-circuit", onion.GenerateKey().Address().Multiaddr().String(),
		} {
			m.host.store.AddAddr(id, ma.StringCast(s), time.Hour)
		}
		// when libp2p dials the peer
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := m.host.swarm.DialPeer(network.WithForceDirectDial(ctx, "test"), id); err == nil {
			t.Error("connected")
		}
		// then nothing is dialed
		if d := n.Dials() - before; d != 0 {
			t.Errorf("%d dials", d)
		}
	})
}

func TestInboundConnectionsHaveNoAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		a, b := lone(t, n), lone(t, n)
		time.Sleep(10 * time.Second)
		a.Learn([]onion.Address{b.Address()})
		time.Sleep(time.Minute)
		conns := b.host.swarm.Conns()
		if len(conns) != 1 {
			t.Fatalf("%d connections", len(conns))
		}
		if got := conns[0].RemoteMultiaddr().String(); got != "/onion3/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:1" {
			t.Errorf("got %s", got)
		}
	})
}

func TestMoreThanAFewDozenConnect(t *testing.T) {
	// libp2p's default counts all onions as one IP address: sixteen of a
	// burst would get through.
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		m := lone(t, n)
		time.Sleep(10 * time.Second)
		var others []*Mesh
		for range maxInbound {
			o := lone(t, n)
			o.Learn([]onion.Address{m.Address()})
			others = append(others, o)
		}
		time.Sleep(3 * time.Minute)
		if got := m.Peers(); got < maxInbound {
			t.Errorf("%d of %d", got, len(others))
		}
	})
}
