// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package rendezvous_test

// crowd is how many members the largest network of a test has. The race
// detector bears about 8,000 goroutines.
const crowd = 20

// rounds is how often a test of chance is made.
const rounds = 1
