// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux && !race

package consoletest

// Race tells whether the race detector watches this program. The copies are
// then built with it too.
const Race = false
