// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package session

// How deep the model goes at most, and how many states it must see.
const (
	modelDepth  = everything
	modelStates = 1_000_000
)
