// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package netsim

// realSizes are the sizes at which the models are compared. The race detector
// bears 8,128 goroutines, of which a member has more than a hundred, and keeps a
// megabyte for each.
var realSizes = []int{8}

// abstractSizes are those of networks that are simulated.
var abstractSizes = []int{100}
