// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package netsim

// realSizes are the sizes at which the models are compared. The race detector
// bears 8,128 goroutines; a member has more than a hundred.
var realSizes = []int{24}
