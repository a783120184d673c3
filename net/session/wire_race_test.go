// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package session_test

// How much the tests of the wire record, and what they must find of it with a
// probability of 0.9, in percent. The race detector is slow, and what it is for
// shows early.
const (
	gapCount    = 2500
	resumeCount = 500
	endCount    = 200
	sameCount   = 200

	mostMeanOff = 50
	mostEarly   = 100
)
