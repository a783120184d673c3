// SPDX-License-Identifier: GPL-3.0-or-later

// Package proof holds the tests of the packages in dist: each is installed, as a
// person would, into a system that has never seen Passerby, used over a private
// Tor network, upgraded, and removed again.
//
// A test of source code says little about a package. What matters there is what
// its author's own computer hides: a library that it happens to have, a path
// that exists nowhere else, a file that stays behind. So the .deb goes into
// Debian's smallest system, made by debootstrap, and before and after it every
// file there is listed. The window is opened on a screen that draws into memory,
// a second copy is met, and what both say must arrive.
//
//	make package                        # first: it fills dist
//	go test -count=1 ./packaging/proof  # as root, or for others:
//	go test -count=1 -exec "sudo -E env PATH=$PATH" ./packaging/proof
//
// DIST names another folder than dist, PROOF_ROOTS further systems for the .deb,
// by the names that debootstrap knows, such as "jammy noble".
//
// # How nothing stays, and nothing leaves
//
// The test binary starts itself again in namespaces of its own (confine_test.go).
// The network there is loopback alone, so nothing can be dialed, by mistake or
// otherwise; apt and debootstrap are let out one by one. The process namespace
// ends all that was started when the tests end, however they do. And mounts and
// /tmp are of its own, so that what the tests wrote is gone with them. Of the
// roots that debootstrap has made, a tarball stays in the user's cache folder.
//
// All of it needs Linux and root; a test that misses something fails and says
// what to install.
package proof
