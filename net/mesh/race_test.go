// SPDX-License-Identifier: GPL-3.0-or-later

//go:build race

package mesh_test

import "runtime"

// Timers of one synctest bubble share what the detector knows of them, in Go
// 1.26: when two fire on two processors at once, it is the detector that
// crashes. With one processor it finds the same races, as it goes by what is in
// no order, not by what happened at the same time.
func init() { runtime.GOMAXPROCS(1) }

// many is how many members a mesh of a test has. The race detector bears
// about 8,000 goroutines.
const many = 40

// crowd is how many members each of many shards has.
const crowd = 2
