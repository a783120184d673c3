// SPDX-License-Identifier: GPL-3.0-or-later

// Package testnet runs a private Tor network on loopback: real tor processes,
// real consensus, real onion services, and no internet. Tests, the demo and
// the bench use it.
//
// # What a Tor network needs
//
// Directory authorities vote, every [Config.VotingInterval], on which relays
// exist, and sign the result, the consensus. Relays announce themselves to the
// authorities. Clients carry the authorities' keys in their configuration and
// believe whatever consensus most of them have signed. That is all: a tor that
// is given other authorities ([Network.Torrc]) lives in another network.
//
// Everything else here is about speed and about leaving nothing behind. The
// first vote is held as early as tor allows; relays need no proof of age or
// bandwidth; and the shared random value, the onion services' time period and
// the descriptors all turn over within 24 votes, which is four minutes and not
// a day, so that a test can live through it.
//
// # Latency
//
// Loopback is a hundred times faster than the world. [Config.HopDelay] puts a
// line of some length before every relay: 20 ms each way makes an
// onion-to-onion echo take about 310 ms, which is much like the public network
// and, unlike it, the same tomorrow.
//
// # The end
//
// [Network.Close], the end of the context, a panic, or SIGKILL of the owner:
// in each case the processes are gone, at once on Linux and within 15 seconds
// elsewhere. The folder goes with Close and the context; what a killed owner
// had to leave behind, the next [Start] removes.
package testnet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"passerby/tor/testnet/internal/child"
)

// startTimeout bounds [Start].
const startTimeout = 90 * time.Second

// minNodes is how many relays tor must know to find a way to every onion
// service. Four hops, of which no two may be the same relay, and the ones it
// keeps in reserve: with fewer, tor gives up now and then.
const minNodes = 6

// Config says what network to start. The zero Config is good for tests.
type Config struct {
	// Authorities is the number of directory authorities, which relay too.
	// 0 means 3; 9 is the most.
	Authorities int
	// Relays is the number of relays beside the authorities. 0 means 5; 50 is
	// the most. Each takes 35 to 75 MB of memory.
	Relays int
	// HopDelay is how long a byte on its way to or from a relay's ORPort is
	// held back, each way; every relay has its forwarder. 0 means none.
	HopDelay time.Duration
	// VotingInterval is the time from one consensus to the next: whole
	// seconds that divide a day, from 10 seconds to one hour. 0 means 10
	// seconds. The first consensus does not wait for it.
	VotingInterval time.Duration
	// Tor is the path of the tor program. "" means the system's.
	Tor string
}

// Network is a running private Tor network. Its methods are safe for
// concurrent use.
type Network struct {
	dir     string
	owner   *os.File // locked for as long as the network lives
	torrc   string
	nursery *child.Nursery
	ports   ports
	nodes   []*node     // authorities first
	relays  []*node     // the rest of them
	stop    func() bool // forgets the context

	close    sync.Once
	closeErr error
}

// Start starts a network and returns when a client can build circuits in it:
// every relay has the consensus that lists all of them and all microdescriptors,
// and circuits have been built. This takes about 10 seconds, and on a busy
// machine up to 30. When it takes more than 90 the error says which process was
// waited for, and how its log ends. A client of the caller's needs 3 seconds
// more.
//
// The network lives until [Network.Close] or the end of ctx.
func Start(ctx context.Context, config Config) (_ *Network, err error) {
	programs, err := config.complete()
	if err != nil {
		return nil, err
	}
	n := &Network{nursery: child.NewNursery()}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	starting, cancel := context.WithTimeoutCause(ctx, startTimeout,
		fmt.Errorf("no working network after %v", startTimeout))
	defer cancel()

	if n.dir, n.owner, err = makeFolder(); err != nil {
		return nil, err
	}
	if err := n.configure(starting, config, programs); err != nil {
		return nil, err
	}
	for _, node := range n.nodes {
		if err := node.start(n.nursery, programs.tor); err != nil {
			return nil, err
		}
	}
	if err := n.ready(starting); err != nil {
		return nil, err
	}
	for _, r := range n.relays {
		if err := r.readFingerprint(); err != nil {
			return nil, err
		}
	}
	n.stop = context.AfterFunc(ctx, func() { _ = n.end() })
	return n, nil
}

// Torrc returns the lines that make a tor a part of this network, for its
// configuration; each ends with a line feed.
func (n *Network) Torrc() string { return n.torrc }

