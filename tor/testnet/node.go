// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"passerby/tor/testnet/internal/child"
)

// clientLines make any tor a part of a network as small and as near as this
// one. They are followed by the DirAuthority lines.
const clientLines = `TestingTorNetwork 1
PathsNeededToBuildCircuits 0.67
ClientUseIPv6 0
EnforceDistinctSubnets 0
ShutdownWaitLength 0
`

// relayLines are for relays, authorities among them. No relay is an exit: even
// by mistake, nothing leaves the machine.
const relayLines = `AssumeReachable 1
ExtendAllowPrivateAddresses 1
V3AuthNIntervalsValid 2
Address 127.0.0.1
ExitRelay 0
ExitPolicy reject *:*
SocksPort 0
NumCPUs 1
`

// authorityLines make every relay a guard and a directory of onion services
// from its first minute.
//
// A client asks for a descriptor that does not exist at one directory of each
// replica, two in all, not at three of each as on the public network. tor asks
// one after the other, on a circuit each, until it has asked all within its
// requery period, whether or not anybody still waits for the answer. That is 15
// minutes on the public network and 5 seconds where TestingTorNetwork is set
// (hs_hsdir_requery_period), so with long lines it would have forgotten the
// first when it comes to the sixth, and go on for ever: hundreds of circuits a
// minute for each address that nobody serves.
const authorityLines = `AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo none
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVoteDelay 2
V3AuthDistDelay 2
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
ConsensusParams hsdir_spread_fetch=1
`

// node is one tor process: an authority, a relay, or the client that proves
// the network.
type node struct {
	nickname    string
	dir         string // its DataDirectory
	own         string // its part of the torrc
	orPort      int    // as others see it
	hop         *hop   // or nil
	dirPort     int    // of an authority
	v3ident     string // of an authority: its voting key
	fingerprint string

	process *child.Process // nil until it is started
	killed  atomic.Bool    // by us
}

func (n *node) logFile() string { return filepath.Join(n.dir, "log") }

// configure makes folders, ports, keys and configurations of all nodes.
func (n *Network) configure(ctx context.Context, config Config, programs programs) error {
	empty := filepath.Join(n.dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		return err
	}
	for i := range config.Authorities + config.Relays {
		node := &node{nickname: fmt.Sprintf("relay%d", i-config.Authorities)}
		if i < config.Authorities {
			node.nickname = fmt.Sprintf("auth%d", i)
		} else {
			n.relays = append(n.relays, node)
		}
		n.nodes = append(n.nodes, node)
		if err := n.place(node, config.HopDelay, i < config.Authorities); err != nil {
			return err
		}
	}

	authorities := n.nodes[:config.Authorities]
	begin := time.Now()
	made := make(chan error)
	for _, a := range authorities {
		go func() { made <- a.makeIdentity(ctx, n.nursery, programs.tor, empty) }()
		go func() { made <- a.makeVotingKey(ctx, n.nursery, programs.gencert) }()
	}
	var errs []error
	for range 2 * len(authorities) {
		errs = append(errs, <-made)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}

	var torrc strings.Builder
	torrc.WriteString(clientLines)
	for _, a := range authorities {
		fmt.Fprintf(&torrc, "DirAuthority %s orport=%d no-v2 v3ident=%s 127.0.0.1:%d %s\n",
			a.nickname, a.orPort, a.v3ident, a.dirPort, a.fingerprint)
	}
	n.torrc = torrc.String()
	if err := os.WriteFile(n.TorrcFile(), []byte(n.torrc), 0o600); err != nil {
		return err
	}
	first := newFirstVote(time.Now(), time.Since(begin))
	for i, node := range n.nodes {
		own := node.own + relayLines + first.relayLines()
		if i < config.Authorities {
			own += authorityLines + first.authorityLines() +
				fmt.Sprintf("V3AuthVotingInterval %d\n", int(config.VotingInterval.Seconds()))
		}
		if err := node.write(n.torrc, own); err != nil {
			return err
		}
	}
	return nil
}

// place gives a node its folder and its ports.
func (n *Network) place(node *node, delay time.Duration, authority bool) error {
	node.dir = filepath.Join(n.dir, node.nickname)
	if err := os.MkdirAll(filepath.Join(node.dir, "keys"), 0o700); err != nil {
		return err
	}
	port, err := n.ports.next()
	if err != nil {
		return err
	}
	node.orPort = port
	if delay == 0 {
		node.own = fmt.Sprintf("ORPort 127.0.0.1:%d\n", port)
	} else {
		if node.hop, err = newHop(fmt.Sprintf("127.0.0.1:%d", port), delay); err != nil {
			return err
		}
		node.orPort = node.hop.port()
		node.own = fmt.Sprintf("ORPort 127.0.0.1:%d NoListen\nORPort 127.0.0.1:%d NoAdvertise\n", node.orPort, port)
	}
	if authority {
		if node.dirPort, err = n.ports.next(); err != nil {
			return err
		}
		node.own += fmt.Sprintf("DirPort 127.0.0.1:%d\n", node.dirPort)
	}
	return nil
}

