// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package mesh_test

// many is how many members a mesh of a test has. The race detector bears
// about 8,000 goroutines.
const many = 40

// crowd is how many members each of many shards has.
const crowd = 2
