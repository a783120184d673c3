// SPDX-License-Identifier: GPL-3.0-or-later

// Package tor owns one tor process and offers the little that Passerby needs
// from it: onion services on given keys, streams to onion addresses, the
// shared random value and the time of the consensus. [Tor] fulfils the
// interface Network of passerby/net/onion without importing it.
//
// # One process, never shared
//
// A tor that also serves other programs mixes their circuits with ours, and
// may be configured in ways that break what we promise. So each copy starts
// its own, in a profile folder that no other copy can use at the same time.
// The binary is the one that the person names, the one that came with
// Passerby, or on Linux the system's; see [Config]. It is never searched for
// along PATH, where anyone who can write a folder could put another.
//
// What stays on disk is tor's own folder, Profile/tor: its guards, because a
// new guard every day would sooner or later be a bad one, and public directory
// documents. Sockets and the configuration live in a folder that goes away
// when tor is closed.
//
// # Who watches whom
//
// tor dies with us: it exits when the control connection that owns it closes
// (TAKEOWNERSHIP), it looks for our process every 15 seconds
// (__OwningControllerProcess), and Linux sends it SIGTERM when we die, SIGKILL
// included. The other way round a supervisor restarts a tor that died, with a
// growing pause, on the same guards, and publishes every open onion service
// again behind the listener that is already there. Methods wait meanwhile.
// Nothing restarts a tor that is alive and only slow: bootstrapping over a bad
// line may take many minutes, and starting over loses all of it.
//
// # The control port
//
// Commands take turns on one connection, because a reply is matched to its
// command by order alone and because bine's control.Conn, which speaks the
// protocol for us, deadlocks under concurrent callers. A caller whose context
// ends stops waiting; its command is still carried through, so the order
// holds. A tor that does not answer within a minute counts as dead. Events
// come over a second connection of their own.
//
// # What cannot leak
//
// The SOCKS port is a unix socket in a folder that only this user can enter,
// carries OnionTrafficOnly, and Dial refuses every host that is not a v3 onion
// address: no name is ever looked up and no exit relay ever used. On Windows,
// where tor has no unix sockets, SOCKS, control and the services' targets are
// ports on 127.0.0.1. Other programs of the same machine can reach those: the
// control port asks for the cookie, the others cannot ask.
package tor