// write writes the node's torrc: what is said about any tor that Passerby's
// tests start, then shared, then own.
func (n *node) write(shared, own string) error {
	common := fmt.Sprintf("Nickname %s\nDataDirectory %s\nLog notice stdout\nRunAsDaemon 0\n"+
		"__OwningControllerProcess %d\nGeoIPFile %s\nGeoIPv6File %[4]s\n",
		n.nickname, n.dir, os.Getpid(), filepath.Join(filepath.Dir(n.dir), "empty"))
	return os.WriteFile(filepath.Join(n.dir, "torrc"), []byte(common+shared+own), 0o600)
}

// start starts the node's tor. What it says goes to its log file.
func (n *node) start(nursery *child.Nursery, tor string) error {
	log, err := os.OpenFile(n.logFile(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	cmd := exec.Command(tor, "--defaults-torrc", filepath.Join(filepath.Dir(n.dir), "empty"),
		"-f", filepath.Join(n.dir, "torrc"))
	cmd.Stdout, cmd.Stderr = log, log
	n.process, err = nursery.Start(cmd)
	return err
}

func (n *node) kill() {
	n.killed.Store(true)
	n.process.Kill()
}

// died tells how the node ended by itself, or nil.
func (n *node) died() error {
	if n.process == nil || n.killed.Load() {
		return nil
	}
	select {
	case <-n.process.Done():
		return fmt.Errorf("%s ended by itself: %w\n%s", n.nickname, n.process.Err(), n.logTail())
	default:
		return nil
	}
}

// logTail returns the last lines of the node's log, indented.
func (n *node) logTail() string {
	const most = 12
	log, err := os.ReadFile(n.logFile())
	if err != nil {
		return fmt.Sprintf("\tno log: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	lines = lines[max(0, len(lines)-most):]
	return fmt.Sprintf("\t%s: the log ends:\n\t%s", n.nickname, strings.Join(lines, "\n\t"))
}

// makeIdentity has tor make the relay's keys and tell the fingerprint.
func (n *node) makeIdentity(ctx context.Context, nursery *child.Nursery, tor, empty string) error {
	cmd := exec.Command(tor, "--quiet", "--list-fingerprint",
		"--defaults-torrc", empty, "-f", empty,
		"--DataDirectory", n.dir, "--ORPort", "1",
		// Any authority but the public ones, which tor would know by heart.
		"--DirAuthority", "x 127.0.0.1:1 "+strings.Repeat("f", 40))
	out, err := output(ctx, nursery, cmd)
	if err != nil {
		return fmt.Errorf("tor cannot make the keys of %s: %w", n.nickname, err)
	}
	return n.takeFingerprint(out)
}

// readFingerprint reads what a running relay wrote about itself.
func (n *node) readFingerprint() error {
	line, err := os.ReadFile(filepath.Join(n.dir, "fingerprint"))
	if err != nil {
		return err
	}
	return n.takeFingerprint(string(line))
}

// takeFingerprint takes it from tor's "Nickname 9A0FE8D5...", in groups of
// four digits or in one.
func (n *node) takeFingerprint(line string) error {
	_, digits, _ := strings.Cut(strings.TrimSpace(line), " ")
	n.fingerprint = strings.ReplaceAll(digits, " ", "")
	if len(n.fingerprint) != 40 {
		return fmt.Errorf("tor told no fingerprint of %s but %q", n.nickname, line)
	}
	return nil
}

var identLine = regexp.MustCompile(`(?m)^fingerprint ([0-9A-F]{40})$`)

// makeVotingKey makes an authority's voting keys and reads the name of the
// long-lived one from the certificate (dir-spec, "Key certificates").
func (n *node) makeVotingKey(ctx context.Context, nursery *child.Nursery, gencert string) error {
	keys := filepath.Join(n.dir, "keys")
	cmd := exec.Command(gencert, "--create-identity-key", "--passphrase-fd", "0", "-m", "12",
		"-a", fmt.Sprintf("127.0.0.1:%d", n.dirPort),
		"-i", filepath.Join(keys, "authority_identity_key"),
		"-s", filepath.Join(keys, "authority_signing_key"),
		"-c", filepath.Join(keys, "authority_certificate"))
	cmd.Stdin = strings.NewReader("for a network that lives for minutes\n")
	if _, err := output(ctx, nursery, cmd); err != nil {
		return fmt.Errorf("tor-gencert cannot make the voting keys of %s: %w", n.nickname, err)
	}
	certificate, err := os.ReadFile(filepath.Join(keys, "authority_certificate"))
	if err != nil {
		return err
	}
	m := identLine.FindSubmatch(certificate)
	if m == nil {
		return fmt.Errorf("the voting certificate of %s has no fingerprint", n.nickname)
	}
	n.v3ident = string(m[1])
	return nil
}

// output runs cmd and returns what it says on stdout; an error carries the
// rest.
func output(ctx context.Context, nursery *child.Nursery, cmd *exec.Cmd) (string, error) {
	var out, rest bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &rest
	if err := nursery.Run(ctx, cmd); err != nil {
		return "", fmt.Errorf("%w: %s", err, bytes.TrimSpace(append(out.Bytes(), rest.Bytes()...)))
	}
	return out.String(), nil
}