// TorrcFile returns the path of a file that holds [Network.Torrc]. It exists
// until the network is closed.
func (n *Network) TorrcFile() string { return filepath.Join(n.dir, "torrc") }

// Relay is a relay of the network that is no authority.
type Relay struct {
	Nickname    string
	Fingerprint string // of its RSA identity: 40 hexadecimal digits, upper case
	PID         int
}

// Relays returns the relays in the order that [Network.KillRelay] counts.
func (n *Network) Relays() []Relay {
	list := make([]Relay, len(n.relays))
	for i, r := range n.relays {
		list[i] = Relay{r.nickname, r.fingerprint, r.process.PID()}
	}
	return list
}

// KillRelay ends relay i with SIGKILL and returns when it is gone. The
// consensus goes on to list it for a few votes. To kill a dead relay does
// nothing.
func (n *Network) KillRelay(i int) error {
	if i < 0 || i >= len(n.relays) {
		return fmt.Errorf("no relay %d: there are %d", i, len(n.relays))
	}
	n.relays[i].kill()
	return nil
}

// Close ends every process and removes the folder. The error tells of relays
// that had died by themselves before. Close may be called more than once, and
// returns the same each time.
func (n *Network) Close() error {
	if n.stop != nil {
		n.stop()
	}
	return n.end()
}

func (n *Network) end() error {
	n.close.Do(func() {
		var errs []error
		for _, node := range n.nodes {
			errs = append(errs, node.died())
		}
		n.nursery.Close()
		for _, node := range n.nodes {
			if node.hop != nil {
				errs = append(errs, node.hop.Close())
			}
		}
		errs = append(errs, n.ports.Close())
		if n.dir != "" {
			errs = append(errs, os.RemoveAll(n.dir), n.owner.Close())
		}
		n.closeErr = errors.Join(errs...)
	})
	return n.closeErr
}

// programs are the paths of the programs that Start runs.
type programs struct{ tor, gencert string }

// complete fills in the defaults and finds the programs.
func (c *Config) complete() (programs, error) {
	if c.Authorities == 0 {
		c.Authorities = 3
	}
	if c.Relays == 0 {
		c.Relays = 5
	}
	if c.VotingInterval == 0 {
		c.VotingInterval = 10 * time.Second
	}
	switch v := c.VotingInterval; {
	case c.Authorities < 1 || c.Authorities > 9:
		return programs{}, fmt.Errorf("cannot run %d authorities: from 1 to 9 make sense", c.Authorities)
	case c.Relays < 0 || c.Relays > 50:
		return programs{}, fmt.Errorf("cannot run %d relays: 50 are the most", c.Relays)
	case c.Authorities+c.Relays < minNodes:
		return programs{}, fmt.Errorf("too few relays: with the authorities there must be %d", minNodes)
	case c.HopDelay < 0 || c.HopDelay > time.Second:
		return programs{}, fmt.Errorf("cannot delay a hop by %v: from 0 to 1s make sense", c.HopDelay)
	case v < 10*time.Second || v > time.Hour || v%time.Second != 0 || 24*time.Hour%v != 0:
		return programs{}, fmt.Errorf("no voting interval of %v: "+
			"tor wants whole seconds that divide a day, here from 10s to 1h", v)
	}
	return findPrograms(c.Tor)
}

// findPrograms finds tor and the tor-gencert that came with it. Debian keeps
// the first in /usr/sbin, which is not in everybody's PATH.
func findPrograms(tor string) (p programs, err error) {
	const install = "install the package tor (Debian, Ubuntu: sudo apt install tor; macOS: brew install tor)"
	if tor == "" {
		if p.tor, err = find("tor", "/usr/sbin/tor"); err != nil {
			return p, fmt.Errorf("cannot find the program tor: %s", install)
		}
	} else if p.tor, err = exec.LookPath(tor); err != nil {
		return p, fmt.Errorf("cannot run tor: %w", err)
	}
	if p.tor, err = filepath.Abs(p.tor); err != nil {
		return p, err
	}
	beside := filepath.Join(filepath.Dir(p.tor), "tor-gencert")
	if p.gencert, err = find(beside, "tor-gencert", "/usr/bin/tor-gencert"); err != nil {
		return p, fmt.Errorf("cannot find the program tor-gencert, which comes with tor: %s", install)
	}
	return p, nil
}

// find returns the path of the first of the programs that exists.
func find(names ...string) (path string, err error) {
	for _, name := range names {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", err
}
