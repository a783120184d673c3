// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package session

// The race detector, for which there is nothing in the model, makes it ten
// times slower.
const (
	modelDepth  = 12
	modelStates = 100_000
)
