// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package netsim

// realSizes are the sizes at which the models are compared.
var realSizes = []int{100, 300}

// abstractSizes are those of networks that are simulated.
var abstractSizes = []int{100, 300, 1000}
