// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package netsim

// realSizes are the sizes at which the models are compared.
var realSizes = []int{100, 300}
