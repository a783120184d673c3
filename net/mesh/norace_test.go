// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !race

package mesh_test

// Tests whose name has the word Many run with more members where there is no
// race detector: they are to be run without it too.

// many is how many members a mesh of a test has.
const many = 250

// crowd is how many members each of many shards has.
const crowd = 3
