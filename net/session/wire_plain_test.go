// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package session_test

// How much the tests of the wire record, and what they must find of it with a
// probability of 0.9, in percent.
const (
	gapCount    = 20000
	resumeCount = 2000
	endCount    = 1000
	sameCount   = 400

	mostMeanOff = 15
	mostEarly   = 40
)
