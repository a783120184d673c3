// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"math"
	"math/rand/v2"
	"time"
)

// Tor is how circuits behave, in both models. Times are log-normal: the median
// and the standard deviation of the logarithm say it all.
type Tor struct {
	Latency      time.Duration // median, one way, from end to end of one circuit
	LatencySigma float64
	Connect      time.Duration // median, a fresh circuit to an onion service
	ConnectSigma float64
	Publish      time.Duration // median, from the wish for a service until others find it
	Failures     float64       // share of attempts to connect that come to nothing
}

// Usual is Tor as it is assumed to be. A one-way median of 200 ms with σ 0.5
// is what the measurements of GossipSub that libp2p's parameters were chosen by
// took; 95 % of circuits are below 455 ms, 99 % below 640 ms. A private network
// with 20 ms for each of six hops has 155 ms, and connects in 1.2 to 1.6 s. No
// median of connecting on the public one was found that could be relied on, only
// reports of twenty seconds now and then: 2 s with σ 0.8 is assumed, where 95 %
// connect within 7.5 s and 99 % within 13.
var Usual = Tor{
	Latency: 200 * time.Millisecond, LatencySigma: 0.5,
	Connect: 2 * time.Second, ConnectSigma: 0.8,
	Publish: 3 * time.Second, Failures: 0.07,
}

// longest is when a connection that was not made counts as failed.
const longest = time.Minute

func logNormal(r *rand.Rand, median time.Duration, sigma float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(sigma*r.NormFloat64()))
}

// latency draws the latency of a circuit, which it keeps.
func (t Tor) latency(r *rand.Rand) time.Duration { return logNormal(r, t.Latency, t.LatencySigma) }

// connect draws how long it takes to connect, and whether it works.
func (t Tor) connect(r *rand.Rand) (time.Duration, bool) {
	return min(logNormal(r, t.Connect, t.ConnectSigma), longest), r.Float64() >= t.Failures
}

// exponential draws a time of which the mean is given.
func exponential(r *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(r.ExpFloat64() * float64(mean))
}

// between draws a time from low up to high.
func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}
