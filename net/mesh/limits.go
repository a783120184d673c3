// SPDX-License-Identifier: GPL-3.0-or-later

package mesh

import "time"

// Everything that a member or a stranger can make this package hold, do or
// wait for is bounded here.
const (
	// Connections. Each is a circuit of tor's, which costs relays too.
	degree      = 8          // members we try to be connected to: GossipSub's six and two to spare
	outDegree   = 3          // of them, members that we chose to dial ourselves: who dials us may be one who plays many
	maxInbound  = 24         // members that may have dialed us: three times what each wants, for those who are well known
	maxOutbound = 3 * degree // members that we dialed, whatever they are needed for
	maxDialing  = 3          // dials of the mesh under way: tor builds circuits one after the other
	housekeep   = time.Second
	strangerFor = 45 * time.Second // how long a connection may be neither member nor pusher
	deafAfter   = time.Minute      // a member without gossip is announced again after this
	deafLimit   = 3 * time.Minute  // and disconnected after this

	// The host's patience, which fits Tor, where a circuit takes seconds and
	// a stall is usual.
	dialTimeout      = 90 * time.Second // one dial: circuit, Noise and yamux
	acceptTimeout    = 45 * time.Second // one inbound handshake
	negotiateTimeout = 30 * time.Second // choosing a protocol on a stream
	keepAlive        = 30 * time.Second
	writeTimeout     = 40 * time.Second // a member that is silent for longer is gone

	// Samples. An answer has one size: its length must not tell how many
	// members somebody knows.
	samples     = 16               // keys in one answer, zero keys where fewer are known
	nearest     = samples / 2      // of them, members of the shard that was asked for, at most: liars about shards get no more
	rootNamed   = 1                // and of the root, where the network is split: answers about the root are taken for samples of all
	requestSize = 2                // the shard
	sampleSize  = 1 + samples*32   // how many keys are of the shard and whether the member stays on, and the keys
	sampleTime  = 30 * time.Second // one question and its answer
	sampleEvery = 2 * time.Second  // a member may ask this often: one who follows eight shards has reason to
	maxAnswers  = 16               // answers that are kept to tell the size of the network from
	resample    = time.Minute      // between two of our questions while all is well
	hungry      = 10 * time.Second // between two of our questions while we have few members

	// The view.
	maxView     = 512              // members remembered at once (some 100 kB), enough to choose from in a network of any size
	maxFailures = 4                // dials in a row after which one is forgotten
	freshness   = 15 * time.Minute // how long a member counts as alive after it was last met
	firstRetry  = 5 * time.Second  // after a failed dial; doubles each time

	// What members are worth.
	recentNames = 512              // payloads whose names we keep, to know again what others send (some 50 kB)
	muteAfter   = 5 * time.Minute  // a member may be silent for so long whatever others do: it may be new itself
	muteProof   = 20               // payloads that others hand on before silence counts: even one who is not our neighbour in GossipSub names four of five
	missEvery   = 5 * time.Second  // between two payloads that count so: what comes in one burst is named once, or by chance not at all
	maxPast     = 512              // members whose standing is remembered when they are gone: as many as we know
	pastFor     = 30 * time.Minute // for which it is: slots are judged by it
	provenDials = 2                // failed dials that make one unreachable whom we never met: one in fourteen fails over Tor anyway

	// Shards.
	maxShard      = 1<<12 - 1        // the last one, in heap order: eleven levels below the root
	maxFollowed   = 8                // shards that one member follows: a seeker needs its own and the way up
	maxAnnounced  = 2 * maxFollowed  // shards that we take a member's word for: while it changes, it has old and new ones
	shardDegree   = 4                // members of a followed shard that we try to be connected to: GossipSub's least degree
	shardOut      = 2                // of them, members that we dialed: those who come to us may all be one
	fanoutDegree  = 2                // members of a shard that we only publish in: one may keep it to itself
	fanoutWait    = 10 * time.Second // for which we look for one that is long there, before any will do: a third of what the lobby tries
	rootedAfter   = 30 * time.Second // after which one is: it has found others by then, and most seekers have found somebody and gone
	maxFanout     = 16               // shards at once that we publish in and do not follow: pushes are few, see net/lobby
	fanoutFor     = 2 * time.Minute  // for which we look for members of such a shard: longer than the lobby tries to publish
	maxHunts      = 3                // searches for members of shards at once
	huntFirst     = 3 * time.Second  // between two searches for one shard; grows by half each time
	huntLast      = time.Minute      // and no further: in a small network most shards have no other members
	huntDials     = 2                // members dialed for one answer about a shard
	subscriptions = 2 * maxAnnounced // changes of shards in one gossip RPC: a hello has them all

	// Gossip.
	maxMessage   = 16 << 10         // bytes of one gossip RPC: a payload has some hundred, an answer several payloads
	maxControl   = 32 << 10         // bytes of its control part
	outQueue     = 128              // RPCs that wait for one slow member: a few stalls of Tor
	deliveryRoom = 256              // payloads that wait for Params.Deliver
	seenFor      = 45 * time.Minute // longer than a beacon is valid, or old ones would flood again
	rpcRate      = 40               // gossip RPCs a second that one member may send
	rpcBurst     = 400
	messageRate  = 20 // payloads a second that one member may send
	messageBurst = 400

	// Pushing.
	pushTime = 75 * time.Second // fresh circuits to one member, and its answer
)
